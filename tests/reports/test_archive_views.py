import io
import json
import re
import zipfile

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from certificates import outbox
from certificates.ending import revoke
from certificates.models import Certificate
from lms.accounts.models import AuditEvent
from lms.accounts.roles import revoke_role
from lms.reports import archives, limits
from lms.reports.models import Archive
from lms.reports.tasks import make_archive
from tests import factories
from tests.reports.test_views import get_text

PAGES = ["archive", "archive_progress", "archive_file"]
ACTS = ["cancel_archive", "restart_archive"]


def address(name, *args):
    with override("en"):
        return reverse(name, args=args)


@pytest.fixture
def ask(client, monkeypatch):
    def ask(user, name, *args, post=None):
        client.logout()
        if user:
            client.force_login(user)
        return client.get(address(name, *args)) if post is None else client.post(address(name, *args), post)

    cache.clear()
    monkeypatch.setattr(outbox, "render_pdf", lambda **more: b"%PDF")
    return ask


@pytest.fixture
def begun(ask, town):
    """An archive that the HR officer of the town asked for; nobody has begun to make it."""
    enrolment = town.add_completed(email="ana@x.test")
    factories.make_certificate(learner=enrolment.learner, award=enrolment.pk)
    response = ask(town.officer, "begin_archive", post={"languages": "es", "state": "completed"})
    archive = Archive.objects.get()
    assert (response.status_code, response["Location"]) == (302, address("archive", archive.pk))
    return archive


def test_archive_is_asked_for_from_the_list(ask, town):
    town.add_completed()
    page = ask(town.officer, "completion_list").content.decode()
    form = re.search(rf'<form[^>]*action="{address("begin_archive")}".*?</form>', page, re.DOTALL)[0]
    assert 'name="csrfmiddlewaretoken"' in form
    assert re.findall(r'<option value="([^"]+)">', form) == ["es", "en", "es,en"]


def test_archive_says_how_far_it_is(ask, town, begun):
    text = get_text(ask(town.officer, "archive", begun.pk))
    assert "0 of 1 person of the list done. 0 certificates so far." in text
    assert "Filter: State Completed" in text
    progress = json.loads(ask(town.officer, "archive_progress", begun.pk).content)
    assert progress == {"state": "working", "percent": 0,
                        "sentence": "0 of 1 person of the list done. 0 certificates so far."}
    make_archive(str(begun.pk))
    progress = json.loads(ask(town.officer, "archive_progress", begun.pk).content)
    assert (progress["state"], progress["percent"]) == ("ready", 100)
    assert "Download the ZIP file" in get_text(ask(town.officer, "archive", begun.pk))
    assert "Ready" in get_text(ask(town.officer, "archives"))


def test_archive_is_streamed(ask, town, begun, client):
    make_archive(str(begun.pk))
    response = ask(town.officer, "archive_file", begun.pk)
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Length"] == str(len(content))
    assert re.fullmatch(r'attachment; filename="certificates-\d{4}-\d\d-\d\d-\d{4}\.zip"',
                        response["Content-Disposition"])
    assert "no-store" in response["Cache-Control"]
    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == 2
    event = AuditEvent.objects.get(action="archive.downloaded")
    assert (event.actor, event.subject) == (town.officer, f"archive:{begun.pk}")


def test_archive_says_that_a_certificate_in_it_does_not_hold_any_more(ask, town, begun):
    make_archive(str(begun.pk))
    assert "since you asked for it" not in get_text(ask(town.officer, "archive", begun.pk))
    elsewhere = factories.make_certificate()
    for certificate in (Certificate.objects.exclude(pk=elsewhere.pk).get(), elsewhere):
        revoke(certificate=certificate, reason="mistake", by=town.administrator, now=timezone.now())
    text = get_text(ask(town.officer, "archive", begun.pk))
    assert "1 certificate in this file was revoked or replaced since you asked for it." in text
    assert "Download the ZIP file" in text


def test_archive_that_is_not_ready_is_not_downloaded(ask, town, begun):
    response = ask(town.officer, "archive_file", begun.pk)
    assert (response.status_code, response["Location"]) == (302, address("archive", begun.pk))
    assert not AuditEvent.objects.filter(action="archive.downloaded").exists()


def test_archive_is_known_to_nobody_else(ask, town, begun):
    """To no colleague, other officer, administrator or learner; nor to who asked for it, once the rights are gone."""
    make_archive(str(begun.pk))
    learner = town.add_person()
    for page in PAGES:
        assert [ask(who, page, begun.pk).status_code for who in (
            town.unit_officer, town.stranger, town.administrator)] == [404] * 3
        assert ask(learner, page, begun.pk).status_code == 403
        assert ask(None, page, begun.pk).status_code == 302
    for act in ACTS:
        assert ask(town.administrator, act, begun.pk, post={}).status_code == 404
        assert ask(learner, act, begun.pk, post={}).status_code == 403
        assert ask(town.officer, act, begun.pk).status_code == 405
    assert begun.state == "working"
    begun.refresh_from_db()
    assert begun.state == "ready"
    revoke_role(grant=town.officer.role_grants.get())
    assert ask(town.officer, "archive_file", begun.pk).status_code == 403


def test_archive_is_cancelled(ask, town, begun):
    response = ask(town.officer, "cancel_archive", begun.pk, post={})
    assert response["Location"] == address("archives")
    begun.refresh_from_db()
    assert begun.state == "cancelled"
    assert "The file is not here any more." in get_text(ask(town.officer, "archive", begun.pk))


def test_archive_that_failed_goes_on(ask, town, begun):
    Archive.objects.filter(pk=begun.pk).update(state="failed")
    assert "Go on" in get_text(ask(town.officer, "archive", begun.pk))
    ask(town.officer, "restart_archive", begun.pk, post={})
    begun.refresh_from_db()
    assert begun.state == "working"


@pytest.mark.parametrize(("post", "sentence"), [
    ({"languages": "es", "state": "not_started"}, "This list is empty"),
    ({"languages": "fr"}, "Something in the filters is not right"),
    ({"languages": "es", "completed_from": "x"}, "Something in the filters is not right"),
])
def test_archive_that_is_refused_says_why(ask, town, client, post, sentence):
    town.add_completed()
    response = ask(town.officer, "begin_archive", post=post)
    assert not Archive.objects.exists()
    assert sentence in get_text(client.get(response["Location"]))


def test_third_archive_at_once_is_refused(ask, town, client, begun):
    ask(town.officer, "begin_archive", post={"languages": "es"})
    response = ask(town.officer, "begin_archive", post={"languages": "es"})
    assert "2 files of certificates are being made for you already." in get_text(client.get(response["Location"]))
    assert Archive.objects.count() == archives.MOST_AT_ONCE


def test_archive_of_another_institution_is_no_choice(ask, town):
    town.add_completed(organisation=town.borough)
    ask(town.officer, "begin_archive", post={"languages": "es", "organisation": town.borough.pk})
    assert not Archive.objects.exists()


def test_archives_are_asked_for_so_often_in_a_minute(ask, town, monkeypatch):
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000.0)
    statuses = [ask(town.officer, "begin_archive", post={}).status_code for _time in range(7)]
    assert statuses == [302] * 6 + [429]


def test_list_of_archives_that_is_empty_says_what_to_do(ask, town):
    assert "You have not asked for any file yet" in get_text(ask(town.officer, "archives"))
    assert ask(town.add_person(), "archives").status_code == 403
    assert ask(None, "archives").status_code == 302
