"""The learning gain of a course as an XLSX file: typed numbers, every text as text."""

import io
from itertools import pairwise

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessments.analysis.gain import BARS, LOWEST
from courses.analysis_files import Export, write_sheet
from lms.accounts.audit import record_event
from lms.typography import use_minus

BANDS = {"low": gettext_lazy("low"), "medium": gettext_lazy("medium"), "high": gettext_lazy("high"), "": ""}


def get_ranges():
    """[(where it begins, its range in words), …] of the bars of the histogram of gains."""
    numbers = [use_minus(number_format((LOWEST + number) / 10, 1)) for number in range(BARS)]
    return [(f"< {numbers[0]}", _("below %(number)s") % {"number": numbers[0]}), *(
        (start, (_("%(start)s to %(end)s") if end == numbers[-1] else _("%(start)s to less than %(end)s")) % {
            "start": start, "end": end}) for start, end in pairwise(numbers))]


def get_columns():
    """The figures of a group, in the order of _list_figures."""
    return [
        _("Pairs"), _("Only the pre-test"), _("Only the post-test"), _("Pre-test: mean (%)"),
        _("Pre-test: standard deviation"), _("Post-test: mean (%)"), _("Post-test: standard deviation"),
        _("Normalised gain of the means"), _("Mean of the individual gains"), _("People with an individual gain"),
        _("Not defined: all right before"), _("Less after than before"), _("Effect size d_av"), _("d_av from"),
        _("d_av to"), _("Effect size d_z"), _("d_z from"), _("d_z to"), _("Mean difference (percentage points)"),
        _("Difference from"), _("Difference to"), "t", _("Degrees of freedom"), "p", _("Correlation of both tests")]


def _list_figures(group):
    gain, test = group.gain, group.gain.test
    counts = [gain.n, group.only_pre, group.only_post]
    if group.is_hidden:
        return [*counts, _("too few")]
    effects = [getattr(effect, name, None) for effect in (gain.d_av, gain.d_z) for name in ("size", "low", "high")]
    return [
        *counts, gain.pre_mean, gain.pre_deviation, gain.post_mean, gain.post_deviation, gain.g_of_means,
        gain.mean_g if group.has_gains else None, gain.defined, gain.undefined, gain.negative, *effects,
        test.difference, test.low, test.high, test.t, test.df, test.p, gain.correlation]


def export_gain(*, viewer, page, measured, now):
    """The CourseGain of a CoursePage as an Export, and its line in the audit log."""
    file, moment, total = io.BytesIO(), timezone.localtime(now), measured.total
    about = [
        [_("Learning gain of"), page.title], [_("Attempts"), _("The first one of each person at each test")],
        [_("Intervals"), _("Confidence intervals of 95 %")],
        [_("Cut-off"), f"{date_format(moment, 'SHORT_DATETIME_FORMAT')} ({timezone.get_current_timezone_name()})"],
        [_("Author"), f"{viewer.get_full_name()} <{viewer.email}>"], [_("Rows"), 1 + len(measured.editions)]]
    with xlsxwriter.Workbook(file) as workbook:
        write_sheet(workbook, _("Learning gain"), [_("Edition"), *get_columns()], [
            [_("All"), *_list_figures(total)], *([group.name, *_list_figures(group)] for group in measured.editions)])
        if measured.forms:
            write_sheet(workbook, _("Forms"), [_("Form of the pre-test"), *get_columns()], [
                [group.name or _("none"), *_list_figures(group)] for group in measured.forms])
        if total.has_gains:
            write_sheet(workbook, _("Individual gains"), [_("Gain"), _("People")], [
                [name, count] for (_start, name), count in zip(get_ranges(), total.gain.bars, strict=True)])
        write_sheet(workbook, _("About this file"), [_("What"), _("Value")], about)
    record_event(actor=viewer, action="report.exported", subject=f"report:gain:{page.translation_key}", details={
        "format": "xlsx", "rows": 1 + len(measured.editions), "n": total.gain.n, "cut_off": now.isoformat()})
    file.seek(0)
    return Export(file, f"{pgettext('file name', 'learning-gain')}-{moment:%Y-%m-%d-%H%M}.xlsx")
