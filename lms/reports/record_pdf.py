"""The training record on paper."""

import json
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import wording
from lms.reports.records import State
from lms.reports.training_record import get_total, get_training_record
from lms.typesetting import draw_qr, typeset

TEMPLATE = Path(__file__).resolve().parent / "documents" / "training_record.typ"


def make_record_pdf(*, person, language, now):
    """The bytes of the training record of ``person``, tagged and in ``language``. Nothing is stored."""
    with override(language):
        data = describe(get_training_record(person=person, now=now), language)
    return typeset(TEMPLATE, inputs={"data": json.dumps(data)}, at=now)


def describe(record, language):
    """What the template prints, as a JSON value. A cell of a table is a list of lines; the first cell of a row names
    it. Call it with ``language`` active."""
    check_url = f"{settings.BASE_URL}{reverse('certificate_check')}"
    moment = date_format(timezone.localtime(record.made_at), "DATETIME_FORMAT")
    holder = record.person.get_full_name()
    return {
        "language": language,
        "title": _("Training record"),
        "file_title": _("Training record of %(name)s") % {"name": holder},
        "issuer": settings.CERTIFICATE_ISSUER,
        "holder": holder,
        "person": list(filter(None, (record.identity, record.workplace))),
        "made": _("Made on %(moment)s (%(zone)s)") % {"moment": moment, "zone": timezone.get_current_timezone_name()},
        "note": _("This record is not a certificate. It says what the platform knew when it was made; whether a "
                  "certificate is valid can be checked at any time with its code."),
        "check_label": _("Check a certificate"),
        "check_url": check_url,
        "check_text": check_url.removeprefix("https://").removeprefix("http://"),
        "qr": draw_qr(check_url),
        "qr_alt": _("QR code with the address %(address)s") % {"address": check_url},
        "page": _("Page %(number)s of %(total)s") % {"number": "{number}", "total": "{total}"},
        "sections": [
            _describe_years(_("Hours by year"), record.years, _("No course has been completed yet.")),
            _describe_courses(record.courses),
            _describe_certificates(record.certificates),
            *([_describe_earlier(record.earlier),
               _describe_years(_("Hours of earlier records by year"), record.earlier_years, "")]
              if record.earlier else []),
        ],
    }


def line(text, **more):
    """``more``: ``language`` of the text where it is another one; ``url``; ``style``: quiet, strong or code."""
    return {"text": text, **more}


def _describe_years(title, years, empty):
    total = get_total(years)
    rows = [[[line(text)] for text in (
        str(year.year), str(year.courses), _hours(year.chronological), _hours(year.pedagogical))] for year in years]
    if len(years) > 1:
        rows.append([[line(text, style="strong")] for text in (
            _("Total"), str(total.courses), _hours(total.chronological), _hours(total.pedagogical))])
    return {"title": title, "empty": empty, "columns": [1, 1, 1.6, 1.6], "figures": [1, 2, 3], "rows": rows,
            "headers": [_("Year"), _("Courses"), _("Chronological hours (60 min)"), _("Pedagogical hours (45 min)")]}


def _describe_courses(courses):
    labels, rules, rows = dict(State.choices), {}, []
    for course in courses:
        names = [line(course.title.text, language=course.title.language, style="strong")]
        names += [line(text, style="quiet") for text in (course.institution, course.edition) if text]
        if course.completed_on:
            dates = [line(_day(course.began_on)), line(_day(course.completed_on))]
        else:
            dates = [line(_day(course.began_on))]
        grade = []
        if course.result and (result := wording.result(course.result)):
            rule = wording.grade_rule(course.result)
            note = f" ({rules.setdefault(rule, len(rules) + 1)})" if rule else ""
            grade = [line(f"{result}{note}")]
        rows.append([
            names, dates, _describe_hours(course), grade, [line(str(labels[course.state]))],
            [part for each in course.certificates for part in (
                line(each.certificate.folio), line(each.code, style="code", url=each.certificate.get_short_url()))],
        ])
    return {
        "title": _("Courses"), "empty": _("There are no courses."), "rows": rows, "figures": [],
        "columns": [3.4, 1.5, 1.6, 1.5, 1.5, 2],
        "headers": [_("Course, institution and edition"), _("Began, completed"), _("Hours"), _("Grade"), _("State"),
                    _("Certificate number and code")],
        "notes": [f"({number}) {rule}" for rule, number in rules.items()]}


def _describe_certificates(certificates):
    rows = []
    for each in certificates:
        certificate, version = each.certificate, []
        if certificate.version > 1:
            version = [line(_("Version %(number)d") % {"number": certificate.version}, style="quiet")]
        rows.append([
            [line(certificate.folio, style="strong"), *version],
            [line(each.title.text, language=each.title.language),
             line(str(certificate.get_kind_display()), style="quiet")],
            [line(_day(timezone.localdate(certificate.issued_at)))],
            [line(each.state)],
            [line(each.code, style="code", url=certificate.get_short_url())],
        ])
    return {"title": _("Certificates"), "empty": _("There are no certificates."), "rows": rows, "figures": [],
            "columns": [1.5, 3.2, 1.3, 2, 2.1],
            "headers": [_("Number"), _("Course and kind"), _("Issued"), _("State"), _("Code")]}


def _describe_earlier(records):
    rows = []
    for record in records:
        dates = [line(_day(day)) for day in (record.started_on, record.completed_on) if day]
        rows.append([
            [line(record.title, language=record.title_language, style="strong"), line(record.issuer, style="quiet")],
            dates, _describe_hours(record), [line(record.grade)] if record.grade else [],
            [line(record.number)] if record.number else [],
            [line(str(record.get_source_display())), line(record.evidence_reference, style="quiet")],
        ])
    return {
        "title": _("Earlier records"), "empty": "", "rows": rows, "figures": [],
        "text": _("Earlier records are not issued by %(issuer)s. They say what a document of somebody else says.") % {
            "issuer": settings.CERTIFICATE_ISSUER},
        "columns": [3, 1.4, 1.6, 1.1, 1.4, 2.2],
        "headers": [_("Course and who issued it"), _("Dates"), _("Hours"), _("Grade"), _("Number on the document"),
                    _("Source and evidence")]}


def _describe_hours(course):
    """Of a CourseLine or an EarlierRecord: the number and its kind."""
    if not course.hours:
        return []
    kind = _("pedagogical") if course.hours_kind == "pedagogical" else _("chronological")
    return [line(_hours(course.hours)), line(kind, style="quiet")]


def _hours(value):
    return number_format(f"{value.normalize():f}") if value else "0"


def _day(value):
    return date_format(value, "SHORT_DATE_FORMAT")
