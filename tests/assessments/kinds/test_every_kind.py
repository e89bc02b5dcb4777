"""What holds for every kind of question. Each has a module beside this one, by its name:

``ITEMS``: a strategy of items, as Kind.freeze makes them; ``get_responses(item)``: a strategy of what its form can
send; ``get_right_response(item)``: one that earns everything (None where nothing is right or a person decides);
``get_least(item)``: the least fraction of the points that an answer can earn, 0 unless there is a penalty."""

import json
import random
from fractions import Fraction
from importlib import import_module

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from assessments.grading import AnswerRefused, check_response, grade, grade_item
from assessments.kinds import get_graders, get_kinds
from assessments.presenting import make_question
from assessments.results import Credit

KINDS = list(get_kinds())
REASONS = {"shape", "unknown_option", "repeated_option", "too_many_options", "too_long"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("option-0"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | st.just("option-0"), inner,
                                                                max_size=3))


def get_module(kind):
    return import_module(f"tests.assessments.kinds.{kind}")


def everywhere(test):
    return pytest.mark.parametrize("kind", KINDS)(test)


@st.composite
def answered(draw, kind):
    module = get_module(kind)
    item = draw(module.ITEMS)
    return item, draw(module.get_responses(item))


def grade_one(item, response, mark=None):
    return grade_item(item, response, get_graders(), mark=mark)


@everywhere
@given(data=st.data())
def test_any_json_is_graded_or_refused_by_name(kind, data):
    item, response = data.draw(get_module(kind).ITEMS), data.draw(JSON)
    try:
        result = grade_one(item, response, mark=Fraction(0))
    except AnswerRefused as refusal:
        assert refusal.reason in REASONS
    else:
        assert result.score <= result.maximum


@everywhere
@given(data=st.data())
def test_an_answer_earns_at_most_the_points_and_at_least_the_penalty(kind, data):
    item, response = data.draw(answered(kind))
    result = grade_one(item, response)
    assert result.maximum == Fraction(item["points"])
    if result.score is not None:
        assert get_module(kind).get_least(item) * result.maximum <= result.score <= result.maximum


@everywhere
@given(data=st.data())
def test_an_empty_answer_earns_nothing_and_is_not_an_answer(kind, data):
    item = data.draw(get_module(kind).ITEMS)
    result = grade_one(item, None)
    assert result.score in {Fraction(0), None}
    assert result.answered is False


@everywhere
@given(data=st.data())
def test_a_fully_right_answer_earns_everything(kind, data):
    item = data.draw(get_module(kind).ITEMS)
    response = get_module(kind).get_right_response(item)
    if response is not None:
        assert grade_one(item, response).score == Fraction(item["points"])
        assert not get_kinds()[kind].describe_missing(item, check_response(item, response, get_graders()))


@everywhere
@given(data=st.data())
def test_the_order_of_the_options_does_not_matter(kind, data):
    item, response = data.draw(answered(kind))
    if "options" in item:
        shuffled = {**item, "options": data.draw(st.permutations(item["options"]))}
        kept = check_response(item, response, get_graders())
        assert grade_one(shuffled, kept).score == grade_one(item, kept).score


@everywhere
@given(data=st.data())
def test_what_is_kept_is_kept_again_and_survives_json(kind, data):
    item, response = data.draw(answered(kind))
    kept = check_response(item, response, get_graders())
    assert check_response(item, json.loads(json.dumps(kept)), get_graders()) == kept
    assert grade([item], {0: kept}, get_graders()) == grade([item], {0: response}, get_graders())
    credit = get_graders()[kind].grade(item, kept)
    assert isinstance(credit, Credit)
    json.dumps(credit.details)


@everywhere
@given(data=st.data())
def test_its_pages_are_shown_and_say_nothing_of_the_key_before_the_end(kind, data):
    item, response = data.draw(answered(kind))
    each = get_kinds()[kind]
    item = {**item, "options": item.get("options", [])}
    response = check_response(item, response, get_graders())
    with override(data.draw(st.sampled_from(["es", "en"]))):
        question = make_question(0, item, response, each.present(item, response))
        assert 'name="q0' in render_to_string(each.question_template, {"question": question})
        details = get_graders()[kind].grade(item, response).details
        for show_key in (False, True):
            question = make_question(0, item, response, each.review(item, response, details, show_key=show_key))
            assert render_to_string(each.review_template, {"question": question}).strip()
        assert not response or isinstance(str(each.describe_missing(item, response)), str)
    assert all(isinstance(key, str) for key in each.tally(item, response))


@everywhere
@given(data=st.data())
def test_a_form_without_its_fields_and_one_with_nonsense_in_them_are_read(kind, data):
    item = data.draw(get_module(kind).ITEMS)
    each = get_kinds()[kind]
    item = {**item, "options": item.get("options", [])}
    assert not check_response(item, each.read(QueryDict(), "q0", item), get_graders())
    names = data.draw(st.lists(st.sampled_from(["q0", "q0-0", "q0-best", "q0-path", "q0-option-0"]), max_size=4))
    post = QueryDict(mutable=True)
    for name in names:
        post.setlist(name, data.draw(st.lists(st.text(max_size=30), max_size=3)))
    try:
        check_response(item, each.read(post, "q0", item), get_graders())
    except AnswerRefused as refusal:
        assert refusal.reason in REASONS


@everywhere
@given(data=st.data())
def test_is_arranged_the_same_by_the_same_randomness(kind, data):
    each = get_kinds()[kind]
    item = data.draw(get_module(kind).ITEMS)
    assert each.arrange(item, random.Random(3)) == each.arrange(item, random.Random(3))
    assert sorted(each.arrange(item, None)) == sorted(option["id"] for option in item.get("options", []))
