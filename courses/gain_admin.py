"""The learning gain of a course in the Wagtail admin, as a page and as a file."""

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.widgets import Button

from assessments.analysis.charts import HEIGHT, WIDTH, make_bars
from assessments.analysis.report import SMALL
from assessments.analysis.wording import format_p
from courses.analysing import choose_language, get_visible_attempts, may_see_figures
from courses.analysis_admin import for_those_who_see_figures, send
from courses.gain_files import BANDS, export_gain, get_ranges
from courses.gains import measure_course
from courses.models import CoursePage
from lms.typography import use_minus


def get_course(course):
    """The CoursePage in the active language. Raises Http404."""
    pages = {page.locale.language_code: page for page in
             CoursePage.objects.filter(translation_key=course).select_related("locale")}
    if not pages:
        raise Http404
    return choose_language(pages)


@for_those_who_see_figures
def show_gain(request, course):
    page = get_course(course)
    measured = measure_course(course, get_visible_attempts(request.user))
    shown = measured and not measured.total.is_hidden
    return TemplateResponse(request, "courses/admin/gain.html", {
        "page": page, "measured": measured, "small": SMALL, "total": present_group(measured.total) if shown else None,
        "histogram": present_histogram(measured.total.gain) if shown and measured.total.has_gains else None,
        "bands": [(BANDS[band], count) for band, count in measured.total.gain.bands.items()] if shown else [],
        "editions": [present_group(group) for group in measured.editions] if shown else [],
        "forms": [present_group(group) for group in measured.forms] if shown else [],
        "file_url": reverse("gain_file", args=[course]) if shown else "",
        "breadcrumbs_items": [{"url": reverse("analysis"), "label": _("Figures")}, {"url": "", "label": page.title}]})


@for_those_who_see_figures
def download_gain(request, course):
    page = get_course(course)
    measured = measure_course(course, get_visible_attempts(request.user))
    if measured is None or measured.total.is_hidden:
        raise Http404
    return send(export_gain(viewer=request.user, page=page, measured=measured, now=timezone.now()))


def present_group(group):
    """A GroupGain with its words, for the templates."""
    gain = group.gain
    share = gain.g_of_means is not None and gain.g_of_means > 0
    return {
        "group": group, "gain": gain, "band": BANDS[gain.band], "mean_band": BANDS[gain.mean_band],
        "share": round(gain.g_of_means * 100) if share else None,
        "d_av": format_effect(gain.d_av), "p": format_p(gain.test.p) if gain.test else ""}


def format_effect(effect):
    """«0.84 (0.41 to 1.26)»; a dash for None."""
    if effect is None:
        return "–"
    return _("%(size)s (%(low)s to %(high)s)") % {
        name: use_minus(number_format(getattr(effect, name), 2)) for name in ("size", "low", "high")}


def present_histogram(gain):
    ranges = get_ranges()
    bars, ticks = make_bars(gain.bars, [start for start, _name in ranges])
    sentences = ", ".join(ngettext("%(label)s: %(total)d person", "%(label)s: %(total)d people", bar.value) % {
        "label": name, "total": bar.value} for bar, (_start, name) in zip(bars, ranges, strict=True) if bar.value)
    return {
        "width": WIDTH, "height": HEIGHT, "view": f"0 0 {WIDTH} {HEIGHT}", "ticks": ticks, "description": sentences,
        "bars": [{"bar": bar, "name": name, "is_loss": number < 6, "has_label": number % 2 == 0}
                 for number, (bar, (_start, name)) in enumerate(zip(bars, ranges, strict=True))]}


urlpatterns = [
    path("figures/gain/<uuid:course>/", show_gain, name="gain"),
    path("figures/gain/<uuid:course>/file/", download_gain, name="gain_file"),
]


def get_page_buttons(page, user):
    """To the learning gain of a course; none for other pages."""
    if isinstance(page, CoursePage) and may_see_figures(user):
        yield Button(_("Learning gain"), reverse("gain", args=[page.translation_key]), icon_name="table", priority=45)
