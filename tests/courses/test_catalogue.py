import pytest
from django.utils.translation import override

from courses.catalogue import get_courses, make_cards, search_courses
from tests.factories import make_catalogue, make_course, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    return make_catalogue()


@pytest.fixture
def courses(catalogue):
    """Two courses that differ in everything one may search for."""
    return [
        make_course(catalogue=catalogue, title="Interculturalidad en la atención", summary="Escuchar primero.",
                    audience="Personal municipal", description="<p>Derechos de la <b>niñez</b></p>",
                    level="introductory"),
        make_course(catalogue=catalogue, title="Refugio", summary="La determinación.", audience="Organizaciones",
                    description="<p>Procedimiento</p>", level="advanced"),
    ]


@pytest.mark.parametrize(("query", "found"), [
    ("", [0, 1]), ("atencion", [0]), ("ATENCIÓN", [0]), ("interculturalidad atencion", [0]), ("escuchar", [0]),
    ("organizaciones", [1]), ("ninez", [0]), ("determinacion refugio", [1]), ("refugio atencion", []),
    ("inter", [0]), ("<b>", []), ("strong", []), ("   ", [0, 1]), ("%", []), ("_", []),
])
def test_search_finds_every_word_without_accents_and_case(courses, query, found):
    assert search_courses(query=query) == [courses[number] for number in found]


@pytest.mark.parametrize(("level", "found"), [
    ("advanced", [1]), ("introductory", [0]), ("intermediate", []), ("", [0, 1]), ("no-such-level", [0, 1])])
def test_search_by_level(courses, level, found):
    assert search_courses(level=level) == [courses[number] for number in found]


def test_courses_are_the_published_ones_of_the_active_language(courses):
    english = translate(courses[0])
    courses[1].unpublish()
    assert list(get_courses()) == [courses[0]]
    with override("en"):
        assert list(get_courses()) == search_courses() == [english]
    assert list(get_courses("en")) == [english]


def test_cards_name_the_languages_a_course_can_be_taken_in(catalogue, courses):
    english = translate(courses[0])
    english_catalogue = catalogue.get_translations().get()
    courses[1].create_alias(parent=english_catalogue, update_locale=english_catalogue.locale,
                            reset_translation_key=False)
    assert [(card.page, card.languages) for card in make_cards(courses)] == [
        (courses[0], ["es", "en"]), (courses[1], ["es"])]
    english.unpublish()
    assert [card.languages for card in make_cards(courses)] == [["es"], ["es"]]


def test_cards_cost_the_same_for_one_course_and_for_three(catalogue, django_assert_num_queries):
    for _number in range(2):
        make_course(catalogue=catalogue)
        with django_assert_num_queries(2):
            assert make_cards(search_courses(query="curso"))
        make_course(catalogue=catalogue)
