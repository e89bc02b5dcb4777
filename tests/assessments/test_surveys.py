import base64
import json
import uuid
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.utils.translation import override

from assessments.grading import AnswerRefused
from assessments.models import AnswerPool, SurveyVersion
from assessments.surveys import add_answers, get_results, seal, unseal
from assessments.tallies import make_state
from tests.factories import make_survey, stable_id, survey_body
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


class Asked:
    """A survey in an edition."""

    def __init__(self, survey=None, edition=1):
        self.survey = survey or make_survey(code="a")
        self.key, self.edition = uuid.uuid4(), edition

    def cell(self, name):
        return stable_id(self.survey.code, name)

    def answer(self, *points, content=(), where=None, text=None, voice=AnswerPool.Voice.LEARNER, edition=None):
        """One person for each of ``points``, the satisfaction."""
        for number, point in enumerate(points):
            answers = {self.cell("overall"): str(point)}
            if number < len(content):
                answers[self.cell("content")] = str(content[number])
            if where:
                answers[self.cell("choice")] = self.cell(where)
            if text:
                answers[self.cell("open")] = f"{text} {point}"
            add_answers(survey=self.key, edition=edition or self.edition, version=self.survey.version,
                        answers=answers, voice=voice)

    def get_results(self, **which):
        return get_results(AnswerPool.objects.filter(survey=self.key, **which))


def test_survey_keeps_what_it_asked_in_every_language():
    survey = make_survey(code="b")
    text, scale, choice, open_question = survey.version.content["items"]
    assert text == {"id": stable_id("b", "text"), "kind": "text",
                    "stem": {"es": "Sobre el curso", "en": "Sobre el curso (en)"}}
    assert [label["en"] for label in scale["labels"]] == [
        "Very dissatisfied", "Dissatisfied", "Neither satisfied nor dissatisfied", "Satisfied", "Very satisfied"]
    assert [option["satisfaction"] for option in scale["options"]] == [True, False]
    assert [option["text"]["es"] for option in choice["options"]] == ["La oficina", "La casa"]
    assert open_question["kind"] == "open"


def test_survey_that_is_saved_again_keeps_its_version_until_it_changes():
    survey = make_survey(code="c")
    survey.save()
    assert SurveyVersion.objects.count() == 1
    body = survey_body("c")
    body[0]["value"]["text"]["es"] = "Otro texto"
    survey.body = json.dumps(body)
    survey.save()
    assert SurveyVersion.objects.count() == 2


@pytest.mark.parametrize(("change", "where"), [
    (lambda body: body[1]["value"].update(scale="agreement_forced"), "five points"),
    (lambda body: body[1]["value"]["statements"][1]["value"].update(satisfaction=True), "Only one statement"),
    (lambda body: body.__delitem__(slice(1, None)), "at least one question")])
def test_survey_refuses_what_cannot_be_measured(change, where):
    survey = make_survey(code="d")
    body = survey_body("d")
    change(body)
    block = survey._meta.get_field("body").stream_block
    with pytest.raises(ValidationError) as refused:
        block.clean(block.to_python(body))
    with override("en"):
        assert where in str(refused.value.as_json_data())


def test_results_are_hidden_below_five_and_grow_in_steps():
    asked = Asked()
    asked.answer(5, 5, 4, 2)
    assert asked.get_results() == []
    asked.answer(3)
    (results,) = asked.get_results()
    assert (results.n, results.satisfaction.n, results.satisfaction.satisfied, results.satisfaction.mean) == (
        5, 5, Decimal("60.0"), Decimal("3.80"))
    before = results
    for point in (1, 1, 1, 1):
        asked.answer(point)
        assert asked.get_results() == [before]
    asked.answer(1)
    (results,) = asked.get_results()
    assert (results.n, results.satisfaction.satisfied) == (10, Decimal("30.0"))


