"""What is remarked on a question, until it is resolved."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from assessments.bank_admin.pages import get_question
from assessments.curating import comment, reopen, resolve
from assessments.rights import check_use, may_edit


class CommentForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Your comment"), max_length=4000,
                           widget=forms.Textarea(attrs={"rows": 3}))


def show_comments(request, pk):
    question = get_question(request, pk, check_use)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        comment(question=question, author=request.user, text=form.cleaned_data["text"], now=timezone.now())
        messages.success(request, _("Your comment was added."))
        return redirect("question_comments", pk)
    edits = may_edit(request.user, question)
    comments = [(each, edits or each.author_id == request.user.pk)
                for each in question.comments.select_related("author", "resolved_by")]
    return TemplateResponse(request, "assessments/admin/bank/comments.html", {
        "question": question, "form": form, "may_edit": edits,
        "open": [(each, may) for each, may in comments if not each.resolved_at],
        "resolved": [(each, may) for each, may in comments if each.resolved_at]})


@require_POST
def settle_comment(request, pk, comment_pk):
    """Resolve a comment, or with ``reopen`` open it again: its author, and whoever may change the question."""
    question = get_question(request, pk, check_use)
    found = get_object_or_404(question.comments, pk=comment_pk)
    if found.author_id != request.user.pk and not may_edit(request.user, question):
        raise PermissionDenied
    if "reopen" in request.POST:
        reopen(comment=found)
    else:
        resolve(comment=found, by=request.user, now=timezone.now())
    return redirect("question_comments", pk)
