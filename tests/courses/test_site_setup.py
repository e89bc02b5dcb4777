import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from wagtail.models import Locale, Page, Site

from courses.models import CatalogueIndexPage, HomePage
from courses.site_setup import set_up_site
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


def test_set_up_site_gives_authors_courses_and_the_bank_and_nothing_above():
    set_up_site()
    author = make_user()
    author.groups.add(Group.objects.get(name="Trainers"))
    assert author.has_perms(["wagtailadmin.access_admin", "assessments.add_question", "courses.change_edition"])
    assert not author.has_perm("accounts.change_user")
    catalogue, home = CatalogueIndexPage.objects.first(), HomePage.objects.first()
    assert catalogue.permissions_for_user(author).can_add_subpage()
    assert not home.permissions_for_user(author).can_edit()
