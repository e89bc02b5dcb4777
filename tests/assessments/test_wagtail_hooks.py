import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ReferenceIndex
from wagtail.users.models import UserProfile

from assessments.bank import get_tests, get_text
from assessments.models import Question, QuestionCategory
from assessments.wagtail_hooks import keep_what_is_used
from courses.progress import start_attempt
from courses.quizzes import get_rules
from tests.courses.authors import make_site, make_trainer
from tests.factories import (
    make_category,
    make_course,
    make_enrolment,
    make_module,
    make_question,
    make_quiz,
    make_user,
    translate,
)

LIST = "wagtailsnippets_assessments_question:list"


@pytest.fixture
def catalogue(db, django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture
def trainer(catalogue, client):
    user = make_trainer()
    client.force_login(user)
    return user


def delete_url(instance):
    return reverse(f"wagtailsnippets_assessments_{instance._meta.model_name}:delete", args=[instance.pk])


def get_message(response):
    [message] = response.context["messages"]
    return message.message


def test_question_list_shows_text_in_language_of_trainer(trainer, client):
    make_question(stem="¿Quién atiende?")
    assert "¿Quién atiende?" in client.get(reverse(LIST)).content.decode()
    UserProfile.objects.update_or_create(user=trainer, defaults={"preferred_language": "en"})
    assert "¿Quién atiende? (en)" in client.get(reverse(LIST)).content.decode()


def test_text_falls_back_to_first_language(db):
    question = make_question(stem="¿Quién atiende?")
    del question.version.content["stem"]["en"]
    with translation.override("en"):
        assert get_text(question) == "¿Quién atiende?"


@pytest.mark.parametrize("query", ["traducción", "traduccion", "Traduc", "interpreter"])
def test_question_list_searches_all_languages(trainer, client, query):
    wanted = make_question(stem="¿Cuándo pedir traducción?", options=[("interpreter", True), ("nadie", False)])
    make_question(stem="Otra cosa")
    rows = client.get(reverse(LIST), {"q": query}).context["object_list"]
    assert [row.pk for row in rows] == [wanted.pk]


def test_question_list_filters_by_category_and_kind(trainer, client):
    category = make_category()
    wanted = make_question(kind="true_false", category=category)
    make_question(category=category)
    make_question(kind="true_false")
    rows = client.get(reverse(LIST), {"category": category.pk, "kind": "true_false"}).context["object_list"]
    assert [row.pk for row in rows] == [wanted.pk]


def test_question_list_takes_same_queries_for_one_and_three(trainer, client):
    counts = []
    for total in (1, 3):
        while Question.objects.count() < total:
            make_question()
        client.get(reverse(LIST))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(LIST))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", [LIST, "wagtailsnippets_assessments_questioncategory:list", "question_chooser:choose"])
def test_question_bank_is_for_authors(catalogue, client, name):
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_user())
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_trainer())
    assert client.get(reverse(name)).status_code == 200


def test_question_form_saves_both_languages(trainer, client):
    category = make_category()
    data = {"code": "nueva", "category": category.pk, "state": "draft", "body-count": "1", "body-0-deleted": "",
            "body-0-order": "0", "body-0-type": "true_false", "body-0-id": "", "body-0-value-stem-es": "¿Es así?",
            "body-0-value-stem-en": "Is it so?", "body-0-value-answer": "true", "body-0-value-penalty": "none",
                "body-0-value-points": "1"}
    data |= {f"body-0-value-{name}-{code}": "" for name in ("when_true", "when_false", "feedback")
             for code in ("es", "en")}
    response = client.post(reverse("wagtailsnippets_assessments_question:add"), data)
    assert response.status_code == 302
    question = Question.objects.get(code="nueva")
    assert (question.kind, question.version.content["stem"]) == ("true_false", {"es": "¿Es así?", "en": "Is it so?"})


