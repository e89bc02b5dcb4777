"""What the holder does with a certificate elsewhere."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from certificates.events import add_event
from certificates.models import Certificate

LINKEDIN = "https://www.linkedin.com/profile/add"


@transaction.atomic
def set_shared(*, certificate, shared, by, now):
    """Let the public page describe itself to social networks, or no longer.

    Raises NotHolder, and NothingToShow of a certificate that was revoked or replaced."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if certificate.learner_id != by.pk:
        raise NotHolder
    if shared and certificate.state != Certificate.State.ISSUED:
        raise NothingToShow
    if bool(certificate.shared_at) != shared:
        certificate.shared_at = now if shared else None
        certificate.save(update_fields=["shared_at"])
        add_event(certificate=certificate, action="shared" if shared else "unshared", at=now, actor=by)
    return certificate


class NotHolder(Exception):
    """Nobody else may say where a certificate is shown."""


class NothingToShow(Exception):
    """What does not hold is not shown elsewhere."""


def linkedin_url(certificate, snapshot, language):
    """The address with which LinkedIn offers to add the certificate to a profile (its «Add to profile»)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    issued = certificate.issued_at.astimezone(zone)
    facts = {
        "startTask": "CERTIFICATION_NAME", "name": snapshot.course_title(language), "organizationName": snapshot.issuer,
        "issueYear": issued.year, "issueMonth": issued.month,
        "certUrl": certificate.get_short_url(), "certId": certificate.folio,
    }
    if certificate.expires_at:
        expires = certificate.expires_at.astimezone(zone)
        facts |= {"expirationYear": expires.year, "expirationMonth": expires.month}
    return f"{LINKEDIN}?{urlencode(facts)}"
