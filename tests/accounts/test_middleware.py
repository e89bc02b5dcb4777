import pytest
from django.urls import reverse
from wagtail.users.models import UserProfile

from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("person", "chosen", "browser", "language"), [
    ("en", "", "es", "en"), ("es", "", "en", "es"), ("en", "es", "en", "es"), ("es", "en", "es", "en")])
def test_admin_speaks_the_language_of_the_person(client, person, chosen, browser, language):
    """A choice in the preferences of the admin comes first, then the profile, and the browser has no say."""
    administrator = make_user(is_superuser=True, preferred_language=person)
    if chosen:
        UserProfile.objects.create(user=administrator, preferred_language=chosen)
    client.force_login(administrator)
    page = client.get(reverse("wagtailadmin_home"), headers={"Accept-Language": browser}).content.decode()
    assert f'<html lang="{language}"' in page


def test_other_pages_keep_the_language_of_their_address(client):
    client.force_login(make_user(preferred_language="en"))
    assert '<html lang="es"' in client.get("/es/learn/").content.decode()