def test_chooser_searches_and_filters(trainer, client):
    category = make_category()
    wanted = make_question(category=category, stem="Pregunta sobre traducción")
    make_question(stem="Pregunta sobre traducción")
    make_question(category=category, stem="Otra")
    response = client.get(reverse("question_chooser:choose_results"), {"q": "traduccion", "category": category.pk})
    assert [question.pk for question in response.context["results"]] == [wanted.pk]
    assert "Pregunta sobre traducción" in response.content.decode()
    assert client.get(reverse("question_chooser:choose_results"), {"q": "", "category": ""}).status_code == 200


def test_used_question_is_not_deleted(trainer, client, catalogue):
    question = make_question()
    quiz = make_quiz(parent=make_module(course=make_course(catalogue=catalogue)), questions=[question])
    response = client.post(delete_url(question), follow=True)
    assert Question.objects.filter(pk=question.pk).exists()
    assert quiz.title in get_message(response)


def test_test_that_uses_a_question_is_named_once_in_the_language_of_the_reader(trainer, client, catalogue):
    question = make_question()
    quiz = make_quiz(parent=make_module(course=make_course(catalogue=catalogue)), questions=[question], title="Prueba")
    translate(quiz, title="Test")
    with translation.override("en"):
        assert get_tests(question=question) == ["Test"]
    with translation.override("es"):
        assert get_tests(question=question) == ["Prueba"]


def test_used_question_is_not_deleted_with_many(trainer, client, catalogue):
    used, unused = make_question(), make_question()
    make_quiz(parent=make_module(course=make_course(catalogue=catalogue)), questions=[used])
    url = reverse("wagtail_bulk_action", args=["assessments", "question", "delete"])
    client.post(f"{url}?id={used.pk}&id={unused.pk}")
    assert Question.objects.filter(pk__in=[used.pk, unused.pk]).count() == 2


def test_question_of_attempt_is_not_deleted(trainer, client, catalogue):
    category = make_category()
    question = make_question(category=category)
    course = make_course(catalogue=catalogue)
    quiz = make_quiz(parent=make_module(course=course), draws=[(category, 1)])
    enrolment = make_enrolment(course_page=course)
    start_attempt(enrolment=enrolment, activity=quiz.translation_key, rules=get_rules(quiz), now=timezone.now())
    client.post(delete_url(question))
    assert Question.objects.filter(pk=question.pk).exists()


@pytest.mark.django_db
def test_deleting_many_questions_asks_for_all_together():
    def count(questions):
        with CaptureQueriesContext(connection) as queries:
            assert keep_what_is_used(None, questions) is None
        return len(queries)

    assert count([make_question()]) == count([make_question() for _number in range(3)])


def test_unused_question_is_deleted(trainer, client):
    question = make_question()
    client.post(delete_url(question))
    assert not Question.objects.filter(pk=question.pk).exists()


def test_category_with_draws_or_questions_is_not_deleted(trainer, client, catalogue):
    drawn, full, empty = make_category(), make_category(), make_category()
    quiz = make_quiz(parent=make_module(course=make_course(catalogue=catalogue)), draws=[(drawn, 2)])
    make_question(category=full)
    assert quiz.title in get_message(client.post(delete_url(drawn), follow=True))
    assert full.name in get_message(client.post(delete_url(full), follow=True))
    client.post(delete_url(empty))
    assert {*QuestionCategory.objects.filter(pk__in=[drawn.pk, full.pk, empty.pk])} == {drawn, full}


def test_usage_of_question_tells_tests_that_choose_and_draw(trainer, client, catalogue):
    category = make_category()
    question = make_question(category=category)
    make_question(category=category)
    module = make_module(course=make_course(catalogue=catalogue))
    quizzes = [make_quiz(parent=module, questions=[question]), make_quiz(parent=module, draws=[(category, 1)])]
    make_quiz(parent=module)
    assert ReferenceIndex.objects.filter(base_content_type=ContentType.objects.get_for_model(Question)).exists()
    response = client.get(reverse("wagtailsnippets_assessments_question:usage", args=[question.pk]))
    assert sorted(row["label"] for row in response.context["table"].data) == sorted(quiz.title for quiz in quizzes)
