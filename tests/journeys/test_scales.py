"""Scales and situational judgement in a browser: with the keys, without a script, on a telephone."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from courses import progress
from tests import factories
from tests.assessments.kinds.test_likert import make_value as make_scale
from tests.assessments.kinds.test_situational_judgement import EXPERTS
from tests.assessments.kinds.test_situational_judgement import make_value as make_situation
from tests.journeys.sitting import KEPT, Sitting

STATEMENTS = [("Me gusta conversar con personas que vienen de otros lugares.", "1", False),
              ("Evito atender a quien no habla bien mi idioma.", "1", True),
              ("Pregunto cómo quiere ser llamada cada persona antes de anotar su nombre.", "", False)]
IDS = [factories.stable_id("statement", number) for number in range(len(STATEMENTS))]
OPTIONS = [factories.stable_id("behaviour", number) for number in range(4)]
RATE, BEST_WORST, RANK, PANEL = range(1, 5)


class ScalesSitting(Sitting):
    """A learner before a scale and a situation in each mode."""

    def __init__(self):
        scale = make_scale(*STATEMENTS, subscales=["Apertura al encuentro"], scale="own", labels=[
            "Muy en desacuerdo", "En desacuerdo", "Ni de acuerdo ni en desacuerdo", "De acuerdo", "Muy de acuerdo"])
        super().__init__(
            factories.make_question(kind="likert", value=scale),
            *(factories.make_question(kind="situational_judgement", value=make_situation(mode)) for mode in EXPERTS),
            shuffle_options=False)


make_sitting = KEPT(ScalesSitting)


@pytest.fixture
def sitting(transactional_db):
    return make_sitting()


def say(message, language="es"):
    with override(language):
        return gettext(message)


def get_radio(page, name):
    return page.get_by_role("radio", name=name, exact=True)


def answer_all(page):
    get_radio(page, f"{STATEMENTS[0][0]} De acuerdo").check()
    get_radio(page, f"{STATEMENTS[1][0]} Muy en desacuerdo").check()
    rate = page.locator("[data-question='1']")
    get_radio(rate, f"Hacer 1 {say('2, ineffective')}").check()
    best_worst = page.locator("[data-question='2']")
    get_radio(best_worst, f"Hacer 0 {say('The best')}").check()
    get_radio(best_worst, f"Hacer 1 {say('The worst')}").check()
    rank = page.locator("[data-question='3']")
    for number in range(4):
        rank.get_by_label(f"Hacer {number}").select_option(str(number + 1))
    get_radio(page.locator("[data-question='4']"), "Hacer 3").check()


ANSWERS = {0: {IDS[0]: 4, IDS[1]: 1}, RATE: {OPTIONS[1]: 2}, BEST_WORST: {"best": OPTIONS[0], "worst": OPTIONS[1]},
           RANK: {option: rank for rank, option in enumerate(OPTIONS, 1)}, PANEL: [OPTIONS[3]]}


@pytest.mark.parametrize("width", [360, 1280])
def test_is_answered_without_a_script(new_page, enter, sitting, width):
    page = enter(new_page(javascript=False, width=width))
    answer_all(page)
    page.get_by_role("button", name=say("Save my answers")).click()
    assert sitting.get_saved() == ANSWERS
    expect(get_radio(page, f"{STATEMENTS[0][0]} De acuerdo")).to_be_checked()


def test_is_saved_by_itself_and_chosen_with_the_keys(page, enter, sitting):
    enter(page)
    first = get_radio(page, f"{STATEMENTS[0][0]} Muy en desacuerdo")
    first.focus()
    for _press in range(3):
        page.keyboard.press("ArrowRight")
    expect(get_radio(page, f"{STATEMENTS[0][0]} De acuerdo")).to_be_checked()
    page.keyboard.press("Tab")
    expect(get_radio(page, f"{STATEMENTS[1][0]} Muy en desacuerdo")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    assert sitting.get_saved() == {0: ANSWERS[0]}


def test_columns_have_heads_when_wide_and_each_button_its_words_when_narrow(page, enter):
    enter(page)
    head = page.locator(".matrix thead").first
    words = page.locator(".matrix__label").first
    assert head.bounding_box()["height"] > 20
    assert words.bounding_box()["width"] <= 1
    page.set_viewport_size({"width": 360, "height": 900})
    assert head.bounding_box()["height"] <= 1
    assert words.bounding_box()["width"] > 60
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.get_by_role("rowheader").first).to_have_text(STATEMENTS[0][0])


@pytest.mark.parametrize("language", ["es", "en"])
def test_pages_break_no_rule_and_fit_on_a_telephone(page, enter, sitting, check_schemes, language):
    enter(page, language)
    check_schemes(page)
    for number in (0, 6, 15, 40):
        page.get_by_role("radio").nth(number).check()
    page.get_by_role("button", name=say("Save my answers", language)).click()
    progress.submit(attempt_id=sitting.attempt.pk, learner=sitting.learner, changes=[], now=timezone.now())
    page.goto(sitting.url("result", language))
    expect(page.locator(".means dt").first).to_be_visible()
    check_schemes(page)
