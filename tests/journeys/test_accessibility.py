"""Every page a learner, an HR officer or a stranger can see breaks no rule of WCAG 2.2 A and AA that a program can
check: in both languages, wide and on a telephone, with forms in error."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from courses import progress
from courses.quizzes import get_rules
from lms.accounts.roles import Role, grant_role
from tests import factories
from tests.journeys.building import build_course, finish_course

LANGUAGES = ["es", "en"]


@pytest.fixture
def course(transactional_db):
    return build_course()


@pytest.fixture
def learner(course):
    return factories.make_user(document=("rut", "12.345.678-5"))


@pytest.fixture
def look(page, axe):
    """Open an address and check the page, wide and narrow: nothing sticks out, the rules hold."""

    def look(url, width=1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(url)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), url
        return page

    return look


def translated(name, language, *args):
    with override(language):
        return reverse(name, args=args)


@pytest.mark.parametrize("language", LANGUAGES)
def test_public_pages(look, course, language):
    home = "/es/" if language == "es" else "/en/"
    page = look(home)
    look(home, width=360)
    catalogue = page.locator("header nav a").first.get_attribute("href")
    look(catalogue)
    look(f"{catalogue}?q=nada-que-exista", width=360)
    look(course[language]["course"])
    look(course[language]["course"], width=360)
    look(translated("certificate_check", language))


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
    look(translated("my_courses", language))
    enrolment = factories.make_enrolment(learner=learner, course_page=course["page"])
    look(translated("my_courses", language), width=360)
    for name in ("course", "module", "lesson", "quiz"):
        look(course[language][name])
        look(course[language][name], width=360)
    attempt = progress.start_attempt(enrolment=enrolment, activity=course["quiz"].translation_key,
                                     rules=get_rules(course["quiz"]), now=timezone.now())
    look(translated("attempt", language, attempt.pk))
    look(translated("attempt", language, attempt.pk), width=360)
    look(translated("review_attempt", language, attempt.pk), width=360)
    progress.submit(attempt_id=attempt.pk, learner=learner, changes=[], now=timezone.now())
    look(translated("result", language, attempt.pk))
    look(translated("result", language, attempt.pk), width=360)
    look(translated("profile", language), width=360)
    look(translated("account_email", language), width=360)
    look(translated("account_change_password", language), width=360)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_completed_course(look, page, sign_in, course, learner, language):
    certificate = finish_course(learner=learner, course=course)
    sign_in(page, learner)
    look(translated("my_courses", language))
    look(course[language]["course"], width=360)
    look(translated("certificate", language, certificate.code))
    look(translated("certificate", language, certificate.code), width=360)


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_of_an_hr_officer(look, page, sign_in, course, learner, language):
    finish_course(learner=learner, course=course)
    officer = factories.make_user()
    grant_role(user=officer, role=Role.HR_OFFICER, organisation=course["organisation"])
    sign_in(page, officer)
    url = translated("completion_list", language)
    look(url)
    look(url, width=360)
    look(f"{url}?completed_from=no-es-una-fecha", width=360)
    look(f"{url}?q=nadie-se-llama-asi")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_errors(look, page, problems, sign_in, course, learner, language):
    look(f"/{language}/no-existe/", width=360)
    problems.expect("404")
    sign_in(page, learner)
    look(translated("completion_list", language))
    problems.expect("403")
