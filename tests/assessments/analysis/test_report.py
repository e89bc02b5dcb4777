import random
import statistics
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from scipy import stats

from assessments.analysis.dif import find_dif
from assessments.analysis.report import Analysis, LanguageFigures, analyse, analyse_question, hide_small
from assessments.models import Attempt, RegradedAttempt
from assessments.regrading import apply_regrade
from tests.assessments.analysis.answering import NOW, choose, make_attempts, make_people
from tests.assessments.analysis.lsat import get_people
from tests.assessments.analysis.simulating import make_reader, simulate
from tests.factories import localized, make_question, make_user

pytestmark = pytest.mark.django_db
FOUR = [("Buena", True), ("Mala", False), ("Peor", False), ("Ninguna", False)]


def make_bank(size, **fields):
    return [make_question(options=FOUR, **fields) for _number in range(size)]


def by_key(analysis):
    return {item.key: item for item in analysis.items}


def change_key(question, right):
    """Save the question with the option at ``right`` as the only right one."""
    options = question.body.raw_data[0]["value"]["options"]
    for place, option in enumerate(options):
        option["value"]["correct"] = place == right
    question.body = question.body.raw_data
    question.save()


@pytest.fixture
def lsat():
    """The five items of the LSAT as questions, answered by its thousand people."""
    bank = make_bank(5)
    people = get_people()
    return bank, make_attempts(bank, [[choose(question, 1 - score) for question, score in
                                       zip(bank, person, strict=True)] for person in people])


# --- A test -----------------------------------------------------------------------------------------------------------

@pytest.mark.sqlite
def test_figures_of_the_lsat_are_those_of_scipy(lsat):
    bank, attempts = lsat
    analysis, people = analyse(attempts), get_people()
    assert (analysis.n, analysis.method, round(analysis.reliability, 3)) == (1000, "kr20", 0.295)
    totals = [sum(person) * 20 for person in people]
    assert analysis.mean == pytest.approx(statistics.fmean(totals), abs=1e-9)
    assert analysis.deviation == pytest.approx(statistics.stdev(totals), abs=1e-9)
    assert analysis.median == statistics.median(totals)
    assert analysis.error == pytest.approx(statistics.stdev(totals) * (1 - analysis.reliability) ** 0.5, abs=1e-9)
    assert analysis.bars == [totals.count(0), 0, totals.count(20), 0, totals.count(40), 0, totals.count(60), 0,
                             totals.count(80), totals.count(100)]
    for place, question in enumerate(bank):
        item = by_key(analysis)[question.pk]
        scores = [person[place] for person in people]
        rest = [sum(person) - person[place] for person in people]
        assert item.facility == pytest.approx(statistics.fmean(scores), abs=1e-9)
        assert item.discrimination == pytest.approx(stats.pointbiserialr(scores, rest).statistic, abs=1e-9)
        right, wrong, *others = item.responses
        assert (right.n, wrong.n, [other.n for other in others]) == (sum(scores), 1000 - sum(scores), [0, 0])
        for response, value in ((right, 1), (wrong, 0)):
            chosen = [sum(person) / 5 for person in people if person[place] == value]
            assert response.mean == pytest.approx(statistics.fmean(chosen), abs=1e-9)


def test_alpha_of_items_with_partial_credit_and_other_points():
    rng = random.Random(3)
    bank = [make_question(kind="multiple_choice", options=[("A", True), ("B", True), ("C", False), ("D", False)])
            for _number in range(4)]
    responses = [[choose(question, *sorted(rng.sample(range(4), rng.randint(0, 3)))) for question in bank]
                 for _person in range(40)]
    attempts = make_attempts(bank, responses)
    scores = [[float(answer.score) for answer in attempt.answers.order_by("position")] for attempt in attempts]
    analysis = analyse(attempts)
    totals = [sum(person) for person in scores]
    variances = [statistics.variance(item) for item in zip(*scores, strict=True)]
    assert analysis.method == "alpha"
    assert analysis.reliability == pytest.approx(4 / 3 * (1 - sum(variances) / statistics.variance(totals)), abs=1e-9)
    for place, question in enumerate(bank):
        item, xs = by_key(analysis)[question.pk], [person[place] for person in scores]
        rest = [total - x for total, x in zip(totals, xs, strict=True)]
        assert item.discrimination == pytest.approx(stats.pearsonr(xs, rest).statistic, abs=1e-9)


