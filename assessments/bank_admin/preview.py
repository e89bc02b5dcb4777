"""A question as a learner sees it: on a page of the admin, in frames as wide as a telephone, one a language. The frame
is a page of its own outside the admin, with the platform's strict policy and style."""

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access

from assessments.bank import get_tests
from assessments.bank_admin.pages import get_question
from assessments.categories import get_full_name
from assessments.presenting import preview_question
from assessments.rights import check_use, may_edit


def preview(request, pk):
    question = get_question(request, pk, check_use)
    return TemplateResponse(request, "assessments/admin/bank/preview.html", {
        "question": question, "category": get_full_name(question.category_id), "tests": get_tests(question=question),
        "may_edit": may_edit(request.user, question),
        "frames": [(code, name, reverse("question_frame", args=[pk, code]))
                   for code, name in settings.WAGTAIL_CONTENT_LANGUAGES]})


@never_cache
@require_admin_access
def show_frame(request, pk, language):
    if language not in dict(settings.WAGTAIL_CONTENT_LANGUAGES):
        raise Http404
    question = get_question(request, pk, check_use)
    with translation.override(language):
        asked, reviewed = preview_question(question.version.content)
        response = TemplateResponse(request, "assessments/question_frame.html", {
            "question": asked, "reviewed": reviewed, "total": 1, "scripts": asked.kind.scripts,
            "page_language": language})
        return response.render()
