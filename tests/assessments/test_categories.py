import random
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.categories import CategoryCannotMove, get_full_name, get_full_names, place_category, put_category
from assessments.draws import Draw, choose_questions, get_pool
from assessments.models import Question, QuestionCategory, Sharing
from tests.factories import make_category, make_organisation, make_question
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def test_category_is_placed_by_order_of_names_and_moved_with_all_below():
    course = put_category(slug="course", name="Curso")
    module = put_category(slug="module", name="Módulo", parent=course)
    quiz = put_category(slug="quiz", name="Prueba", parent=module)
    other = put_category(slug="another", name="Archivo")
    assert list(get_full_names().values()) == ["Archivo", "Curso", "Curso › Módulo", "Curso › Módulo › Prueba"]
    module = QuestionCategory.objects.get(pk=module.pk)
    place_category(category=module, parent=QuestionCategory.objects.get(pk=other.pk))
    assert get_full_name(quiz.pk) == "Archivo › Módulo › Prueba"
    place_category(category=QuestionCategory.objects.get(pk=module.pk), parent=None)
    assert get_full_name(quiz.pk) == "Módulo › Prueba"
    assert QuestionCategory.find_problems() == ([], [], [], [], [])


def test_category_cannot_be_below_itself():
    course = make_category()
    module = make_category(parent=course)
    with pytest.raises(CategoryCannotMove):
        place_category(category=QuestionCategory.objects.get(pk=course.pk), parent=module)
    assert QuestionCategory.objects.get(pk=module.pk).get_parent().pk == course.pk


def test_put_category_is_safe_to_repeat_and_keeps_the_place():
    course, elsewhere = make_category(), make_category()
    made = put_category(slug="quiz", name="Prueba", parent=course)
    place_category(category=made, parent=QuestionCategory.objects.get(pk=elsewhere.pk))
    again = put_category(slug="quiz", name="Prueba final", parent=QuestionCategory.objects.get(pk=course.pk))
    assert (again.pk, again.name, again.get_parent().pk) == (made.pk, "Prueba final", elsewhere.pk)


def test_full_names_are_read_once_while_the_bank_stays():
    make_category()
    get_full_names()
    with CaptureQueriesContext(connection) as queries:
        get_full_names()
    assert len(queries) == 0
    assert get_full_name(make_category(name="Nueva").pk) == "Nueva"


def test_draw_takes_what_is_below_its_category_and_follows_a_move():
    course, elsewhere = make_category(), make_category()
    module = make_category(parent=course)
    below, beside = make_question(category=module), make_question(category=elsewhere)
    assert get_pool(course.pk, "", "") == (below.pk,)
    place_category(category=QuestionCategory.objects.get(pk=elsewhere.pk),
                   parent=QuestionCategory.objects.get(pk=module.pk))
    assert get_pool(course.pk, "", "") == (below.pk, beside.pk)
    assert get_pool(999_999, "", "") == ()


def test_draw_takes_approved_questions_alone_and_keeps_those_chosen_by_hand():
    category = make_category()
    by_state = {state: make_question(category=category, state=state) for state in Question.State}
    assert get_pool(category.pk, "", "") == (by_state["approved"].pk,)
    chosen = choose_questions((by_state["retired"].pk, Draw(5, category=category.pk)), random.Random(1))
    assert sorted(chosen) == sorted([by_state["retired"].pk, by_state["approved"].pk])


def test_draw_takes_what_everybody_may_use_and_what_its_institution_may():
    category, institution, other = make_category(), make_organisation(), make_organisation()
    free = make_question(category=category)
    shared = make_question(category=category, owner=other, sharing=Sharing.USE)
    own = make_question(category=category, owner=institution)
    given = make_question(category=category, owner=other)
    given.shared_to_use.add(institution)
    make_question(category=category, owner=other)
    assert get_pool(category.pk, "", "") == (free.pk, shared.pk)
    assert Draw(1, category=category.pk, institution=institution.pk).get_pool() == (
        free.pk, shared.pk, own.pk, given.pk)
    given.shared_to_use.clear()
    assert given.pk not in get_pool(category.pk, "", "", institution.pk)


# --- At once ----------------------------------------------------------------------------------------------------------

@pytest.mark.django_db(transaction=True)
def test_tree_stays_whole_when_many_change_it_at_once():
    """The moves of two would cross, and each moves the other's parent."""
    roots = [make_category(name=f"Curso {number}") for number in range(6)]

    def move(place, below):
        try:
            place_category(category=roots[place], parent=roots[below])
        except CategoryCannotMove:
            return False
        return True

    moved = run_at_once([
        *(partial(move, place, (place + 1) % 6) for place in range(6)),
        *(partial(place_category, category=QuestionCategory(name=f"Nueva {number}", slug=f"new-{number}"),
                  parent=roots[0]) for number in range(3))])
    assert 0 < moved.count(True) < 6  # a ring is refused
    assert QuestionCategory.find_problems() == ([], [], [], [], [])
    assert QuestionCategory.objects.count() == 9


@pytest.mark.django_db(transaction=True)
def test_first_categories_of_a_bank_are_made_at_once():
    QuestionCategory.objects.all().delete()
    run_at_once([partial(place_category, category=QuestionCategory(name=f"Curso {number}", slug=f"course-{number}"),
                         parent=None) for number in range(4)])
    assert QuestionCategory.find_problems() == ([], [], [], [], [])
    assert QuestionCategory.objects.filter(depth=1).count() == 4


@pytest.mark.django_db(transaction=True)
def test_category_is_deleted_while_another_is_moved():
    course, leaf = make_category(name="Zeta"), make_category(name="Eta")
    for number in range(4):
        make_category(name=f"Curso {number}")
    run_at_once([leaf.delete, partial(place_category, category=course, parent=QuestionCategory.objects.get(
        name="Curso 1")), QuestionCategory.objects.get(name="Curso 2").delete])
    assert QuestionCategory.find_problems() == ([], [], [], [], [])
    assert get_full_name(course.pk) == "Curso 1 › Zeta"


def test_category_is_not_placed_below_one_that_is_gone():
    gone, category = make_category(), make_category()
    QuestionCategory.objects.get(pk=gone.pk).delete()
    with pytest.raises(CategoryCannotMove):
        place_category(category=category, parent=gone)
    QuestionCategory.objects.get(pk=category.pk).delete()
    with pytest.raises(QuestionCategory.DoesNotExist):
        place_category(category=category, parent=None)
