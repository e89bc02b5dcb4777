import datetime as dt
import json
from decimal import Decimal

import pytest

from certificates.snapshot import Snapshot, SnapshotAltered, SnapshotInvalid, read_snapshot
from tests.factories import make_certificate, make_snapshot


def test_snapshot_survives_json():
    snapshot = make_snapshot(percentage=Decimal("86.6667"))
    written = json.loads(json.dumps(snapshot.to_json()))
    assert Snapshot.from_json(written) == snapshot
    assert written["percentage"] == "86.6667"
    assert written["completed_on"] == "2026-11-22"


def test_snapshot_without_result_survives_json():
    snapshot = make_snapshot(percentage=None, grade=None, grade_rule="")
    assert Snapshot.from_json(snapshot.to_json()) == snapshot


@pytest.mark.parametrize(("facts", "name"), [
    ({"holder": " "}, "holder"),
    ({"issuer": ""}, "issuer"),
    ({"course": {"en": "Only English"}}, "course"),
    ({"contents": [{"en": "Only English"}]}, "contents"),
    ({"hours": Decimal(-1)}, "hours"),
    ({"hours_kind": "lunar"}, "hours_kind"),
    ({"modality": "by pigeon"}, "modality"),
    ({"started_on": dt.date(2026, 11, 23)}, "completed_on"),
    ({"percentage": Decimal("100.1")}, "percentage"),
    ({"grade": None}, "grade_rule"),
    ({"identity_kind": ""}, "identity_kind"),
    ({"identity_masked": "12345678-5"}, "identity_masked"),
])
def test_snapshot_names_the_fact_that_cannot_be_right(facts, name):
    with pytest.raises(SnapshotInvalid, match=f"^{name} "):
        make_snapshot(**facts)


@pytest.mark.parametrize("value", [None, {}, {"format": 2}, {"format": 1, "unknown": 1}, {"format": 1, "hours": "x"}])
def test_snapshot_refuses_what_it_did_not_write(value):
    with pytest.raises(SnapshotInvalid):
        Snapshot.from_json(value)


def test_snapshot_falls_back_to_its_own_language():
    snapshot = make_snapshot(course={"es": "Curso", "en": ""}, contents=[{"es": "Módulo"}])
    assert snapshot.course_title("en") == "Curso"
    assert snapshot.course_title("pt") == "Curso"
    assert snapshot.content_titles("en") == ["Módulo"]


@pytest.mark.django_db
def test_read_snapshot_gives_what_was_issued():
    certificate = make_certificate()
    certificate.refresh_from_db()
    assert read_snapshot(certificate) == make_snapshot()


@pytest.mark.django_db
def test_read_snapshot_notices_a_changed_name():
    certificate = make_certificate()
    certificate.snapshot["holder"] = "Somebody Else"
    certificate.save()
    certificate.refresh_from_db()
    with pytest.raises(SnapshotAltered):
        read_snapshot(certificate)
