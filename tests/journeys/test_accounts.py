"""Signing up, in and out as a person does it, in both languages; every page of the account with axe."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from lms.accounts.roles import grant_role
from tests.accounts.people import PASSWORD, make_institution, make_user
from tests.factories import make_assignment

pytestmark = pytest.mark.django_db(transaction=True)
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])
ENTRANCE = ["login", "signup", "password/reset", "password/reset/done", "password/reset/key/done", "confirm-email",
            "inactive", "confirm-email/no-such-key", "password/reset/key/1-no-such-key"]
PRIVATE = ["profile", "email", "password/change", "logout", "reauthenticate"]


@LANGUAGES
def test_entrance_pages_are_accessible(page, axe, language):
    for path in ENTRANCE:
        page.goto(f"/{language}/account/{path}/")
        assert page.locator("h1").count() == 1
        axe(page)


@LANGUAGES
def test_private_pages_are_accessible(page, axe, sign_in, language):
    user = make_user(document=("rut", "12.345.678-5"))
    organisation = make_institution()
    make_assignment(user=user, organisation=organisation)
    grant_role(user=user, role="hr_officer", organisation=organisation)
    sign_in(page, user)
    for path in PRIVATE:
        page.goto(f"/{language}/account/{path}/")
        assert page.locator("h1").count() == 1
        axe(page)


@LANGUAGES
def test_forms_in_error_are_accessible(page, axe, sign_in, language):
    for path in ["login", "signup", "password/reset"]:
        page.goto(f"/{language}/account/{path}/")
        page.locator("main form [type=submit]").click()
        expect(page.locator(".error-summary")).to_be_focused()
        axe(page)
    sign_in(page, make_user())
    page.goto(f"/{language}/account/profile/")
    page.locator("#id_document_kind").select_option("rut")
    page.locator("#id_document_number").fill("12.345.678-9")
    page.locator("main form [type=submit]").click()
    page.locator(".error-summary a").click()
    expect(page.locator("#id_document_number")).to_be_focused()
    axe(page)


@pytest.mark.parametrize("javascript", [True, False])
@LANGUAGES
def test_sign_up_confirm_and_sign_in(new_page, problems, language, javascript):
    page = new_page(javascript=javascript)
    page.goto(f"/{language}/account/signup/")
    for name, value in {"given_names": "María José", "first_surname": "Pérez", "email": "maria@example.org",
                        "password1": PASSWORD, "document_number": "12.345.678-5"}.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("#id_document_kind").select_option("rut")
    page.locator("main form [type=submit]").click()
    page.wait_for_url(f"**/{language}/account/confirm-email/")
    page.goto(re.search(r"https?://\S+/confirm-email/\S+", mail.outbox[0].body)[0])
    page.locator("main form [type=submit]").click()
    page.goto(f"/{language}/account/login/?next=/{language}/account/profile/")
    page.locator("#id_login").fill("maria@example.org")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form [type=submit]").click()
    page.wait_for_url("**/account/profile/")
    assert "5678-5" in page.locator("main").inner_text()


def test_lockout_page_is_accessible(page, axe, problems):
    make_user(email="ana@example.org")
    for _number in range(6):
        page.goto("/en/account/login/")
        page.locator("#id_login").fill("ana@example.org")
        page.locator("#id_password").fill("wrong-password")
        page.locator("main form [type=submit]").click()
    assert page.locator("h1").inner_text() == "Too many failed attempts to sign in"
    axe(page)
    problems.expect("^429: ")
    problems.expect("^console: Failed to load resource")
