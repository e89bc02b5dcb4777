"""The figures of surveys in the Wagtail admin."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from assessments.surveys import Bar
from assessments.texts import LocalText, get_text
from courses.survey_files import CONTENT_TYPE, export_survey
from courses.survey_results import PERMISSION, Voice, get_editions, get_rounds, get_survey

TITLE = gettext_lazy("Survey results")


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar that is 100 long; ``rank`` from 1 (lowest) to ``of``."""

    bar: Bar
    label: LocalText
    x: object
    rank: int


def make_segments(figures):
    segments, x = [], 0
    for rank, bar in enumerate(figures.bars, start=1):
        segments.append(Segment(bar, get_text(bar.text), x, rank))
        x += bar.percent
    return segments


def make_view(results):
    """What the page shows of Results."""
    return {"results": results, "satisfaction": results.satisfaction, "items": [
        {"kind": item.kind, "stem": get_text(item.stem), "texts": item.texts,
         "figures": [{"figures": each, "text": get_text(each.text), "segments": make_segments(each)}
                     for each in item.figures]} for item in results.items]}


@permission_required(PERMISSION)
@require_GET
def list_surveys(request):
    return TemplateResponse(request, "courses/admin/survey_list.html", {
        "rounds": get_rounds(get_editions(request.user)), "title": TITLE,
        "breadcrumbs_items": [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": TITLE}]})


def find_survey(request, key, voice, edition):
    """Somebody else's is not found. Raises Http404."""
    survey = voice in Voice and get_survey(editions=get_editions(request.user), survey=key, voice=voice,
                                           edition=edition)
    if not survey:
        raise Http404
    return survey


@permission_required(PERMISSION)
@require_GET
def show_survey(request, key, voice, edition=None):
    survey = find_survey(request, key, voice, edition)
    first = survey.rounds[0]
    title = f"{first.title}: {first.course_title}"
    return TemplateResponse(request, "courses/admin/survey_results.html", {
        "survey": survey, "title": title, "edition": edition and first.edition, "key": key, "voice": voice,
        "views": [make_view(results) for results in survey.results],
        "breadcrumbs_items": [*WagtailAdminTemplateMixin.breadcrumbs_items,
                              {"url": reverse("survey_results"), "label": TITLE}, {"url": "", "label": title}]})


@permission_required(PERMISSION)
@require_POST
def export(request, key, voice, edition=None):
    survey, now = find_survey(request, key, voice, edition), timezone.now()
    response = HttpResponse(export_survey(survey=survey, viewer=request.user, now=now), content_type=CONTENT_TYPE)
    name = f"{_('survey')}-{timezone.localtime(now):%Y-%m-%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns = [
    path("survey-results/", list_surveys, name="survey_results"),
    path("survey-results/<uuid:key>/<slug:voice>/", show_survey, name="survey_figures"),
    path("survey-results/<uuid:key>/<slug:voice>/file/", export, name="survey_file"),
    path("survey-results/<uuid:key>/<slug:voice>/<int:edition>/", show_survey, name="survey_figures"),
    path("survey-results/<uuid:key>/<slug:voice>/<int:edition>/file/", export, name="survey_file"),
]


class ResultsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(PERMISSION)


def make_menu_item():
    return ResultsMenuItem(TITLE, reverse("survey_results"), name="survey-results", icon_name="view", order=213)
