import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from lms.accounts.models import AuditEvent
from lms.privacy.models import Acknowledgement, PrivacyNotice
from lms.privacy.notices import TextMissing, get_current_number, publish_notice, to_html
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TEXTS = {"es": "## Quién\n\nPuentes.", "en": "## Who\n\nPuentes."}


def publish(number=1, **texts):
    for each in range(number):
        notice = publish_notice(texts={**TEXTS, "en": f"## Who\n\nVersion {each + 1}.", **texts},
                                changes={"es": "Algo.", "en": "Something."} if each else {}, by=None, now=NOW)
    return notice


def address(name, **arguments):
    with override("en"):
        return reverse(name, kwargs=arguments)


# --- Versions ---------------------------------------------------------------------------------------------------------

def test_versions_are_numbered_and_traced():
    assert publish(2).number == 2
    assert publish(1).number == 3  # the first text again is a version of its own
    assert get_current_number() == 3
    assert AuditEvent.objects.filter(action="privacy_notice.published").count() == 3


def test_publishing_the_text_in_force_changes_nothing():
    assert publish_notice(texts=TEXTS, changes={}, by=None, now=NOW) == publish_notice(
        texts=TEXTS, changes={}, by=None, now=NOW)


def test_notice_needs_every_language():
    with pytest.raises(TextMissing):
        publish(es=" ")


def test_published_notice_cannot_be_changed():
    notice = publish()
    with pytest.raises(TypeError):
        notice.save()


def test_notice_runs_nothing():
    assert "<script" not in to_html("<script>alert(1)</script> [x](javascript:alert(1))")
    assert "href=\"javascript" not in to_html("[x](javascript:alert(1))")


def test_command_publishes_the_notice_of_the_platform_once(capsys):
    call_command("publish_privacy_notice")
    call_command("publish_privacy_notice")
    notice = PrivacyNotice.objects.get()
    assert set(notice.texts) == {"es", "en"}
    assert capsys.readouterr().out.count("published") == 1


# --- Pages ------------------------------------------------------------------------------------------------------------

def test_notice_is_public_with_its_versions_and_times(client):
    publish(2)
    page = client.get(address("privacy_notice")).content.decode()
    assert "<p>Version 2.</p>" in page
    assert "Something." in page
    assert "12 months" in page
    earlier = client.get(address("privacy_notice_version", number=1)).content.decode()
    assert "<p>Version 1.</p>" in earlier
    assert "A newer version has taken its place." in earlier
    assert client.get(address("privacy_notice_version", number=9)).status_code == 404


def test_notice_before_any_was_published(client):
    assert client.get(address("privacy_notice")).status_code == 404


# --- Before the first page --------------------------------------------------------------------------------------------

def test_signed_in_person_reads_the_notice_first_and_once(client):
    publish()
    person = make_user()
    client.force_login(person)
    response = client.get(address("profile"))
    assert response["Location"] == f"{address('privacy_acknowledge')}?next=%2Fen%2Faccount%2Fprofile%2F"
    refused = client.post(address("privacy_acknowledge"), {"next": address("profile"), "number": 1})
    assert "Mark that you have read it to go on." in refused.content.decode()
    response = client.post(address("privacy_acknowledge"), {"next": address("profile"), "read": "on", "number": 1})
    assert response["Location"] == address("profile")
    assert client.get(address("profile")).status_code == 200
    client.logout()
    client.force_login(person)
    assert client.get(address("profile")).status_code == 200
    assert Acknowledgement.objects.get().person == person


def test_new_version_is_read_again(client):
    publish()
    client.force_login(make_user())
    client.post(address("privacy_acknowledge"), {"read": "on", "number": 1})
    publish(2)
    response = client.get(address("profile"), follow=True)
    assert "The privacy notice has changed since you last read it. Something." in response.content.decode()


def test_version_published_while_the_page_was_open_is_shown_before_it_counts_as_read(client):
    publish()
    client.force_login(make_user())
    publish(2)
    response = client.post(address("privacy_acknowledge"), {"read": "on", "number": 1})
    assert (response.status_code, Acknowledgement.objects.count()) == (200, 0)
    assert 'name="number" value="2"' in response.content.decode()


@pytest.mark.parametrize("onwards", ["https://elsewhere.test/", "//elsewhere.test", "javascript:alert(1)", ""])
def test_nobody_is_led_elsewhere(client, onwards):
    publish()
    client.force_login(make_user())
    response = client.post(address("privacy_acknowledge"), {"next": onwards, "read": "on", "number": 1})
    assert response["Location"] == address("my_courses")


def test_what_is_sent_is_not_held_up_and_checking_a_certificate_neither(client):
    publish()
    client.force_login(make_user())
    assert client.post(address("privacy_acknowledge")).status_code == 200
    assert client.get(address("certificate", code=make_certificate().code)).status_code == 200
    assert client.get(address("profile"), headers={"Sec-Fetch-Dest": "empty"}).status_code == 200


def test_whoever_has_read_it_pays_no_query(client, django_assert_num_queries):
    client.force_login(make_user())
    client.get(address("own_data"))
    with CaptureQueriesContext(connection) as before:
        client.get(address("own_data"))
        count = len(before)
    publish()
    client.post(address("privacy_acknowledge"), {"read": "on", "number": 1})
    client.get(address("own_data"))
    with django_assert_num_queries(count):
        client.get(address("own_data"))