def test_reliability_of_a_test_that_draws_is_that_of_the_analysis_of_variance():
    rng, bank = random.Random(8), make_bank(12)
    activity, people = None, []
    for _person in range(25):
        drawn, skill = rng.sample(bank, 6), rng.random()
        scores = [rng.random() < skill for _question in drawn]
        attempts = make_attempts(drawn, [[choose(question, 0 if right else 2) for question, right in
                                          zip(drawn, scores, strict=True)]], activity=activity)
        activity, people = attempts.first().activity, [*people, scores]
    analysis = analyse(attempts)
    expected = 1 - 1 / stats.f_oneway(*people).statistic
    assert analysis.method == "nested"
    assert analysis.reliability == pytest.approx(expected, abs=1e-9)
    deviation = statistics.stdev(sum(person) * 100 / 6 for person in people)
    assert analysis.error == pytest.approx(deviation * (1 - expected) ** 0.5, abs=1e-9)


def test_median_time_is_by_language_and_leaves_out_what_is_not_known():
    bank = make_bank(1)
    times = [[10], [20], [60], [None], [30], [31], [5], [7], [9], [11], [400]]
    languages = [["es"]] * 6 + [["en"]] * 5
    item = analyse(make_attempts(bank, [[choose(bank[0], 0)]] * 11, seconds=times, languages=languages)).items[0]
    assert (item.n, item.n_seconds, item.seconds) == (11, 10, 15.5)
    assert {figures.code: (figures.n, figures.seconds) for figures in item.languages} == {"es": (6, 30), "en": (5, 9)}


def test_order_is_that_of_the_test():
    bank = make_bank(3)
    attempts = make_attempts(bank, [[choose(question, 0) for question in bank]] * 5)
    order = [bank[2].pk, bank[0].pk]
    assert [item.key for item in analyse(attempts, order=order).items] == [*order, bank[1].pk]


# --- Which attempts ---------------------------------------------------------------------------------------------------

def test_first_attempt_of_each_person_counts_unless_all_are_asked_for():
    bank, learners = make_bank(2), make_people(6)
    wrong, right = ([[choose(question, place) for question in bank]] * 6 for place in (1, 0))
    attempts = make_attempts(bank, wrong, learners=learners)
    activity, enrolments = attempts.first().activity, [attempt.enrolment for attempt in attempts.order_by("pk")]
    learners = [attempt.learner for attempt in attempts.order_by("pk")]
    make_attempts(bank, right, activity=activity, learners=learners, number=2, enrolments=enrolments)
    assert (analyse(attempts).n, analyse(attempts).mean) == (6, 0)
    assert (analyse(attempts, every=True).n, analyse(attempts, every=True).mean) == (12, 50)


def test_first_attempt_in_another_edition_is_the_persons_first():
    bank, learners = make_bank(1), make_people(7)
    earlier = make_attempts(bank, [[choose(bank[0], 1)]] * 7, learners=learners)
    later = make_attempts(bank, [[choose(bank[0], 0)]] * 7, learners=learners, activity=earlier.first().activity)
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in later if attempt.score]).update(started_at=NOW.replace(
        year=2027))
    assert (analyse(later).n, analyse(later).mean) == (7, 0)
    new = later.filter(started_at__year=2027)
    assert (new.count(), analyse(new).n, analyse(new, every=True).n) == (7, 0, 7)


def test_unfinished_and_unmarked_attempts_do_not_count():
    bank = make_bank(1)
    attempts = make_attempts(bank, [[choose(bank[0], 0)]] * 7)
    first, second = attempts[:2]
    Attempt.objects.filter(pk=first.pk).update(submitted_at=None, graded_at=None, passed=None, score=None)
    Attempt.objects.filter(pk=second.pk).update(graded_at=None, passed=None, score=None)
    assert analyse(attempts).n == 5


