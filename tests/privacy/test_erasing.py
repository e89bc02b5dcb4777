import datetime as dt
from fractions import Fraction

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from assessments.models import Mark, MarkCorrection
from certificates import outbox
from certificates.events import verify_history
from certificates.models import Certificate
from courses import marking
from lms.accounts.models import AuditEvent, User
from lms.accounts.roles import grant_role
from lms.privacy.erasing import (
    AlreadyDecided,
    HasRole,
    OwnRequest,
    accept_erasure,
    erase_person,
    refuse_erasure,
    request_erasure,
    withdraw_erasure,
)
from lms.privacy.exporting import export_person
from tests.courses.learning import Learning
from tests.courses.marking import Essay
from tests.factories import make_assignment, make_certificate, make_next_version, make_organisation, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
PERSONAL = ("Ñancupil", "María", "holder@puentes.test", "5678")


@pytest.fixture
def holder():
    return make_user(email="holder@puentes.test", given_names="María", first_surname="Ñancupil",
                     document=("rut", "12.345.678-5"))


@pytest.fixture
def administrator():
    administrator = make_user(is_superuser=True)
    UserProfile.objects.create(user=administrator, preferred_language="en")
    return administrator


def ask(person):
    return request_erasure(person=person, explanation="I have left.", now=NOW)


def test_nothing_says_any_longer_who_the_person_was(holder, administrator, client):
    client.force_login(holder)
    certificate = make_certificate(learner=holder)
    newest = make_next_version(certificate)
    erase_person(person=holder, by=administrator, now=NOW)
    data = str(export_person(person=User.objects.get(pk=holder.pk), now=NOW))
    assert not [word for word in PERSONAL if word in data]
    for version in (certificate, newest):
        version.refresh_from_db()
        assert not [word for word in PERSONAL if word in str(version.snapshot)]
        verify_history(version)
    assert not [event for event in AuditEvent.objects.all() if any(word in str(event.details) for word in PERSONAL)]
    assert client.get("/en/account/profile/").status_code == 302  # the session has ended


def test_certificate_can_still_be_checked_without_a_name(holder, administrator, client):
    certificate = make_certificate(learner=holder)
    erase_person(person=holder, by=administrator, now=NOW)
    with override("en"):
        page = client.get(reverse("certificate", args=[certificate.code])).content.decode()
        answer = client.post(reverse("certificate_identity", args=[certificate.code]), {"number": "12345678-5"})
    for kept in ("Valid", certificate.folio, "Intercultural public service", "24.5 chronological hours",
                 "The personal data of the holder were erased."):
        assert kept in page
    assert not [word for word in PERSONAL if word in page]
    assert "Yes: this is the number of the holder." in answer.content.decode()


def test_documents_go_with_the_commit(holder, administrator, django_capture_on_commit_callbacks):
    certificate = make_certificate(learner=holder)
    outbox.get_pdf(certificate=certificate, language="es", now=timezone.now())
    key = certificate.artifacts.get(kind="pdf_es").storage_key
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=holder, by=administrator, now=NOW)
        assert storages["private"].exists(key)
    assert not storages["private"].exists(key)
    assert not certificate.artifacts.exists()
    assert not certificate.outbox.pending().exists()


def test_file_that_a_dying_worker_left_goes_too(holder, administrator, django_capture_on_commit_callbacks):
    certificate = make_certificate(learner=holder)
    left = outbox.get_names(certificate)[2]
    storages["private"].save(left, ContentFile(b"half a document"))
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person=holder, by=administrator, now=NOW)
    assert not storages["private"].exists(left)


def test_results_stay(administrator):
    learning = Learning()
    learning.finish()
    before = (learning.enrolment.percentage, learning.learner.attempts.count())
    erase_person(person=learning.learner, by=administrator, now=NOW)
    learning.enrolment.refresh_from_db()
    assert (learning.enrolment.percentage, learning.learner.attempts.count()) == before
    assert Certificate.objects.get().state == "issued"


def test_what_markers_wrote_goes_and_the_marks_stay(administrator):
    essay = Essay(texts=["La señora Ñancupil pidió hora"])
    answer = essay.get_answer().pk
    marking.mark(answer_id=answer, marker=administrator, fraction=Fraction(0), levels={}, comment="María escribe bien",
                 now=NOW)
    marking.correct(answer_id=answer, marker=administrator, fraction=Fraction(1), levels={}, comment="María, perdón",
                    reason="María Ñancupil reclamó", now=NOW)
    assert "reclamó" in str(export_person(person=essay.learning.learner, now=NOW))
    erase_person(person=essay.learning.learner, by=administrator, now=NOW)
    data = str(export_person(person=User.objects.get(pk=essay.learning.learner.pk), now=NOW))
    data += str(list(AuditEvent.objects.values()))
    data += str(list(MarkCorrection.objects.values())) + str(list(Mark.objects.values()))
    assert not [word for word in PERSONAL if word in data]
    assert essay.get_answer().score == 3


