"""Words for what the tally of a kind of question (Kind.tally) says, and what of a question is its key."""

import json
import re

from assessments.kinds import get_kind
from assessments.texts import get_text

TEXTS = {"stem", "feedback", "text", "title", "label", "guide", "consequence", "when_true", "when_false", "hint"}


def get_options(content):
    """{id: is it right?} of the options of a question with options that are right or wrong, in their order; empty for
    other kinds."""
    options = content.get("options") or []
    if not all("correct" in option for option in options):
        return {}
    return {option["id"]: bool(option["correct"]) for option in options}


def get_key(content):
    """A text that is the same for versions that grade the same way: everything but what learners read."""
    return json.dumps(_without_texts(content), sort_keys=True)


def _without_texts(value):
    if isinstance(value, dict):
        return {name: _without_texts(each) for name, each in value.items() if name not in TEXTS}
    if isinstance(value, list):
        return [_without_texts(each) for each in value]
    return value


def describe_token(contents, token):
    """A token with the ids in it replaced by their texts in the active language: «Chile → RUT» of two ids; the token
    itself where it holds no ids, as what people wrote. Empty for no answer."""
    names = {}
    for content in contents:
        _collect(content, names)
        get_option_text = getattr(get_kind(content["kind"]), "get_option_text", None)
        if get_option_text:  # not all options have a text of their own: «True», «False»
            names.update({option["id"]: get_option_text(option) for option in content["options"]})
    if token in names:
        return names[token]
    parts = [names.get(part.strip(), part) for part in re.split(r"[/:]", token)]
    return " → ".join(parts) if any(part.strip() in names for part in re.split(r"[/:]", token)) else token


def _collect(value, names):
    """Add the {id: text} of everything in a frozen question that has both."""
    if isinstance(value, dict):
        texts = next((value[name] for name in ("text", "title", "label") if isinstance(value.get(name), dict)), None)
        if "id" in value and texts:
            names[value["id"]] = get_text(texts)
        for each in value.values():
            _collect(each, names)
    elif isinstance(value, list):
        for each in value:
            _collect(each, names)