# --- Small groups -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("n", [0, 1, 4])
def test_fewer_than_five_show_nothing(n):
    bank = make_bank(1)
    attempts = make_attempts(bank, [[choose(bank[0], 0)]] * n) if n else Attempt.objects.none()
    assert analyse(attempts) == Analysis(n, people=n)


@pytest.mark.parametrize(("counts", "small"), [
    ([9, 4], [True, True]), ([9, 7, 4], [False, True, True]), ([9, 4, 3], [False, True, True]),
    ([9, 7], [False, False]), ([5], [False]), ([9, 0], [False, True])])
def test_what_is_hidden_cannot_be_computed_from_the_rest(counts, small):
    rows = [LanguageFigures(str(place), n, n) for place, n in enumerate(counts)]
    hide_small(rows)
    assert [row.is_small for row in rows] == small


def test_people_of_several_hidden_rows_may_be_the_same():
    rows = [LanguageFigures(str(place), n, n) for place, n in enumerate([9, 4, 4])]
    hide_small(rows, may_overlap=True)
    assert [row.is_small for row in rows] == [True, True, True]


def test_mean_of_an_option_that_few_chose_is_not_shown():
    bank = make_bank(2)
    attempts = make_attempts(bank, [[choose(bank[0], 0), choose(bank[1], 0)]] * 8
                             + [[choose(bank[0], 2), choose(bank[1], 0)]] * 3 + [[[], choose(bank[1], 0)]] * 5)
    responses = by_key(analyse(attempts))[bank[0].pk].responses
    assert [(response.n, response.mean) for response in responses] == [
        (8, 1), (0, None), (3, None), (0, None), (5, 0.5)]


def test_what_people_wrote_is_listed_when_five_wrote_it():
    question = make_question(kind="short_text", value={
        "answers": [{"type": "item", "id": "6f2d0e4e-1111-4c3e-9b57-0f5e1f6a7b01", "value": {
            "accepted": localized("asilo"), "match": "exact", "credit": 100, "feedback": localized("")}}],
        "case": False, "accents": False})
    texts = ["asilo"] * 6 + ["refugio"] * 5 + ["Ana Soto"] * 2
    item = analyse(make_attempts([question], [[text] for text in texts])).items[0]
    assert {response.label: response.n for response in item.responses} == {"asilo": 6, "refugio": 5}


# --- Small groups of people with many attempts -----------------------------------------------------------------------

def answer_again(question, times, response=None, language="es", seconds=None, activity=None):
    """Attempts at one question by people who took the test so often each (``times``); all of them."""
    activity = activity or uuid.uuid4()
    people, enrolments = make_people(len(times)), [uuid.uuid4() for _person in times]
    for number in range(1, max(times) + 1):
        again = [place for place, most in enumerate(times) if most >= number]
        make_attempts([question], [[response or choose(question, 0)]] * len(again), activity=activity, number=number,
                      learners=[people[place] for place in again], enrolments=[enrolments[place] for place in again],
                      languages=language, seconds=seconds)
    return Attempt.objects.filter(activity=activity)


@pytest.mark.sqlite
def test_attempts_of_few_people_show_nothing():
    question = make_question(options=FOUR)
    attempts = answer_again(question, [6, 1, 1, 1])
    assert analyse(attempts, every=True) == Analysis(9, people=4)
    item = analyse_question(question, attempts, every=True)
    assert (item.n, item.people, item.is_small, item.facility, item.responses) == (9, 4, True, None, [])


def test_attempts_of_five_people_show_figures():
    question = make_question(options=FOUR)
    analysis = analyse(answer_again(question, [6, 1, 1, 1, 1]), every=True)
    assert (analysis.n, analysis.people, analysis.mean) == (10, 5, 100)
    assert (analysis.items[0].people, analysis.items[0].facility) == (5, 1)


@pytest.mark.sqlite
def test_question_that_few_people_of_a_test_were_asked_shows_nothing():
    drawn, other = make_bank(2)
    attempts = answer_again(drawn, [3, 3])
    answer_again(other, [1] * 9, activity=attempts.first().activity)
    items = by_key(analyse(attempts, every=True))
    assert (items[drawn.pk].n, items[drawn.pk].people, items[drawn.pk].is_small) == (6, 2, True)
    assert items[other.pk].facility == 1