def test_what_the_admin_noted_of_the_person_has_no_name_any_more(holder, administrator):
    namesake = make_user(given_names="María", first_surname="Ñancupil")
    organisation = make_organisation()
    grants = [grant_role(user=person, role="trainer", by=administrator) for person in (holder, namesake)]
    assignments = [make_assignment(user=person, organisation=organisation) for person in (holder, namesake)]
    for thing in (holder, namesake, *grants, *assignments):
        log(instance=thing, action="wagtail.edit", user=administrator)
    erase_person(person=holder, by=administrator, now=NOW)
    kept = list(ModelLogEntry.objects.filter(label__contains="Ñancupil").values_list("object_id", flat=True))
    # A role is known by the name alone: that of the namesake goes with it.
    assert sorted(kept) == sorted([str(namesake.pk), str(assignments[1].pk)])
    assert ModelLogEntry.objects.count() == 6


def test_erasing_twice_leaves_one_trace_on_the_certificate(holder, administrator):
    certificate = make_certificate(learner=holder)
    for _repeated in range(2):
        erase_person(person=holder, by=administrator, now=NOW)
    assert [event.action for event in certificate.events.all()] == ["issued", "erased"]


def test_administrator_is_not_erased(administrator):
    with pytest.raises(HasRole):
        erase_person(person=administrator, by=make_user(is_superuser=True), now=NOW)


def test_altered_certificate_is_erased_too(holder, administrator, caplog):
    certificate = make_certificate(learner=holder)
    Certificate.objects.update(snapshot={**certificate.snapshot, "course": {"es": "Otro", "en": "Other"}})
    erase_person(person=holder, by=administrator, now=NOW)
    certificate.refresh_from_db()
    assert not [word for word in PERSONAL if word in str(certificate.snapshot)]
    assert "is erased although it was altered" in caplog.text


def test_earlier_requests_say_nothing_any_longer(administrator):
    learning = Learning()
    earlier = request_erasure(person=learning.learner, explanation="Estoy enfermo.", now=NOW)
    refuse_erasure(request=earlier, answer="No.", by=administrator, now=NOW)
    erase_person(person=learning.learner, by=administrator, now=NOW)
    earlier.refresh_from_db()
    assert (earlier.explanation, earlier.answer) == ("", "")


# --- Requests ---------------------------------------------------------------------------------------------------------

def test_request_is_accepted_once(holder, administrator):
    request = ask(holder)
    accept_erasure(request=request, by=administrator, now=NOW)
    for act in (lambda: accept_erasure(request=request, by=administrator, now=NOW),
                lambda: refuse_erasure(request=request, answer="No.", by=administrator, now=NOW),
                lambda: withdraw_erasure(request=request, now=NOW)):
        with pytest.raises(AlreadyDecided):
            act()
    request.refresh_from_db()
    assert (request.state, request.explanation) == ("done", "")


def test_nobody_decides_on_a_request_of_their_own(holder):
    request = ask(holder)
    User.objects.filter(pk=holder.pk).update(is_superuser=True)
    with pytest.raises(OwnRequest):
        refuse_erasure(request=request, answer="No.", by=User.objects.get(pk=holder.pk), now=NOW)


def test_mail_that_cannot_be_sent_leaves_the_request_open(client, holder, administrator, monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionRefusedError

    client.force_login(administrator)
    request = ask(holder)
    monkeypatch.setattr("lms.privacy.mailing.send_mail", fail)
    page = client.post(reverse("decide_erasure", args=[request.pk]), {"accept": "1"}, follow=True).content.decode()
    assert "could not be sent, so nothing was decided" in page
    holder.refresh_from_db()
    request.refresh_from_db()
    assert (holder.is_active, request.state) == (True, "open")


# --- In the admin -----------------------------------------------------------------------------------------------------

def test_administrator_refuses_with_a_reason_and_then_accepts(client, holder, administrator):
    client.force_login(administrator)
    request = ask(holder)
    assert "Nobody waits" not in client.get(reverse("erasure_requests")).content.decode()
    page = client.post(reverse("decide_erasure", args=[request.pk]), {"refuse": "1", "answer": ""})
    assert "Give the person a reason." in page.content.decode()
    client.post(reverse("decide_erasure", args=[request.pk]), {"refuse": "1", "answer": "A law."})
    assert "A law." in mail.outbox[-1].body
    request = ask(holder)
    client.post(reverse("decide_erasure", args=[request.pk]), {"accept": "1"})
    assert mail.outbox[-1].to == ["holder@puentes.test"]
    holder.refresh_from_db()
    assert not holder.is_active


def test_pages_are_for_administrators_only(client, holder):
    pages = [reverse("erasure_requests"), reverse("decide_erasure", args=[ask(holder).pk]), reverse("retention"),
             reverse("publish_notice")]
    for page in pages:
        assert client.get(page).status_code == 302
    for person in (holder, make_user()):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} <= {302, 403}
    client.force_login(make_user(is_superuser=True))
    assert {client.get(page).status_code for page in pages} == {200}


def test_list_costs_the_same_for_one_request_and_three(client, administrator, django_assert_num_queries):
    client.force_login(administrator)
    ask(make_user())
    client.get(reverse("erasure_requests"))
    with CaptureQueriesContext(connection) as first:
        client.get(reverse("erasure_requests"))
        count = len(first)
    ask(make_user()), ask(make_user())
    with django_assert_num_queries(count):
        client.get(reverse("erasure_requests"))
