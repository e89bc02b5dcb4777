"""The main job with the keys alone, on the width of a telephone: wherever the focus comes, it can be seen."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from tests import factories
from tests.journeys.building import build_course

MOST_STOPS = 120

# What is wrong with the place of the focus, in words, or nothing. The outline may be that of a part around it: a card
# around its link, a choice around its radio button.
LOOK = """() => {
    const focused = document.activeElement;
    if (focused === document.body) return null;  // after the last stop, before the first
    const hasOutline = (element) => {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
        return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/, 0\\)$|transparent/.test(outlineColor);
    };
    let outlined = focused;
    while (outlined && !hasOutline(outlined)) outlined = outlined.parentElement;
    const box = focused.getBoundingClientRect();
    const style = outlined === focused ? getComputedStyle(focused) : null;
    const reach = style ? parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth) - 0.5 : 0;
    const first = focused.getClientRects()[0];
    const name = `${focused.outerHTML.slice(0, 160)} at ${JSON.stringify(box)}`;
    if (!outlined) return `no outline: ${name}`;
    if (!first || !box.width || !box.height) return `no size: ${name}`;
    const { clientWidth, clientHeight } = document.documentElement;
    if (box.left < reach || box.top < reach || box.right > clientWidth - reach || box.bottom > clientHeight - reach)
        return `not all of it and of its outline in the window: ${name}`;
    const over = document.elementFromPoint(first.left + first.width / 2, first.top + first.height / 2);
    if (!focused.contains(over) && !outlined.contains(over)) return `under ${over.outerHTML.slice(0, 80)}: ${name}`;
    return null;
}"""


class Keyboard:
    """A person without a mouse, who must see where the focus is after every key."""

    def __init__(self, page):
        self.page = page

    def press(self, key):
        """A key that moves the focus, or what is chosen."""
        self.page.keyboard.press(key)
        problem = self.page.evaluate(LOOK)
        assert not problem, f"{key} on {self.page.url}: {problem}"

    def go_to(self, target, key="Tab"):
        """Press ``key`` until ``target`` has the focus."""
        expect(target).to_be_attached()
        self.page.wait_for_load_state()
        for _stop in range(MOST_STOPS):
            self.press(key)
            if target.evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"{key} does not lead to {target} on {self.page.url}")

    def use(self, role, name, *, key="Enter", by="Tab"):
        """Go to what has this role and name, and press ``key`` on it."""
        self.go_to(self.page.get_by_role(role, name=name), key=by)
        self.page.keyboard.press(key)

    def write(self, label, text):
        self.go_to(self.page.get_by_label(label))
        self.page.keyboard.type(text)


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def learner(course):
    user = factories.make_user()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def exactly(words, language="es"):
    """A pattern for what the platform says in ``language``."""
    with override(language):
        return re.compile(f"^\\s*{re.escape(gettext(words))}\\s*$")


def sign_in_with_keys(keyboard, learner):
    keyboard.use("link", exactly("Sign in"))
    keyboard.page.wait_for_url("**/account/login/**")
    keyboard.write(exactly("E-mail address"), learner.email)
    keyboard.write(exactly("Password"), factories.PASSWORD)
    keyboard.use("button", exactly("Sign in"), key="Space")
    keyboard.page.wait_for_url("**/es/learn/")


def read_the_lessons(keyboard):
    page = keyboard.page
    keyboard.use("link", re.compile("^Escuchar$"))
    for lesson in ("escuchar", "derivar"):
        page.wait_for_url(f"**/{lesson}/")
        keyboard.use("link", exactly("Go to the content"))
        keyboard.use("button", exactly("Mark as done and continue"), key="Space")
    page.wait_for_url("**/es/**/prueba/")


def choose(keyboard, role, name):
    keyboard.use(role, name, key="Space")
    expect(keyboard.page.get_by_role(role, name=name)).to_be_checked()


def answer_and_switch(keyboard):
    """Half of the answers in Spanish; back to the header, to English; they are there, and the other half."""
    page = keyboard.page
    choose(keyboard, "radio", "Buenos días")
    choose(keyboard, "checkbox", "El hecho")
    keyboard.use("button", "English", by="Shift+Tab")
    page.wait_for_url("**/en/learn/attempts/**")
    expect(page.get_by_role("radio", name="Buenos días (en)")).to_be_checked()
    expect(page.get_by_role("checkbox", name="El hecho (en)")).to_be_checked()
    choose(keyboard, "checkbox", "La fecha (en)")
    true, false = (page.get_by_role("radio", name=exactly(name, "en")) for name in ("True", "False"))
    keyboard.go_to(true)
    keyboard.press("ArrowDown")
    expect(false).to_be_checked()
    keyboard.press("ArrowUp")
    expect(true).to_be_checked()


def hand_in(keyboard):
    page = keyboard.page
    keyboard.use("button", re.compile("hand in", re.IGNORECASE))
    page.wait_for_url("**/review/")
    keyboard.use("button", exactly("Hand in", "en"), key="Space")
    page.wait_for_url("**/en/**/result/")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_course_is_taken_with_the_keys_alone(new_page, learner, course, javascript):
    page = new_page(width=360, height=640, reduced_motion="reduce", javascript=javascript)
    keyboard = Keyboard(page)
    page.goto("/es/")
    sign_in_with_keys(keyboard, learner)
    keyboard.use("link", exactly("Courses"))
    keyboard.use("link", "Interculturalidad")
    page.wait_for_url(f"**{course['es']['course']}")
    keyboard.use("button", exactly("Enrol in this course"))
    read_the_lessons(keyboard)
    keyboard.use("button", exactly("Begin the test"))
    page.wait_for_url("**/es/learn/attempts/**")
    answer_and_switch(keyboard)
    hand_in(keyboard)
    expect(page.get_by_role("main")).to_contain_text("100%")
    keyboard.use("link", exactly("See my certificate", "en"))
    page.wait_for_url("**/en/certificates/*/")
