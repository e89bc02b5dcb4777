"""How many different people stand behind a number of answers: whoever was asked several times is one of them.

The database adds answers up without names. Where nobody can be in a group twice, its answers are its people; where
nobody can be in it more than k times, enough answers are enough people. Only groups in between, which are small, are
looked into."""

from collections import defaultdict
from dataclasses import dataclass
from math import ceil

from django.db.models import Count, Max, Q, TextField
from django.db.models.functions import Cast

from assessments.models import Answer

SMALL = 5  # of fewer people nothing is shown


@dataclass(frozen=True, slots=True)
class Group:
    """``n`` answers to ``versions``, of which nobody gave more than ``most``; in one ``language`` or all, those whose
    time is known or all, and those with one of the ``responses``, pairs of a version and the stored JSON, or all.
    ``enough`` people are as good as more."""

    n: int
    most: int
    versions: frozenset
    language: str | None = None
    is_timed: bool = False
    responses: frozenset | None = None
    enough: int = SMALL

    @property
    def is_clear(self):
        return self.most <= 1 or self.n < SMALL or self.n >= self.enough * self.most

    def holds(self, version, language, seconds, text):
        return (version in self.versions and self.language in (None, language)
                and not (self.is_timed and seconds is None)
                and (self.responses is None or (version, text) in self.responses))


def count_learners(chosen):
    """(how many people, the most attempts that one of them has) of a queryset of Attempts."""
    numbers = chosen.order_by().values("learner").annotate(number=Count("pk"))
    found = numbers.aggregate(people=Count("learner"), most=Max("number"))
    return found["people"], found["most"] or 0


def count_people(chosen, groups):
    """{key: how many different people} of the Groups by key, whose answers are in a queryset of Attempts. Where there
    are enough of them it may be more. At most one query."""
    people = {key: ceil(group.n / max(group.most, 1)) if group.n >= group.enough else group.n
              for key, group in groups.items() if group.is_clear}
    unclear = {key: group for key, group in groups.items() if not group.is_clear}
    if not unclear:
        return people
    by_version = defaultdict(list)
    for key, group in unclear.items():
        for version in group.versions:
            by_version[version].append((key, group))
    found = {key: set() for key in unclear}
    for *answer, learner in _read_answers(chosen, unclear.values()):
        for key, group in by_version[answer[0]]:
            if group.holds(*answer):
                found[key].add(learner)
    return people | {key: len(learners) for key, learners in found.items()}


def _read_answers(chosen, groups):
    """Rows of (version, language, seconds, text of the response, learner) of the answers of the groups, and others."""
    alike = defaultdict(lambda: (set(), set()))
    for group in groups:
        versions, texts = alike[group.language, group.is_timed, group.responses is None]
        versions |= group.versions
        texts |= {text for _version, text in group.responses or ()}
    condition = Q(pk__in=[])
    for (language, is_timed, has_any_response), (versions, texts) in alike.items():
        part = Q(version__in=versions)
        if language is not None:
            part &= Q(language=language)
        if is_timed:
            part &= Q(seconds__isnull=False)
        if not has_any_response:
            part &= Q(text__in=texts - {None}) | (Q(text__isnull=True) if None in texts else Q(pk__in=[]))
        condition |= part
    answers = Answer.objects.filter(attempt__in=chosen.order_by().values("pk")).annotate(
        text=Cast("response", TextField()))
    return answers.filter(condition).order_by().values_list(
        "version_id", "language", "seconds", "text", "attempt__learner_id").iterator(chunk_size=2_000)
