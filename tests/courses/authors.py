"""Trainers and a site for them to write in."""

from django.urls import reverse
from wagtail.models import Site

from courses.models import CatalogueIndexPage
from courses.site_setup import set_up_site
from lms.accounts.models import RoleGrant
from lms.accounts.roles import grant_role
from tests.factories import make_user
from tests.snapshots import Snapshot

NEW_SITE = Snapshot(set_up_site, witnesses=["wagtailcore_page", "wagtailcore_locale", "wagtailcore_site", "auth_group"])

HOME = reverse("wagtailadmin_home")


def make_site(django_capture_on_commit_callbacks):
    """The site in both languages, as a new installation has it. Returns the Spanish catalogue."""
    with django_capture_on_commit_callbacks(execute=True):
        NEW_SITE.restore()
    Site.clear_site_root_paths_cache()
    return CatalogueIndexPage.objects.get(locale__language_code="es")


def make_trainer(**fields):
    user = make_user(**fields)
    grant_role(user=user, role=RoleGrant.Role.TRAINER)
    return user


def get_messages(response):
    return [str(message.message) for message in response.context["messages"]]


def page_url(name, page, *more):
    return reverse(f"wagtailadmin_pages:{name}", args=[page.pk, *more])


def get_panel(client, name):
    panel = next(panel for panel in client.get(HOME).context["panels"] if getattr(panel, "name", "") == name)
    return panel.get_context_data({"request": client.get(HOME).wsgi_request})
