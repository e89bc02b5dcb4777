"""Who may open what. A lesson or a test is for those enrolled in its course, and for authors, who see it without
leaving a trace."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from courses.enrolling import get_enrolment
from courses.models import Enrolment
from courses.outline import CourseNode, Item, Module, Outline, get_course_path, get_outline, get_plan
from lms.page_tree import remembered
from lms.routing import get_page_url


@dataclass(slots=True)
class Place:
    """Where a learner is: the course in the active language, the enrolment (None for an author) and the outline."""

    course_page: CourseNode
    enrolment: Enrolment | None
    outline: Outline
    item: Item | None
    module: Module | None

    def get_context(self):
        return {"course_page": self.course_page, "enrolment": self.enrolment, "outline": self.outline,
                "item": self.item, "module": self.module}


def get_course_above(page):
    """The CourseNode of the course a page belongs to, in the same language."""
    path = get_course_path(page.path)
    return get_plan(path).course or _get_course(path)


@remembered
def _get_course(path):
    """Also while it is not live."""
    key, title, url_path = Page.objects.values_list("translation_key", "title", "url_path").get(path=path)
    return CourseNode(translation_key=key, title=title, url_path=url_path, url=get_page_url(url_path))


def is_author(user):
    return user.has_perm("wagtailadmin.access_admin")


def enter(request, page):
    """(Place, None) for somebody who may open ``page``, a module, lesson or quiz; else (None, a redirect)."""
    if not request.user.is_authenticated:
        return None, redirect_to_login(request.get_full_path())
    course = get_course_above(page)
    enrolment = get_enrolment(learner=request.user, course=course.translation_key, now=timezone.now())
    if enrolment is None and not is_author(request.user):
        messages.info(request, _("Enrol in the course to open its lessons and tests."))
        return None, redirect(course.url)
    outline = get_outline(course_path=get_course_path(page.path), enrolment=enrolment, current=page.translation_key)
    item = outline.get_item(page.translation_key)
    return Place(course, enrolment, outline, item, outline.current_module), None
