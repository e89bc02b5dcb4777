"""Two versions of a question, side by side: what a person changed, by field and language."""

import difflib
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail import blocks

from assessments.models import Question
from assessments.texts import LocalizedTextBlock

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST = 4_000_000  # pairs of words that are looked at; what is longer takes minutes


@dataclass(frozen=True, slots=True)
class Difference:
    """``before`` and ``after``: lists of (text, did this part change), empty where the field was not there."""

    label: str
    before: list
    after: list
    language: str = ""


def compare(before, after):
    """The Differences of two bodies, as they are kept (QuestionEdit.body), in the order of the fields."""
    old, new = _read(before), _read(after)
    differences = []
    for key in {**new, **old}:  # the fields of the later one first, then what is gone
        label, was = old.get(key, ("", None))
        label, now = new.get(key, (label, None))
        if was != now:
            mark = mark_changes if key[1] else mark_whole
            differences.append(Difference(label, *mark(was or "", now or ""), language=key[1]))
    return differences


def mark_changes(before, after):
    """([(text, did it change)], the same of the other) of two texts, by words."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) * len(new) > MOST:
        return mark_whole(before, after)
    left, right = [], []
    for operation, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        changed = operation != "equal"
        if i1 != i2:
            left.append(("".join(old[i1:i2]), changed))
        if j1 != j2:
            right.append(("".join(new[j1:j2]), changed))
    return left, right


def mark_whole(before, after):
    """The same of two values that are no sentences."""
    return tuple([(text, True)] if text else [] for text in (before, after))


def _read(body):
    """{(path, language): (label, text)} of everything in a body that a person fills in."""
    stream = Question._meta.get_field("body").to_python(body)
    block = stream[0]
    fields = {("kind", ""): (_("Kind"), str(block.block.label))}
    fields.update(_walk(block.block, block.value, (), ()))
    return fields


def _walk(block, value, path, labels):
    label = " › ".join(map(str, labels))
    if isinstance(block, LocalizedTextBlock):
        for code, name in settings.WAGTAIL_CONTENT_LANGUAGES:
            yield ("/".join(path), code), (f"{label} ({name})", (value or {}).get(code) or "")
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _walk(child, value.get(name), (*path, name), (*labels, child.label))
    elif isinstance(block, blocks.ListBlock):
        children = value.bound_blocks if value else []
        yield ("/".join((*path, "#")), ""), (_("%(list)s: which and in what order") % {"list": label},
                                             "\n".join(_name(child) for child in children))
        for number, child in enumerate(children, start=1):
            yield from _walk(child.block, child.value, (*path, child.id or str(number)),
                             (*labels[:-1], f"{labels[-1]} {number}"))
    else:
        yield ("/".join(path), ""), (label, _describe(block, value))


def _name(child):
    """A few words of a child of a list: its first text."""
    text = next((text for _key, (_label, text) in _walk(child.block, child.value, (), ("",)) if text), "")
    return text if len(text) <= 60 else f"{text[:60]}…"


def _describe(block, value):
    if isinstance(block, blocks.BooleanBlock):
        return _("Yes") if value else _("No")
    if isinstance(block, blocks.ChoiceBlock):
        return str(dict(block.field.choices).get(value, value or ""))
    return "" if value is None else str(value)
