"""What a learner does outside tests: enrol, continue, read, complete."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses import dashboard, enrolling, progress
from courses.catalogue import get_courses, make_cards
from courses.enrolling import EditionFull, EnrolmentRefused, get_enrolment, get_joinable_edition
from courses.models import Course, CoursePage, LessonPage
from courses.outline import get_course_path, get_outline
from courses.views.access import get_course_above
from lms.routing import get_page_url


def get_course_page(course, language=None):
    """The live page of a course in ``language`` (the active one), else in the first language. Raises Http404."""
    pages = {page.locale.language_code: page
             for page in CoursePage.objects.live().filter(translation_key=course).select_related("locale")}
    page = pages.get(language or get_language()) or pages.get(settings.LANGUAGE_CODE)
    if page is None:
        raise Http404
    return page


@login_required
@never_cache
@require_GET
def my_courses(request):
    now = timezone.now()
    current, completed, paths = dashboard.get_courses_of(learner=request.user, now=now)
    taken = {entry.course for entry in [*current, *completed]}
    suggestions = list(get_courses().exclude(translation_key__in=taken)[:3])
    return TemplateResponse(request, "courses/my_courses.html", {
        "current": current, "completed": completed, "paths": paths, "now": now,
        "earlier": dashboard.get_earlier_records(learner=request.user),
        "suggestions": make_cards(suggestions) if suggestions else []})


@login_required
@require_POST
def enrol_in_course(request, course):
    page = get_course_page(course)
    edition = get_joinable_edition(course=get_object_or_404(Course, pk=course), now=timezone.now())
    try:
        if edition is None:
            raise enrolling.EditionNotOpen
        enrolling.enrol(learner=request.user, edition=edition, now=timezone.now())
    except EditionFull:
        messages.error(request, _("All places of this course are taken. Nothing was changed."))
    except EnrolmentRefused:
        messages.error(request, _("Enrolment in this course is closed at the moment. Nothing was changed."))
    else:
        messages.success(request, _("You are enrolled in “%(course)s”.") % {"course": page.title})
    return redirect(page.get_url())


@login_required
@never_cache
@require_GET
def continue_course(request, course):
    """To exactly where the person stopped: the activity, the language last used, the block."""
    enrolment = get_enrolment(learner=request.user, course=course, now=timezone.now())
    if enrolment is None:
        return redirect(get_course_page(course).get_url())
    language = enrolment.last_language or get_language()
    with override(language):
        course_page = get_course_page(course, language)
        outline = get_outline(course_path=course_page.path, enrolment=enrolment)
        item = outline.get_item_to_continue(enrolment.last_activity_id)
    if item is None:
        return redirect(course_page.get_url())
    return redirect(f"{item.url}#b-{item.block}" if item.block else item.url)


def get_lesson(activity):
    """The live page of a lesson in the active language, else in the first. Raises Http404."""
    pages = {page.locale.language_code: page
             for page in LessonPage.objects.live().filter(translation_key=activity).select_related("locale")}
    page = pages.get(get_language()) or pages.get(settings.LANGUAGE_CODE)
    if page is None:
        raise Http404
    return page


def get_own_enrolment(request, course):
    """The learner's own enrolment in a course (a CourseNode). Raises Http404, for a stranger as for nothing."""
    enrolment = get_enrolment(learner=request.user, course=course.translation_key, now=timezone.now())
    if enrolment is None:
        raise Http404
    return enrolment


@login_required
@require_POST
def complete(request, activity):
    page = get_lesson(activity)
    course = get_course_above(page)
    enrolment = get_own_enrolment(request, course)
    try:
        certificate = progress.complete_lesson(enrolment=enrolment, activity=activity, now=timezone.now())
    except progress.EditionClosed:
        messages.error(request, _("This edition is closed: the lesson was not marked. What you had done is kept."))
        return redirect(get_page_url(page.url_path))
    if certificate and not enrolment.completed_at:
        messages.success(request, _("You have completed the course. Your certificate is ready."))
        return redirect(course.url)
    outline = get_outline(course_path=get_course_path(page.path), enrolment=enrolment)
    _previous, following = outline.get_neighbours(activity)
    following = following or outline.get_next_to_do()
    messages.success(request, _("Saved: “%(lesson)s” is done.") % {"lesson": page.title})
    return redirect(following.url if following else course.url)


class PositionForm(forms.Form):
    block = forms.RegexField(r"\A[0-9a-f-]{36}\Z", required=False)
    percent = forms.IntegerField(min_value=0, max_value=100)
    second = forms.IntegerField(min_value=0, max_value=24 * 60 * 60, required=False)


@login_required
@require_POST
def save_reading_position(request, activity):
    form = PositionForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    enrolment = get_own_enrolment(request, get_course_above(get_lesson(activity)))
    if not progress.is_closed(enrolment, timezone.now()):
        progress.save_position(enrolment=enrolment, activity=activity, block=form.cleaned_data["block"],
                               percent_read=form.cleaned_data["percent"], media_second=form.cleaned_data["second"],
                               now=timezone.now())
    return HttpResponse(status=204)
