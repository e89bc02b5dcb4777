import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management.sql import emit_post_migrate_signal
from wagtail.models import Locale, Page, Site

from courses import site_setup
from courses.models import CatalogueIndexPage, HomePage
from courses.site_setup import set_up_site
from lms.accounts.models import GivenRight
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def get_identifiers():
    labels = ("wagtailcore", "courses", "auth", "wagtail_localize")
    return {model._meta.label: set(model.objects.values_list("pk", flat=True)) for label in labels
            for model in apps.get_app_config(label).get_models()}


def test_set_up_site_makes_home_and_catalogue_in_each_language(client):
    home = set_up_site()
    assert Site.objects.get().root_page.specific == home
    assert set(Locale.objects.values_list("language_code", flat=True)) == {"es", "en"}
    for language in ("es", "en"):
        page = HomePage.objects.get(locale__language_code=language)
        catalogue = CatalogueIndexPage.objects.get(locale__language_code=language)
        assert (page.translation_key, page.live, page.alias_of) == (home.translation_key, True, None)
        assert catalogue.get_parent().specific == page
        assert client.get(f"/{language}/").context["page"].specific == page
    assert Page.objects.filter(depth__gt=1).count() == 4  # nothing is left of the page that Wagtail greets with
    assert Page.find_problems() == ([], [], [], [], [])


def test_set_up_site_twice_changes_nothing():
    set_up_site()
    before = get_identifiers()
    set_up_site()
    assert get_identifiers() == before


def test_set_up_site_changes_back_nothing_that_people_changed():
    home = set_up_site()
    home.title = "Nuestra academia"
    home.save_revision().publish()
    authors = Group.objects.get(name="Trainers")
    authors.permissions.remove(authors.permissions.get(codename="add_question"))
    set_up_site()
    assert HomePage.objects.get(pk=home.pk).title == "Nuestra academia"
    assert not authors.permissions.filter(codename="add_question").exists()


# --- Installations that exist -----------------------------------------------------------------------------------------

NEWER = {"view_survey", "add_survey", "change_survey", "delete_survey", "view_answerpool"}


def make_old_group(name, taken):
    """A group as an earlier version of the platform set it up, which had none of the NEWER rights, and from which
    somebody took the right ``taken``."""
    set_up_site()
    group = Group.objects.get(name=name)
    GivenRight.objects.all().delete()
    newer = group.permissions.filter(codename__in=NEWER)
    group.permissions.remove(*newer, group.permissions.get(codename=taken))
    return group


@pytest.mark.parametrize(("name", "taken", "new"), [
    ("Trainers", "delete_question", NEWER), ("Programme managers", "view_attempt", {"view_answerpool"})])
def test_migration_gives_old_groups_the_new_rights_and_nothing_that_people_took_away(name, taken, new):
    group = make_old_group(name, taken)
    before = set(group.permissions.values_list("codename", flat=True))
    assert not before & {*NEWER, taken}
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert set(group.permissions.values_list("codename", flat=True)) == before | new

    group.permissions.remove(group.permissions.get(codename="view_answerpool"))
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert set(group.permissions.values_list("codename", flat=True)) == (before | new) - {"view_answerpool"}


def test_right_that_a_version_adds_reaches_a_group_that_was_set_up_before(monkeypatch):
    set_up_site()
    group = Group.objects.get(name="Programme managers")
    monkeypatch.setitem(site_setup.RIGHTS_OF_GROUPS, group.name, ("access_admin", "view_regrade"))
    site_setup.bring_groups_up_to_date()
    assert group.permissions.filter(codename="view_regrade").exists()


def test_migration_of_a_new_installation_makes_no_group():
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert not Group.objects.filter(name__in=site_setup.RIGHTS_OF_GROUPS).exists()


def test_set_up_site_gives_authors_courses_and_the_bank_and_nothing_above():
    set_up_site()
    author = make_user()
    author.groups.add(Group.objects.get(name="Trainers"))
    assert author.has_perms(["wagtailadmin.access_admin", "assessments.add_question", "courses.change_edition"])
    assert not author.has_perm("accounts.change_user")
    catalogue, home = CatalogueIndexPage.objects.first(), HomePage.objects.first()
    assert catalogue.permissions_for_user(author).can_add_subpage()
    assert not home.permissions_for_user(author).can_edit()
