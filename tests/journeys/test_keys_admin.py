"""The page of the issuer's keys in a browser, at the width of a telephone too and in both languages."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect
from wagtail.models import Site
from wagtail.users.models import UserProfile

from certificates.keys import create_key, mark_compromised, retire
from courses.site_setup import set_up_site
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _site(db, keys_dir):
    set_up_site()
    Site.clear_site_root_paths_cache()


@pytest.fixture
def keys_dir(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"


@pytest.mark.parametrize("language", ["es", "en"])
def test_keys_are_seen_and_retired_by_everybody_who_may(page, sign_in, check_widths, language):
    administrator = make_user(is_superuser=True)
    UserProfile.objects.create(user=administrator, preferred_language=language)
    sign_in(page, administrator)
    page.goto(reverse("issuer_keys"))
    check_widths(page)  # with no key at all
    now = timezone.now()
    keys = [create_key(purpose="pdf", now=now) for _number in range(3)]
    retire(key=keys[0], by=None, now=now)
    mark_compromised(key=keys[1], by=None, now=now)
    page.reload()
    check_widths(page)
    page.goto(reverse("issuer_key_retire", args=[keys[2].pk]))
    page.locator("form button.no").click()
    expect(page.locator(".error-message, .w-field__errors").first).to_contain_text(re.compile(r"\w"))
    check_widths(page)
    page.get_by_role("checkbox").check()
    page.locator("form button.no").click()
    expect(page).to_have_url(re.compile(reverse("issuer_keys")))
    keys[2].refresh_from_db()
    assert keys[2].retired_at is not None
