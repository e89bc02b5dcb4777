"""Every page a learner, an HR officer or a stranger can see breaks no rule of WCAG 2.2 A and AA that a program can
check: in both languages, wide and on a telephone, with forms in error."""

import re
from functools import partial

import pytest
from allauth.account.adapter import get_adapter
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from playwright.sync_api import expect

from courses import progress
from courses.quizzes import get_rules
from lms.accounts.roles import Role, grant_role
from tests import factories
from tests.journeys.building import build_course, finish_course

LANGUAGES = ["es", "en"]
WIDTHS = [1280, 360]


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def learner(course):
    return factories.make_user(document=("rut", "12.345.678-5"))


@pytest.fixture
def check(page, check_widths):
    return partial(check_widths, page)


@pytest.fixture
def look(page, check):
    """Open an address and check the page: ``look(url)`` wide and on a telephone, ``look(url, width=360)`` only so."""

    def look(url, **width):
        page.goto(url)
        check(width.values() or WIDTHS)
        return page

    return look


def send(form):
    """Send a form as it is, past what the browser itself would refuse."""
    form.evaluate("form => { form.noValidate = true; }")
    form.locator("button[type=submit]").last.click()
    form.page.wait_for_load_state()


def expect_error(page, field):
    """The page says what is wrong and takes the reader to ``field``."""
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.locator(f".error-summary a[href='#id_{field}']").count() >= 1
    assert page.locator(f"#id_{field}").get_attribute("aria-invalid") == "true"


def translated(name, language, *args):
    with override(language):
        return reverse(name, args=args)


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages(look, course, language):
    home = "/es/" if language == "es" else "/en/"
    page = look(home)
    catalogue = page.locator("header nav a").first.get_attribute("href")
    look(catalogue, width=1280)
    look(f"{catalogue}?q=nada-que-exista", width=360)
    look(course[language]["course"])
    look(translated("certificate_check", language), width=1280)


