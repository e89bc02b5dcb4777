import pytest
from django.urls import reverse, translate_url
from django.utils.translation import override

from lms.context import change_language, get_here
from tests.factories import make_catalogue

KEY = "0b5b6f2e-7f43-4c5c-8d3e-2f6d1c0a9b11"


@pytest.mark.django_db
@pytest.mark.parametrize("view, arguments", [
    ("my_courses", []), ("attempt", [KEY]), ("review_attempt", [KEY]), ("result", [KEY]), ("account_login", []),
    ("profile", []), ("completion_list", []), ("certificate_check", []), ("certificate_short", ["ABC"]),
    ("wagtailadmin_home", []), ("health", [])])
def test_change_language_is_what_django_finds_by_resolving(view, arguments):
    for language, other in (("es", "en"), ("en", "es")):
        with override(language):
            address = f"{reverse(view, args=arguments)}?q=2&next=/{language}/learn/"
            assert change_language(address, other) == translate_url(address, other)
            assert change_language(address, language) == address


@pytest.mark.django_db
def test_here_is_the_address_only_where_the_header_leads_to_it(rf):
    catalogue = make_catalogue()
    with override("es"):
        addresses = [catalogue.get_url(), reverse("my_courses"), reverse("profile"), f"{catalogue.get_url()}curso/"]
        assert [get_here(rf.get(address)) for address in addresses] == [*addresses[:3], ""]
