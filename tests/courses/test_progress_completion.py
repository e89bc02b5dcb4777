import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from assessments.models import Completion
from certificates.models import Certificate
from courses import certifying, progress
from courses.models import CoursePage, Edition, Enrolment
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import (
    get_territory,
    make_assignment,
    make_organisation,
    make_question,
    make_user,
    translate,
)

MINUTE, SECOND, DAY = dt.timedelta(minutes=1), dt.timedelta(seconds=1), dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


# --- What is left, and the grade --------------------------------------------------------------------------------------

def test_withdrawn_quiz_is_not_required_any_more():
    learning = Learning(SmallCourse(lessons=1, weights=(1, 1)))
    learning.pass_quiz(learning.course.quizzes[0])
    learning.course.quizzes[1].unpublish()
    assert learning.read().award == learning.enrolment.pk


def test_withdrawn_quiz_still_takes_an_attempt_that_began_before():
    learning = Learning()
    attempt = learning.start()
    learning.course.quizzes[0].unpublish()
    graded, error, _certificate, _saved = learning.submit(attempt)
    assert (graded.passed, error) == (True, None)


def test_percentage_is_the_mean_of_the_best_attempts_by_weight():
    questions = [make_question() for _number in range(4)]
    learning = Learning(SmallCourse(weights=(1, 3, 0), quiz={"questions": questions, "attempts_allowed": 0}))
    first, second, uncounted = learning.course.quizzes
    for quiz, right in [(first, 3), (first, 4), (first, 2), (second, 2), (second, 1), (uncounted, 1)]:
        learning.submit(learning.start(quiz), positions=range(right))
    weights = {quiz.translation_key: quiz.weight for quiz in (first, second, uncounted)}
    percentage = progress.compute_percentage(enrolment=learning.enrolment, required=weights)
    assert percentage == Fraction(1 * 100 + 3 * 50, 4)


@pytest.mark.parametrize(("counting", "percentage"), [
    ("best", Fraction(100)), ("last", Fraction(100, 3)), ("first", Fraction(200, 3)), ("average", Fraction(200, 3)),
])
def test_percentage_follows_the_attempt_that_counts(counting, percentage):
    """Exact thirds, from scores that the database keeps with four decimals: three questions of one point each."""
    questions = [make_question() for _number in range(3)]
    learning = Learning(SmallCourse(quiz={"questions": questions, "attempts_allowed": 0, "counting": counting}))
    for right in (2, 3, 1):
        learning.submit(learning.start(), positions=range(right))
    learning.start()  # not handed in: it counts nothing yet
    required = {learning.course.quizzes[0].translation_key: 1}
    assert progress.compute_percentage(enrolment=learning.enrolment, required=required) == percentage


@pytest.mark.parametrize("counting", ["best", "last", "first", "average"])
def test_first_attempt_that_passes_completes_whatever_counts(counting):
    learning = Learning(SmallCourse(lessons=1, quiz={"counting": counting, "attempts_allowed": 0}))
    learning.submit(learning.start(), right=False)
    learning.pass_quiz()
    learning.submit(learning.start(), right=False)
    completion = Completion.objects.get(activity=learning.course.quizzes[0].translation_key)
    assert completion.attempt.number == 2
    learning.read()
    enrolment = Enrolment.objects.get()
    assert enrolment.percentage == {"best": 100, "last": 0, "first": 0, "average": Decimal("33.3333")}[counting]
    assert enrolment.facts["rule"] == f"weighted_mean_of_{counting}_attempts"


def test_rule_of_the_percentage_is_general_when_the_tests_differ():
    learning = Learning(SmallCourse(weights=(1, 1)))
    learning.course.quizzes[0].counting = "last"
    learning.course.quizzes[0].save()
    learning.finish()
    assert learning.enrolment.facts["rule"] == "weighted_mean_of_attempts"


@pytest.mark.parametrize(("scale", "facts"), [
    ("chile", ("80", "4.0", "chile-80")), ("mexico", ("80", "8.0", "mexico-80")),
    ("percent", ("80", None, "")), ("pass_fail", (None, None, "")), ("local", ("80", None, "")),
])
def test_certificate_has_the_grade_of_the_editions_scale(scale, facts):
    questions = [make_question() for _number in range(5)]
    learning = Learning(SmallCourse(lessons=0, quiz={"questions": questions}))
    Edition.objects.update(grade_scale=scale, exigency=80)
    _attempt, _error, certificate, _saved = learning.submit(learning.start(), positions=range(4))
    assert tuple(certificate.snapshot[name] for name in ("percentage", "grade", "grade_rule")) == facts
    assert Enrolment.objects.get().percentage == 80  # lists for institutions show per cent


def test_percentage_counts_a_test_not_taken_as_0_and_is_none_without_weights():
    learning = Learning(SmallCourse(weights=(1, 1)))
    learning.pass_quiz(learning.course.quizzes[0])
    keys = [quiz.translation_key for quiz in learning.course.quizzes]
    assert progress.compute_percentage(enrolment=learning.enrolment, required=dict.fromkeys(keys, 1)) == 50
    assert progress.compute_percentage(enrolment=learning.enrolment, required=dict.fromkeys(keys, 0)) is None


def test_course_without_counting_tests_ends_in_a_certificate_of_attendance():
    learning = Learning(SmallCourse(weights=(0,)))
    certificate = learning.finish()
    assert (certificate.kind, learning.enrolment.percentage) == ("attendance", None)
    assert (certificate.snapshot["percentage"], certificate.snapshot["grade"]) == (None, None)


