"""What becomes of a certificate, in a browser: its name is corrected, it is revoked, renewed and expires; paths and
constancies. In both languages, wide and on a telephone, with forms in error."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from certificates.models import Certificate, CorrectionRequest
from courses.models import Edition, Enrolment
from tests import factories
from tests.courses.authors import make_site
from tests.courses.learning import Learning, SmallCourse

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SHOTS")  # a folder: every page looked at is also kept there as a picture
PDF = {"name": "cedula.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 cedula"}


@pytest.fixture(params=["es", "en"])
def language(request):
    return request.param


@pytest.fixture
def check(axe, language):
    """Look at the page wide and on a telephone: nothing wrong, and nothing wider than the screen."""
    def check(page, name):
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{language}-{width}.png", full_page=True)

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


def test_name_is_corrected(new_page, sign_in, check, address, language, administrator):
    learner = factories.make_user(preferred_language=language, given_names="María", first_surname="Ñanculef")
    certificate = factories.make_certificate(learner=learner)
    page, office = new_page(), new_page()
    sign_in(page, learner)
    page.goto(address("certificate", certificate.code))
    check(page, "certificate")
    page.click(f"a[href='{address('certificate_correction', certificate.code)}']")
    page.fill("input[name=holder]", "")
    page.click("form.panel button")
    page.wait_for_selector(".field__error")
    check(page, "correction-error")
    page.fill("input[name=holder]", "María Ñanculef Gutiérrez")
    page.fill("textarea[name=explanation]", "El primer apellido tiene otra letra.")
    page.set_input_files("input[name=evidence]", PDF)
    page.click("form.panel button")
    page.wait_for_selector("#open")
    check(page, "correction-open")
    asked = CorrectionRequest.objects.get()

    sign_in(office, administrator)
    office.goto(reverse("correction_list"))
    check(office, "admin-corrections")
    office.click(f"a[href='{reverse('decide_correction', args=[asked.pk])}']")
    office.click("button[name=refuse]")
    office.wait_for_selector(".error-message")
    check(office, "admin-correction-error")
    office.click("button[name=accept]")
    office.wait_for_url(f"**{reverse('correction_list')}")
    assert Certificate.objects.get(state="issued").snapshot["holder"] == "María Ñanculef Gutiérrez"

    sign_in(page, learner)
    page.goto(address("certificate_correction", certificate.code))
    page.wait_for_selector("#earlier")
    check(page, "correction-closed")
    page.goto(address("certificate", certificate.code))
    assert page.locator(".certificate__holder").inner_text() == "María Ñanculef Gutiérrez"
    assert "Ñancupil" not in page.content()
    check(page, "certificate-corrected")


def test_certificate_is_corrected_and_revoked(new_page, sign_in, check, address, administrator):
    certificate = factories.make_certificate()
    page = new_page()
    sign_in(page, administrator)
    page.goto(reverse("certificate_list"))
    page.click(f"a[href='{reverse('certificate_details', args=[certificate.pk])}']")
    check(page, "admin-certificate")
    page.click(f"a[href='{reverse('correct_certificate', args=[certificate.pk])}']")
    page.fill("[name=organisation]", "Municipalidad de Temuco")
    page.click("form[method=post] button.button")
    page.wait_for_selector(".error-message")
    check(page, "admin-correct-error")
    page.fill("[name=note]", "El acta dice otra cosa.")
    page.check("input[name=confirmed]")
    page.click("form[method=post] button.button")
    certificate = Certificate.objects.get(version=2)
    page.wait_for_url(f"**{reverse('certificate_details', args=[certificate.pk])}")
    assert certificate.snapshot["organisation"] == "Municipalidad de Temuco"
    page.click(f"a[href='{reverse('revoke_certificate', args=[certificate.pk])}']")
    page.click("form button.no")
    page.wait_for_selector(".error-message")
    check(page, "admin-revoke-error")
    page.check("input[name=reason][value=mistake]")
    page.check("input[name=confirmed]")
    page.click("form button.no")
    page.wait_for_url(f"**{reverse('certificate_details', args=[certificate.pk])}")
    check(page, "admin-certificate-revoked")
    page.goto(address("certificate", certificate.code))
    check(page, "certificate-revoked")


def test_certificate_is_renewed_and_a_path_shown(new_page, sign_in, check, address, language,
                                                 django_capture_on_commit_callbacks):
    make_site(django_capture_on_commit_callbacks)
    course, other = SmallCourse(title="Interculturalidad"), SmallCourse(title="Mediación")
    Edition.objects.update(certificate_valid_months=12)
    factories.make_learning_path(course.page, other.page)
    learning = Learning(course, now=timezone.now() - dt.timedelta(days=330))
    learning.finish()
    Learning(other, learner=learning.learner, now=timezone.now()).read()
    page = new_page()
    sign_in(page, learning.learner)
    page.goto(address("my_courses"))
    check(page, "my-courses")
    page.goto(course.page.get_url())
    check(page, "course-renewable")
    page.goto(address("my_courses"))
    page.click(f"form[action='{address('renew_certificate', learning.enrolment.pk)}'] button")
    check(page, "renewal-begun")
    assert Enrolment.objects.get(renews=learning.enrolment).edition == learning.enrolment.edition

    page.goto(other.page.get_url())
    check(page, "course-in-progress")
    page.click("form[action$='/constancy/'] button")
    check(page, "constancy")
    assert Certificate.objects.get(kind="progress").snapshot["progress"] == "50"


def test_path_and_edition_in_the_admin(new_page, sign_in, check, administrator, django_capture_on_commit_callbacks):
    make_site(django_capture_on_commit_callbacks)
    course = SmallCourse(title="Interculturalidad")
    path = factories.make_learning_path(course.page)
    page = new_page()
    sign_in(page, administrator)
    for name, url in {"admin-paths": reverse("learning_paths:index"),
                      "admin-path": reverse("learning_paths:edit", args=[path.pk]),
                      "admin-edition": reverse("editions:edit", args=[Edition.objects.get().pk])}.items():
        page.goto(url)
        check(page, name)