def test_language_and_times_of_few_people_are_not_shown():
    question = make_question(options=FOUR)
    attempts = answer_again(question, [2] * 6, language="es")
    answer_again(question, [3, 3, 1, 1], language="en", seconds=30, activity=attempts.first().activity)
    item = analyse(attempts, every=True).items[0]
    assert (item.n, item.n_seconds, item.seconds) == (20, 8, None)
    assert [(row.code, row.n, row.people, row.is_small) for row in item.languages] == [
        ("es", 12, 6, True), ("en", 8, 4, True)]


def test_option_that_few_people_chose_has_no_mean():
    question = make_question(options=FOUR)
    attempts = answer_again(question, [2] * 6)
    answer_again(question, [4, 1, 1], response=choose(question, 1), activity=attempts.first().activity)
    answer_again(question, [2] * 5, response=choose(question, 2), activity=attempts.first().activity)
    responses = analyse(attempts, every=True).items[0].responses
    assert [(response.n, response.mean) for response in responses] == [(12, 1), (6, None), (10, 0), (0, None)]


@pytest.mark.sqlite
def test_what_one_person_wrote_five_times_is_not_listed():
    question = make_question(kind="short_text", value={
        "answers": [{"type": "item", "id": "6f2d0e4e-1111-4c3e-9b57-0f5e1f6a7b01", "value": {
            "accepted": localized("asilo"), "match": "exact", "credit": 100, "feedback": localized("")}}],
        "case": False, "accents": False})
    attempts = answer_again(question, [2] * 6, response="asilo")
    answer_again(question, [6], response="Ana Soto", activity=attempts.first().activity)
    item = analyse(attempts, every=True).items[0]
    assert {response.label: response.n for response in item.responses} == {"asilo": 12}


def test_languages_of_few_people_with_many_answers_are_not_compared():
    question = make_question(options=FOUR)
    attempts = answer_again(question, [1] * 60, language="es")
    answer_again(question, [3] * 30, language="en", activity=attempts.first().activity)
    [item] = analyse(attempts, every=True).items
    dif = item.dif["en"]
    assert (dif.problem, dif.n_reference, dif.n_focal, dif.p) == ("too_few", 60, 30, None)


def test_one_person_in_two_tests_is_one_in_the_figures_of_a_question():
    question, people = make_question(options=FOUR), make_people(4)
    for _test in range(2):
        make_attempts([question], [[choose(question, 0)]] * 4, learners=people)
    item = analyse_question(question, Attempt.objects.all())
    assert (item.n, item.people, item.facility) == (8, 4, None)


def test_two_equal_questions_in_a_test_do_not_make_two_people_of_one():
    question, same = make_bank(2)
    same.body = question.body.raw_data
    same.save()
    other = make_bank(1)[0]
    assert same.version_id == question.version_id
    attempts = make_attempts([question, same], [[choose(question, 0), choose(question, 0)]] * 3)
    make_attempts([other], [[choose(other, 0)]] * 6, activity=attempts.first().activity)
    items = by_key(analyse(attempts))
    assert (items[question.pk].n, items[question.pk].people, items[question.pk].facility) == (6, 3, None)


# --- Versions ---------------------------------------------------------------------------------------------------------

def test_versions_of_a_question_are_one_item_and_other_keys_are_said():
    bank = make_bank(2)
    first, second = bank
    attempts = make_attempts(bank, [[choose(first, 0), choose(second, 0)]] * 6)
    old = first.version
    change_key(first, 2)
    make_attempts(bank, [[choose(first, 2), choose(second, 1)]] * 5, activity=attempts.first().activity)
    item = by_key(analyse(attempts))[first.pk]
    assert (item.n, item.facility, item.has_other_keys) == (11, 1, True)
    assert item.versions == [(old.pk, 6), (first.version_id, 5)]
    assert by_key(analyse(attempts))[second.pk].has_other_keys is False
    apply_regrade(question=first, old_version=old, attempts=[attempt.pk for attempt in attempts], reason="x",
                  by=make_user(), now=NOW)
    assert RegradedAttempt.objects.count() == 6
    item = by_key(analyse(attempts))[first.pk]
    assert (item.facility, item.has_other_keys) == (5 / 11, False)