@pytest.mark.parametrize(("percentage", "country", "pass_mark", "grade"), [
    ("60", "CL", "60.00", (Decimal("4.0"), "chile-60")), ("100", "CL", "60.00", (Decimal("7.0"), "chile-60")),
    ("50", "CL", "50", (Decimal("4.0"), "chile-50")), ("60", "MX", "60.00", (None, "")), ("60", "", "60", (None, "")),
    ("60", "CL", "", (None, "")), (None, "CL", "60", (None, "")),
])
def test_local_grade_is_of_the_country_of_work(percentage, country, pass_mark, grade):
    percentage = None if percentage is None else Decimal(percentage)
    facts = {"country": country, "pass_mark": pass_mark}
    assert certifying.get_local_grade(percentage=percentage, facts=facts) == grade


def test_pass_mark_is_left_out_when_the_tests_that_count_differ():
    learning = Learning(SmallCourse(weights=(1, 1)))
    second = learning.course.quizzes[1]
    second.pass_mark = 70
    second.save()
    learning.finish()
    assert learning.enrolment.facts["pass_mark"] == ""


# --- Facts ------------------------------------------------------------------------------------------------------------

@pytest.fixture
def official():
    """Somebody who works in a unit of a municipality of Santiago."""
    institution = make_organisation(name="Municipalidad de Las Acacias", territory=get_territory())
    directorate = make_organisation(parent=institution, name="Desarrollo Comunitario")
    unit = make_organisation(parent=directorate, name="Oficina de Migrantes")
    learner = make_user(given_names="Rosa", first_surname="Quilodrán", second_surname="Vega", sex="female",
                        document=("rut", "12.345.678-5"))
    make_assignment(user=learner, organisation=unit, staff_type="contrata", position="Orientadora")
    return learner


def make_bilingual_course(**fields):
    course = SmallCourse(title="Interculturalidad", hours=Decimal("24.5"), **fields)
    course.module.title = "Movilidad"
    course.module.save()
    translate(course.module, title="Mobility")
    CoursePage.objects.filter(translation_key=course.key, locale__language_code="en").update(title="Interculturality")
    return course


def test_completion_freezes_the_facts_of_the_day(official):
    learning = Learning(make_bilingual_course(), learner=official)
    certificate = learning.finish()
    enrolment = learning.enrolment
    assert (enrolment.organisation.name, enrolment.territory, enrolment.staff_type, enrolment.sex) == (
        "Oficina de Migrantes", get_territory(), "contrata", "female")
    assert (enrolment.hours, enrolment.hours_kind, enrolment.percentage) == (Decimal("24.5"), "chronological", 100)
    assert enrolment.facts == {
        "titles": {"es": "Interculturalidad", "en": "Interculturality"},
        "institution": "Municipalidad de Las Acacias", "unit": "Desarrollo Comunitario / Oficina de Migrantes",
        "organisation": "Oficina de Migrantes", "territory": "Santiago", "country": "CL", "position": "Orientadora",
        "edition": "", "modality": "online", "rule": "weighted_mean_of_best_attempts", "pass_mark": "60.00",
        "grade_scale": "local", "exigency": "60", "modules": [{"es": "Movilidad", "en": "Mobility"}]}
    facts = certificate.snapshot
    assert (facts["holder"], facts["organisation"], facts["commune"], facts["grade"], facts["grade_rule"]) == (
        "Rosa Quilodrán Vega", "Municipalidad de Las Acacias", "Santiago", "7.0", "chile-60")
    assert facts["course"] == {"es": "Interculturalidad", "en": "Interculturality"}
    assert (facts["started_on"], facts["completed_on"]) == ("2026-11-22", "2026-11-22")
    assert "12345678" not in str(facts)


def test_facts_do_not_change_with_what_is_edited_later(official):
    learning = Learning(make_bilingual_course(), learner=official)
    certificate = learning.finish()
    before = Enrolment.objects.values().get(), Certificate.objects.values().get()

    official.given_names, official.sex = "Rosario", "x"
    official.save()
    unit = official.assignments.get().organisation
    unit.name = "Oficina de Personas Mayores"
    unit.save()
    official.assignments.update(staff_type="planta", position="Jefa")
    course = learning.course.page
    course.title, course.hours, course.modality = "Otro curso", 3, "blended"
    course.save_revision().publish()
    learning.course.quizzes[0].unpublish()
    assert learning.read(now=NOW + DAY) == certificate
    assert (Enrolment.objects.values().get(), Certificate.objects.values().get()) == before


def test_facts_are_those_of_the_assignment_on_that_day(official):
    elsewhere = make_organisation(name="Servicio Jesuita", kind="cso")
    official.assignments.update(until=NOW.date() - DAY)
    make_assignment(user=official, organisation=elsewhere, staff_type="paid", since=NOW.date())
    learning = Learning(learner=official)
    learning.finish()
    facts = learning.enrolment.facts
    assert (learning.enrolment.organisation, learning.enrolment.staff_type) == (elsewhere, "paid")
    assert [facts[name] for name in ("institution", "unit", "territory", "country")] == ["Servicio Jesuita", "", "", ""]


def test_facts_of_a_person_without_assignment_are_not_stated():
    learning = Learning()
    learning.finish()
    enrolment = learning.enrolment
    assert (enrolment.organisation, enrolment.territory, enrolment.staff_type, enrolment.sex) == (
        None, None, "not_stated", "not_stated")
    assert (enrolment.facts["institution"], enrolment.facts["unit"], enrolment.facts["position"]) == ("", "", "")


def test_snapshot_is_in_the_learners_language_where_the_course_has_it():
    course, reader = SmallCourse(), make_user(preferred_language="en")
    assert Learning(course, learner=reader).finish().snapshot["language"] == "es"
    bilingual = SmallCourse()
    translate(bilingual.module)
    assert Learning(bilingual, learner=reader).finish().snapshot["language"] == "en"
