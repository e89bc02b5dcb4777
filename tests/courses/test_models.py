import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from courses.models import (
    Accommodation,
    Activity,
    ActivityVisit,
    Course,
    CoursePage,
    Edition,
    Enrolment,
    FollowUp,
    Notice,
    PathAward,
    QuizWindow,
)
from tests.constraints import get_constraint_names, violates
from tests.courses.learning import SmallCourse
from tests.factories import (
    get_edition,
    make_course,
    make_edition,
    make_enrolment,
    make_learning_path,
    make_lesson,
    make_module,
    make_quiz,
    make_user,
    translate,
)

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
FACTS = {"completed_at": NOW, "staff_type": "planta", "sex": "female", "hours": 12, "hours_kind": "chronological"}

pytestmark = pytest.mark.django_db


# --- Pages and what they are without a language -----------------------------------------------------------------------

def test_course_page_makes_its_course_and_one_open_edition_once():
    page = make_course()
    page.save_revision().publish()
    edition = Edition.objects.get()
    assert (Course.objects.get().pk, edition.course_id) == (page.translation_key, page.translation_key)
    assert (edition.is_default, edition.mode, edition.opens_at, edition.closes_at, edition.seats) == (
        True, "open", None, None, None)


@pytest.mark.parametrize(("hours", "is_valid"), [("0", False), ("0.01", True)])
def test_course_has_hours_for_its_certificate_says_them(hours, is_valid):
    page = make_course()
    page.hours = Decimal(hours)
    if is_valid:
        page.full_clean()
    else:
        with pytest.raises(ValidationError) as refused:
            page.full_clean()
        assert list(refused.value.error_dict) == ["hours"]


def test_translations_share_course_edition_and_activities():
    course = SmallCourse()
    for page in (course.lessons[0], course.quizzes[0]):
        translate(page)
    assert CoursePage.objects.filter(translation_key=course.key).count() == 2
    assert (Course.objects.count(), Edition.objects.count()) == (1, 1)
    assert dict(Activity.objects.values_list("pk", "kind")) == {
        course.lessons[0].translation_key: "lesson", course.quizzes[0].translation_key: "quiz"}


def test_copy_of_a_course_in_its_language_is_another_course():
    course = SmallCourse()
    copy = course.page.copy(recursive=True, update_attrs={"slug": "copia"})
    assert copy.translation_key != course.key
    assert get_edition(copy) != get_edition(course.page)
    assert (Course.objects.count(), Activity.objects.count()) == (2, 4)


def test_edition_closed_by_the_trainer_is_not_made_again():
    page = make_course()
    Edition.objects.update(closes_at=NOW)
    page.save_revision().publish()
    assert Edition.objects.get().closes_at == NOW


def test_quiz_needs_something_to_ask():
    quiz = make_quiz()
    quiz.full_clean()
    quiz.items = []
    with pytest.raises(ValidationError) as refusal:
        quiz.full_clean()
    assert set(refusal.value.message_dict) == {"items"}


@pytest.mark.parametrize("mark", [-1, 101])
def test_quiz_pass_mark_is_a_percentage(mark):
    quiz = make_quiz()
    quiz.pass_mark = mark
    with pytest.raises(ValidationError, match="pass_mark"):
        quiz.clean_fields()


# --- Constraints ------------------------------------------------------------------------------------------------------

def edition_one_default():
    Edition.objects.create(course=Course.objects.get(pk=make_course().translation_key), is_default=True)


def edition_closes_after_it_opens():
    make_edition(opens_at=NOW, closes_at=NOW)


def edition_dated_has_name():
    make_edition(name="")


def enrolment_once():
    enrolment = make_enrolment()
    Enrolment.objects.create(learner=enrolment.learner, edition=enrolment.edition, enrolled_at=NOW)


def edition_certificate_valid_months_in_range():
    make_edition(certificate_valid_months=121)


def learning_path_valid_months_in_range():
    make_learning_path(certificate_valid_months=0)


def learning_path_course_once():
    course = SmallCourse()
    make_learning_path(course.page, course.page)


def path_award_once():
    award = PathAward.objects.create(path=make_learning_path(), learner=make_user(), completed_at=NOW)
    PathAward.objects.create(path=award.path, learner=award.learner, completed_at=NOW)


def enrolment_facts_when_completed():
    Enrolment.objects.filter(pk=make_enrolment().pk).update(completed_at=NOW)


def enrolment_form_known():
    Enrolment.objects.filter(pk=make_enrolment().pk).update(first_form="C")


