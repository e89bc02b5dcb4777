import datetime as dt
import uuid

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from certificates import issuing
from certificates.events import verify_history
from certificates.issuing import issue_certificate
from certificates.models import Artifact, Certificate, FolioCounter, Outbox
from tests.factories import make_certificate, make_snapshot, make_user
from tests.threads import run_at_once

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


class BrokerDown(Exception):
    pass


@pytest.fixture
def broker_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise BrokerDown
    monkeypatch.setattr(issuing.deliver, "apply_async", refuse)


@pytest.mark.django_db
def test_issue_certificate_freezes_the_facts_and_plans_the_work():
    learner = make_user()
    certificate = make_certificate(learner=learner, now=NOW)
    certificate.refresh_from_db()
    assert (certificate.learner, certificate.folio, certificate.state) == (learner, "2026-000001", "issued")
    assert certificate.snapshot == make_snapshot().to_json()
    assert list(certificate.outbox.order_by("id").values_list("kind", "next_at")) == [
        ("pdf_es", NOW), ("pdf_en", NOW), ("mail_issued", NOW)]
    assert [event.action for event in verify_history(certificate)] == ["issued"]


@pytest.mark.django_db
def test_issue_certificate_numbers_folios_one_after_the_other():
    assert [make_certificate(now=NOW).folio for _number in range(3)] == ["2026-000001", "2026-000002", "2026-000003"]


@pytest.mark.django_db
def test_issue_certificate_begins_a_series_with_the_local_year():
    last_evening = dt.datetime(2027, 1, 1, 2, 59, tzinfo=dt.UTC)  # 23:59 of 31 December in Santiago
    assert make_certificate(now=last_evening).folio == "2026-000001"
    assert make_certificate(now=last_evening + dt.timedelta(minutes=1)).folio == "2027-000001"


@pytest.mark.django_db
def test_issue_certificate_once_for_an_award():
    award = uuid.uuid4()
    first = make_certificate(award=award)
    assert make_certificate(award=award) == first
    assert make_certificate(award=award, holder="Another Name").snapshot == first.snapshot
    assert Outbox.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["revoked", "superseded"])
def test_issue_certificate_does_not_replace_one_that_was_taken_back(state):
    first = make_certificate()
    Certificate.objects.update(state=state, ended_at=NOW)
    assert make_certificate(award=first.award) == first


@pytest.mark.django_db
def test_issue_certificate_gives_no_code_twice(monkeypatch):
    first = make_certificate()
    answers = iter([first.code, first.code, "0123456789ABCDEF"])
    monkeypatch.setattr(issuing, "new_code", lambda: next(answers))
    assert make_certificate().code == "0123456789ABCDEF"


@pytest.mark.django_db
def test_issue_certificate_leaves_no_gap_when_the_caller_fails():
    class Failed(Exception):
        pass

    with pytest.raises(Failed), transaction.atomic():
        make_certificate(now=NOW)
        raise Failed
    assert make_certificate(now=NOW).folio == "2026-000001"


@pytest.mark.django_db(transaction=True)
def test_issue_certificate_delivers_right_after_the_commit():
    with transaction.atomic():
        certificate = make_certificate()
        assert not Artifact.objects.exists()
    assert set(certificate.artifacts.values_list("kind", flat=True)) == {"pdf_es", "pdf_en"}
    assert len(mail.outbox) == 1
    assert not Outbox.objects.pending().exists()


@pytest.mark.django_db(transaction=True)
def test_issue_certificate_does_not_need_the_broker(broker_down):
    certificate = make_certificate()
    assert Certificate.objects.get() == certificate
    assert Outbox.objects.due(timezone.now()).count() == 2


@pytest.mark.django_db(transaction=True)
def test_issue_certificate_does_not_wait_for_a_broker_that_refuses(celery_conf, caplog):
    celery_conf(task_always_eager=False, broker_url="redis://127.0.0.1:1")
    began = timezone.now()
    make_certificate()
    assert timezone.now() - began < dt.timedelta(seconds=5)
    assert "Connection refused" in caplog.text
    assert Outbox.objects.pending().count() == 3


@pytest.mark.django_db(transaction=True)
def test_issue_certificate_to_a_hundred_people_at_once(broker_down):
    people = [make_user() for _number in range(100)]
    jobs = [lambda learner=learner: make_certificate(learner=learner, now=NOW) for learner in people]
    certificates = run_at_once(jobs)
    assert sorted(certificate.number for certificate in certificates) == list(range(1, 101))
    assert {certificate.learner for certificate in certificates} == set(people)
    assert FolioCounter.objects.get().last == 100
    assert len({certificate.code for certificate in certificates}) == 100


@pytest.mark.django_db(transaction=True)
def test_issue_certificate_once_when_asked_by_many_at_once(broker_down):
    learner, award = make_user(), uuid.uuid4()
    jobs = [lambda: issue_certificate(learner=learner, award=award, kind="approval", snapshot=make_snapshot(), now=NOW)
            for _number in range(20)]
    assert len({certificate.pk for certificate in run_at_once(jobs)}) == 1
    assert FolioCounter.objects.get().last == 1
