"""The versions of a question: which there were, what changed between two, and one of them again."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail import hooks
from wagtail.admin import messages

from assessments.bank import count_attempts
from assessments.bank_admin.pages import get_question
from assessments.comparing import compare
from assessments.curating import restore
from assessments.rights import check_edit, check_use, may_edit


def show_versions(request, pk):
    """With ``from`` and ``to`` (primary keys of edits): what changed between the two."""
    question = get_question(request, pk, check_use)
    edits = list(question.edits.select_related("by"))
    attempts = count_attempts([edit.version_id for edit in edits])
    for number, edit in zip(range(len(edits), 0, -1), edits, strict=True):
        edit.number, edit.attempts = number, attempts.get(edit.version_id, 0)
        edit.is_current = edit.version_id == question.version_id
    return TemplateResponse(request, "assessments/admin/bank/versions.html", {
        "question": question, "edits": edits, "may_edit": may_edit(request.user, question),
        "can_compare": sum(edit.body is not None for edit in edits) > 1})


def compare_versions(request, pk):
    question = get_question(request, pk, check_use)
    edits = {str(edit.pk): edit for edit in question.edits.select_related("by")}
    chosen = [edits.get(request.GET.get(name)) for name in ("from", "to")]
    if not all(edit and edit.body is not None for edit in chosen):
        raise Http404
    before, after = sorted(chosen, key=lambda edit: (edit.saved_at, edit.pk))
    return TemplateResponse(request, "assessments/admin/bank/compare.html", {
        "question": question, "may_edit": may_edit(request.user, question), "before": before, "after": after,
        "differences": compare(before.body, after.body)})


@require_POST
def restore_version(request, pk, edit):
    question = get_question(request, pk, check_edit)
    edit = get_object_or_404(question.edits, pk=edit)
    if restore(question=question, edit=edit, by=request.user):
        messages.success(request, _("The question “%(code)s” is again what it was on %(when)s. New attempts get it "
                                    "like this; attempts that exist keep what they had.") % {
            "code": question.code, "when": date_format(timezone.localtime(edit.saved_at), "SHORT_DATE_FORMAT")})
        for tell in hooks.get_hooks("after_edit_snippet"):  # such as: who was graded by another key
            tell(request, question)
    else:
        messages.info(request, _("Nothing was changed: the question is like that already."))
    return redirect("question_versions", pk)
