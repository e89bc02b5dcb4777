"""The figures of a test and of a question, in a browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.assessments.analysis.simulating import simulate
from tests.courses.authors import make_site, make_trainer
from tests.courses.test_analysis_admin import Sat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("language", ["en", "es"])
def test_trainer_reads_the_figures(new_page, sign_in, check_widths, django_capture_on_commit_callbacks, language):
    make_site(django_capture_on_commit_callbacks)
    sat = Sat(size=8, drawn=simulate(items=8, people=150, seed=3, harder={4: 1.8}))
    page = new_page(locale={"en": "en-GB", "es": "es-CL"}[language])
    sign_in(page, make_trainer(preferred_language=language))
    page.goto(reverse("analysis"))
    check_widths(page)
    page.get_by_role("link", name=sat.quiz.title).click()
    expect(page.locator("svg.analysis__chart")).to_have_count(2)
    for details in page.locator("details").all():
        details.evaluate("details => details.open = true")
    check_widths(page)
    with page.expect_download() as download:
        page.locator(".analysis__choice .button").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto(sat.question_url())
    expect(page.locator("svg.analysis__chart")).to_have_count(1)
    check_widths(page)
