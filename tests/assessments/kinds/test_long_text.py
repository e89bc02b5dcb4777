from fractions import Fraction

import pytest
from django.http import QueryDict
from django.utils.translation import override

from assessments.grading import AnswerRefused, check_response, grade_item
from assessments.kinds import get_graders, get_kind
from tests.assessments.kinds.marked import freeze_rubric, make_rubric
from tests.assessments.kinds.visiting import Visit
from tests.assessments.kinds.writing import clean, freeze, get_errors, make_body
from tests.assessments.marked_questions import make_long_text
from tests.factories import localized, stable_id

KIND = get_kind("long_text")


def make_item(**fields):
    return {"kind": "long_text", "stem": localized("¿Qué?"), "feedback": {}, "points": "3", "minimum": 0, "maximum": 0,
            "guide": localized("Un caso"), "rubric": freeze_rubric(), **fields}


def make_value(**fields):
    return {"stem": localized("¿Qué?"), "feedback": localized("Gracias"), "points": "3", "minimum": 20, "maximum": 100,
            "guide": localized("Un caso"), "rubric": make_rubric(), **fields}


@pytest.mark.parametrize(("response", "mark", "score", "answered"), [
    ("", None, 0, False), (" \n\t ", None, 0, False), ("", 1, 0, False),
    ("Un caso", None, None, True), ("Un caso", Fraction(1, 3), 1, True), ("Un caso", Fraction(0), 0, True),
])
def test_scores(response, mark, score, answered):
    result = grade_item(make_item(), response, get_graders(), mark=mark)
    assert (result.score, result.maximum, result.answered) == (score, 3, answered)


@pytest.mark.parametrize(("text", "details"), [
    ("", {"words": 0, "too_few": 3, "too_many": 0}),
    ("uno dos", {"words": 2, "too_few": 1, "too_many": 0}),
    ("uno — dos\n\ntres", {"words": 3, "too_few": 0, "too_many": 0}),
    ("¿Qué es bien-estar? ¡Ñandú! 10%", {"words": 5, "too_few": 0, "too_many": 0}),
    ("a b c d e f g", {"words": 7, "too_few": 0, "too_many": 2}),
])
def test_words_are_counted_and_cost_nothing(text, details):
    credit = get_graders()["long_text"].grade(make_item(minimum=3, maximum=5), text)
    assert credit.details == details
    assert credit.fraction == (None if text else 0)


@pytest.mark.parametrize(("response", "reason"), [
    (1, "shape"), ([], "shape"), ({}, "shape"), (["a"], "shape"), (True, "shape"), (1e400, "shape"), ("a\0b", "shape"),
    ("a" * 50_001, "too_long"),
])
def test_refuses_what_no_form_sends(response, reason):
    with pytest.raises(AnswerRefused) as refusal:
        check_response(make_item(), response, get_graders())
    assert refusal.value.reason == reason


def test_same_text_is_the_same_answer_whatever_its_line_ends():
    assert {check_response(make_item(), text, get_graders()) for text in ("a\r\nb\r\n", "a\nb", "a\rb")} == {"a\nb"}
    assert check_response(make_item(), "a" * 50_000, get_graders()) == "a" * 50_000


def test_freeze_keeps_rubric_and_guide_in_every_language():
    assert freeze(make_body("long_text", make_value())) == {
        "kind": "long_text", "stem": localized("¿Qué?"), "feedback": localized("Gracias"), "points": "3", "minimum": 20,
        "maximum": 100, "guide": localized("Un caso"), "rubric": freeze_rubric()}
    assert freeze_rubric()[0]["levels"][1] == {
        "id": stable_id("level", "Claridad", "Clara"), "title": localized("Clara"), "points": 2,
        "description": localized("Cuando es clara")}


@pytest.mark.parametrize(("fields", "message"), [
    ({"minimum": 50, "maximum": 49}, "It must not be less than the words at least."),
    ({"rubric": make_rubric([("Nada", 1, [("A", 0), ("B", 0)])])}, "At least one level must have points."),
])
def test_clean_refuses_what_no_answer_satisfies(fields, message):
    with override("en"):
        assert message in get_errors(make_body("long_text", make_value(**fields)))


@pytest.mark.parametrize("fields", [{}, {"rubric": []}, {"minimum": 50, "maximum": 0}, {"minimum": 9, "maximum": 9}])
def test_clean_accepts_the_rest(fields):
    body = make_body("long_text", make_value(**fields))
    assert freeze(clean(body)) == freeze(body)


def test_reads_its_field():
    assert KIND.read(QueryDict("q3=Un+caso&q4=Otro"), "q3", make_item()) == "Un caso"


def test_texts_are_those_of_guide_and_rubric():
    assert [text["es"] for text in KIND.get_texts(make_item())][:4] == [
        "Un caso", "Claridad", "Confusa", "Cuando es confusa"]


def test_guide_is_shown_only_with_the_key():
    for language, guide in (("es", "Un caso"), ("en", "Un caso (en)")):
        with override(language):
            assert "guide" not in KIND.present(make_item(), "x")
            assert KIND.review(make_item(), "x", {}, show_key=False)["guide"] == ""
            assert KIND.review(make_item(), "x", {}, show_key=True)["guide"] == guide


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "suffix"), [("es", ""), ("en", " (en)")])
def test_pages_of_an_attempt(client, language, suffix):
    visit = Visit(client, make_long_text(minimum=3, maximum=5), language=language, attempts_allowed=1)
    html = visit.look()
    assert f"Claridad{suffix}" in html
    assert "Busque un ejemplo" not in html
    assert "<script>alert" not in visit.post({"": "<script>alert(1)</script>\r\n dos"})
    assert visit.get_response() == "<script>alert(1)</script>\n dos"
    result = visit.post({"": "Solo <b>dos</b>"}, action="submit")
    visit.attempt.refresh_from_db()
    assert (visit.attempt.is_open, visit.attempt.is_graded) == (False, False)
    assert "Solo &lt;b&gt;dos&lt;/b&gt;" in result
