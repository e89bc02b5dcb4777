"""An answer that is to be checked at once, in a test with all questions on one page."""

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from tests.factories import make_question
from tests.journeys.sitting import Sitting

QUESTIONS = 4


@pytest.fixture
def sitting(transactional_db):
    return Sitting(*(make_question() for _number in range(QUESTIONS)), feedback="now", layout="all")


def say(message, language):
    with override(language):
        return gettext(message)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_error_of_an_unanswered_question_stands_at_it_and_has_the_focus(
        sitting, new_page, sign_in, axe, language, javascript):
    page = new_page(width=360, javascript=javascript)
    sign_in(page, sitting.learner)
    page.goto(sitting.url(language=language))
    last = page.locator(f"#question-{QUESTIONS}")
    last.get_by_role("button", name=say("Check this answer", language)).click()
    error = last.locator(f"#question-{QUESTIONS}-error")
    expect(error).to_contain_text(say("There is no answer here yet that can be checked. Answer the question first.",
                                      language))
    expect(error).to_be_focused()
    expect(error).to_be_in_viewport()
    expect(last).to_have_attribute("aria-describedby", f"question-{QUESTIONS}-error")
    assert page.locator(".messages, .message").count() == 0
    if javascript:
        axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    last.locator("input[type=radio]").first.check()
    last.get_by_role("button", name=say("Check this answer", language)).click()
    expect(page.locator(f"#question-{QUESTIONS}-error")).to_have_count(0)
    expect(last.locator("input[type=radio]")).to_have_count(0)  # checked, it cannot be changed
