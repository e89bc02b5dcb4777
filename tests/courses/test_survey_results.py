import datetime as dt
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from assessments.models import AnswerPool
from assessments.surveys import add_answers
from courses import progress
from courses.models import ActivityVisit, Edition, FollowUp
from courses.survey_files import export_survey
from courses.survey_results import Voice, get_editions, get_rounds, get_satisfaction, get_survey
from lms.accounts.models import AuditEvent, RoleGrant
from lms.accounts.roles import grant_role
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_edition, make_survey, make_survey_page, make_user, stable_id

pytestmark = pytest.mark.django_db


class Asked:
    """A course of one lesson with a survey that need not be answered."""

    def __init__(self, code="a"):
        self.course = SmallCourse(weights=())
        self.survey = make_survey(code=code)
        self.page = make_survey_page(parent=self.course.page, survey=self.survey, is_required=False)

    def answer(self, *points, edition=None, text=None):
        for point in points:
            learning = Learning(self.course, edition=edition)
            answers = {stable_id(self.survey.code, "overall"): str(point)}
            if text:
                answers[stable_id(self.survey.code, "open")] = text
            progress.answer_survey(enrolment=learning.enrolment, activity=self.page.translation_key,
                                   version=self.survey.version, answers=answers, now=NOW)

    def get_survey(self, edition=None):
        return get_survey(editions=Edition.objects.all(), survey=self.page.translation_key, voice=Voice.LEARNER,
                          edition=edition)


@pytest.fixture
def asked():
    return Asked()


def test_invited_is_who_opened_the_survey_or_completed_the_course(asked):
    asked.answer(5, 4)
    Learning(asked.course)  # enrolled only
    opened = Learning(asked.course)
    ActivityVisit.objects.create(enrolment=opened.enrolment, activity_id=asked.page.translation_key, first_seen_at=NOW)
    completed, both = Learning(asked.course), Learning(asked.course)
    ActivityVisit.objects.create(enrolment=both.enrolment, activity_id=asked.page.translation_key, first_seen_at=NOW)
    completed.read()
    both.read()
    (each,) = get_rounds(Edition.objects.all())
    assert (each.invited, each.answered, each.response_rate) == (3, 2, Decimal("66.7"))


def test_survey_in_which_nobody_was_asked_is_not_listed(asked):
    assert get_rounds(Edition.objects.all()) == []
    assert asked.get_survey() is None


def test_results_of_an_edition_and_of_all_together(asked):
    second = make_edition(course_page=asked.course.page)
    asked.answer(5, 5, 5, 5, 1)
    asked.answer(1, 1, 1, 1, edition=second)
    together, other = asked.get_survey(), asked.get_survey(second.pk)
    assert (together.answered, together.shown, together.waiting) == (9, 5, 4)
    assert together.results[0].satisfaction.satisfied == Decimal("80.0")
    assert (other.answered, other.shown, other.results) == (4, 0, [])


def test_results_of_follow_ups_are_apart_from_the_course(asked):
    for number in range(6):
        learning = Learning(asked.course)
        learning.read()
        FollowUp.objects.create(enrolment=learning.enrolment, invited_on=NOW.date(), has_answered=number < 5,
                                supervisor_asked_on=NOW.date() if number < 2 else None,
                                supervisor_has_answered=number < 1)
    edition = Edition.objects.get()
    for _number in range(5):
        add_answers(survey=asked.course.key, edition=edition.pk, version=asked.survey.version,
                    answers={stable_id("a", "overall"): "5"})
    found = {(each.kind, each.voice): (each.invited, each.answered) for each in get_rounds(Edition.objects.all())}
    assert found == {("course", "learner"): (6, 0), ("follow_up", "learner"): (6, 5),
                     ("follow_up", "supervisor"): (2, 1)}
    survey = get_survey(editions=Edition.objects.all(), survey=asked.course.key, voice=Voice.LEARNER)
    assert (survey.shown, survey.rounds[0].response_rate) == (5, Decimal("83.3"))


def test_satisfaction_is_that_of_all_surveys_in_courses(asked):
    other = Asked(code="b")
    asked.answer(5, 4, 4, 3, 1)
    other.answer(5, 5, 5, 5, 5)
    other.answer(1, 1)  # not yet in the figures
    satisfaction = get_satisfaction(Edition.objects.all())
    assert (satisfaction.percent, satisfaction.n, satisfaction.answered) == (Decimal("80.0"), 10, 12)
    assert satisfaction.response_rate == Decimal("100.0")
    nobody = get_satisfaction(Edition.objects.none())
    assert (nobody.percent, nobody.n, nobody.response_rate) == (None, 0, None)


def test_rounds_cost_the_same_for_one_and_for_three(asked, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in (0, 1, 1):
        for code in range(number):
            Asked(code=f"more-{code}-{len(counts)}").answer(5)
        asked.answer(5)
        with CaptureQueriesContext(connection) as queries:
            get_rounds(Edition.objects.all())
        counts.append(len(queries))
    assert counts[0] == counts[2]


# --- Who sees what ----------------------------------------------------------------------------------------------------

def test_editions_are_those_of_the_trainer_and_all_for_who_manages(asked, django_capture_on_commit_callbacks):
    make_site(django_capture_on_commit_callbacks)
    owner, colleague = make_trainer(), make_trainer()
    manager, officer = make_user(), make_user()
    grant_role(user=manager, role=RoleGrant.Role.PROGRAMME_MANAGER)
    own = make_edition(course_page=asked.course.page, trainer=owner)
    free = Edition.objects.get(is_default=True, course=asked.course.key)
    assert set(get_editions(owner)) == {own, free}
    assert set(get_editions(colleague)) == {free}
    assert set(get_editions(manager)) == {own, free}
    assert set(get_editions(make_user(is_superuser=True))) == {own, free}
    assert not get_editions(officer).exists()


# --- The file ---------------------------------------------------------------------------------------------------------

def test_file_holds_the_figures_and_is_noted(asked):
    asked.answer(5, 5, 4, 1, 1, text="=1+1")
    viewer = make_user()
    book = load_workbook(io.BytesIO(export_survey(survey=asked.get_survey(), viewer=viewer,
                                                  now=NOW + dt.timedelta(hours=1))))
    figures, texts, about = book.worksheets
    rows = [[cell.value for cell in row] for row in figures.iter_rows(min_row=2)]
    assert [row[4:] for row in rows if row[2] == "El curso en general"] == [
        [2, 40, 5, 3.2, 60], [0, 0, 5, 3.2, 60], [0, 0, 5, 3.2, 60], [1, 20, 5, 3.2, 60], [2, 40, 5, 3.2, 60]]
    assert [(cell.value, cell.data_type) for cell in list(texts.columns)[2][1:]] == [("=1+1", "s")] * 5
    assert viewer.email in str([[cell.value for cell in row] for row in about.iter_rows()])
    event = AuditEvent.objects.get(action="survey.exported")
    assert (event.actor, event.details["people"]) == (viewer, 5)


def test_file_of_hidden_figures_is_empty(asked):
    asked.answer(5, 5, 4, 1)
    assert AnswerPool.objects.count() == 1
    book = load_workbook(io.BytesIO(export_survey(survey=asked.get_survey(), viewer=make_user(), now=NOW)))
    assert [sheet.max_row for sheet in book.worksheets[:2]] == [1, 1]
