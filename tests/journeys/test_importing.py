"""A file of questions on its way into the bank and out of it, in a real browser."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from playwright.sync_api import expect
from wagtail.users.models import UserProfile

from assessments.models import Question
from courses.site_setup import set_up_site
from lms.accounts.models import RoleGrant
from lms.accounts.roles import grant_role
from tests.factories import make_user

GIFT = """$CATEGORY: Compras/Ley 19.886

// [id:umbral] [tag:compras]
::Umbral::¿Qué <b>NO</b> corresponde? {=Esto#Bien ~Eso ~%50%Aquello}

::Verdad::El plazo es de diez días. {T}

::Pares::Una cada país con su capital. {=Chile -> Santiago =México -> Ciudad de México}

::Mala::¿Y? {~a ~b}
"""


@pytest.fixture
def trainer(transactional_db):
    set_up_site()
    user = make_user()
    grant_role(user=user, role=RoleGrant.Role.TRAINER)
    return user


@pytest.fixture
def check(axe):
    """The page breaks no rule and sticks out nowhere, wide or on a telephone."""

    def check(page):
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    return check


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_is_looked_at_saved_taken_back_and_exported(sign_in, new_page, check, trainer, language, javascript):
    page = new_page(javascript=javascript)
    profile = UserProfile.get_for_user(trainer)
    profile.preferred_language = language
    profile.save()
    sign_in(page, trainer)
    with override(language):
        take_the_way(page, check if javascript else lambda page: None)


def take_the_way(page, check):
    page.goto(reverse("question_imports"))
    check(page)
    page.locator("[name=file]").set_input_files(
        {"name": "banco.gift", "mimeType": "text/plain", "buffer": GIFT.encode()})
    page.locator("form[enctype] [type=submit]").click()
    refused = page.locator("table[class=listing]").nth(0)
    expect(refused).to_contain_text("Mala")
    expect(page.locator("table.listing").nth(1)).to_contain_text("Compras › Ley 19.886")
    check(page)
    assert not Question.objects.exists()
    page.locator("form[action$='/save/'] button").click()
    expect(page.locator("form[action$='/undo/'] button")).to_be_visible()
    check(page)
    assert Question.objects.count() == 3
    page.goto(reverse("assessments_export"))
    check(page)
    page.locator("[name=format]").select_option("gift")
    with page.expect_download() as download:
        page.locator("form[method=get] [type=submit]").last.click()
    assert "::Umbral::" in download.value.path().read_text()
    page.locator("[name=format]").select_option("aiken")
    page.locator("form[method=get] [type=submit]").last.click()
    expect(page.locator("table.listing").first).to_contain_text("Pares")
    check(page)
    page.goto(reverse("question_imports"))
    page.get_by_role("link", name="banco.gift").click()
    page.locator("form[action$='/undo/'] button").click()
    expect(page.locator("#undone")).to_be_visible()
    check(page)
    assert not Question.objects.exists()
