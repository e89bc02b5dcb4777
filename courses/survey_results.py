"""Who was asked in a survey, how many answered, and their figures: for trainers of their editions, for who manages all.

Invited to a survey in a course: who opened it or completed the course; to a follow-up: who was sent one. Response rate:
answered / invited. Satisfaction: of those who answered the statement that measures it, the share who chose one of the
two highest of five points. People are in the figures in steps of five (assessments.tallies), so that there may be
fewer of them than answered."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessments.models import AnswerPool, Completion
from assessments.surveys import get_results
from assessments.tallies import STEP
from courses.editions import get_counted_editions
from courses.models import ActivityVisit, CoursePage, Edition, Enrolment, FollowUp, SurveyPage
from courses.outline import get_course_path

PERMISSION = "assessments.view_answerpool"
Voice = AnswerPool.Voice


def get_percent(part, whole):
    """Per cent with one decimal (Decimal), or None of nothing."""
    return (Decimal(part * 100) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


@dataclass(slots=True)
class Round:
    """A survey in an edition: ``kind`` is "course" (a survey in it), or "follow_up" with ``voice``. ``survey`` is the
    key of its AnswerPools."""

    kind: str
    survey: UUID
    voice: str
    title: str
    course_title: str
    edition: Edition
    invited: int
    answered: int

    @property
    def response_rate(self):
        return get_percent(self.answered, self.invited)

    @property
    def has_figures(self):
        return self.answered >= STEP


@dataclass(slots=True)
class Survey:
    """What one page shows: the rounds of a survey in one edition or several, together."""

    rounds: list[Round]
    results: list = field(default_factory=list)

    @property
    def invited(self):
        return sum(each.invited for each in self.rounds)

    @property
    def answered(self):
        return sum(each.answered for each in self.rounds)

    @property
    def response_rate(self):
        return get_percent(self.answered, self.invited)

    @property
    def shown(self):
        return sum(each.n for each in self.results)

    @property
    def waiting(self):
        """People who answered and are in no figure yet."""
        return self.answered - self.shown


def get_editions(user):
    """The editions whose figures ``user`` may see: programme managers and administrators all, trainers their own and
    those without a trainer, nobody else any."""
    if not user.has_perm(PERMISSION):
        return Edition.objects.none()
    if user.has_perm("courses.change_accommodation"):  # programme managers
        return Edition.objects.all()
    return Edition.objects.filter(Q(trainer=user) | Q(trainer__isnull=True))


def get_rounds(editions):
    """The Rounds of ``editions`` (a queryset) in which somebody was asked, in the order of their courses. Its number of
    queries does not depend on how many there are."""
    titled = {edition.pk: edition for edition in get_counted_editions().filter(pk__in=editions.values("pk"))}
    rounds = [*_get_course_rounds(titled), *_get_follow_up_rounds(titled)]
    return sorted((each for each in rounds if each.invited),
                  key=lambda each: (each.course_title, each.kind, each.title, each.voice, each.edition.pk))


def _get_course_rounds(editions):
    courses = _get_survey_pages()
    keys = [key for surveys in courses.values() for key in surveys]
    of_enrolment = Enrolment.objects.filter(pk=OuterRef("enrolment")).values("edition")[:1]
    answered = {(key, edition): total for key, edition, total in Completion.objects.filter(activity__in=keys).order_by(
        ).annotate(edition=Subquery(of_enrolment)).values("activity", "edition").annotate(
        total=Count("pk")).values_list("activity", "edition", "total")}
    opened = {(key, edition): (total, done) for key, edition, total, done in ActivityVisit.objects.filter(
        activity__in=keys).values("activity_id", "enrolment__edition_id").annotate(
        total=Count("pk"), done=Count("pk", filter=Q(enrolment__completed_at__isnull=False))).values_list(
        "activity_id", "enrolment__edition_id", "total", "done")}
    for edition in editions.values():
        for key, title in courses.get(edition.course_id, {}).items():
            total, done = opened.get((key, edition.pk), (0, 0))
            given = answered.get((key, edition.pk), 0)
            yield Round("course", key, Voice.LEARNER, title, edition.title, edition,
                        max(total + edition.completed - done, given), given)


def _get_survey_pages():
    """{course key: {activity key: title}} of all surveys in courses."""
    languages = [get_language(), settings.LANGUAGE_CODE]
    pages = SurveyPage.objects.filter(locale__language_code__in=languages).values_list(
        "path", "translation_key", "title", "locale__language_code")
    courses = dict(CoursePage.objects.values_list("path", "translation_key"))
    titles = defaultdict(dict)
    for path, key, title, _language in sorted(pages, key=lambda page: page[3] == get_language()):
        titles[courses[get_course_path(path)]][key] = title  # the active language comes last and stays
    return titles


def _get_follow_up_rounds(editions):
    counts = FollowUp.objects.filter(enrolment__edition__in=list(editions)).order_by().values(
        "enrolment__edition_id").annotate(
        invited=Count("pk"), answered=Count("pk", filter=Q(has_answered=True)),
        supervisors=Count("pk", filter=Q(supervisor_asked_on__isnull=False)),
        seen=Count("pk", filter=Q(supervisor_has_answered=True)))
    for row in counts:
        edition = editions[row["enrolment__edition_id"]]
        for voice, title, invited, answered in (
                (Voice.LEARNER, _("Follow-up: learners"), row["invited"], row["answered"]),
                (Voice.SUPERVISOR, _("Follow-up: supervisors"), row["supervisors"], row["seen"])):
            yield Round("follow_up", edition.course_id, voice, title, edition.title, edition, invited, answered)


def get_survey(*, editions, survey, voice, edition=None):
    """The Survey of ``survey`` (key of its pools) for who may see ``editions``, of one of them (its primary key) or of
    all together; None when there is none."""
    rounds = [each for each in get_rounds(editions) if (each.survey, each.voice) == (survey, voice)
              and edition in (None, each.edition.pk)]
    if not rounds:
        return None
    return Survey(rounds, get_results(AnswerPool.objects.filter(
        survey=survey, voice=voice, edition__in=[each.edition.pk for each in rounds])))


# --- For reports ------------------------------------------------------------------------------------------------------

@dataclass(frozen=True, slots=True)
class Satisfaction:
    """``percent`` (Decimal, None below five) of ``n`` people in the figures; ``answered`` of ``invited``."""

    percent: Decimal | None
    n: int
    answered: int
    invited: int

    @property
    def response_rate(self):
        return get_percent(self.answered, self.invited)


def get_satisfaction(editions):
    """The Satisfaction with the courses of ``editions`` (a queryset), over all versions of their surveys."""
    rounds = [each for each in get_rounds(editions) if each.kind == "course"]
    pools = AnswerPool.objects.filter(voice=Voice.LEARNER, survey__in={each.survey for each in rounds},
                                      edition__in={each.edition.pk for each in rounds})
    measured = [results.satisfaction for results in get_results(pools) if results.satisfaction]
    n = sum(figures.n for figures in measured)
    satisfied = sum(bar.people for figures in measured for bar in figures.bars[-2:])
    return Satisfaction(get_percent(satisfied, n), n, sum(each.answered for each in rounds),
                        sum(each.invited for each in rounds))
