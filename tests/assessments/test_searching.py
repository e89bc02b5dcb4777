import pytest

from assessments.models import Question
from assessments.searching import below_category, search
from tests.factories import make_category, make_question

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("words", "found"), [
    ("traduccion", True), ("TRADUCCIÓN", True), ("tradúccion", True), ("traduc", True), ("nino", True),
    ("niño traducción", True), ("interpreter", True), ("¿traducción?", True), ("pregunta-de", True),
    ("carpeta", False), ("traducción carpeta", False), ("¿?", False), ("'; drop", False), ("\"", False),
])
def test_search_finds_words_in_any_language_without_accents(words, found):
    question = make_question(code="pregunta-de-prueba", stem="¿Quién pide la traducción del niño?",
                             options=[("Interpreter", True), ("Nadie", False)])
    make_question(stem="Otra")
    assert list(search(Question.objects.all(), words)) == [question] * found


def test_search_keeps_to_the_queryset_and_its_order():
    make_question(code="a", stem="traducción", state=Question.State.DRAFT)
    later, earlier = make_question(code="c", stem="traducción"), make_question(code="b", stem="traducción")
    approved = Question.objects.filter(state=Question.State.APPROVED)
    assert list(search(approved, "traduccion")) == [earlier, later]


def test_category_brings_those_below_it():
    course = make_category()
    module = make_category(parent=course)
    questions = [make_question(category=course), make_question(category=module)]
    make_question()
    assert list(below_category(Question.objects.order_by("pk"), course.pk)) == questions
    assert list(below_category(Question.objects.all(), module.pk)) == questions[1:]
    assert list(below_category(Question.objects.all(), 999_999)) == []
