"""Answers as the form of an attempt posts them, and what became of them in words."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.attempts import Change, TimeIsUp, get_items
from assessments.kinds import get_kind
from assessments.stamps import read_stamp
from assessments.texts import localise
from courses.views.files import take_files

GO = re.compile(r"q(\d{1,4})-go")


def read_changes(attempt, request, now):
    """(Changes, sentences about files that were refused) of a posted attempt form: of the questions that its page
    showed. Raises AttemptClosed, TimeIsUp."""
    post = request.POST
    changes = []
    for position, item in enumerate(get_items(attempt)):
        if f"before{position}" in post:
            sender, turn = read_stamp(post.get(f"turn{position}"))
            changes.append(Change(position, post[f"before{position}"], get_kind(item["kind"]).read(
                post, f"q{position}", item), sender=sender, turn=turn, language=localise(item["stem"])[1]))
    if not request.FILES:
        return changes, []
    return take_files(attempt=attempt, changes=changes, files=request.FILES, now=now)


def read_number(text, total):
    """The number of a question, from 1 to ``total``, in a text that a browser sent; None where there is none."""
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else 0
    return number if 1 <= number <= total else None


def find_go(post, total):
    """The number of the question whose own button, named ``q3-go``, was pressed, or None."""
    for name in post:
        if match := GO.fullmatch(name):
            return read_number(str(int(match[1]) + 1), total)
    return None


def explain_end(error):
    if isinstance(error, TimeIsUp):
        return _("The time was up before these answers arrived, so they were not counted. Everything that was saved in "
                 "time was graded; this is the result.")
    return _("This attempt had already been handed in, so nothing was changed. This is its result.")


def explain_overtaken(positions):
    return ngettext(
        "Question %(numbers)s had been answered differently in another window. The answer sent last is the one saved.",
        "Questions %(numbers)s had been answered differently in another window. The answers sent last are the ones "
        "saved.", len(positions)) % {"numbers": _join(positions)}


def explain_refused(positions):
    return ngettext("The answer to question %(numbers)s could not be read and was not saved; please give it again.",
                    "The answers to questions %(numbers)s could not be read and were not saved; please give them "
                    "again.",
                    len(positions)) % {"numbers": _join(positions)}


def explain_not_taken(positions):
    return ngettext("The last answer to question %(numbers)s could not be read and was not taken. What had been saved "
                    "there before was graded.",
                    "The last answers to questions %(numbers)s could not be read and were not taken. What had been "
                    "saved there before was graded.", len(positions)) % {"numbers": _join(positions)}


def explain_locked(positions):
    return ngettext("Question %(numbers)s had been checked before, so its answer stays as it was.",
                    "Questions %(numbers)s had been checked before, so their answers stay as they were.",
                    len(positions)) % {"numbers": _join(positions)}


def explain_saved(saved, *, is_handed_in=False):
    """(sentences to know, sentences about what was not saved) of a Saved."""
    return ([explain_overtaken(saved.overtaken)] if saved.overtaken else [],
            [explain(positions) for explain, positions in (
                (explain_not_taken if is_handed_in else explain_refused, saved.refused),
                (explain_locked, saved.locked)) if positions])


def _join(positions):
    return ", ".join(str(position + 1) for position in positions)
