"""Answers to surveys: taken in so that nobody can be found in them, and made into figures.

Why it is so, and against whom: docs/decisions/0018-anonymous-by-construction.md."""

import base64
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction

from assessments.models import AnswerPool, SurveyVersion
from assessments.tallies import add_person, check_answers, hide_small, make_state, merge

FULL = 200_000  # characters; a larger pool is left as it is and another one begun
PADDING = 4096  # so that the length of what is sealed does not tell how long a text is

logger = logging.getLogger(__name__)


# --- The seal ---------------------------------------------------------------------------------------------------------

@cache
def _make_ring(keys):
    return MultiFernet([Fernet(base64.urlsafe_b64encode(
        hmac.new(key.encode(), b"answers to surveys", hashlib.sha256).digest())) for key in keys])


def _ring():
    return _make_ring(tuple(settings.IDENTITY_KEYS))


def seal(state):
    """Bytes that only this platform's keys open. They hold no time: Fernet's own is always the same."""
    text = json.dumps(state, sort_keys=True, ensure_ascii=False).encode()
    return _ring().encrypt_at_time(text + b" " * (-len(text) % PADDING), 0)


def unseal(sealed):
    """The state of a pool. Raises InvalidToken when no key opens it."""
    return json.loads(_ring().decrypt(bytes(sealed)))


# --- Taking answers in ------------------------------------------------------------------------------------------------

@transaction.atomic
def add_answers(*, survey, edition, version, answers, voice=AnswerPool.Voice.LEARNER):
    """Add what one person answered to ``version`` (a SurveyVersion). That they did is the caller's to remember, in the
    same transaction. Raises AnswerRefused."""
    answers = check_answers(version.content, answers)
    pool = _lock_open_pool(survey=survey, edition=edition, version=version, voice=voice)
    try:
        state = unseal(pool.sealed)
    except InvalidToken:
        # Its key is gone: it stays as it is, should the key come back.
        logger.error("Answers to the survey %s in edition %s cannot be read: their key is missing", survey, edition)
        AnswerPool.objects.filter(pk=pool.pk).update(is_full=True)
        pool = _lock_open_pool(survey=survey, edition=edition, version=version, voice=voice)
        state = unseal(pool.sealed)
    state = add_person(state, version.content, answers)
    pool.sealed = seal(state)
    pool.is_full = not state["waiting"]["n"] and len(pool.sealed) > FULL
    pool.save(update_fields=["sealed", "is_full"])


def _lock_open_pool(**which):
    while True:
        pool, _created = AnswerPool.objects.get_or_create(**which, is_full=False,
                                                          defaults={"sealed": seal(make_state())})
        if locked := AnswerPool.objects.select_for_update().filter(pk=pool.pk, is_full=False).first():
            return locked


# --- Figures ----------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Bar:
    """How many chose a value of a cell. ``point`` is None for an option."""

    text: dict  # in all languages
    people: int
    percent: Decimal
    point: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A statement or a question with options. Without ``bars`` fewer than STEP people answered it. ``mean`` is that of
    a scale; ``satisfied`` the per cent who chose one of the two highest points, where it measures that."""

    text: dict
    n: int = 0
    bars: list[Bar] = field(default_factory=list)
    mean: Decimal | None = None
    satisfied: Decimal | None = None
    measures_satisfaction: bool = False


@dataclass(frozen=True, slots=True)
class ItemResults:
    kind: str
    stem: dict
    figures: list[Figures] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Results:
    """Of one version of a survey: ``n`` people are in the figures."""

    version: SurveyVersion
    n: int
    items: list[ItemResults]

    @property
    def satisfaction(self):
        """The Figures of the statement that measures satisfaction, or None."""
        return next((each for item in self.items for each in item.figures if each.measures_satisfaction), None)


def get_results(pools):
    """The Results of ``pools`` (a queryset of AnswerPool), one for each version of which there is a figure, the one of
    most people first. What is hidden in an edition is in no sum, so that it cannot be subtracted out of one."""
    groups = {}
    for pool in pools.select_related("version"):
        groups.setdefault(pool.version_id, (pool.version, {}))[1].setdefault(
            (pool.survey, pool.edition, pool.voice), []).append(_get_shown(pool))
    results = []
    for version, by_group in groups.values():
        tally = merge(hide_small(merge(tallies)) for tallies in by_group.values())
        if tally["n"]:
            results.append(Results(version, tally["n"], make_items(version.content, tally)))
    return sorted(results, key=lambda each: (-each.n, each.version.pk))


def _get_shown(pool):
    try:
        return unseal(pool.sealed)["shown"]
    except InvalidToken:
        logger.error("Answers to the survey %s in edition %s cannot be read: their key is missing", pool.survey,
                     pool.edition)
        return make_state()["shown"]


def make_items(content, tally):
    """The ItemResults of a survey's content. Texts in between are left out."""
    return [_make_item(item, tally) for item in content["items"] if item["kind"] != "text"]


def _make_item(item, tally):
    if item["kind"] == "open":
        return ItemResults("open", item["stem"], texts=tally["texts"].get(item["id"], []))
    if item["kind"] == "choice":
        counts = tally["counts"].get(item["id"], {})
        bars = _make_bars(counts, [(option["id"], option["text"], None) for option in item["options"]])
        return ItemResults("choice", item["stem"], [Figures(item["stem"], sum(counts.values()), bars)])
    values = [(str(point), label, point) for point, label in enumerate(item["labels"], start=1)]
    return ItemResults("scale", item["stem"], [
        _make_scale_figures(option, tally["counts"].get(option["id"], {}), values) for option in item["options"]])


def _make_scale_figures(option, counts, values):
    bars, n = _make_bars(counts, values), sum(counts.values())
    if not n:
        return Figures(option["text"], measures_satisfaction=option["satisfaction"])
    mean = _round(Decimal(sum(bar.point * bar.people for bar in bars)) / n, "0.01")
    high = sum(bar.people for bar in bars[-2:])
    return Figures(option["text"], n, bars, mean, _get_percent(high, n) if option["satisfaction"] else None,
                   option["satisfaction"])


def _make_bars(counts, values):
    n = sum(counts.values())
    return [Bar(text, people := counts.get(value, 0), _get_percent(people, n), point)
            for value, text, point in values] if n else []


def _get_percent(part, whole):
    return _round(Decimal(part * 100) / whole, "0.1")


def _round(number, step):
    return number.quantize(Decimal(step), ROUND_HALF_UP)
