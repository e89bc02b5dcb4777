"""Pure grading of frozen forms: no database, clock, request or randomness.

An item is the content of a QuestionVersion (assessments.kinds says what each kind puts there)::

    {"kind": "multiple_choice", "stem": {"es": "…"}, "points": "1", "options": [{"id": "…", "correct": true, …}], …}

``graders`` is {kind: module}: each kind's own pure functions ``check(item, response)`` and ``grade(item, response)``,
see docs/question-kinds.md. A response is JSON whose shape the kind decides; what is empty was not answered."""

from fractions import Fraction

from assessments.results import ItemResult, Result


class AnswerRefused(ValueError):
    """A response that no honest form can send. ``reason`` is a stable word, such as ``shape``, ``unknown_option``,
    ``repeated_option``, ``too_many_options`` or ``too_long``."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def check_response(item, response, graders):
    """``response``, any JSON, in the one form in which its kind keeps it; an empty one for an empty answer. Raises
    AnswerRefused."""
    return graders[item["kind"]].check(item, response)


def grade_item(item, response, graders, mark=None):
    """The ItemResult of a response. ``mark``: the fraction of the points that a person gave, for the kinds that ask
    for one. Raises AnswerRefused."""
    grader = graders[item["kind"]]
    response = grader.check(item, response)
    credit = grader.grade(item, response)
    fraction = credit.fraction if credit.fraction is not None else mark
    points = Fraction(item["points"])
    return ItemResult(score=None if fraction is None else fraction * points, maximum=points, answered=bool(response),
                      details=credit.details)


def grade(items, responses, graders, marks=None):
    """The Result of a frozen form. ``items``: contents in the order of the form; ``responses``: {position: response},
    positions from 0, missing ones count as not answered; ``marks``: {position: Fraction}. Raises AnswerRefused."""
    marks = marks or {}
    return Result(items=tuple(grade_item(item, responses.get(position), graders, marks.get(position))
                              for position, item in enumerate(items)))


def check_text(value, *, longest):
    """A text without surrounding white space, of what a database keeps: no NUL and no half of a surrogate pair. None is
    an empty one. Raises AnswerRefused: ``shape``, ``too_long``."""
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise AnswerRefused("shape")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise AnswerRefused("shape") from error
    value = value.strip()
    if len(value) > longest:
        raise AnswerRefused("too_long")
    return value


def check_ids(value, known, *, most=None):
    """A list of different ids in the order of ``known``. None is an empty one. Raises AnswerRefused."""
    value = [] if value is None else value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise AnswerRefused("shape")
    if not set(value) <= set(known):
        raise AnswerRefused("unknown_option")
    if len(set(value)) != len(value):
        raise AnswerRefused("repeated_option")
    if most is not None and len(value) > most:
        raise AnswerRefused("too_many_options")
    return [each for each in known if each in value]


def check_pairs(value, keys, check):
    """{key: value} with known keys, without the empty values, in the order of ``keys``. ``check(value)`` returns each
    as it is kept. None is an empty one. Raises AnswerRefused."""
    value = {} if value is None else value
    if not isinstance(value, dict):
        raise AnswerRefused("shape")
    if not set(value) <= set(keys):
        raise AnswerRefused("unknown_option")
    checked = {key: check(value[key]) for key in keys if key in value}
    return {key: each for key, each in checked.items() if each not in ("", None)}
