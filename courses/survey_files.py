"""The figures of a survey as a file that opens in Excel; that it was taken is in the audit log."""

import io

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.texts import get_text
from lms.accounts.audit import record_event

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export_survey(*, survey, viewer, now):
    """The bytes of an XLSX file with the figures of ``survey`` (courses.survey_results.Survey), in the active
    language."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True})
    _write_figures(workbook, survey)
    _write_texts(workbook, survey)
    _write_about(workbook, survey, viewer, now)
    workbook.close()
    first = survey.rounds[0]
    record_event(actor=viewer, action="survey.exported", subject=f"survey:{first.survey}",
                 details={"voice": first.voice, "editions": [each.edition.pk for each in survey.rounds],
                          "people": survey.shown, "cut_off": now.isoformat()})
    return file.getvalue()


def _start(workbook, name, columns):
    sheet, bold = workbook.add_worksheet(name), workbook.add_format({"bold": True, "bottom": 1})
    for place, (label, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, label, bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _write_figures(workbook, survey):
    sheet = _start(workbook, _("Figures"), [
        (_("Version"), 10), (_("Question"), 50), (_("Statement"), 50), (_("Answer"), 30), (_("People"), 10),
        (_("Per cent"), 10), (_("Answered by"), 12), (_("Mean"), 10), (_("Satisfied (%)"), 14)])
    line = 0
    for results in survey.results:
        for item in results.items:
            for figures in item.figures:
                for bar in figures.bars:
                    line += 1
                    texts = [str(results.version), get_text(item.stem), get_text(figures.text), get_text(bar.text)]
                    for place, text in enumerate(texts):
                        sheet.write_string(line, place, text)  # never as a formula or a link
                    numbers = [bar.people, bar.percent, figures.n, figures.mean, figures.satisfied]
                    for place, number in enumerate(numbers, start=len(texts)):
                        if number is not None:
                            sheet.write_number(line, place, number)


def _write_texts(workbook, survey):
    sheet = _start(workbook, _("Open answers"), [(_("Version"), 10), (_("Question"), 50), (_("Answer"), 100)])
    rows = [(str(results.version), get_text(item.stem), text)
            for results in survey.results for item in results.items for text in item.texts]
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(row):
            sheet.write_string(line, place, text)


def _write_about(workbook, survey, viewer, now):
    moment, first = timezone.localtime(now), survey.rounds[0]
    sheet = workbook.add_worksheet(_("About this file"))
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    rate = "" if survey.response_rate is None else f"{survey.response_rate} %"
    for line, (name, value) in enumerate([
            (_("Course"), first.course_title), (_("Survey"), first.title),
            (_("Editions"), "; ".join(str(each.edition) for each in survey.rounds)),
            (_("Cut-off"), f"{date_format(moment, 'SHORT_DATETIME_FORMAT')} ({timezone.get_current_timezone_name()})"),
            (_("Author"), f"{viewer.get_full_name()} <{viewer.email}>"),
            (_("Invited"), str(survey.invited)), (_("Answered"), str(survey.answered)), (_("Response rate"), rate),
            (_("People in the figures"), str(survey.shown)),
            (_("Satisfied (%)"), _("Of those who answered the statement, the share who chose one of the two highest of "
                                   "five points.")),
            (_("Protection"), _("People are added to the figures in steps of five; a statement that fewer than five "
                                "answered in an edition is left out."))]):
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, value)