def enrolment_percentage_in_range():
    Enrolment.objects.filter(pk=make_enrolment().pk).update(**FACTS, percentage="100.0001")


def visit_one_an_activity():
    lesson = make_lesson(module=make_module())
    enrolment = make_enrolment(course_page=lesson.get_parent().get_parent().specific)
    for _number in range(2):
        ActivityVisit.objects.create(enrolment=enrolment, activity_id=lesson.translation_key, first_seen_at=NOW)


def visit_percent_at_most_100():
    lesson = make_lesson(module=make_module())
    enrolment = make_enrolment(course_page=lesson.get_parent().get_parent().specific)
    ActivityVisit.objects.create(enrolment=enrolment, activity_id=lesson.translation_key, first_seen_at=NOW,
                                 percent_read=101)


def edition_exigency_in_range():
    make_edition(exigency=0)


def quiz_window_one_a_test():
    quiz = make_quiz()
    for _number in range(2):
        QuizWindow.objects.create(edition=make_edition_of(quiz), activity_id=quiz.translation_key, opens_at=NOW)


def quiz_window_closes_after_it_opens():
    quiz = make_quiz()
    QuizWindow.objects.create(edition=make_edition_of(quiz), activity_id=quiz.translation_key, opens_at=NOW,
                              closes_at=NOW)


def make_edition_of(quiz):
    return get_edition(quiz.get_parent().get_parent())


def make_accommodation(enrolment, **fields):
    return Accommodation.objects.create(**{"enrolment": enrolment, "extra_time": 50, "reason": "Lee despacio.",
                                           "granted_by": make_user(), "granted_at": NOW, **fields})


def accommodation_one_a_test():
    quiz = make_quiz()
    enrolment = make_enrolment(edition=make_edition_of(quiz))
    for _number in range(2):
        make_accommodation(enrolment, activity_id=quiz.translation_key)


def accommodation_one_for_all_tests():
    enrolment = make_enrolment()
    for _number in range(2):
        make_accommodation(enrolment)


def accommodation_closes_after_it_opens():
    make_accommodation(make_enrolment(), opens_at=NOW, closes_at=NOW)


def edition_follow_up_after_3_to_6_months():
    make_edition(follow_up_months=2)


def make_follow_up(**fields):
    return FollowUp.objects.create(**{"enrolment": make_enrolment(), "invited_on": NOW.date(), **fields})


def follow_up_supervisor_asked_before_answer():
    make_follow_up(supervisor_has_answered=True)


def notice_about_one_thing():
    Notice.objects.create(reason=Notice.Reason.FOLLOW_UP, next_at=NOW)


def notice_once_a_follow_up():
    follow_up = make_follow_up()
    for _number in range(2):
        Notice.objects.create(follow_up=follow_up, reason=Notice.Reason.FOLLOW_UP, next_at=NOW)


VIOLATIONS = {violation.__name__: violation for violation in (
    edition_one_default, edition_closes_after_it_opens, edition_dated_has_name, enrolment_once,
    edition_certificate_valid_months_in_range, learning_path_valid_months_in_range, learning_path_course_once,
    path_award_once,
    enrolment_facts_when_completed, enrolment_percentage_in_range, visit_one_an_activity, visit_percent_at_most_100,
    edition_exigency_in_range, quiz_window_one_a_test, quiz_window_closes_after_it_opens, accommodation_one_a_test,
    accommodation_one_for_all_tests, accommodation_closes_after_it_opens, enrolment_form_known,
    edition_follow_up_after_3_to_6_months, follow_up_supervisor_asked_before_answer, notice_about_one_thing,
    notice_once_a_follow_up)}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_constraint_refuses(name):
    with violates(name):
        VIOLATIONS[name]()


def test_constraints_all_have_a_violation():
    assert get_constraint_names("courses") == set(VIOLATIONS)


@pytest.mark.parametrize("missing", [
    {"staff_type": ""}, {"sex": ""}, {"hours_kind": ""}, {"hours": None}, {"completed_at": None}])
def test_constraint_of_facts_wants_all_or_none(missing):
    enrolments = Enrolment.objects.filter(pk=make_enrolment().pk)
    with violates("enrolment_facts_when_completed"):
        enrolments.update(**{**FACTS, **missing})
    enrolments.update(**FACTS)


def test_enrolment_querysets_part_completed_from_in_progress():
    page, learner = make_course(), make_user()
    done = make_enrolment(course_page=page, learner=learner)
    Enrolment.objects.update(**FACTS)
    running = make_enrolment(course_page=page)
    assert (list(Enrolment.objects.completed()), list(Enrolment.objects.in_progress())) == ([done], [running])
