"""Training records, files of certificates and earlier records in the browser: for HR and for the learner, in both
languages, on a telephone, by rules that a program can check, and without JavaScript."""

import io
import re
import zipfile

import pytest
from django.urls import reverse
from django.utils.translation import override

from lms.accounts.roles import Role, grant_role
from lms.reports.tasks import make_archives
from tests import factories
from tests.journeys.building import build_course, finish_course
from tests.reports.test_history import make_csv


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def learner(course):
    user = factories.make_user(email="ana@x.test", first_surname="Ñancupil", document=("rut", "12.345.678-5"))
    finish_course(learner=user, course=course)
    factories.make_earlier_record(learner=user, titles={"es": "Trato digno", "en": "Dignity"})
    return user


@pytest.fixture
def officer(course, learner):
    user = factories.make_user(first_surname="Recursos")
    grant_role(user=user, role=Role.HR_OFFICER, organisation=course["organisation"])
    return user


def url(name, language, *args):
    with override(language):
        return reverse(name, args=args)


@pytest.fixture
def check(axe):
    def check(page):
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
                f"{page.url} at {width} px")
    return check


def download(page, locator):
    with page.expect_download() as found:
        locator.click()
    return found.value.path().read_bytes()


@pytest.mark.parametrize("language", ["es", "en"])
def test_learner_downloads_the_record(page, sign_in, check, learner, language):
    sign_in(page, learner)
    page.goto(url("my_courses", language))
    check(page)
    assert page.locator("section[aria-labelledby=earlier] tbody tr").count() == 1
    assert download(page, page.locator("section[aria-labelledby=record] a").first).startswith(b"%PDF")


@pytest.mark.parametrize("language", ["es", "en"])
def test_officer_looks_at_a_person(page, sign_in, check, officer, learner, language):
    sign_in(page, officer)
    page.goto(url("completion_list", language))
    check(page)
    page.locator("main tbody th a").first.click()
    page.wait_for_url("**/people/**")
    check(page)
    assert download(page, page.locator("main .actions a").first).startswith(b"%PDF")
    page.locator(f"a[href='{url('earlier_record', language, learner.earlier_records.get().pk)}']").click()
    page.wait_for_url("**/earlier/**")
    check(page)
    page.locator("main form[enctype] button").click()
    page.set_input_files("#id_file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"<html>"})
    page.locator("main form[enctype] button").click()
    page.locator(".error-summary").wait_for()
    check(page)


@pytest.mark.parametrize("language", ["es", "en"])
def test_officer_gets_all_certificates_in_one_file(page, sign_in, check, officer, monkeypatch, language):
    monkeypatch.setattr("lms.reports.tasks.make_archive.apply_async", lambda *args, **more: None)
    sign_in(page, officer)
    page.goto(url("archives", language))
    check(page)
    page.goto(url("completion_list", language))
    page.locator("#languages").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/archives/**")
    check(page)
    make_archives()
    page.locator("a[href$='/file/']").wait_for()  # the script has seen that it is ready
    check(page)
    content = download(page, page.locator("a[href$='/file/']"))
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert re.fullmatch(r"Ñancupil_Rojas_Ana_\d+_\d{4}-\d{6}_en\.pdf", names[0])
    assert len(names) == 2
    page.goto(url("archives", language))
    check(page)


def test_archive_without_javascript(no_js_page, sign_in, officer, monkeypatch):
    monkeypatch.setattr("lms.reports.tasks.make_archive.apply_async", lambda *args, **more: None)
    page = no_js_page
    sign_in(page, officer)
    page.goto(url("completion_list", "en"))
    page.locator("form[action$='/begin/'] button").click()
    page.wait_for_url("**/archives/**")
    assert "0 of 1 person of the list done" in page.locator("[data-sentence]").inner_text()
    make_archives()
    page.get_by_role("link", name="Show how far it is now").click()
    assert page.locator("a[href$='/file/']").count() == 1
    page.get_by_role("button", name="Remove it now").click()
    assert "Cancelled" in page.locator("main tbody").inner_text()


@pytest.mark.parametrize("language", ["es", "en"])
def test_officer_brings_earlier_records_in(page, sign_in, check, officer, language):
    sign_in(page, officer)
    page.goto(url("earlier_records", language))
    check(page)
    page.locator("main .actions a").first.click()
    page.wait_for_url("**/imports/")
    check(page)
    page.set_input_files("#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"nothing"})
    page.locator("main form button").click()
    page.locator(".error-summary").wait_for()
    check(page)
    content = make_csv({}, {"source": "hearsay"}, {"document": "", "email": "luz@x.test", "given_names": "Luz",
                                                   "first_surname": "Vera"})
    page.set_input_files("#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("main form button").click()
    page.locator("#id_place").wait_for()
    check(page)
    page.locator("form[action$='/save/'] button").click()
    page.locator("form[action$='/undo/']").wait_for()
    check(page)
    page.locator("form[action$='/undo/'] button").click()
    page.locator("form[action$='/undo/']").wait_for(state="detached")
    check(page)
