import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest

from certificates.events import verify_history
from certificates.sharing import NotHolder, linkedin_url, set_shared
from certificates.snapshot import read_snapshot
from tests.factories import make_certificate, make_user

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 1, 1, 2, tzinfo=dt.UTC)  # still 2026 where the platform's people live


def test_holder_shares_and_stops(django_capture_on_commit_callbacks):
    certificate = make_certificate()
    for _repeated in range(2):
        certificate = set_shared(certificate=certificate, shared=True, by=certificate.learner, now=NOW)
        assert certificate.shared_at == NOW
    certificate = set_shared(certificate=certificate, shared=False, by=certificate.learner, now=NOW)
    assert certificate.shared_at is None
    assert [event.action for event in verify_history(certificate)] == ["issued", "shared", "unshared"]


def test_nobody_else_shares():
    certificate = make_certificate()
    with pytest.raises(NotHolder):
        set_shared(certificate=certificate, shared=True, by=make_user(), now=NOW)


def test_linkedin_is_told_the_frozen_facts():
    certificate = make_certificate(now=NOW)
    certificate.expires_at = dt.datetime(2028, 6, 1, 2, tzinfo=dt.UTC)
    address = urlsplit(linkedin_url(certificate, read_snapshot(certificate), "en"))
    assert address.netloc == "www.linkedin.com"
    assert {name: value for name, (value,) in parse_qs(address.query).items()} == {
        "startTask": "CERTIFICATION_NAME", "name": "Intercultural public service", "organizationName": "Puentes",
        "issueYear": "2026", "issueMonth": "12", "expirationYear": "2028", "expirationMonth": "5",
        "certUrl": certificate.get_short_url(), "certId": certificate.folio,
    }
