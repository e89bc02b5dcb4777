"""The frozen facts in words of the active language, for the document, the public page and the mail."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lms.accounts.identity import DocumentKind
from lms.accounts.models import StaffType

# The same words as in the course catalogue, which this app does not know.
MODALITIES = {
    "online": gettext_lazy("Online, at your own pace"),
    "blended": gettext_lazy("Online and face to face"),
    "face_to_face": gettext_lazy("Face to face"),
}


def hours(snapshot):
    """An empty text where none are known."""
    if not snapshot.hours:
        return ""
    number = {"hours": _number(snapshot.hours)}
    # Plural forms need a whole number: half an hour counts as several.
    count = 1 if snapshot.hours == 1 else 2
    if snapshot.hours_kind == "pedagogical":
        return ngettext("%(hours)s pedagogical hour (45 minutes)", "%(hours)s pedagogical hours (45 minutes each)",
                        count) % number
    return ngettext("%(hours)s chronological hour (60 minutes)", "%(hours)s chronological hours (60 minutes each)",
                    count) % number


def hours_of_content(item):
    """The hours of one of the contents, or an empty text."""
    if "hours" not in item:
        return ""
    count = Decimal(item["hours"])
    number, plural = {"hours": _number(count)}, 1 if count == 1 else 2
    if item["hours_kind"] == "pedagogical":
        return ngettext("%(hours)s pedagogical hour", "%(hours)s pedagogical hours", plural) % number
    return ngettext("%(hours)s hour", "%(hours)s hours", plural) % number


def version(certificate):
    """Which version this is and which one it replaces; an empty text of the first."""
    if certificate.version == 1:
        return ""
    return _("Version %(number)d, replaces version %(earlier)d") % {
        "number": certificate.version, "earlier": certificate.version - 1}


def kind_of_hours(snapshot):
    if snapshot.hours_kind == "pedagogical":
        return _("Pedagogical hours (45 minutes each)")
    return _("Chronological hours (60 minutes each)")


def modality(snapshot):
    return str(MODALITIES[snapshot.modality])


def period(snapshot):
    started, completed = day(snapshot.started_on), day(snapshot.completed_on)
    if started == completed:
        return completed
    return _("From %(started)s to %(completed)s") % {"started": started, "completed": completed}


def result(snapshot):
    """Percentage and grade in words, or an empty text for a course without them."""
    if snapshot.percentage is None:
        return ""
    percentage = _("%(number)s%%") % {"number": _number(snapshot.percentage)}
    if snapshot.grade is None:
        return percentage
    return _("%(percentage)s, grade %(grade)s") % {"percentage": percentage, "grade": number_format(snapshot.grade)}


def progress(snapshot):
    """How far somebody had come who has not finished, or an empty text."""
    return "" if snapshot.progress is None else _("%(number)s%%") % {"number": _number(snapshot.progress)}


def grade_scale(snapshot):
    """(lowest, highest, needed to pass) as Decimal, or None: ``chile-60`` is 1,0 to 7,0 with 4,0 at 60 %, ``mexico-60``
    0 to 10 with 6 at 60 %."""
    scale, _dash, exigency = snapshot.grade_rule.partition("-")
    if scale not in {"chile", "mexico"}:
        return None
    return {"chile": (Decimal("1.0"), Decimal("7.0"), Decimal("4.0")),
            "mexico": (Decimal(0), Decimal(10), Decimal(exigency) / 10)}[scale]


def grade_rule(snapshot):
    """The scale of the grade in words, or an empty text."""
    scale = grade_scale(snapshot)
    if scale is None:
        return ""
    lowest, highest, needed = scale
    return _("Grades from %(lowest)s to %(highest)s; %(pass)s is reached at %(exigency)s%%.") % {
        "lowest": number_format(lowest), "highest": number_format(highest), "pass": number_format(needed),
        "exigency": _number(Decimal(snapshot.grade_rule.partition("-")[2])),
    }


def identity(snapshot):
    if not snapshot.identity_masked:
        return ""
    return f"{_label(DocumentKind, snapshot.identity_kind)}: {snapshot.identity_masked}"


def identity_kind(snapshot):
    """``RUT (Chile)``, or an empty text."""
    return _label(DocumentKind, snapshot.identity_kind) if snapshot.identity_kind else ""


def staff_type(snapshot):
    """An empty text when it was not stated."""
    if snapshot.staff_type in {"", StaffType.NOT_STATED}:
        return ""
    return _label(StaffType, snapshot.staff_type)


def workplace(snapshot):
    return " · ".join(part for part in (snapshot.organisation, snapshot.commune) if part)


def signatories(snapshot, language):
    """[{"name": text, "role": text}] in ``language``, or in that of the certificate."""
    return [{"name": each["name"], "role": each["role"].get(language) or each["role"].get(snapshot.language, "")}
            for each in snapshot.signatories]


def day(value):
    return date_format(value, "DATE_FORMAT")


def _number(value):
    """At most two decimals, none that say nothing."""
    return number_format(f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP).normalize():f}")


def _label(choices, code):
    return str(dict(choices.choices).get(code, code))
