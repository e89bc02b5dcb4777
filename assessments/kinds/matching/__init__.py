from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.base import Kind, KindBlock
from assessments.kinds.choices import refuse
from assessments.kinds.matching import grading
from assessments.kinds.wording import get_first_text, get_repeated_error
from assessments.texts import LocalizedTextBlock, get_text


class PairBlock(blocks.StructBlock):
    prompt = LocalizedTextBlock(label=_("Prompt"), rows=1)
    match = LocalizedTextBlock(label=_("Match"), rows=1, help_text=_("Several prompts may have the same one: write it "
                                                                     "the same."))
    feedback = LocalizedTextBlock(label=_("Feedback"), required=False,
                                  help_text=_("Why they belong together. Shown after the attempt."))

    class Meta:
        icon = "link"
        label = _("Pair")


class MatchingBlock(KindBlock):
    pairs = blocks.ListBlock(PairBlock(), label=_("Pairs"), min_num=2, max_num=30)
    extras = blocks.ListBlock(
        LocalizedTextBlock(label=_("Choice")), label=_("Extra choices"), default=[], max_num=30,
        help_text=_("They match nothing, so that the last pairs cannot be found by leaving out the others."))

    def clean(self, value):
        value = super().clean(value)
        if message := get_repeated_error([pair["prompt"] for pair in value["pairs"]]):
            raise refuse("pairs", message)
        matches = get_matches(value["pairs"].bound_blocks)
        if message := get_translation_error(value["pairs"]) or get_repeated_error(matches.values()):
            raise refuse("pairs", message)
        if message := get_repeated_error([*matches.values(), *value["extras"]]):
            raise refuse("extras", message)
        if len(matches) + len(value["extras"]) < 2:
            raise refuse("extras", _("Every prompt has the same match: add a choice that is wrong."))
        return value

    class Meta:
        icon = "link"
        label = _("Matching")


def get_matches(pairs):
    """{id: texts} of the different matches; equal texts in the first language are one, with the id of the first pair
    that has it and each translation of the first that has one."""
    matches, ids = {}, {}
    for pair in pairs:
        texts = pair.value["match"]
        match = ids.setdefault(get_first_text(texts), pair.id)
        matches[match] = {code: matches.get(match, {}).get(code) or text for code, text in texts.items()}
    return matches


def get_translation_error(pairs):
    """The sentence that refuses one match in the first language with two translations, or None."""
    seen = {}
    for pair in pairs:
        first = get_first_text(pair["match"])
        for code, text in pair["match"].items():
            if code != settings.LANGUAGE_CODE and text and seen.setdefault((first, code), text) != text:
                return gettext("“%(text)s” is one choice for several prompts, but it is translated in two ways: write "
                               "the same translation.") % {"text": first}
    return None


@dataclass(slots=True)
class Prompt:
    """A prompt on a review page; ``right`` is told with the key alone."""

    id: str
    text: str
    chosen: str = ""
    is_right: bool = False
    right: str = ""
    feedback: str = ""


class Matching(Kind):
    """An item has ``prompts``, each with the id of its ``match`` among the ``options``; a response is
    {prompt id: option id}. A form sends the place of an option in the list, because its id is that of a pair."""

    name = "matching"
    label = _("Matching")
    hint = _("Choose what belongs to each one.")
    block = MatchingBlock
    grading = grading

    def freeze_parts(self, value):
        pairs = value["pairs"].bound_blocks
        matches = get_matches(pairs)
        ids = {get_first_text(texts): match for match, texts in matches.items()}
        options = [{"id": match, "text": texts} for match, texts in matches.items()]
        options += [{"id": extra.id, "text": dict(extra.value)} for extra in value["extras"].bound_blocks]
        return {
            "prompts": [{"id": pair.id, "text": dict(pair.value["prompt"]),
                         "match": ids[get_first_text(pair.value["match"])], "feedback": dict(pair.value["feedback"])}
                        for pair in pairs],
            # By the alphabet: in the order of the pairs, choices that are not shuffled would be the key.
            "options": sorted(options, key=lambda option: (get_first_text(option["text"]).casefold(), option["id"]))}

    def get_texts(self, item):
        return [*(prompt["text"] for prompt in item["prompts"]), *super().get_texts(item)]

    def read(self, post, name, item):
        ids = {str(place): option["id"] for place, option in enumerate(item["options"])}
        posted = {prompt["id"]: post.get(f"{name}-{prompt['id']}") or "" for prompt in item["prompts"]}
        return {prompt: ids.get(value, value) for prompt, value in posted.items()}

    def describe_missing(self, item, response):
        return gettext("Not everything has a match.") if len(response) < len(item["prompts"]) else ""

    def present(self, item, response):
        places = {option["id"]: place for place, option in enumerate(item["options"])}
        return {"choices": [(place, get_text(option["text"])) for place, option in enumerate(item["options"])],
                "prompts": [(prompt["id"], get_text(prompt["text"]), places.get(response.get(prompt["id"])))
                            for prompt in item["prompts"]]}

    def review(self, item, response, details, *, show_key):
        texts = {option["id"]: get_text(option["text"]) for option in item["options"]}
        prompts = []
        for prompt in item["prompts"]:
            is_right = prompt["id"] in details["right"]
            prompts.append(Prompt(
                prompt["id"], get_text(prompt["text"]), chosen=texts.get(response.get(prompt["id"]), ""),
                is_right=is_right, right=texts.get(prompt["match"], "") if show_key and not is_right else "",
                feedback=get_text(prompt["feedback"]) if show_key or is_right else ""))
        return {"prompts": prompts}

    def tally(self, item, response):
        return [f"{prompt}/{choice}" for prompt, choice in response.items()]
