"""The figures of a test or a question as an XLSX file: typed numbers, every text as text."""

import io
from dataclasses import dataclass

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.analysis.report import Analysis
from assessments.analysis.wording import (
    ADVICE,
    DIF_METHODS,
    GRADES,
    METHODS,
    OPTION_ADVICE,
    explain_dif,
    format_effect,
    get_language_name,
)
from assessments.texts import get_text
from lms.accounts.audit import record_event


@dataclass(frozen=True, slots=True)
class Export:
    """A finished file, at its beginning, and how it is called."""

    file: io.BytesIO
    name: str


def export_test(*, viewer, page, analysis, every, now):
    """The Analysis of a QuizPage as an Export, and its line in the audit log."""
    return _export(viewer=viewer, subject=f"test:{page.translation_key}", title=page.title, analysis=analysis,
                   every=every, now=now)


def export_question(*, viewer, question, item, every, now):
    """The ItemFigures of a question over all tests as an Export, and its line in the audit log."""
    return _export(viewer=viewer, subject=f"question:{question.pk}", title=question.code,
                   analysis=Analysis(item.n, item.people, items=[item]), every=every, now=now)


def _export(*, viewer, subject, title, analysis, every, now):
    file = io.BytesIO()
    items = [item for item in analysis.items if not item.is_small]
    moment = timezone.localtime(now)
    about = [
        [_("Figures of"), title], [_("Attempts"), get_choice(every)],
        [_("Cut-off"), f"{date_format(moment, 'SHORT_DATETIME_FORMAT')} ({timezone.get_current_timezone_name()})"],
        [_("Author"), f"{viewer.get_full_name()} <{viewer.email}>"], [_("Rows"), len(items)]]
    with xlsxwriter.Workbook(file) as workbook:
        if analysis.mean is not None:
            write_sheet(workbook, _("Test"), [_("Figure"), _("Value")], _list_test(analysis))
        write_sheet(workbook, _("Questions"), [
            _("Code"), _("Question"), _("Answers"), _("Facility index"), _("Discrimination"), _("Median seconds"),
            _("What to do")], _list_items(items))
        write_sheet(workbook, _("Answers given"), [
            _("Code"), _("Answer"), _("Right"), pgettext("how many", "Number"), pgettext("part of all", "Share"),
            _("Mean score (%)"), _("What to do")], _list_responses(items))
        write_sheet(workbook, _("Languages"), [
            _("Code"), _("Language"), _("Answers"), _("Facility index"), _("Discrimination"), _("Median seconds")],
            _list_languages(items))
        write_sheet(workbook, _("Differences"), [
            _("Code"), _("Language"), _("Method"), _("Effect"), _("Chi-square"), "p", _("Corrected p"), _("Class"),
            _("Flagged"), _("What to do")], _list_dif(items))
        write_sheet(workbook, _("About this file"), [_("What"), _("Value")], about)
    record_event(actor=viewer, action="report.exported", subject=f"report:figures:{subject}", details={
        "format": "xlsx", "attempts": "all" if every else "first", "rows": len(items), "n": analysis.n,
        "cut_off": now.isoformat()})
    file.seek(0)
    return Export(file, f"{pgettext('file name', 'figures')}-{moment:%Y-%m-%d-%H%M}.xlsx")


def get_choice(every):
    return _("All attempts") if every else _("Each person’s first attempt at a test")


def _list_test(analysis):
    return [
        [_("Attempts"), analysis.n], [_("People"), analysis.people],
        [_("Mean (%)"), analysis.mean], [_("Median (%)"), analysis.median],
        [_("Standard deviation (percentage points)"), analysis.deviation],
        [METHODS[analysis.method], analysis.reliability],
        [_("Standard error of measurement (percentage points)"), analysis.error],
        *([_("Attempts from %(start)d %%") % {"start": number * 10}, count]
          for number, count in enumerate(analysis.bars))]


def _list_items(items):
    return [[item.code, get_text(item.stem), item.n, item.facility, item.discrimination, item.seconds,
             ADVICE[item.advice]] for item in items]


def _list_responses(items):
    words = {True: _("yes"), False: _("no"), None: ""}
    return [[item.code, response.label or _("No answer"), words[response.is_right], response.n, response.share,
             None if response.mean is None else response.mean * 100, OPTION_ADVICE[response.advice]]
            for item in items for response in item.responses]


def _list_languages(items):
    return [[item.code, get_language_name(figures.code), *(
        [_("too few")] if figures.is_small else
        [figures.n, figures.facility, figures.discrimination, figures.seconds])]
        for item in items for figures in item.languages]


def _list_dif(items):
    return [[item.code, get_language_name(code), DIF_METHODS[dif.method], format_effect(dif.effect),
             dif.chi_square, dif.p, dif.corrected_p, GRADES[dif.grade], _("yes") if dif.is_flagged else _("no"),
             explain_dif(code, dif)] for item in items for code, dif in item.dif.items()]


def write_sheet(workbook, name, columns, rows):
    sheet = workbook.add_worksheet(name[:31])
    bold = workbook.add_format({"bold": True, "bottom": 1})
    sheet.set_column(0, len(columns) - 1, 22)
    sheet.freeze_panes(1, 0)
    for place, label in enumerate(columns):
        sheet.write_string(0, place, label, bold)
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(line, place, value)
            elif value is not None:
                sheet.write_string(line, place, str(value))  # never write(), which would take a text for a formula