def test_points_of_versions_count_as_fractions():
    question = make_bank(1)[0]
    attempts = make_attempts([question], [[choose(question, 0)], [choose(question, 1)]] * 3)
    question.body[0].value["points"] = 4
    question.save()
    make_attempts([question], [[choose(question, 0)]] * 6, activity=attempts.first().activity)
    assert by_key(analyse(attempts))[question.pk].facility == 0.75


# --- Languages --------------------------------------------------------------------------------------------------------

def fill_two_languages(bank, drawn):
    """The people of simulate, the focal group of whom saw everything in English."""
    return make_attempts(bank, [[choose(question, 0 if score else 1) for question, score in
                                 zip(bank, scores, strict=True)] for _is_focal, scores in drawn],
                         languages=[["en" if is_focal else "es"] * len(bank) for is_focal, _scores in drawn])


@pytest.mark.sqlite
def test_difference_of_languages_is_that_of_the_pure_computation():
    """Also in its second stage, which the database matches by another score."""
    drawn = simulate(items=6, people=250, seed=3, harder={4: 1.6})
    bank = make_bank(6)
    analysis, expected = analyse(fill_two_languages(bank, drawn)), find_dif(make_reader(drawn))
    assert [item for item, dif in expected.items() if dif.is_flagged] == [4]
    for place, question in enumerate(bank):
        dif = by_key(analysis)[question.pk].dif["en"]
        assert (dif.n_reference, dif.n_focal, dif.grade) == (250, 250, expected[place].grade)
        for name in ("chi_square", "effect", "error", "corrected_p"):
            assert getattr(dif, name) == pytest.approx(getattr(expected[place], name), abs=1e-9)
    assert [item.flags for item in analysis.flagged] == [["en"]]


def test_languages_with_few_answers_are_not_compared():
    bank = make_bank(3)
    item = analyse(fill_two_languages(bank, simulate(items=3, people=49, seed=3))).items[0]
    assert (item.dif["en"].problem, item.flags) == ("too_few", [])


def test_answers_in_one_language_have_nothing_to_compare():
    bank = make_bank(1)
    assert analyse(make_attempts(bank, [[choose(bank[0], 0)]] * 6, languages="en")).items[0].dif == {}


# --- One question -----------------------------------------------------------------------------------------------------

def test_question_over_all_tests_is_compared_within_each():
    """A test in which everybody is better adds nothing to the discrimination."""
    bank, rng = make_bank(5), random.Random(2)
    tests = []
    for skill in (0.3, 0.9):
        scores = [[rng.random() < skill for _question in bank] for _person in range(30)]
        make_attempts(bank, [[choose(question, 0 if right else 1) for question, right in zip(bank, person, strict=True)]
                             for person in scores])
        tests.append(scores)
    item = analyse_question(bank[0], Attempt.objects.all())
    assert item.n == 60
    assert item.facility == pytest.approx(statistics.fmean(person[0] for test in tests for person in test))
    pairs = []
    for test in tests:
        xs, rest = [person[0] for person in test], [sum(person[1:]) for person in test]
        pairs += [(x - statistics.fmean(xs), y - statistics.fmean(rest)) for x, y in zip(xs, rest, strict=True)]
    expected = stats.pearsonr(*zip(*pairs, strict=True)).statistic
    assert item.discrimination == pytest.approx(expected, abs=1e-9)
    assert analyse_question(make_bank(1)[0], Attempt.objects.all()) is None


def test_analysis_costs_the_same_statements_with_more_questions_and_people():
    def count(attempts):
        with CaptureQueriesContext(connection) as queries:
            analyse(attempts)
        return len(queries)

    few, many = make_bank(1), make_bank(4)
    counts = [count(make_attempts(bank, [[choose(question, 0) for question in bank]] * people, languages="es"))
              for bank, people in ((few, 5), (many, 30))]
    assert counts[0] == counts[1] <= 12
