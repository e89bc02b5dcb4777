"""A certificate that nobody has, to look at a template: the usual facts, or such as are hard to place."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates.models import Certificate
from certificates.snapshot import Snapshot
from lms.accounts.models import StaffType

CODE = "0" * 16  # no certificate has it
LONG_NAME = "María Fernanda de los Ángeles Huenchumán-Quilaqueo y Fernández de Córdoba"
MODULES = [
    lambda: _("Human mobility and its data"), lambda: _("Rights and law"),
    lambda: _("Interculturality, prejudice and rumours"), lambda: _("Intercultural communication"),
    lambda: _("First attention without discrimination"), lambda: _("Gender, childhood and trafficking"),
    lambda: _("Services and referral"), lambda: _("Conflict and mediation"),
    lambda: _("Participation and local planning"), lambda: _("Closing case and commitment"),
]


def make_sample(*, kind, is_long, language, issuer, signatories):
    """(Certificate, Snapshot) that are not saved. ``signatories`` as in a Snapshot."""
    now = timezone.now()
    with override(language):
        series = _("SAMPLE")
    certificate = Certificate(kind=kind, series=series, number=0, code=CODE, issued_at=now)
    today = timezone.localdate(now)
    is_graded, is_path = kind == Certificate.Kind.APPROVAL, kind == Certificate.Kind.PATH
    contents = [_in_every_language(title) for title in (MODULES if is_long else MODULES[:4])]
    if is_path:
        contents = [{**titles, "hours": str(hours), "hours_kind": "chronological"}
                    for hours, titles in enumerate(contents, start=6)]
    return certificate, Snapshot(
        holder=LONG_NAME if is_long else "Rosa Ñancupil Gutiérrez",
        identity_kind="rut", identity_masked="••••5678-5", staff_type=StaffType.PLANTA,
        organisation="Municipalidad de Las Acacias", commune="Santiago",
        course=_in_every_language(lambda: _(
            "Interculturality and human rights in the service of migrants and refugees in municipalities and national "
            "services") if is_long else _("Intercultural public service")),
        hours=Decimal(24), hours_kind="chronological", modality="online",
        started_on=today - dt.timedelta(days=50), completed_on=today,
        percentage=Decimal(90) if is_graded else None, grade=Decimal("6.3") if is_graded else None,
        grade_rule="chile-60" if is_graded else "",
        progress=Decimal(60) if kind == Certificate.Kind.PROGRESS else None,
        edition="" if is_path else str(today.year),
        expires_on=today + dt.timedelta(days=730) if is_long else None,
        contents=contents, issuer=issuer, language=language, signatories=signatories)


def _in_every_language(text):
    texts = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts[language] = text()
    return texts
