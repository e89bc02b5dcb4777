"""A branching scenario in a real browser: by the keyboard alone, with the page that saves by itself, and its map."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import expect

from assessments.models import Answer
from tests import factories
from tests.assessments.kinds.stories import BADLY, ID, START, WELL, YARD, make_picture, make_scenario
from tests.courses.learning import Learning, SmallCourse


@pytest.fixture
def scenario(transactional_db):
    start = {**START, "image": make_picture().pk, "alt": factories.localized("Una sala llena", "A full room")}
    return make_scenario(start, YARD, WELL, BADLY, restart=True)


@pytest.fixture
def check(axe):
    """The page breaks no rule and sticks out nowhere, wide or on a telephone."""

    def check(page):
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            for wide in page.locator(".story, .story *:visible").all():
                assert wide.bounding_box()["width"] <= width
        story = page.locator(".story")
        assert not story.count() or story.first.bounding_box()["width"] > width * 2 / 3

    return check


def get_responses():
    return [answer.response for answer in Answer.objects.all() if answer.response]


def test_a_story_is_taken_by_the_keyboard_alone(sign_in, page, check, scenario):
    learning = Learning(SmallCourse(lessons=0, quiz={"questions": [scenario]}), now=timezone.now())
    sign_in(page, learning.learner)
    with override("es"):
        page.goto(reverse("attempt", args=[learning.start(now=timezone.now()).pk]))
    check(page)
    expect(page.get_by_role("img", name="Una sala llena")).to_be_visible()
    page.locator("[name=q0-choice]").first.focus()
    page.keyboard.press("ArrowDown")
    with page.expect_response("**/save/"):  # what saves by itself takes no choice
        pass
    assert not get_responses()
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Answer.objects.get().response == {"path": [ID["start 1"]]}
    expect(page.locator(".story__steps > li")).to_have_count(1)
    check(page)
    page.locator("[name=q0-choice]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".story__ending")).to_contain_text("No vuelve")
    check(page)
    # Nothing that the page kept for itself puts the story back.
    page.reload()
    expect(page.locator("[name=q0-path]")).to_have_value(f"{ID['start 1']},{ID['yard 1']}")
    with page.expect_navigation():
        page.locator("[name=q0-go][value=restart]").press("Enter")
    for chosen in ("Gritar", "Volver", "Escuchar"):
        page.get_by_label(chosen).check()
        with page.expect_navigation():
            page.locator("[name=q0-go][value=on]").click()
    expect(page.locator(".story__ending")).to_contain_text("Se va tranquila")
    assert Answer.objects.get().response == {"path": [ID["start 1"], ID["yard 0"], ID["start 0"]]}


def test_the_enter_key_in_the_form_takes_no_choice(sign_in, page, scenario):
    learning = Learning(SmallCourse(lessons=0, quiz={"questions": [scenario]}), now=timezone.now())
    sign_in(page, learning.learner)
    with override("es"):
        page.goto(reverse("attempt", args=[learning.start(now=timezone.now()).pk]))
    page.locator("[name=q0-choice]").first.check()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert not get_responses()


def test_the_map_scrolls_in_its_own_box(sign_in, page, check, scenario):
    sign_in(page, factories.make_user(is_superuser=True))
    page.goto(reverse("scenario_map", args=[scenario.pk]))
    check(page)
    box = page.locator(".scenario-map")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.scenario-map').scrollLeft > 0")
