"""Questions of order and of pairs in a browser: with the keys, with a pointer, without a script, on a telephone."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from assessments.models import Answer
from courses import progress
from tests import factories
from tests.assessments.kinds.test_matching import make_value as make_pairs
from tests.assessments.kinds.test_ordering import make_value as make_steps
from tests.journeys.sitting import KEPT, Sitting
from tests.journeys.test_keyboard import Keyboard

STEPS = ["Escuchar a la persona", "Anotar su nombre", "Derivar a la oficina que corresponde", "Despedirse"]
IDS = [factories.stable_id("step", number) for number in range(len(STEPS))]


class OrderingSitting(Sitting):
    """A learner before a question of order and one of pairs."""

    def __init__(self):
        super().__init__(factories.make_question(kind="ordering", value=make_steps(STEPS)),
                         factories.make_question(kind="matching", value=make_pairs()), shuffle_options=False)

    def get_saved(self):
        """{step: place}, or None when nothing is saved."""
        answer = Answer.objects.filter(attempt=self.attempt, position=0, response__isnull=False).first()
        return answer and {STEPS[IDS.index(each)]: place for each, place in answer.response.items()}

    def expect_order(self, page, order):
        """It is saved, soon."""
        expected = {step: place for place, step in enumerate(order, 1)}
        for _time in range(100):
            if self.get_saved() == expected:
                return
            page.wait_for_timeout(100)
        pytest.fail(f"{self.get_saved()} is saved, not {expected}")


make_sitting = KEPT(OrderingSitting)


@pytest.fixture
def sitting(transactional_db):
    return make_sitting()


def say(message, language="es", **values):
    with override(language):
        return gettext(message) % values


def get_order(page):
    return page.locator("[data-item] [data-text]").all_inner_texts()


def get_steps(page):
    """The steps as they stand, whatever the language."""
    ids = page.locator("[data-item] select").evaluate_all("selects => selects.map(select => select.name)")
    return [STEPS[IDS.index(each.removeprefix("q0-"))] for each in ids]


def get_button(page, direction, step):
    return page.get_by_role("button", name=say(f"Move “%(item)s” {direction}", item=step))


def expect_said(page, step, place):
    text = say("{item}, place {place} of {total}").format(item=step, place=place, total=len(STEPS))
    expect(page.locator("[data-status]")).to_have_text(text)


def expect_saved(page):
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def test_is_put_in_order_with_the_keys_alone(new_page, enter, sitting):
    page = enter(new_page(width=360, height=640, reduced_motion="reduce"))
    keyboard = Keyboard(page)
    expect(page.locator("[data-item] select").first).to_be_hidden()
    for goal, step in enumerate(STEPS, 1):
        up = get_button(page, "up", step)
        keyboard.go_to(up)
        for key in ("Enter", "ArrowUp", "Space"):
            place = get_order(page).index(step)  # the one above it, counted from 1
            if place >= goal:
                keyboard.press(key)
                expect_said(page, step, place)
                expect(up).to_be_focused()
                assert get_order(page).index(step) == place - 1
    assert get_order(page) == STEPS
    sitting.expect_order(page, STEPS)
    expect_saved(page)
    page.reload()
    assert get_order(page) == STEPS


def test_what_cannot_move_further_says_where_it_is_and_keeps_the_focus(page, enter, sitting):
    enter(page)
    first = get_order(page)[0]
    up = get_button(page, "up", first)
    expect(up).to_have_attribute("aria-disabled", "true")
    up.focus()
    page.keyboard.press("Enter")
    expect_said(page, first, 1)
    expect(up).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect_said(page, first, 2)
    expect(up).to_have_attribute("aria-disabled", "false")


def test_untouched_is_not_an_answer_and_its_order_can_be_kept(page, enter, sitting):
    enter(page)
    order = get_order(page)
    keep = page.get_by_role("button", name=say("Keep this order"))
    expect(page.get_by_text(say("This order is your answer."), exact=True).first).to_be_hidden()
    page.get_by_label("Chile").select_option(label="Santiago")
    expect_saved(page)
    assert not sitting.get_saved()
    keep.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text(say("This order is your answer."))
    expect(keep).to_be_focused()
    sitting.expect_order(page, order)
    expect_saved(page)
    page.reload()
    assert get_order(page) == order
    expect(page.locator("[data-given]")).to_be_visible()


def test_is_dragged_by_its_handle(page, enter, sitting):
    enter(page)
    order = get_order(page)
    handle = page.locator("[data-handle]").first.bounding_box()
    last = page.locator("[data-item]").last.bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, last["y"] + last["height"], steps=20)
    page.mouse.up()
    assert get_order(page) == [*order[1:], order[0]]
    expect_said(page, order[0], len(STEPS))
    sitting.expect_order(page, [*order[1:], order[0]])
    expect_saved(page)


def test_answer_put_back_into_the_fields_is_shown(page, enter):
    enter(page)
    for place, step in enumerate(reversed(IDS), 1):
        page.locator(f"[name=q0-{step}]").evaluate("(select, place) => { select.value = place; }", place)
    page.locator("[data-item] select").first.dispatch_event("change", {"bubbles": True})
    assert get_order(page) == STEPS[::-1]


def test_is_answered_without_a_script(no_js_page, enter, sitting):
    page = enter(no_js_page)
    expect(page.get_by_role("button", name=say("Keep this order"))).to_be_hidden()
    for step, place in zip(STEPS, "1223", strict=True):
        page.get_by_label(step, exact=True).select_option(place)
    page.get_by_role("button", name=say("Save my answers")).click()
    expect(page.locator("[data-problem]")).to_be_visible()
    assert sitting.get_saved() == dict(zip(STEPS, (1, 2, 2, 3), strict=True))
    for step, place in zip(STEPS, "1234", strict=True):
        page.get_by_label(step, exact=True).select_option(place)
    page.get_by_label("Chile").select_option("Santiago")
    page.get_by_label("Perú").select_option("Quito")
    page.get_by_role("button", name=say("Save my answers")).click()
    expect(page.locator("[data-problem]")).to_have_count(0)
    assert get_order(page) == STEPS
    expect(page.get_by_label("Perú").locator("option:checked")).to_have_text("Quito")
    assert sitting.get_saved() == dict(zip(STEPS, (1, 2, 3, 4), strict=True))


def test_incomplete_order_of_a_form_without_a_script_is_no_whole_answer_with_one(page, enter, sitting, client):
    client.force_login(sitting.learner)
    client.post(sitting.url(), {"before0": "", f"q0-{IDS[3]}": "1"})
    enter(page)
    assert get_order(page)[0] == STEPS[3]
    expect(page.locator("[data-problem]")).to_be_visible()
    expect(page.locator("[data-open]")).to_be_visible()
    page.get_by_role("button", name=say("Keep this order")).click()
    expect(page.locator("[data-problem]")).to_be_hidden()


def check_width(page):
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("language", ["es", "en"])
def test_pages_break_no_rule_and_fit_on_a_telephone(page, enter, sitting, check_schemes, language):
    enter(page, language)
    check_schemes(page)
    page.locator("[data-move=up]").last.click()
    check_schemes(page, widths=[360])
    sitting.expect_order(page, get_steps(page))
    progress.submit(attempt_id=sitting.attempt.pk, learner=sitting.learner, changes=[], now=timezone.now())
    page.goto(sitting.url("result", language))
    check_schemes(page)


def test_form_without_a_script_fits_on_a_telephone(new_page, enter):
    check_width(enter(new_page(width=360, javascript=False)))
