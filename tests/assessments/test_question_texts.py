import pytest

from assessments.models import Question, QuestionVersion
from assessments.question_texts import find_texts
from tests import factories
from tests.assessments.bank_admin.people import write
from tests.factories import localized, stable_id

pytestmark = pytest.mark.django_db


def make_question(**fields):
    return write(factories.make_question(**fields), feedback=localized("", ""))


def get_gaps(question):
    return [(gap.text.path, gap.language, "older" if gap.is_older else "missing") for gap in question.find_gaps()]


def get_counts(question):
    return [(gap.language, gap.missing, gap.older) for gap in question.gaps.order_by("language")]


def test_texts_are_found_in_every_part_with_their_place():
    question = make_question(code="q", options=[("Sí", True), ("No", False)])
    option = f"options/{stable_id('q', 1)}"
    assert [text.path for text in find_texts(question.body)] == [
        "stem", f"options/{stable_id('q', 0)}/text", f"options/{stable_id('q', 0)}/feedback", f"{option}/text",
        f"{option}/feedback", "feedback"]
    assert {text.path: text.texts["es"] for text in find_texts(question.body)}[f"{option}/text"] == "No"


def test_text_without_translation_is_missing():
    question = make_question()
    assert (get_gaps(question), get_counts(question)) == ([], [])
    write(question, stem=localized("¿Qué hace?", ""), feedback=localized("  ", "Only in English"))
    assert get_gaps(question) == [("stem", "en", "missing"), ("feedback", "es", "missing")]
    assert get_counts(question) == [("en", 1, 0), ("es", 1, 0)]


def test_translation_is_older_until_it_changes_after_its_source():
    question = make_question(stem="¿Qué hace usted?")
    write(question, stem=localized("¿Qué hace?", "¿Qué hace usted? (en)"))
    assert (get_gaps(question), get_counts(question)) == ([("stem", "en", "older")], [("en", 0, 1)])
    question = Question.objects.get(pk=question.pk)
    question.save()
    assert get_counts(question) == [("en", 0, 1)]
    write(question, stem=localized("¿Qué hace?", "What do you do?"))
    assert (get_gaps(question), get_counts(question)) == ([], [])


def test_translation_that_changes_before_its_source_is_older():
    question = make_question(stem="¿Qué hace usted?")
    write(question, stem=localized("¿Qué hace usted?", "What do you do?"))
    assert get_gaps(question) == []
    write(question, stem=localized("¿Qué haría usted?", "What do you do?"))
    assert get_gaps(question) == [("stem", "en", "older")]


def test_source_that_is_what_it_was_makes_its_translation_right_again():
    question = make_question(stem="¿Qué hace usted?")
    before = localized("¿Qué hace usted?")
    write(question, stem=localized("¿Qué hace?", before["en"]))
    write(question, stem=before)
    assert get_gaps(question) == []


def test_translations_can_be_confirmed():
    question = make_question(stem="¿Que hace?")
    write(question, stem=localized("¿Qué hace?", "¿Que hace? (en)"))
    question.confirms_translations = True
    question.save()
    assert (get_gaps(question), get_counts(question)) == ([], [])


def test_bookkeeping_is_no_part_of_what_attempts_freeze():
    question = make_question(stem="¿Que hace?")
    write(question, stem=localized("¿Qué hace?", "¿Que hace? (en)"))
    version = question.version_id
    question.confirms_translations = True
    question.save()
    assert question.version_id == version
    assert QuestionVersion.digest_of(question.version.content) == version


def test_accepted_answers_hold_for_all_languages():
    question = make_question(kind="short_text", value={"answers": [{"type": "item", "id": stable_id("a"), "value": {
        "accepted": localized("RUT", ""), "match": "exact", "credit": "100", "feedback": localized("", "")}}],
        "case": False, "accents": False})
    assert get_gaps(question) == []


def test_option_added_later_is_followed_by_itself():
    question = make_question(code="q")
    raw = question.body.raw_data[0]["value"]["options"]
    added = {"type": "item", "id": stable_id("new"), "value": {
        "text": localized("Nueva", ""), "correct": False, "feedback": localized("", "")}}
    write(question, options=[*raw, added])
    assert get_gaps(question) == [(f"options/{stable_id('new')}/text", "en", "missing")]
