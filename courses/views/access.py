"""Who may open what. A lesson or a test is for those enrolled in its course, and for authors, who see it without
leaving a trace."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.enrolling import get_enrolment
from courses.models import CoursePage, Enrolment
from courses.outline import Item, Module, Outline, get_outline


@dataclass(slots=True)
class Place:
    """Where a learner is: the course in the active language, the enrolment (None for an author) and the outline."""

    course_page: CoursePage
    enrolment: Enrolment | None
    outline: Outline
    item: Item | None
    module: Module | None

    def get_context(self):
        return {"course_page": self.course_page, "enrolment": self.enrolment, "outline": self.outline,
                "item": self.item, "module": self.module}


def get_course_page_above(page):
    """The course a page belongs to, in the same language, with one query."""
    ancestors = [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]
    return CoursePage.objects.get(path__in=ancestors)


def is_author(user):
    return user.has_perm("wagtailadmin.access_admin")


def enter(request, page):
    """(Place, None) for somebody who may open ``page``, a module, lesson or quiz; else (None, a redirect)."""
    if not request.user.is_authenticated:
        return None, redirect_to_login(request.get_full_path())
    course_page = get_course_page_above(page)
    enrolment = get_enrolment(learner=request.user, course=course_page.translation_key)
    if enrolment is None and not is_author(request.user):
        messages.info(request, _("Enrol in the course to open its lessons and tests."))
        return None, redirect(course_page.get_url(request))
    outline = get_outline(course_page=course_page, enrolment=enrolment, current=page.translation_key)
    module = next((module for module in outline.modules if module.is_current), None)
    return Place(course_page, enrolment, outline, outline.get_item(page.translation_key), module), None
