import io
import random
import re

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.models import Attempt, Question
from courses.models import Enrolment
from lms.accounts.models import AuditEvent, RoleGrant
from lms.accounts.roles import grant_role
from lms.typography import use_minus
from tests.assessments.analysis.answering import NOW, choose, make_attempts, make_people
from tests.assessments.analysis.simulating import simulate
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import SmallCourse
from tests.factories import get_edition, make_edition, make_question, make_user

pytestmark = pytest.mark.django_db
FOUR = [("Buena", True), ("Mala", False), ("=Peor", False), ("Ninguna", False)]


@pytest.fixture
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture
def trainer(site, client):
    trainer = make_trainer(preferred_language="en")
    client.force_login(trainer)
    return trainer


class Sat:
    """A test of ``size`` questions that ``people`` took, all in Spanish."""

    def __init__(self, *, size=3, people=8, edition=None, drawn=None):
        self.bank = [make_question(options=FOUR) for _number in range(size)]
        self.course = SmallCourse(quiz={"questions": self.bank})
        self.quiz = self.course.quizzes[0]
        self.edition = edition or get_edition(self.course.page)
        rng = random.Random(people)
        drawn = drawn or [(False, [rng.random() < 0.6 for _question in self.bank]) for _person in range(people)]
        learners = make_people(len(drawn))
        enrolments = Enrolment.objects.bulk_create([
            Enrolment(learner=learner, edition=self.edition, enrolled_at=NOW) for learner in learners])
        self.attempts = make_attempts(
            self.bank, [[choose(question, 0 if right else 2) for question, right in
                         zip(self.bank, scores, strict=True)] for _is_focal, scores in drawn],
            activity=self.quiz.translation_key, learners=learners,
            enrolments=[enrolment.pk for enrolment in enrolments], seconds=30,
            languages=[["en" if is_focal else "es"] * size for is_focal, _scores in drawn]) if drawn else (
                Attempt.objects.none())

    def url(self, name="analysis_test"):
        return reverse(name, args=[self.quiz.translation_key])

    def question_url(self, name="analysis_question"):
        return reverse(name, args=[self.bank[0].pk])

    def give_trainer(self, trainer):
        self.edition.trainer = trainer
        self.edition.save()
        return self


# --- The pages --------------------------------------------------------------------------------------------------------

def test_list_names_the_tests_with_results(client, trainer):
    sat = Sat()
    page = client.get(reverse("analysis")).content.decode()
    for text in (sat.quiz.title, sat.course.page.title, sat.url(), '<td class="puentes-number">8</td>'):
        assert text in page


def test_list_without_results_says_so(client, trainer):
    assert "No test has results yet." in client.get(reverse("analysis")).content.decode()


@pytest.mark.parametrize("query", [{}, {"attempts": "all"}, {"attempts": "x"}])
def test_page_of_a_test_shows_figures_charts_and_tables(client, trainer, query):
    sat = Sat(people=40)
    response = client.get(sat.url(), query)
    page, analysis = response.content.decode(), response.context["analysis"]
    assert (analysis.n, len(analysis.items)) == (40, 3)
    assert [item.key for item in analysis.items] == [question.pk for question in sat.bank]
    assert page.count("<svg class=\"analysis__chart\"") == 2
    for text in (f"{analysis.mean:.1f} %", use_minus(f"{analysis.reliability:.2f}"), "Reliability (KR-20)", "=Peor",
                 "30 s", sat.bank[0].code):
        assert text in page
    assert "style=" not in page[page.index('<div class="nice-padding puentes-page analysis">'):page.index("</main>")]


def test_page_of_a_test_shows_questions_that_are_no_longer_in_the_bank(client, trainer):
    sat = Sat(people=10)
    Question.objects.filter(pk=sat.bank[0].pk).delete()
    response = client.get(sat.url())
    assert response.status_code == 200
    assert [item.n for item in response.context["analysis"].items] == [10, 10, 10]


def test_page_of_a_question_shows_it_over_all_tests(client, trainer):
    sat = Sat(people=10)
    make_attempts(sat.bank, [[choose(question, 1) for question in sat.bank]] * 5,
                  enrolments=[attempt.enrolment for attempt in sat.attempts[:5]])
    response = client.get(sat.question_url())
    assert response.context["item"]["figures"].n == 15
    page = response.content.decode()
    for text in ("¿Qué corresponde hacer? (en)", "=Peor", sat.bank[0].code, "How often each answer was given"):
        assert text in page


@pytest.mark.parametrize(("people", "text"), [(4, "Fewer than 5 "), (0, "Nobody whose results you may see")])
def test_small_groups_show_nothing(client, trainer, people, text):
    sat = Sat(people=people)
    for name, url in (("analysis_test", sat.url()), ("analysis_question", sat.question_url())):
        page = client.get(url).content.decode()
        assert text in page
        assert "<svg class=\"analysis__chart\"" not in page
        assert client.get(url + "file/", follow=True).status_code == 404, name


def test_item_that_differs_between_languages_is_flagged_in_words(client, trainer):
    sat = Sat(size=6, drawn=simulate(items=6, people=200, seed=3, harder={4: 1.8}))
    response = client.get(sat.url())
    assert [item["number"] for item in response.context["flagged"]] == [5]
    page = response.content.decode()
    for text in ("1 question behaves differently in one language.", "Harder in English for people who are equally good",
                 "C: large", "Mantel-Haenszel", "&lt; 0.001", "differs in English"):
        assert text in page
    client.get(sat.question_url())
    page = client.get(reverse("analysis_question", args=[sat.bank[4].pk])).content.decode()
    assert "Harder in English for people who are equally good" in page


