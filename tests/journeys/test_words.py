"""Questions that are answered with words and numbers, in a browser: by keyboard, on a telephone, in both languages."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.assessments.kinds.test_gap_fill import CHILE, MEXICO
from tests.assessments.kinds.test_gap_fill import make_value as make_gaps
from tests.assessments.kinds.test_numeric import LENGTHS
from tests.assessments.kinds.test_numeric import make_value as make_numbers
from tests.assessments.kinds.test_short_text import ROWS
from tests.assessments.kinds.test_short_text import make_value as make_texts
from tests.journeys.sitting import KEPT, Sitting

LONG = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2


class WordsSitting(Sitting):
    """A learner before a text with gaps, a number and a short text."""

    def __init__(self):
        super().__init__(
            factories.make_question(kind="gap_fill", value=make_gaps()),
            factories.make_question(kind="numeric", value=make_numbers(("3", "0.5", "absolute", 100), units=LENGTHS)),
            factories.make_question(kind="short_text", value=make_texts(*ROWS)), attempts_allowed=1)


make_sitting = KEPT(WordsSitting)


@pytest.fixture
def sitting(transactional_db):
    return make_sitting()


def get_field(page, name):
    return page.locator(f"[name='{name}']")


def test_are_answered_with_the_keys_alone_and_saved_while_they_are_written(page, enter, sitting):
    enter(page)
    get_field(page, f"q0-{CHILE}").focus()
    for text in ("Santiago", "DF", "3.000 m", "la alcaldesa"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    expected = {0: {CHILE: "Santiago", MEXICO: "DF"}, 1: "3.000 m", 2: "la alcaldesa"}
    for _time in range(100):
        if sitting.get_saved() == expected:
            break
        page.wait_for_timeout(100)
    assert sitting.get_saved() == expected
    page.reload()
    expect(get_field(page, f"q0-{MEXICO}")).to_have_value("DF")
    expect(get_field(page, "q1")).to_have_value("3.000 m")


@pytest.mark.parametrize("language", ["es", "en"])
def test_pages_break_no_rule_and_fit_on_a_telephone(page, enter, sitting, check_schemes, client, language):
    enter(page, language)
    check_schemes(page)
    client.force_login(sitting.learner)
    client.post(sitting.url(), {"before0": "", "before1": "", "before2": "", "action": "submit",
                                f"q0-{CHILE}": LONG, f"q0-{MEXICO}": "Mexico City", "q1": "3 " + LONG[:50], "q2": LONG})
    page.goto(sitting.url("result", language))
    check_schemes(page)
