"""What the pages of a course share in answering."""

from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from courses.progress import is_closed


def respond(request, page, context):
    return TemplateResponse(request, page.get_template(request), page.get_context(request) | context)


def get_closed_message(enrolment, now):
    if is_closed(enrolment, now):
        return _("This edition is closed: you can read the course, but nothing more is recorded.")
    return ""
