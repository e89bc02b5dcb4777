import random
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from assessments.draws import Draw, bank, choose_questions, get_pool
from assessments.models import Question
from tests.factories import make_category, make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def category():
    return make_category()


def make_tagged(*tags, difficulty="", **fields):
    question = make_question(**fields)
    question.difficulty = difficulty
    question.save()
    question.tags.add(*tags)
    return question


def draw(*sections, seed=1):
    return choose_questions(sections, random.Random(seed))


def test_pool_has_what_has_all_that_is_given(category):
    both = make_tagged("refugio", "acogida", difficulty="hard", category=category)
    tagged = make_tagged("refugio", difficulty="easy", category=category)
    elsewhere = make_tagged("refugio", difficulty="hard")
    plain = make_question(category=category)
    assert get_pool(category.pk, "", "") == (both.pk, tagged.pk, plain.pk)
    assert get_pool(None, "refugio", "") == (both.pk, tagged.pk, elsewhere.pk)
    assert get_pool(None, "", "hard") == (both.pk, elsewhere.pk)
    assert get_pool(category.pk, "refugio", "hard") == (both.pk,)
    assert get_pool(category.pk, "acogida", "easy") == ()


def test_pool_is_read_once_while_the_bank_stays(category):
    make_question(category=category)
    get_pool(category.pk, "", "")
    with CaptureQueriesContext(connection) as queries:
        for _time in range(3):
            get_pool(category.pk, "", "")
    assert len(queries) == 0


@pytest.mark.parametrize("change", ["add", "delete", "move", "tag", "untag", "rename", "forget"])
def test_pool_follows_every_change_of_the_bank(category, change):
    question = make_tagged("refugio", category=category)
    other = make_question(category=category)
    assert get_pool(category.pk, "refugio", "") == (question.pk,)
    if change == "add":
        expected = (question.pk, make_tagged("refugio", category=category).pk)
    elif change == "delete":
        question.delete()
        expected = ()
    elif change == "move":
        question.category = make_category()
        question.save()
        expected = ()
    elif change == "tag":
        other.tags.add("refugio")
        expected = (question.pk, other.pk)
    elif change == "untag":
        question.tags.clear()
        expected = ()
    elif change == "rename":
        tag = Tag.objects.get(name="refugio")
        tag.name = "asilo"
        tag.save()
        expected = ()
    else:
        Question.objects.filter(pk=question.pk).update(category=make_category())
        bank.forget()
        expected = ()
    assert get_pool(category.pk, "refugio", "") == expected


def test_choice_takes_each_question_once_and_never_draws_what_is_fixed(category):
    pool = [make_question(category=category).pk for _number in range(6)]
    fixed = pool[2]
    for seed in range(30):
        chosen = draw(Draw(3, category=category.pk), fixed, fixed, Draw(2, category=category.pk), seed=seed)
        assert sorted(chosen) == sorted(pool)
        assert chosen.index(fixed) == 3


def test_choice_of_more_than_there_are_takes_all(category):
    pool = [make_question(category=category).pk for _number in range(3)]
    assert sorted(draw(Draw(10, category=category.pk), Draw(5, category=category.pk))) == pool
    assert draw(Draw(10, category=make_category().pk)) == []


def test_choice_leaves_out_what_is_gone():
    gone, kept = make_question(), make_question()
    sections = (gone.pk, kept.pk)
    assert draw(*sections) == [gone.pk, kept.pk]
    gone.delete()
    assert draw(*sections) == [kept.pk]


def test_choice_is_uniform_also_beside_a_fixed_question(category):
    pool = [make_question(category=category).pk for _number in range(5)]
    rng, seen = random.Random(7), Counter()
    for _time in range(6000):
        seen[tuple(sorted(choose_questions((pool[0], Draw(2, category=category.pk)), rng)[1:]))] += 1
    assert len(seen) == 6  # pairs of the other four
    assert all(850 < times < 1150 for times in seen.values())


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_every_choice_has_as_many_where_draws_overlap(category, order):
    hard = [make_tagged("refugio", category=category, difficulty="hard").pk for _number in range(2)]
    easy = [make_tagged("refugio", category=category, difficulty="easy").pk for _number in range(2)]
    other = make_tagged(category=category, difficulty="hard").pk
    draws = [Draw(2, tag="refugio"), Draw(2, difficulty="hard"), Draw(1, difficulty="easy")]
    rng, seen = random.Random(3), Counter()
    for _time in range(300):
        chosen = choose_questions([draws[number] for number in order], rng)
        assert len(chosen) == len(set(chosen)) == 5
        seen[frozenset(chosen)] += 1
    assert set(seen) == {frozenset([*hard, *easy, other])}


def test_choice_moves_a_question_along_several_draws(category):
    pk = [make_tagged(*tags, category=category).pk for tags in (["a"], ["a", "b"], ["b", "c"])]
    draws = [Draw(1, tag="b"), Draw(1, tag="a"), Draw(1, tag="c")]
    for seed in range(50):
        assert sorted(draw(*draws, seed=seed)) == pk
