"""In the Wagtail admin: who changes, and how, when the key of a question was corrected; and doing it."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from assessments.models import Question, QuestionVersion
from assessments.regrading import NothingToRegrade, NotRegradable, get_graded_versions
from assessments.rights import may_edit
from courses.regrading import (
    count_others,
    get_quiz_titles,
    get_regradable_attempts,
    may_regrade,
    preview_effects,
    regrade,
)


class RegradeForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why the key was corrected"), max_length=1000, widget=forms.Textarea(
        attrs={"rows": 3}), help_text=gettext_lazy("It is kept with the re-grade and in the audit log."))
    include = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, effects=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["include"].choices = [(str(effect.attempt.pk), "") for effect in effects
                                          if effect.touches_certificate]


def get_breadcrumbs(user, question, *steps):
    """The way to a page of a question: the bank, the question, then ``steps``, (address, label) pairs."""
    bank = Question.snippet_viewset
    form = reverse(bank.get_url_name("edit"), args=[question.pk]) if may_edit(user, question) else ""
    return [*WagtailAdminTemplateMixin.breadcrumbs_items,
            {"url": reverse(bank.get_url_name("list")), "label": bank.menu_label},
            {"url": form, "label": question.code},
            *({"url": url, "label": label} for url, label in steps)]


def get_question(request, pk):
    """Raises PermissionDenied."""
    question = get_object_or_404(Question.objects.select_related("version"), pk=pk)
    if not may_regrade(request.user, question):
        raise PermissionDenied
    return question


@permission_required("assessments.change_question")
def choose_version(request, pk):
    """The earlier versions of a question by which attempts are graded."""
    question = get_question(request, pk)
    return TemplateResponse(request, "courses/admin/regrade_versions.html", {
        "question": question, "may_edit": may_edit(request.user, question),
        "breadcrumbs_items": get_breadcrumbs(request.user, question, ("", _("Grade again"))),
        "versions": get_graded_versions(question, get_regradable_attempts(request.user, question)),
        "regrades": question.regrades.select_related("by").prefetch_related("attempts")})


@permission_required("assessments.change_question")
def regrade_question(request, pk, digest):
    """Preview on GET, apply on POST."""
    question = get_question(request, pk)
    attempts = get_regradable_attempts(request.user, question)
    old_version = get_object_or_404(QuestionVersion.objects.filter(pk__in=question.edits.values("version")), pk=digest)
    try:
        effects, unchanged = preview_effects(question=question, old_version=old_version, attempts=attempts)
    except NothingToRegrade:
        messages.info(request, _("Nobody was graded by that version any more, so nothing was changed."))
        return redirect("regrade_versions", pk)
    except NotRegradable:
        messages.error(request, _("These answers cannot be graded by the present question, because it asks something "
                                  "else than what was answered: options were added or removed, or its kind changed. "
                                  "Nothing was changed."))
        return redirect("regrade_versions", pk)
    form = RegradeForm(request.POST or None, effects=effects)
    if request.method == "POST" and form.is_valid():
        _done, changed = regrade(
            question=question, old_version=old_version, attempts=attempts, reason=form.cleaned_data["reason"],
            by=request.user, include={effect.attempt.pk for effect in effects
                     if str(effect.attempt.pk) in form.cleaned_data["include"]}, now=timezone.now())
        messages.success(request, ngettext(
            "The result of %(total)d attempt changed. Its learner gets a mail.",
            "The results of %(total)d attempts changed. Their learners get a mail.", len(changed),
        ) % {"total": len(changed)})
        return redirect("regrade_versions", pk)
    if form.errors:
        messages.error(request, _("Nothing was changed yet: something is missing or is not right."))
    titles = get_quiz_titles({effect.attempt.activity for effect in effects}, get_language())
    return TemplateResponse(request, "courses/admin/regrade.html", {
        "question": question, "old_version": old_version, "form": form, "unchanged": unchanged,
        "others": count_others(question=question, old_version=old_version, attempts=attempts),
        "breadcrumbs_items": get_breadcrumbs(request.user, question, (reverse("regrade_versions", args=[pk]),
                                                                      _("Grade again")), ("", _("Who would change"))),
        "effects": [(effect, titles.get(effect.attempt.activity, "")) for effect in effects],
        "has_certificates": any(effect.touches_certificate for effect in effects)})


def tell_what_was_answered_before(request, question):
    """After a question was saved: a link to grade again what was answered to an earlier version of it."""
    if versions := get_graded_versions(question, get_regradable_attempts(request.user, question)):
        total = sum(count for _version, count in versions)
        messages.warning(request, ngettext(
            "%(total)d finished attempt was graded by an earlier version of this question. It stays as it is, unless "
            "you grade it again.",
            "%(total)d finished attempts were graded by an earlier version of this question. They stay as they are, "
            "unless you grade them again.", total) % {"total": total},
            buttons=[messages.button(reverse("regrade_versions", args=[question.pk]), _("Grade again"))])
