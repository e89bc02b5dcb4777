"""The main job in a real browser: an official takes a course in two languages, passes, has a certificate that anyone
can check, and HR downloads the list. Once with JavaScript, once without."""

import io
import re

import openpyxl
import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from lms.accounts.organising import assign
from lms.accounts.roles import Role, grant_role
from tests import factories
from tests.journeys.building import build_course

PASSWORD = factories.PASSWORD


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def official(course):
    user = factories.make_user(email="ana@quilicura.test", given_names="Ana María", first_surname="Soto",
                               second_surname="Huenchumán", document=("rut", "12.345.678-5"))
    assign(user=user, organisation=course["organisation"], staff_type="planta",
           since=timezone.localdate(), position="Atención")
    _verify(user)
    return user


def _verify(user):
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


@pytest.fixture
def hr_officer(official):
    user = factories.make_user(email="rrhh@quilicura.test")
    _verify(user)
    grant_role(user=user, role=Role.HR_OFFICER, organisation=official.assignments.get().organisation)
    return user


def sign_in_by_form(page, user):
    page.goto("/es/account/login/")
    page.get_by_label(re.compile("correo|e-mail", re.IGNORECASE)).fill(user.email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/es/learn/")


def switch_language(page, name):
    """By the switch in the header: a link, or inside an attempt a button that saves first."""
    page.locator("header").get_by_text(name, exact=True).click()
    page.wait_for_load_state()


def take_the_course(page):
    page.goto("/es/cursos/interculturalidad/")
    page.locator("form[action$='/enrol/'] button").click()
    page.locator("a[href$='/continue/']").first.click()
    page.wait_for_url("**/es/cursos/interculturalidad/primera-atencion/escuchar/**")
    page.locator("form[action$='/complete/'] button").click()
    page.wait_for_url("**/derivar/")

    # The same place in the other language, and back.
    switch_language(page, "English")
    page.wait_for_url("**/en/**/referring/")
    page.locator("form[action$='/complete/'] button").click()
    page.wait_for_url("**/en/**/test/")
    page.locator("form[action$='/start/'] button").click()
    page.wait_for_url("**/en/learn/attempts/**")


def answer_and_switch(page):
    """Answer one question in English, change to Spanish in the middle, find it there, answer the rest."""
    page.locator("#question-1").get_by_label("Buenos días (en)").check()
    switch_language(page, "Español")
    page.wait_for_url("**/es/learn/attempts/**")
    first = page.locator("#question-1")
    assert "¿Qué dice primero?" in first.inner_text()
    assert first.get_by_label("Buenos días").is_checked()
    page.locator("#question-2").get_by_label("El hecho").check()
    page.locator("#question-2").get_by_label("La fecha").check()
    page.locator("#question-3 input[type=radio]").first.check()


def hand_in(page):
    page.locator("button[name=action][value=review]").click()
    page.wait_for_url("**/review/")
    page.locator("button[name=action][value=submit]").click()
    page.wait_for_url("**/result/")


def check_certificate(page, new_page, official, **options):
    """From the result to the certificate in one click; a stranger checks it by its code."""
    page.locator("main a[href*='/certificates/']").first.click()
    page.wait_for_url("**/es/certificates/*/")
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    stranger = new_page(**options)
    stranger.goto("/en/certificates/")
    stranger.locator("main input[type=text], main input[name=code]").first.fill(f"{code[:4]}-{code[4:].lower()}")
    stranger.locator("main form button[type=submit]").click()
    stranger.wait_for_url(f"**/en/certificates/{code}/")
    text = stranger.locator("main").inner_text()
    assert official.get_full_name() in text
    assert "12.345.678" not in text
    assert "12345678" not in text
    assert official.email not in text
    for language in ("es", "en"):
        with page.expect_download() as download:
            page.locator(f"a[href$='/{code}/{language}.pdf']").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")


def download_the_list(page, hr_officer, official):
    sign_in_by_form(page, hr_officer)
    page.locator("header a[href*='/reports/']").first.click()
    assert official.first_surname in page.locator("main table").inner_text()
    with page.expect_download() as download:
        page.locator("main button[value=xlsx]").click()
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert any("Soto" in cell for cell in cells)


@pytest.mark.sqlite
@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_official_takes_the_course_and_hr_downloads_the_list(new_page, official, hr_officer, javascript):
    page = new_page(javascript=javascript)
    sign_in_by_form(page, official)
    take_the_course(page)
    answer_and_switch(page)
    hand_in(page)
    assert "100" in page.locator("main").inner_text()
    check_certificate(page, new_page, official, javascript=javascript)
    download_the_list(new_page(javascript=javascript), hr_officer, official)
