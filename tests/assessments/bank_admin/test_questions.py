import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.curating import comment
from assessments.models import Competence, Question
from courses.models import CatalogueIndexPage
from tests.assessments.bank_admin.people import write
from tests.factories import localized, make_category, make_course, make_module, make_question, make_quiz

LIST = "wagtailsnippets_assessments_question:list"
NOW = "2026-11-22T15:00:00Z"


@pytest.fixture
def trainer(people, client):
    client.force_login(people.trainer)
    return people.trainer


def get_codes(client, **query):
    response = client.get(reverse(LIST), query)
    assert response.status_code == 200
    return [question.code for question in response.context["object_list"]]


def get_row(client, code):
    page = BeautifulSoup(client.get(reverse(LIST)).content, "html.parser")
    (row,) = [row for row in page.select("tbody tr") if code in row.text]
    return " ".join(row.text.split())


def test_list_is_narrowed_by_every_filter(people, trainer, client):
    course = make_category(name="Curso")
    competence = Competence.objects.create(code="derivar", names=localized("Derivar"))
    wanted = make_question(code="buscada", category=make_category(parent=course), difficulty="hard",
                           competence=competence, owner=people.institution, state=Question.State.RETIRED,
                           kind="true_false")
    wanted.tags.add("refugio")
    write(wanted, stem=localized("La traducción", ""), feedback=localized("Antes", "Before"))
    write(wanted, feedback=localized("Después", "Before"))
    make_question(code="otra")
    for query in ({"category": course.pk}, {"kind": "true_false"}, {"state": "retired"}, {"tag": "refugio"},
                  {"difficulty": "hard"}, {"competence": competence.pk}, {"owner": people.institution.pk},
                  {"translation": "en:missing"}, {"translation": "en:older"}, {"q": "traduccion"},
                  {"q": "traducción", "tag": "refugio", "category": course.pk, "translation": "en:older"}):
        assert get_codes(client, **query) == ["buscada"], query
    assert get_codes(client, translation="es:older") == []
    assert get_codes(client) == ["buscada", "otra"]


def test_list_says_what_waits(people, trainer, client):
    question = make_question(code="buscada", state=Question.State.RETIRED)
    write(question, stem=localized("Sin traducir", ""))
    comment(question=question, author=people.colleague, text="?", now=NOW)
    quiz = make_quiz(parent=make_module(course=make_course(catalogue=get_catalogue())), questions=[question])
    row = get_row(client, "buscada")
    assert "Retired" in row and "1 test still uses it" in row and "1 open comment" in row and "EN 1 missing" in row
    edit = client.get(reverse("wagtailsnippets_assessments_question:edit", args=[question.pk])).content.decode()
    assert "This question is retired." in edit and quiz.title in edit
    preview = client.get(reverse("question_preview", args=[question.pk])).content.decode()
    assert quiz.title in preview
    assert str(question).startswith("[")  # as the editor of the test shows it


def get_catalogue():
    return CatalogueIndexPage.objects.get(locale__language_code="es")


@pytest.mark.parametrize("query", [{}, {"q": "pregunta"}, {"translation": "en:missing"}, {"state": "retired"},
                                   {"q": "pregunta", "category": "all"}])
def test_list_costs_the_same_for_one_and_many(people, trainer, client, query):
    def make(number):
        question = make_question(code=f"pregunta-{number}", owner=people.institution, state=Question.State.RETIRED)
        write(question, stem=localized("Una pregunta", ""))
        comment(question=question, author=trainer, text="?", now=NOW)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(LIST), query).status_code == 200
        return len(queries)

    make(0)
    if "category" in query:
        query = query | {"category": Question.objects.get().category_id}
    count()
    one = count()
    for number in range(1, 4):
        make(number)
    count()
    assert count() == one
    assert one <= 12


def test_link_of_a_row_leads_where_the_person_may_go(people, client):
    question = make_question(code="buscada", owner=people.institution)
    question.shared_to_use.add(people.other)
    client.force_login(people.stranger)
    page = client.get(reverse(LIST)).content.decode()
    assert reverse("question_preview", args=[question.pk]) in page
    assert reverse("wagtailsnippets_assessments_question:edit", args=[question.pk]) not in page
    assert reverse("wagtailsnippets_assessments_question:delete", args=[question.pk]) not in page