@pytest.mark.parametrize("language", LANGUAGES)
def test_account_pages_with_forms_in_error(look, page, axe, course, language):
    for name in ("account_login", "account_signup", "account_reset_password"):
        look(translated(name, language), width=360)
        page.locator("main form").first.evaluate("form => { form.noValidate = true; }")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        assert page.locator("[aria-invalid=true]").count(), name
        axe(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_learner(look, page, sign_in, course, learner, language):
    sign_in(page, learner)
    look(translated("my_courses", language), width=1280)
    enrolment = factories.make_enrolment(learner=learner, course_page=course["page"])
    look(translated("my_courses", language), width=360)
    for name in ("course", "module", "lesson", "quiz"):
        look(course[language][name])
    attempt = progress.start_attempt(enrolment=enrolment, activity=course["quiz"].translation_key,
                                     rules=get_rules(course["quiz"]), now=timezone.now())
    look(translated("attempt", language, attempt.pk))
    look(translated("review_attempt", language, attempt.pk), width=360)
    progress.submit(attempt_id=attempt.pk, learner=learner, changes=[], now=timezone.now())
    look(translated("result", language, attempt.pk))
    look(translated("profile", language), width=360)
    look(translated("account_email", language), width=360)
    look(translated("account_change_password", language), width=360)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_completed_course(look, page, sign_in, course, learner, language):
    certificate = finish_course(learner=learner, course=course)
    sign_in(page, learner)
    look(translated("my_courses", language), width=1280)
    look(course[language]["course"], width=360)
    look(translated("certificate", language, certificate.code))


@pytest.mark.parametrize("language", LANGUAGES)
def test_learning_path_before_during_and_after(look, page, sign_in, course, learner, language):
    path = factories.make_learning_path(course["page"], summaries=factories.localized("Un curso.", "One course."))
    url = translated("learning_path", language, path.pk)
    look(url)
    look(page.locator(".breadcrumbs a").first.get_attribute("href"), width=360)
    assert page.locator(f".path-card a[href='{url}']").is_visible()
    sign_in(page, learner)
    factories.make_enrolment(learner=learner, course_page=course["page"])
    look(url, width=360)
    assert page.locator(".path .progress").is_visible()
    finish_course(learner=learner, course=course)
    look(url)
    look(translated("my_courses", language), width=360)
    page.locator(f"#paths ~ article a[href='{url}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{url}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_of_an_hr_officer(look, page, sign_in, course, learner, language):
    finish_course(learner=learner, course=course)
    officer = factories.make_user()
    grant_role(user=officer, role=Role.HR_OFFICER, organisation=course["organisation"])
    sign_in(page, officer)
    url = translated("completion_list", language)
    look(url)
    look(f"{url}?completed_from=no-es-una-fecha", width=360)
    look(f"{url}?q=nadie-se-llama-asi", width=1280)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_errors(look, page, problems, sign_in, course, learner, language):
    look(f"/{language}/no-existe/", width=360)
    problems.expect("404")
    sign_in(page, learner)
    look(translated("completion_list", language), width=1280)
    problems.expect("403")


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_password_of_a_person_invited(page, check, transactional_db, language):
    person = factories.make_user(preferred_language=language)
    person.set_unusable_password()
    person.save()
    get_adapter().send_welcome(person)
    page.goto(re.search(r"https?://[^/]+(/\S+/password/reset/key/\S+)", mail.outbox[0].body)[1])
    assert page.url.endswith("-set-password/")
    assert page.locator("html").get_attribute("lang") == language
    check()
    page.locator("#id_password1").fill("12345")
    page.locator("#id_password2").fill("54321")
    send(page.locator("main form"))
    expect_error(page, "password1")
    check()
    page.locator("#id_password1").fill(factories.PASSWORD)
    page.locator("#id_password2").fill("something else")
    send(page.locator("main form"))
    expect_error(page, "password2")
    check()
    page.locator("#id_password1").fill(factories.PASSWORD)
    page.locator("#id_password2").fill(factories.PASSWORD)
    send(page.locator("main form"))
    assert "/password/reset/key/done/" in page.url
    person.refresh_from_db()
    assert person.check_password(factories.PASSWORD)
    check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_password_of_a_person_who_is_signed_in(page, check, sign_in, transactional_db, language):
    person = factories.make_user()
    person.set_unusable_password()
    person.save()
    sign_in(page, person)
    page.goto(translated("account_set_password", language))
    assert page.locator("#id_password1").count() == 1
    check()
    page.locator("#id_password1").fill("12345")
    send(page.locator("main form"))
    expect_error(page, "password1")
    check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_data_in_error(page, check, sign_in, course, learner, language):
    sign_in(page, learner)
    page.goto(translated("profile", language))
    page.locator("#id_given_names").fill("")
    page.locator("#id_document_number").fill("12.345.678-9")
    send(page.locator("main form"))
    expect_error(page, "given_names")
    expect_error(page, "document_number")
    check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_change_of_the_address_in_error(page, check, sign_in, transactional_db, language):
    person = factories.make_user()
    sign_in(page, person)
    page.goto(translated("account_email", language))
    check()
    for wrong in ("", "ana en quilicura", person.email):
        page.locator("#id_email").fill(wrong)
        send(page.locator("main form").last)
        expect_error(page, "email")
        check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_of_a_certificate_in_error(page, check, problems, transactional_db, language):
    for wrong in ("", "ABC", "no es un código"):
        page.goto(translated("certificate_check", language))
        page.locator("#id_code").fill(wrong)
        send(page.locator("main form"))
        expect_error(page, "code")
        check()
    page.goto(translated("certificate", language, "2222-2222-2222-2222"))
    problems.expect("404")
    check()


@pytest.fixture
def hr_page(page, sign_in, course, learner):
    """A page of an HR officer whose list has one row."""
    finish_course(learner=learner, course=course)
    officer = factories.make_user()
    grant_role(user=officer, role=Role.HR_OFFICER, organisation=course["organisation"])
    sign_in(page, officer)
    return page


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_with_filters(hr_page, check, course, language):
    page = hr_page
    page.goto(translated("completion_list", language))
    for part in page.locator("main details").all():
        part.locator("summary").first.click()
    assert page.locator("main details:not([open])").count() == 0
    assert page.locator("#id_state").is_visible()
    check()
    page.locator("#id_state").select_option("completed")
    page.locator("#id_organisation").select_option(str(course["organisation"].pk))
    page.locator("#id_completed_from").fill("01-01-2020")
    page.locator(".report-filters button[type=submit]").click()
    page.wait_for_url("**state=completed**")
    assert page.locator("main tbody tr").count() == 1
    check()
    page.locator("#id_completed_to").fill("31-12-2019")
    page.locator(".report-filters button[type=submit]").click()
    page.wait_for_url("**completed_to=31-12-2019**")
    expect_error(page, "completed_to")
    assert page.locator("main tbody tr").count() == 0
    check()


@pytest.mark.parametrize("language", LANGUAGES)
def test_file_of_a_list_with_an_invalid_filter(hr_page, check, problems, language):
    hr_page.goto(f"{translated('completion_file', language)}?format=csv&completed_from=no-es-una-fecha&state=lost")
    problems.expect("400")
    expect_error(hr_page, "completed_from")
    expect_error(hr_page, "state")
    check()
