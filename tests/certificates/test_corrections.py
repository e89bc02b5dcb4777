import datetime as dt

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.corrections import (
    AlreadyDecided,
    AlreadyOpen,
    EvidenceRefused,
    MayNotDecide,
    NothingToCorrect,
    NotHolder,
    TooManyRequests,
    accept,
    ask,
    check_evidence,
    may_decide,
    refuse,
    withdraw,
)
from certificates.ending import correct, revoke
from certificates.mailing import send_mail
from certificates.models import Certificate, CorrectionRequest
from certificates.outbox import claim, perform
from certificates.snapshot import read_snapshot
from lms.accounts.models import AuditEvent
from tests.factories import make_certificate, make_user
from tests.threads import run_at_once

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
NAME = "María Ñanculef Gutiérrez"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(db):
    return make_certificate(now=NOW)


@pytest.fixture
def administrator(db):
    return make_user(is_superuser=True)


def ask_for(certificate, holder=NAME, by=None, now=NOW, **fields):
    return ask(certificate=certificate, holder=holder, explanation="Falta una letra.", by=by or certificate.learner,
               now=now, **fields)


def finish_all():
    while work := claim(now=NOW):
        assert perform(work, clock=lambda: NOW)


def test_request_is_kept_with_its_evidence_under_a_name_that_says_nothing(certificate):
    file = SimpleUploadedFile("cedula-de-maria.png", PNG)
    request = ask_for(certificate, holder="  María   Ñanculef\tGutiérrez ", evidence=file)
    assert (request.holder, request.state, request.asked_by) == (NAME, "open", certificate.learner)
    assert request.evidence.name == f"corrections/{request.pk}.png"
    assert request.evidence.open("rb").read() == PNG
    assert AuditEvent.objects.get().action == "certificate.correction_asked"
    assert "Ñanculef" not in str(AuditEvent.objects.get().details)


def test_request_is_for_the_holder_alone(certificate, administrator):
    for person in (make_user(), administrator):
        with pytest.raises(NotHolder):
            ask_for(certificate, by=person)


def test_request_one_at_a_time_and_three_a_month(certificate):
    for number in range(3):
        request = ask_for(certificate, now=NOW + dt.timedelta(days=number))
        with pytest.raises(AlreadyOpen):
            ask_for(certificate, holder="Otro Nombre", now=NOW)
        withdraw(request=request, by=certificate.learner, now=NOW)
    with pytest.raises(TooManyRequests):
        ask_for(certificate, now=NOW + dt.timedelta(days=29))
    assert ask_for(certificate, now=NOW + dt.timedelta(days=31)).state == "open"


def test_request_for_the_same_name_or_of_an_ended_version_is_refused(certificate):
    with pytest.raises(NothingToCorrect):
        ask_for(certificate, holder="María Ñancupil  Gutiérrez")
    revoke(certificate=certificate, reason="mistake", by=make_user(), now=NOW)
    with pytest.raises(NothingToCorrect):
        ask_for(certificate)


@pytest.mark.parametrize(("content", "kind"), [(b"%PDF-1.7", "pdf"), (PNG, "png"), (b"\xff\xd8\xff\xe0", "jpg")])
def test_evidence_is_known_by_what_is_in_it(content, kind):
    assert check_evidence(SimpleUploadedFile("x.exe", content)) == kind


@pytest.mark.parametrize("content", [b"<svg/>", b"MZ", b"", b"%PDF-" + bytes(5 * 1024 * 1024)])
def test_evidence_of_another_kind_or_too_large_is_refused(content):
    with pytest.raises(EvidenceRefused):
        check_evidence(SimpleUploadedFile("x.pdf", content))


def test_withdrawing_is_for_who_asked_and_once(certificate, administrator):
    request = ask_for(certificate)
    with pytest.raises(NotHolder):
        withdraw(request=request, by=administrator, now=NOW)
    assert withdraw(request=request, by=certificate.learner, now=NOW).state == "withdrawn"
    with pytest.raises(AlreadyDecided):
        withdraw(request=request, by=certificate.learner, now=NOW)


def test_accepting_makes_a_new_version_and_leaves_a_trace(certificate, administrator):
    request = ask_for(certificate)
    version, is_new = accept(request=request, by=administrator, now=NOW)
    assert is_new
    assert (version.version, version.code, read_snapshot(version).holder) == (2, certificate.code, NAME)
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("accepted", administrator)
    assert list(AuditEvent.objects.order_by("id").values_list("action", flat=True)) == [
        "certificate.correction_asked", "certificate.corrected", "certificate.correction_accepted"]