def test_results_say_how_many_chose_what():
    asked = Asked()
    asked.answer(5, 5, 4, 1, 1, content=(3, 3, 3), where="home", text="Nada")
    (results,) = asked.get_results()
    scale, choice, open_question = results.items
    overall, content = scale.figures
    assert [(bar.point, bar.people, bar.percent) for bar in overall.bars] == [
        (1, 2, Decimal("40.0")), (2, 0, Decimal("0.0")), (3, 0, Decimal("0.0")), (4, 1, Decimal("20.0")),
        (5, 2, Decimal("40.0"))]
    assert (content.n, content.bars, content.mean) == (0, [], None)  # three answers are too few
    assert [(bar.text["es"], bar.people) for bar in choice.figures[0].bars] == [("La oficina", 0), ("La casa", 5)]
    assert open_question.texts == ["Nada 1", "Nada 1", "Nada 4", "Nada 5", "Nada 5"]


def test_results_of_several_editions_leave_out_what_is_hidden_in_one():
    asked = Asked()
    asked.answer(5, 5, 5, 5, 5, content=(5, 5, 5, 5, 5), edition=1)
    asked.answer(1, 1, 1, 1, 1, content=(1, 1), edition=2)
    asked.answer(1, 1, 1, 1, edition=3)
    (together,) = asked.get_results()
    assert together.n == 10
    assert [figures.n for figures in together.items[0].figures] == [10, 5]
    assert together.items[0].figures[1].mean == Decimal("5.00")


def test_results_of_learners_and_supervisors_are_apart():
    asked = Asked()
    asked.answer(5, 5, 5, 5, 5)
    asked.answer(1, 1, 1, 1, 1, voice=AnswerPool.Voice.SUPERVISOR)
    assert [results.satisfaction.mean for results in asked.get_results(voice="supervisor")] == [Decimal("1.00")]


def test_results_of_another_text_are_apart():
    asked = Asked()
    asked.answer(5, 5, 5, 5, 5)
    asked.survey.body = json.dumps(survey_body("other"))
    asked.survey.code = "other"
    asked.survey.save()
    asked.answer(1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
    assert [results.n for results in asked.get_results()] == [10, 5]


def test_refused_answers_change_nothing():
    asked = Asked()
    with pytest.raises(AnswerRefused):
        add_answers(survey=asked.key, edition=1, version=asked.survey.version, answers={"unknown": "1"})
    assert not AnswerPool.objects.exists()


def test_pool_that_is_large_is_left_and_another_begun(monkeypatch):
    monkeypatch.setattr("assessments.surveys.FULL", 1000)
    asked = Asked()
    asked.answer(*[5] * 12)
    assert sorted(AnswerPool.objects.values_list("is_full", flat=True)) == [False, True, True]
    assert asked.get_results()[0].n == 10


def test_pool_without_its_key_is_left_and_another_begun(settings):
    asked = Asked()
    asked.answer(5)
    settings.IDENTITY_KEYS = [Fernet.generate_key().decode()]
    asked.answer(*[4] * 5)
    (results,) = asked.get_results()
    assert (results.n, results.satisfaction.mean) == (5, Decimal("4.00"))


def test_pool_is_read_after_its_key_was_renewed(settings):
    asked = Asked()
    asked.answer(5)
    settings.IDENTITY_KEYS = [Fernet.generate_key().decode(), *settings.IDENTITY_KEYS]
    asked.answer(5, 5, 5, 5)
    assert asked.get_results()[0].n == 5


def test_seal_hides_length_and_time():
    state = make_state()
    longer = state | {"waiting": {"n": 1, "counts": {}, "texts": {"o": ["x" * 1000]}}}
    assert len(seal(state)) == len(seal(longer))
    assert seal(state) != seal(state)
    assert int.from_bytes(base64.urlsafe_b64decode(seal(state))[1:9]) == 0  # where Fernet keeps the time
    assert unseal(seal(longer)) == longer


@pytest.mark.django_db(transaction=True)
def test_answers_at_the_same_time_are_all_counted():
    asked = Asked()
    run_at_once([lambda: asked.answer(5)] * 10)
    assert asked.get_results()[0].n == 10
