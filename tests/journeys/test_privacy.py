"""A person's own data, and what an administrator does with requests: in both languages, wide and on a telephone."""

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from lms.privacy import notices
from lms.privacy.erasing import request_erasure
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [1280, 360]


@pytest.fixture(params=["es", "en"])
def language(request):
    return request.param


@pytest.fixture
def check(page, axe):
    def check():
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    return check


@pytest.fixture
def address(language):
    def address(name, *arguments):
        with override(language):
            return reverse(name, args=arguments)

    return address


@pytest.fixture
def administrator(language):
    return factories.make_user(is_superuser=True, preferred_language=language)


def test_person_reads_the_notice_and_asks_for_erasure(page, check, address, sign_in, language):
    call_command("publish_privacy_notice")
    sign_in(page, factories.make_user(preferred_language=language))
    page.goto(address("own_data"))
    check()
    page.click("form.panel button")
    page.wait_for_selector(".field__error")
    check()
    page.check("input[name=read]")
    page.click("form.panel button")
    page.wait_for_url(f"**{address('own_data')}")
    check()
    with page.expect_download() as download:
        page.click(f"form[action='{address('own_data_file')}'] button")
    assert download.value.suggested_filename.endswith(".json")
    ask = f"form[action='{address('ask_erasure')}'] button"
    page.click(ask)
    page.wait_for_selector(".field__error")
    check()
    page.check("input[name=understood]")
    page.click(ask)
    page.wait_for_selector(f"form[action='{address('withdraw_erasure')}']")
    check()
    assert len(mail.outbox) == 1
    page.goto(address("privacy_notice"))
    check()


def test_administrator_answers_requests_and_sets_times(page, check, sign_in, administrator):
    call_command("publish_privacy_notice")
    requests = reverse("erasure_requests")
    notices.acknowledge(person=administrator, number=1, now=timezone.now())
    request = request_erasure(person=factories.make_user(), explanation="He cambiado de trabajo.", now=timezone.now())
    sign_in(page, administrator)
    for path in (requests, reverse("retention"), reverse("publish_notice")):
        page.goto(path)
        check()
    page.goto(reverse("decide_erasure", args=[request.pk]))
    page.click("button[name=refuse]")
    page.wait_for_selector(".w-field__errors .error-message, .error-message")
    check()
    page.fill("textarea[name=answer]", "La ley de archivos.")
    page.click("button[name=refuse]")
    page.wait_for_url(f"**{requests}")
    check()
    assert "La ley de archivos." in mail.outbox[-1].body