@pytest.mark.parametrize("answer", ["Gracias por avisar.", ""])
def test_holder_reads_the_answer_with_the_new_version_and_with_no_other(certificate, administrator, answer):
    version, _is_new = accept(request=ask_for(certificate), answer=answer, by=administrator, now=NOW)
    correct(certificate=version, changes={"edition": "Otra"}, reason="facts", by=administrator,
            now=NOW + dt.timedelta(hours=1))
    version.refresh_from_db()
    for each, is_told in ((version, bool(answer)), (version.superseded_by, False)):
        mail.outbox.clear()
        send_mail(certificate=each, occasion="corrected")
        for text in (mail.outbox[0].body, mail.outbox[0].alternatives[0].content):
            assert ("Gracias por avisar." in text) == is_told
            assert ("La respuesta" in text) == is_told


def test_accepting_what_was_corrected_meanwhile_makes_no_further_version(certificate, administrator):
    request = ask_for(certificate)
    version = correct(certificate=certificate, changes={"holder": NAME}, reason="name", by=administrator, now=NOW)
    assert accept(request=request, by=administrator, now=NOW) == (version, False)
    assert Certificate.objects.count() == 2


@pytest.mark.parametrize(("language", "answer"), [("es", "Gracias por avisar."), ("en", "")])
def test_holder_hears_that_the_name_was_right_already(administrator, language, answer):
    certificate = make_certificate(now=NOW, learner=make_user(preferred_language=language))
    withdraw(request=ask_for(certificate, holder="Otro Nombre"), by=certificate.learner, now=NOW)
    request = ask_for(certificate, now=NOW + dt.timedelta(hours=1))
    correct(certificate=certificate, changes={"holder": NAME}, reason="name", by=administrator, now=NOW)
    finish_all()
    mail.outbox.clear()
    accept(request=request, answer=answer, by=administrator, now=NOW)
    finish_all()
    sent = mail.outbox.pop()
    assert not mail.outbox
    for text in (sent.body, sent.alternatives[0].content):
        assert NAME in text
        assert answer in text
        assert f"/{language}/certificates/{certificate.code}/" in text
    assert certificate.folio in sent.body
    assert "Interculturalidad" in sent.subject if language == "es" else "is right already" in sent.subject


def test_accepting_what_was_revoked_meanwhile_changes_nothing(certificate, administrator):
    request = ask_for(certificate)
    revoke(certificate=certificate, reason="mistake", by=administrator, now=NOW)
    with pytest.raises(NothingToCorrect):
        accept(request=request, by=administrator, now=NOW)
    request.refresh_from_db()
    assert request.state == "open"


@pytest.mark.parametrize(("language", "sentence"), [("es", "Falta la cédula."), ("en", "It was not accepted")])
def test_refusing_tells_the_holder_why_in_their_language(administrator, language, sentence):
    certificate = make_certificate(now=NOW, learner=make_user(preferred_language=language))
    finish_all()
    mail.outbox.clear()
    for answer in ("Falta la cédula.", "Esta cédula es de otra persona."):
        refuse(request=ask_for(certificate), answer=answer, by=administrator, now=NOW)
        NOW_LATER = NOW + dt.timedelta(days=1)
        CorrectionRequest.objects.filter(answer=answer).update(asked_at=NOW_LATER if "otra" in answer else NOW)
        finish_all()
    first, second = mail.outbox
    for text in (first.body, first.alternatives[0].content):
        assert "Falta la cédula." in text
        assert f"/{language}/certificates/{certificate.code}/" in text
    assert sentence in first.body
    assert "Esta cédula es de otra persona." in second.body
    certificate.refresh_from_db()
    assert certificate.state == "issued"


def test_nobody_decides_on_what_is_theirs(certificate, administrator):
    own = make_certificate(learner=administrator, now=NOW)
    request = ask_for(own)
    assert not may_decide(administrator, request)
    for act in (lambda: accept(request=request, by=administrator, now=NOW),
                lambda: refuse(request=request, answer="No.", by=administrator, now=NOW),
                lambda: accept(request=request, by=make_user(), now=NOW)):
        with pytest.raises(MayNotDecide):
            act()
    assert accept(request=request, by=make_user(is_superuser=True), now=NOW).certificate.version == 2


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_are_one(monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)
    deciders = [make_user(is_superuser=True) for _number in range(4)]
    certificate = make_certificate(now=NOW)
    request = ask_for(certificate)

    def decide(number, by):
        try:
            if number % 2:
                return refuse(request=request, answer="No.", by=by, now=NOW)
            return accept(request=request, by=by, now=NOW)
        except AlreadyDecided:
            return None

    results = run_at_once([lambda number=number, by=by: decide(number, by) for number, by in enumerate(deciders)])
    assert sum(result is not None for result in results) == 1
    request.refresh_from_db()
    assert Certificate.objects.count() == (2 if request.state == "accepted" else 1)


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_is_one_request():
    certificate = make_certificate(now=NOW)

    def attempt():
        try:
            return ask_for(certificate)
        except AlreadyOpen:
            return None

    results = run_at_once([attempt] * 4)
    assert sum(result is not None for result in results) == 1