def test_no_page_names_a_learner(client, trainer):
    sat = Sat()
    learner = sat.attempts[0].learner
    for url in (sat.url(), sat.question_url(), reverse("analysis")):
        page = client.get(url).content.decode()
        assert learner.email not in page
        assert learner.first_surname not in page


def test_unknown_test_and_question_are_missing(client, trainer):
    for url in (reverse("analysis_test", args=["3f0b1f0e-0000-4000-8000-000000000000"]),
                reverse("analysis_question", args=[99_999_999])):
        assert client.get(url, follow=True).status_code == 404


def test_pages_cost_the_same_with_more(client, trainer):
    def count(sat):
        numbers = []
        for url in (reverse("analysis"), sat.url(), sat.question_url()):
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            numbers.append(len(queries))
        return numbers

    few = count(Sat(size=1, people=5))
    Sat()
    assert count(Sat(size=3, people=15)) == few
    assert max(few) <= 30


# --- As a file --------------------------------------------------------------------------------------------------------

def read(response):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_file_of_a_test_has_what_the_page_has(client, trainer):
    sat = Sat(people=12)
    analysis = client.get(sat.url()).context["analysis"]
    response = client.get(sat.url("analysis_test_file"))
    assert response["Content-Disposition"].startswith('attachment; filename="figures-')
    sheets = read(response)
    assert list(sheets) == ["Test", "Questions", "Answers given", "Languages", "Differences", "About this file"]
    assert ["Mean (%)", pytest.approx(analysis.mean)] in sheets["Test"]
    moment = dict(sheets["About this file"])["Cut-off"]
    assert re.fullmatch(r"\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d \(America/Santiago\)", moment)
    header, *rows = sheets["Questions"]
    assert header[:5] == ["Code", "Question", "Answers", "Facility index", "Discrimination"]
    assert [row[0] for row in rows] == [question.code for question in sat.bank]
    assert [row[3] for row in rows] == [pytest.approx(item.facility) for item in analysis.items]
    assert "=Peor" not in [row[1] for row in sheets["Answers given"]]  # in English
    assert "=Peor (en)" in [row[1] for row in sheets["Answers given"]]
    assert ["Attempts", "Each person’s first attempt at a test"] in sheets["About this file"]
    event = AuditEvent.objects.get(action="report.exported")
    assert (event.actor, event.subject) == (trainer, f"report:figures:test:{sat.quiz.translation_key}")
    assert (event.details["rows"], event.details["n"], event.details["attempts"]) == (3, 12, "first")


def test_file_of_a_question(client, trainer):
    sat = Sat(people=6)
    sheets = read(client.get(sat.question_url("analysis_question_file"), {"attempts": "all"}))
    assert next(iter(sheets)) == "Questions"
    assert [row[0] for row in sheets["Questions"][1:]] == [sat.bank[0].code]
    event = AuditEvent.objects.get(action="report.exported")
    assert (event.subject, event.details["attempts"]) == (f"report:figures:question:{sat.bank[0].pk}", "all")


# --- Who may look -----------------------------------------------------------------------------------------------------

def make_manager():
    manager = make_user()
    grant_role(user=manager, role=RoleGrant.Role.PROGRAMME_MANAGER)
    return manager


@pytest.mark.parametrize(("who", "n"), [
    ("own trainer", 8), ("administrator", 8), ("programme manager", 8), ("other trainer", 0), ("learner", None),
    ("anonymous", None)])
def test_figures_are_for_those_who_teach_or_manage(site, client, who, n):
    own = make_trainer()
    sat = Sat().give_trainer(own)
    person = {"own trainer": own, "administrator": make_user(is_superuser=True), "programme manager": make_manager(),
              "other trainer": make_trainer(), "learner": sat.attempts[0].learner, "anonymous": None}[who]
    if person:
        client.force_login(person)
    if n is None:
        for url in (reverse("analysis"), sat.url(), sat.question_url(), sat.url("analysis_test_file"),
                    sat.question_url("analysis_question_file")):
            assert client.get(url).status_code == 302  # to where one signs in, or to the first page with a message
        return
    assert (sat.url() in client.get(reverse("analysis")).content.decode()) is bool(n)
    assert client.get(sat.url()).context["analysis"].n == n
    assert client.get(sat.question_url()).context["n"] == n
    for url in (sat.url("analysis_test_file"), sat.question_url("analysis_question_file")):
        assert client.get(url, follow=True).status_code == (200 if n else 404)


def test_trainer_sees_the_own_edition_of_a_course_only(client, trainer):
    sat = Sat()
    edition = make_edition(course_page=sat.course.page, trainer=trainer)
    sat.give_trainer(make_trainer())
    learners = make_people(6)
    enrolments = Enrolment.objects.bulk_create([
        Enrolment(learner=learner, edition=edition, enrolled_at=NOW) for learner in learners])
    make_attempts(sat.bank, [[choose(question, 0) for question in sat.bank]] * 6, learners=learners,
                  activity=sat.quiz.translation_key, enrolments=[enrolment.pk for enrolment in enrolments])
    analysis = client.get(sat.url()).context["analysis"]
    assert (analysis.n, analysis.mean) == (6, 100)


# --- The way there ----------------------------------------------------------------------------------------------------

def test_menu_test_and_question_lead_to_the_figures(client, trainer):
    sat = Sat()
    home = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("analysis") in home
    edit = client.get(reverse("wagtailadmin_pages:edit", args=[sat.quiz.pk])).content.decode()
    assert sat.url() in edit
    question = sat.bank[0]
    for name, args in (("list", []), ("edit", [question.pk])):
        page = client.get(reverse(question.snippet_viewset.get_url_name(name), args=args)).content.decode()
        assert sat.question_url() in page, name
