"""The figures of tests and questions in the Wagtail admin: which tests there are, one test, one question over all
tests, and each as a file."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from assessments.analysis.charts import HEIGHT, WIDTH, make_bars, make_dots
from assessments.analysis.dif import MINIMUM
from assessments.analysis.report import SMALL, analyse, analyse_question
from assessments.analysis.wording import (
    ADVICE,
    DIF_METHODS,
    GRADES,
    METHODS,
    OPTION_ADVICE,
    explain_dif,
    format_effect,
    format_p,
    get_language_name,
)
from assessments.models import Question
from assessments.texts import localise
from courses.analysing import (
    choose_language,
    get_visible_attempts,
    list_tests,
    may_see_figures,
    may_see_question,
)
from courses.analysis_files import export_question, export_test
from courses.gains import list_courses
from courses.models import QuizPage
from courses.quizzes import get_all_sections

PER_PAGE = 50
BOX = {"width": WIDTH, "height": HEIGHT, "view": f"0 0 {WIDTH} {HEIGHT}"}


def for_those_who_see_figures(view):
    def check(request, *args, **kwargs):
        if not may_see_figures(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(check)


# --- Which tests ------------------------------------------------------------------------------------------------------

@for_those_who_see_figures
def list_figures(request):
    page = Paginator(list_tests(request.user), PER_PAGE).get_page(request.GET.get("p"))
    return TemplateResponse(request, "courses/admin/analysis_list.html", {
        "page": page, "gains": list_courses(request.user),
        "breadcrumbs_items": [{"url": "", "label": _("Figures")}]})


# --- One test ---------------------------------------------------------------------------------------------------------

def get_quiz(activity):
    """The QuizPage in the active language. Raises Http404."""
    pages = {page.locale.language_code: page for page in
             QuizPage.objects.filter(translation_key=activity).select_related("locale")}
    if not pages:
        raise Http404
    return choose_language(pages)


def wants_every(request):
    return request.GET.get("attempts") == "all"


def analyse_test(request, page):
    order = [section for section in get_all_sections(page) if isinstance(section, int)]
    attempts = get_visible_attempts(request.user).filter(activity=page.translation_key)
    return analyse(attempts, every=wants_every(request), order=order)


@for_those_who_see_figures
def show_test(request, activity):
    page = get_quiz(activity)
    analysis = analyse_test(request, page)
    items = [present_item(item, number) for number, item in enumerate(analysis.items, 1)]
    return TemplateResponse(request, "courses/admin/analysis_test.html", {
        "page": page, "analysis": analysis, "items": items, "every": wants_every(request), "small": SMALL,
        "minimum": MINIMUM, "reference": get_language_name(settings.LANGUAGE_CODE),
        "method": METHODS[analysis.method], "histogram": present_histogram(analysis),
        "map": present_map(items), "languages": get_languages(analysis.items),
        "flagged": [item for item in items if item["flags"]],
        "file_url": reverse("analysis_test_file", args=[activity]),
        "breadcrumbs_items": [{"url": reverse("analysis"), "label": _("Figures")}, {"url": "", "label": page.title}]})


@for_those_who_see_figures
def download_test(request, activity):
    page = get_quiz(activity)
    analysis = analyse_test(request, page)
    if analysis.is_small:
        raise Http404
    return send(export_test(viewer=request.user, page=page, analysis=analysis, every=wants_every(request),
                            now=timezone.now()))


def send(export):
    return FileResponse(export.file, as_attachment=True, filename=export.name, content_type=(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))


# --- One question -----------------------------------------------------------------------------------------------------

def get_question(request, pk):
    question = get_object_or_404(Question.objects.select_related("version"), pk=pk)
    if not may_see_question(request.user, question):
        raise Http404
    return question


@for_those_who_see_figures
def show_question(request, pk):
    question = get_question(request, pk)
    item = analyse_question(question, get_visible_attempts(request.user), every=wants_every(request))
    shown = item and not item.is_small
    return TemplateResponse(request, "courses/admin/analysis_question.html", {
        "question": question, "item": present_item(item, None) if shown else None, "n": item.n if item else 0,
        "every": wants_every(request), "small": SMALL, "minimum": MINIMUM,
        "stem": localise(question.version.content["stem"]),
        "file_url": reverse("analysis_question_file", args=[pk]),
        "breadcrumbs_items": [{"url": reverse("analysis"), "label": _("Figures")},
                              {"url": "", "label": question.code}]})


@for_those_who_see_figures
def download_question(request, pk):
    question = get_question(request, pk)
    item = analyse_question(question, get_visible_attempts(request.user), every=wants_every(request))
    if item is None or item.is_small:
        raise Http404
    return send(export_question(viewer=request.user, question=question, item=item, every=wants_every(request),
                                now=timezone.now()))


# --- For the templates ------------------------------------------------------------------------------------------------

def present_item(item, number):
    stem, language = localise(item.stem)
    return {
        "number": number, "figures": item, "stem": stem, "stem_language": language, "advice": ADVICE[item.advice],
        "flags": [get_language_name(code) for code in item.flags], "needs_attention": item.advice in {
            "check_key", "very_hard", "weak"} or bool(item.flags),
        "responses": [(response, OPTION_ADVICE[response.advice]) for response in item.responses],
        "chart": present_responses(item.responses),
        "languages": [(get_language_name(figures.code), figures) for figures in item.languages],
        "dif": [{
            "language": get_language_name(code), "sentence": explain_dif(code, dif), "figures": dif,
            "method": DIF_METHODS[dif.method], "effect": format_effect(dif.effect), "p": format_p(dif.p),
            "corrected_p": format_p(dif.corrected_p), "grade": GRADES[dif.grade]}
            for code, dif in item.dif.items()],
    }


def get_languages(items):
    """Names of the languages in which items were seen, where there are several."""
    codes = {figures.code for item in items for figures in item.languages if figures.code}
    return [get_language_name(code) for code in sorted(codes)] if len(codes) > 1 else []


def present_histogram(analysis):
    if analysis.is_small:
        return None
    labels = [f"{start}–{start + 10} %" for start in range(0, 100, 10)]
    bars, ticks = make_bars(analysis.bars, labels)
    sentences = ", ".join(ngettext("%(label)s: %(total)d attempt", "%(label)s: %(total)d attempts", bar.value) % {
        "label": bar.label, "total": bar.value} for bar in bars)
    return BOX | {"bars": bars, "ticks": ticks, "description": sentences}


def present_map(items):
    points = [(item["figures"].facility, item["figures"].discrimination, str(item["number"]),
               "flagged" if item["needs_attention"] else "") for item in items
              if item["figures"].facility is not None and item["figures"].discrimination is not None]
    if not points:
        return None
    dots, across, upwards = make_dots(points)
    return BOX | {"dots": dots, "across": across, "upwards": upwards, "zero": upwards[1].at}


def present_responses(responses):
    if not 2 <= len(responses) <= 12:
        return None
    letters = [str(number) for number in range(1, len(responses) + 1)]
    bars, ticks = make_bars([response.n for response in responses], letters)
    sentences = ", ".join(f"{response.label or _('No answer')}: {response.n}" for response in responses)
    return BOX | {"bars": [(bar, response.is_right) for bar, response in zip(bars, responses, strict=True)],
                  "ticks": ticks, "description": sentences}


# --- The way there ----------------------------------------------------------------------------------------------------

urlpatterns = [
    path("figures/", list_figures, name="analysis"),
    path("figures/<uuid:activity>/", show_test, name="analysis_test"),
    path("figures/<uuid:activity>/file/", download_test, name="analysis_test_file"),
    path("figures/questions/<int:pk>/", show_question, name="analysis_question"),
    path("figures/questions/<int:pk>/file/", download_question, name="analysis_question_file"),
]


def get_question_buttons(snippet, user):
    """To the figures of a question of the bank; none for other snippets."""
    if isinstance(snippet, Question) and may_see_figures(user):
        yield Button(_("Figures"), reverse("analysis_question", args=[snippet.pk]), icon_name="table", priority=45)


def get_page_buttons(page, user):
    """To the figures of a test; none for other pages."""
    if isinstance(page, QuizPage) and may_see_figures(user):
        yield Button(_("Figures"), reverse("analysis_test", args=[page.translation_key]), icon_name="table",
                     priority=45)


class FiguresMenuItem(MenuItem):
    def is_shown(self, request):
        return may_see_figures(request.user)
