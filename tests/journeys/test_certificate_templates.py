"""Certificate templates in a browser: a trainer of an institution makes one, sees it at once, by keyboard, on a
telephone and without JavaScript."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from wagtail.models import Site
from wagtail.users.models import UserProfile

from certificates import templates
from certificates.models import CertificateTemplate
from courses.site_setup import set_up_site
from tests.courses.authors import make_trainer
from tests.factories import localized, make_assignment, make_organisation, make_picture, make_signatory, make_template

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _site(db):
    set_up_site()
    Site.clear_site_root_paths_cache()


@pytest.fixture
def institution():
    return make_organisation(name="Municipalidad de Las Acacias")


@pytest.fixture
def trainer(institution):
    user = make_trainer()
    make_assignment(user=user, organisation=institution)
    UserProfile.objects.create(user=user, preferred_language="en")
    return user


@pytest.fixture
def people(institution):
    return [make_signatory(organisation=institution, name=name, image=make_picture(name))
            for name in ("Ana Soto", "Rosa Catrileo")]


def get_first_page(page):
    return page.locator("#preview-pages img").first.get_attribute("src")


def test_template_is_made_by_keyboard_and_seen_while_it_is_written(page, sign_in, trainer, institution, people):
    sign_in(page, trainer)
    page.goto(reverse("certificate_templates"))
    page.get_by_role("link", name="New template").click()
    before = get_first_page(page)
    page.get_by_label("Name*").focus()
    page.keyboard.type("De la municipalidad")
    page.locator("#id_organisation").focus()
    page.keyboard.type("Munici")
    page.locator("#id_layout_0").focus()
    page.keyboard.press("ArrowDown")
    for field, name in (("#id_signatory_1", "Rosa"), ("#id_signatory_2", "Ana")):
        page.locator(field).focus()
        page.keyboard.type(name)
    expect(page.locator("#preview-pages img").first).not_to_have_attribute("src", before)
    expect(page.locator("#preview-pages")).not_to_have_attribute("aria-busy", "true")
    assert page.locator("#preview-pages img").first.evaluate("image => image.naturalWidth < image.naturalHeight")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    version = CertificateTemplate.objects.get(name="De la municipalidad").latest
    assert (version.layout, version.template.organisation) == ("plain", institution)
    assert templates.get_signatories(version) == people[::-1]


def test_preview_says_what_it_waits_for(page, sign_in, trainer):
    sign_in(page, trainer)
    page.goto(reverse("add_certificate_template"))
    page.locator("#id_intro-es").fill("La municipalidad certifica que")
    expect(page.locator("#preview-message")).to_contain_text("The preview waits until the form has no errors")
    expect(page.locator("#preview-message")).to_contain_text("Introduction, English")


def test_preview_works_without_javascript(no_js_page, sign_in, trainer):
    sign_in(no_js_page, trainer)
    no_js_page.goto(reverse("add_certificate_template"))
    no_js_page.locator("#id_name").fill("De la municipalidad")
    before = get_first_page(no_js_page)
    no_js_page.locator("#id_layout_1").check()
    no_js_page.get_by_role("button", name="Preview").last.click()
    assert get_first_page(no_js_page) != before
    expect(no_js_page.locator("#id_name")).to_have_value("De la municipalidad")
    assert not CertificateTemplate.objects.exists()


@pytest.mark.parametrize("language", ["es", "en"])
def test_pages_can_be_used_by_everybody(page, sign_in, problems, check_widths, trainer, institution, people, language):
    UserProfile.objects.filter(user=trainer).update(preferred_language=language)
    sign_in(page, trainer)
    for name in ("certificate_templates", "certificate_signatories"):
        # A list with nothing in it, then with something.
        page.goto(reverse(name))
        check_widths(page)
    template = make_template(organisation=institution, signatories=people, texts={"note": localized("Nota.")}).template
    for address in (reverse("certificate_templates"), reverse("certificate_template", args=[template.pk]),
                    reverse("certificate_template_versions", args=[template.pk]),
                    reverse("certificate_signatory", args=[people[0].signatory.pk])):
        page.goto(address)
        check_widths(page)
    for name in ("add_certificate_template", "add_certificate_signatory"):
        page.goto(reverse(name))
        page.locator("button[type=submit]:not([name=preview])", has_text=re.compile("Save|Guardar")).click()
        expect(page.get_by_role("alert")).to_be_visible()
        check_widths(page)
        problems.expect("^422")
        problems.expect("console: .*422")
