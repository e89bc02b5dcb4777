import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.factories import make_home, make_user


@pytest.mark.django_db
def test_address_of_a_button_says_what_it_is(client):
    make_home()
    client.force_login(make_user())
    with override("en"):
        response = client.get(reverse("own_data_file"))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address does something when its button is pressed" in response.content.decode()


@pytest.mark.django_db
def test_language_can_be_changed_beside_an_error_of_the_request_to_erase(client):
    client.force_login(make_user())
    with override("en"):
        response = client.get(reverse("ask_erasure"))
        assert (response.status_code, response["Location"]) == (302, reverse("own_data"))
