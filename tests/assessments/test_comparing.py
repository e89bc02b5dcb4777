import pytest
from django.utils import translation

from assessments.comparing import compare, mark_changes
from tests.assessments.bank_admin.people import write
from tests.factories import localized, make_question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    translation.activate("en")


def get_bodies(question):
    return [edit.body for edit in reversed(question.edits.all())]


def describe(differences):
    """{label: (before, after)}, with [] around what changed."""
    def join(parts):
        return "".join(f"[{text}]" if changed else text for text, changed in parts)
    return {each.label: (join(each.before), join(each.after)) for each in differences}


def test_words_that_changed_are_marked():
    assert mark_changes("Primero se escucha.", "Primero se atiende, luego.") == (
        [("Primero se ", False), ("escucha", True), (".", False)],
        [("Primero se ", False), ("atiende, luego", True), (".", False)])
    assert mark_changes("", "Nueva") == ([], [("Nueva", True)])


def test_texts_of_many_pages_are_compared_as_a_whole():
    before, after = "de la el que en " * 2000, "la que de en el " * 2000
    assert mark_changes(before, after) == ([(before, True)], [(after, True)])


def test_texts_are_compared_language_by_language():
    question = make_question(stem="¿Qué hace?")
    write(question, stem=localized("¿Qué haría?", "¿Qué hace? (en)"))
    before, after = get_bodies(question)
    differences = compare(before, after)
    assert describe(differences) == {"Question (Spanish)": ("¿Qué [hace]?", "¿Qué [haría]?")}
    assert differences[0].language == "es"


def test_key_and_options_are_compared_by_what_they_are_and_not_by_their_place():
    question = make_question(options=[("Escuchar", True), ("Derivar", False)])
    first, second = question.body.raw_data[0]["value"]["options"]
    swapped = [{**second, "value": {**second["value"], "correct": True}},
               {**first, "value": {**first["value"], "correct": False}}]
    write(question, options=swapped, points="2")
    before, after = get_bodies(question)
    assert describe(compare(before, after)) == {
        "Options: which and in what order": ("[Escuchar\nDerivar]", "[Derivar\nEscuchar]"),
        "Options 1 › Correct": ("[No]", "[Yes]"), "Options 2 › Correct": ("[Yes]", "[No]"),
        "Points": ("[1]", "[2]")}


def test_option_that_is_gone_is_shown_with_all_its_texts():
    question = make_question(options=[("Escuchar", True), ("Derivar", False), ("Callar", False)])
    write(question, options=question.body.raw_data[0]["value"]["options"][:2])
    before, after = get_bodies(question)
    told = describe(compare(before, after))
    assert told["Options 3 › Text (Spanish)"] == ("[Callar]", "")
    assert told["Options: which and in what order"] == (
        "[Escuchar\nDerivar\nCallar]", "[Escuchar\nDerivar]")


def test_equal_versions_have_no_difference_and_another_kind_is_told():
    choice = make_question()
    (body,) = get_bodies(choice)
    assert compare(body, body) == []
    (other,) = get_bodies(make_question(kind="true_false"))
    assert describe(compare(body, other))["Kind"] == ("[Single choice]", "[True or false]")
