"""Questions made by hand in the bank, in both languages: out, in again elsewhere, out, the same to the byte."""

import pytest

from assessments.formats.model import PARTS
from assessments.importing import exporting
from assessments.importing.categories import find_category, get_path, in_category
from assessments.importing.exporting import export_questions
from assessments.importing.saving import import_questions
from assessments.importing.sources import read
from assessments.models import Question
from tests.factories import localized, make_category, make_question, stable_id

pytestmark = pytest.mark.django_db


def rows(code, *values):
    return [{"type": "item", "id": stable_id(code, number), "value": value} for number, value in enumerate(values)]


EMPTY = localized("", "")
VALUES = {
    "matching": {"pairs": rows("m", {"prompt": localized("uno"), "match": localized("one"), "feedback": EMPTY},
                               {"prompt": localized("dos"), "match": localized("two"), "feedback": EMPTY}),
                 "extras": rows("x", localized("three"))},
    "ordering": {"options": rows("o", localized("primero"), localized("segundo")), "scoring": "positions"},
    "gap_fill": {"feedback": EMPTY, "text": {"es": "La capital es [[1]].", "en": "The capital is [[1]]."}, "gaps": rows(
        "g", {"accepted": {"es": "Santiago\nSantiago de Chile", "en": "Santiago"}, "case": False, "accents": True,
              "feedback": EMPTY})},
    "numeric": {"answers": rows("n", {"value": "3.5", "tolerance": "0.5", "tolerance_kind": "absolute", "credit": 100,
                                      "feedback": localized("Bien")}),
                "otherwise": localized("No"), "units": [], "unit_needed": False, "unit_loss": 0},
    "short_text": {"case": False, "accents": True, "answers": rows(
        "s", {"accepted": {"es": "París\nLutecia", "en": "Paris"}, "match": "exact", "credit": 100, "feedback": EMPTY},
        {"accepted": {"es": "Pa*", "en": "Pa*"}, "match": "wildcard", "credit": "33.33333", "feedback": EMPTY})},
    "long_text": {"minimum": 0, "maximum": 0, "rubric": [], "guide": localized("Mire esto")},
}


@pytest.fixture
def category():
    """One question of each kind that files have, some in a category below."""
    category = make_category(name="Origen")
    below = make_category(name="Ley 19.886 / 1", parent=category)
    for number, kind in enumerate(PARTS):
        make_question(kind=kind, code=f"q{number}", category=below if number % 2 else category,
                      stem=f"¿Qué es {kind}?\nSi a < b & c {{d}} = ~e #f: \\alpha", value=VALUES.get(kind))
    return category


def export(category, format, language="es"):
    category.refresh_from_db()
    return export_questions(in_category(category), format=format, language=language, base=get_path(category))


def put(data, *path, language="es"):
    format, found = read(data)
    outcome = import_questions(format=format, questions=found, language=language, base=path)
    assert outcome.refused == []
    return outcome


@pytest.mark.parametrize(("format", "without"), [
    ("gift", {"gap_fill"}), ("moodle-xml", set()), ("xlsx", set()),
    ("aiken", {*PARTS} - {"single_choice"})])
def test_export_import_export_is_identical(category, format, without):
    first = export(category, format)
    assert {each.type for each in first.refused} == without
    outcome = put(first.data, "Copia")
    assert outcome.by_type == {kind: 1 for kind in PARTS if kind not in without}
    assert export(find_category(("Copia",)), format).data == first.data


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "xlsx"])
def test_the_bank_knows_its_own_questions_again(category, format):
    assert put(export(category, format).data, "Origen").actions.keys() == {"same"}
    assert Question.objects.count() == len(PARTS)


def test_a_workbook_has_both_languages(category):
    put(export(category, "xlsx").data, "Copia")
    for name in ("Origen", "Copia"):
        stems = {(question.kind, *question.version.content["stem"].values())
                 for question in in_category(find_category((name,))).select_related("version")}
        if name == "Origen":
            expected = stems
    assert stems == expected
    copy = in_category(find_category(("Copia",))).get(kind="gap_fill")
    assert copy.version.content["text"] == VALUES["gap_fill"]["text"]
    assert not copy.gaps.exists()


def test_texts_leave_in_the_language_that_was_asked_for(category):
    data = export(category, "gift", "en").data.decode()
    assert "The" not in data and "(en)" in data and "[html]" not in data
    assert data.startswith("// [id:q0]\n[plain]¿Qué es single_choice?\\nSi a < b & c ")
    assert "\\{d\\} \\= \\~e \\#f\\: \\\\alpha (en){" in data


def test_what_is_not_translated_stays_at_home():
    question = make_question(value={"stem": {"es": "¿Sí?", "en": ""}, "answer": "true", "penalty": "none",
                                    "when_true": EMPTY, "when_false": EMPTY}, kind="true_false")
    exported = export_questions(Question.objects.filter(pk=question.pk), format="gift", language="en")
    assert (exported.total, [each.reason for each in exported.refused]) == (0, ["not_translated"])


def test_export_asks_the_same_for_one_question_and_for_three(category, django_assert_max_num_queries):
    def count(total):
        with django_assert_max_num_queries(100) as queries:
            export_questions(Question.objects.filter(category=category).order_by("pk")[:0] | Question.objects.filter(
                code__in=[f"q{number * 2}" for number in range(total)]), format="gift", language="es")
        return len(queries)

    assert count(1) == count(3)


def test_records_with_images_are_made_while_the_file_is_written(category, monkeypatch):
    """One after the other: their images are never in memory together."""
    made, at_write = [], []

    def get_record(*args):
        made.append(args[0].pk)
        return make(*args)

    def write_parts(records, refused, changed):
        for record in records:
            at_write.append(len(made))
            yield record.title

    make = exporting.get_record
    monkeypatch.setattr(exporting, "get_record", get_record)
    monkeypatch.setattr("assessments.formats.moodle_xml.write_parts", write_parts)
    exported = export(category, "moodle-xml")
    assert at_write == list(range(1, exported.total + 1))
    assert exported.total > 2
