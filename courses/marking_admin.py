"""The marking queue in the Wagtail admin: a list of what waits, and one page for each answer, from which one gets to
the next without the list."""

from decimal import Decimal
from fractions import Fraction

import django_filters
from django import forms
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format as format_number
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.auth import permission_required
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from assessments.attempts import get_items
from assessments.kinds import get_kind
from assessments.kinds.marked import present_rubric
from assessments.kinds.marked.rubrics import RubricNotFilled, get_fraction
from assessments.marking import LONGEST_COMMENT, NotToMark, OwnAnswer
from assessments.models import Answer, Mark, Phrase
from assessments.presenting import get_file, get_files, make_question
from assessments.texts import get_text, localise
from assessments.versions import get_contents
from courses.marking import (
    CertificateAtStake,
    correct,
    get_correctable_answers,
    get_learner_name,
    get_learner_number,
    get_markable_attempts,
    get_next,
    get_own_queue,
    get_queue,
    mark,
)
from courses.models import Edition
from courses.views.files import get_name_for_marker

PERMISSION = "assessments.add_mark"
MOST_PHRASES = 50
LONGEST_KEY = 20  # digits


# --- What waits -------------------------------------------------------------------------------------------------------

STATES = [("0", gettext_lazy("Waits for its first mark")), ("1", gettext_lazy("Waits for a second marker")),
          ("2", gettext_lazy("The two marks differ: a third person decides")),
          ("mine", gettext_lazy("Marked by me, waits for another person")),
          ("done", gettext_lazy("Marked: the mark can be corrected"))]


def get_state(answer):
    if answer.score is not None:
        return dict(STATES)["done"]
    return dict(STATES)["mine" if answer.is_mine else str(min(answer.given, 2))]


def get_learner(answer):
    return get_learner_name(answer.attempt) or _("Learner %(number)s") % {"number": get_learner_number(answer.attempt)}


def get_stem(version_id):
    return get_text(get_contents({version_id})[version_id]["stem"])[:120]


class QueueFilterSet(WagtailFilterSet):
    quiz = django_filters.ChoiceFilter(label=gettext_lazy("Test"), field_name="attempt__activity")
    question = django_filters.ChoiceFilter(label=gettext_lazy("Question"), field_name="version_id")
    edition = django_filters.ModelChoiceFilter(label=gettext_lazy("Edition"), method="filter_edition",
                                               queryset=Edition.objects.none())
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=STATES, method="filter_state")

    class Meta:
        model = Answer
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        queue = get_queue(self.request.user).order_by()
        rows = set(queue.values_list("attempt__activity", "title", "version_id").distinct())
        get_contents({version for _activity, _title, version in rows})  # in one query
        self.filters["quiz"].extra["choices"] = sorted(
            {(str(activity), title) for activity, title, _version in rows}, key=lambda choice: choice[1])
        self.filters["question"].extra["choices"] = sorted(
            {(version, get_stem(version)) for _activity, _title, version in rows}, key=lambda choice: choice[1])
        self.filters["edition"].queryset = Edition.objects.filter(
            enrolments__in=queue.values("attempt__enrolment")).distinct()

    def filter_edition(self, queryset, name, edition):
        return queryset.filter(attempt__enrolment__in=edition.enrolments.values("pk"))

    def filter_state(self, queryset, name, state):
        if state in ("mine", "done"):
            return queryset
        return queryset.filter(given__gte=2) if state == "2" else queryset.filter(given=int(state))


class QueueView(ReportView):
    model = Answer
    permission_policy = ModelPermissionPolicy(Mark)
    any_permission_required = ["add"]
    page_title = gettext_lazy("Marking")
    header_icon = "edit"
    index_url_name, index_results_url_name = "marking", "marking_results"
    filterset_class = QueueFilterSet
    default_ordering = "waiting_since"
    columns = [
        TitleColumn("question", label=gettext_lazy("Question"), accessor=lambda answer: get_stem(answer.version_id),
                    get_url=lambda answer: reverse("mark_answer" if answer.score is None else "correct_mark",
                                                   args=[answer.pk])),
        Column("title", label=gettext_lazy("Test"), sort_key="title"),
        Column("learner", label=gettext_lazy("Learner"), accessor=get_learner),
        DateColumn("submitted_at", accessor="attempt.submitted_at", label=gettext_lazy("Handed in"),
                   sort_key="attempt__submitted_at"),
        DateColumn("waiting_since", label=gettext_lazy("Waiting since"), sort_key="waiting_since"),
        Column("state", label=gettext_lazy("State"), accessor=get_state),
    ]
    list_export = []

    @property
    def no_results_message(self):
        return super().no_results_message if self.is_filtering else _("Nothing waits for your mark.")

    def get_base_queryset(self):
        state = self.request.GET.get("state")
        if state == "done":
            return get_correctable_answers(self.request.user)
        return get_queue(self.request.user).filter(is_mine=state == "mine")

    def decorate_paginated_queryset(self, object_list):
        get_contents({answer.version_id for answer in object_list})  # in one query
        return object_list


# --- One answer -------------------------------------------------------------------------------------------------------

class MarkForm(forms.Form):
    """A level for each criterion of the item's rubric, or points; and a comment."""

    points = forms.DecimalField(required=False, min_value=0, max_digits=5, decimal_places=2)
    comment = forms.CharField(required=False, max_length=LONGEST_COMMENT, label=gettext_lazy("Comment to the learner"),
                              widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, **kwargs)
        self.item, self.rubric = item, present_rubric(item)
        self.levels = {}
        for criterion in self.rubric:
            choices = [(level["id"], level["title"]) for level in criterion["levels"]]
            field = forms.ChoiceField(choices=choices, required=False, widget=forms.RadioSelect,
                                      label=criterion["title"])
            self.fields[f"level-{criterion['id']}"] = field
        points = self.fields["points"]
        points.label = _("Points in place of the rubric’s") if self.rubric else _("Points")
        points.help_text = _("From 0 to %(points)s.") % {"points": format_number(Decimal(item["points"]))}

    def get_criteria(self):
        """For the template: each criterion with its bound field and its levels, the chosen one known."""
        for criterion in self.rubric:
            field = self[f"level-{criterion['id']}"]
            chosen = field.value()
            yield {**criterion, "field": field, "levels": [
                {**level, "checked": level["id"] == chosen} for level in criterion["levels"]]}

    def clean_points(self):
        points = self.cleaned_data["points"]
        if points is not None and points > Decimal(self.item["points"]):
            raise forms.ValidationError(_("This question has %(points)s points at most."),
                                        params={"points": format_number(Decimal(self.item["points"]))})
        return points

    def clean(self):
        data = super().clean()
        self.levels = {criterion["id"]: level for criterion in self.rubric
                       if (level := data.get(f"level-{criterion['id']}"))}
        if self.errors or data.get("points") is not None:
            return data
        if not self.rubric:
            self.add_error("points", _("Give the points."))
        for criterion in self.rubric:
            if criterion["id"] not in self.levels:
                self.add_error(f"level-{criterion['id']}",
                               _("Choose a level, or give points in place of the rubric’s."))
        return data

    def get_fraction(self):
        points = self.cleaned_data["points"]
        if points is None:
            return get_fraction(self.item["rubric"], self.levels)
        most = Fraction(self.item["points"])
        return Fraction(points) / most if most else Fraction(0)


def get_initial(own, item):
    """The form of a marker who comes back to a mark that does not count yet."""
    if own is None:
        return {}
    initial = {"comment": own.comment, **{f"level-{criterion}": level for criterion, level in own.levels.items()}}
    if not _is_by_rubric(own, item):
        initial["points"] = round(Decimal(item["points"]) * own.numerator / own.denominator, 2)
    return initial


def _is_by_rubric(own, item):
    try:
        return bool(item["rubric"]) and get_fraction(item["rubric"], own.levels) == own.fraction
    except RubricNotFilled:
        return False


@permission_required(PERMISSION)
def mark_answer(request, pk):
    """One answer. POST: ``action`` is ``next`` or ``save``, or something about the saved phrases, after which the page
    comes back as it was filled in."""
    answer = get_queue(request.user).filter(pk=pk).first()
    if answer is None:
        return _leave(request, pk)
    item = get_items(answer.attempt, corrected=True)[answer.position]
    own = Mark.objects.filter(answer=pk, marker=request.user).first()
    form = MarkForm(request.POST or None, item=item, initial=get_initial(own, item))
    if request.method == "POST":
        if _change_phrases(request):
            form = MarkForm(item=item, initial=request.POST.dict())
        elif form.is_valid():
            return _save(request, answer, form)
        else:
            messages.error(request, _("The mark was not saved yet: something is missing or is not right."))
    return TemplateResponse(request, "courses/admin/mark_answer.html", {
        "answer": answer, "question": _make_question(answer, item), "form": form,
        "own_percent": own and float(own.fraction * 100),
        "guide": get_text(item["guide"]), "guide_language": localise(item["guide"])[1], "points": item["points"],
        "learner": get_learner(answer), "is_anonymous": get_learner_name(answer.attempt) is None,
        "state": get_state(answer), "phrases": Phrase.objects.filter(marker=request.user)[:MOST_PHRASES],
        "left": get_own_queue(request.user).count(),
        "breadcrumbs_items": [*WagtailAdminTemplateMixin.breadcrumbs_items,
                              {"url": reverse("marking"), "label": _("Marking")}, {"url": "", "label": answer.title}]})


def _leave(request, pk):
    """Somebody else's edition is not found; what was marked meanwhile is said."""
    get_object_or_404(_get_all(request.user), pk=pk)
    messages.info(request, _("This answer has its mark already. Nothing was changed."))
    return redirect("marking")


def _get_all(user):
    return Answer.objects.filter(attempt__in=get_markable_attempts(user), attempt__submitted_at__isnull=False)


def _make_question(answer, item):
    kind = get_kind(item["kind"])
    response = kind.grading.check(item, answer.response)
    details = kind.grading.grade(item, response).details
    file = get_file(get_files(answer.attempt), response)
    question = make_question(answer.position, item, response,
                             kind.review(item, response, details, show_key=False), file=file)
    if file:
        file.name = get_name_for_marker(file)
    return question


def _save(request, answer, form):
    try:
        given = mark(answer_id=answer.pk, marker=request.user, fraction=form.get_fraction(), levels=form.levels,
                     comment=form.cleaned_data["comment"].strip(), now=timezone.now())
    except (NotToMark, OwnAnswer):
        messages.warning(request, _("Somebody else has marked this answer meanwhile, so your mark was not taken."))
    else:
        messages.success(request, _explain(given))
    if request.POST.get("action") == "save":
        return redirect("marking")
    return _go_on(request, answer)


def _explain(given):
    if given.is_graded:
        return _("Saved. The attempt has its result now, and the learner gets a mail.")
    if given.is_final:
        return _("Saved. Other answers of the same attempt still wait for a mark.")
    return _("Saved. Another person marks this answer too; then the mark counts.")


def _go_on(request, answer):
    following = get_next(request.user, answer)
    if following is None:
        messages.info(request, _("No other answer waits for you."))
        return redirect("marking")
    return redirect("mark_answer", following)


@permission_required(PERMISSION)
def skip_answer(request, pk):
    """To the next one, without a mark."""
    return _go_on(request, get_object_or_404(_get_all(request.user).select_related("attempt"), pk=pk))


class CorrectionForm(MarkForm):
    reason = forms.CharField(label=gettext_lazy("Why the mark is corrected"), max_length=1000,
                             widget=forms.Textarea(attrs={"rows": 3}),
                             help_text=gettext_lazy(
                                 "It is kept with the answer: others who may correct it read it here, the learner in a "
                                 "copy of their own data."))
    although_certified = forms.BooleanField(
        required=False, label=gettext_lazy("Change the result although a certificate was issued"),
        help_text=gettext_lazy("The certificate itself stays valid: it can be taken back only by a decision of its "
                               "own."))


@permission_required(PERMISSION)
def correct_answer(request, pk):
    """Put right a mark that counts."""
    answer = get_object_or_404(get_correctable_answers(request.user), pk=pk)
    item = get_items(answer.attempt, corrected=True)[answer.position]
    marks = list(answer.marks.order_by("pk"))
    final = next(mark for mark in marks if mark.is_final)
    own = next((mark for mark in marks if mark.marker_id == request.user.pk), None)
    form = CorrectionForm(request.POST or None, item=item, initial=get_initial(own or final, item))
    certificate = None
    if request.method == "POST" and form.is_valid():
        try:
            done = correct(
                answer_id=pk, marker=request.user, fraction=form.get_fraction(), levels=form.levels,
                comment=form.cleaned_data["comment"].strip(), reason=form.cleaned_data["reason"], now=timezone.now(),
                although_certified=form.cleaned_data["although_certified"])
        except CertificateAtStake as error:
            certificate = error.certificate
            messages.warning(request, _("Nothing was changed yet: by this mark the test would not be passed, and the "
                                        "certificate %(folio)s was issued.") % {"folio": certificate.folio})
        except (NotToMark, OwnAnswer):
            messages.warning(request, _("This mark can be corrected only by the person who gave it, until the attempt "
                                        "has its result. Nothing was changed."))
            return redirect("marking")
        else:
            messages.success(request, _("The mark was corrected. The result changed, and the learner gets a mail.")
                             if done.changes_result else _("The mark was corrected."))
            return redirect(f"{reverse('marking')}?state=done")
    return TemplateResponse(request, "courses/admin/correct_mark.html", {
        "answer": answer, "question": _make_question(answer, item), "form": form, "certificate": certificate,
        "corrections": answer.mark_corrections.select_related("by"),
        "learner": get_learner(answer), "percent": float(final.fraction * 100),
        "breadcrumbs_items": [{"url": reverse("marking"), "label": _("Marking")}, {"url": "", "label": answer.title}]})


def _change_phrases(request):
    """Keep the comment as a phrase or delete one of the own phrases. False when neither was asked for."""
    action, _dash, phrase = request.POST.get("action", "").partition("-")
    if action == "keep":
        text = request.POST.get("comment", "").strip()[:LONGEST_COMMENT]
        if not text:
            messages.warning(request, _("Write a comment first; then it can be kept as a phrase."))
        elif Phrase.objects.filter(marker=request.user).count() >= MOST_PHRASES:
            messages.warning(request, _("You have as many phrases as can be kept. Delete one first."))
        else:
            Phrase.objects.get_or_create(marker=request.user, text=text)
            messages.success(request, _("The comment was kept as a phrase. The mark is not saved yet."))
    elif action == "delete" and phrase.isdecimal() and len(phrase) < LONGEST_KEY:
        Phrase.objects.filter(marker=request.user, pk=phrase).delete()
        messages.success(request, _("The phrase was deleted. The mark is not saved yet."))
    else:
        return False
    return True


# --- The way there ----------------------------------------------------------------------------------------------------

urlpatterns = [
    path("marking/", QueueView.as_view(), name="marking"),
    path("marking/results/", QueueView.as_view(results_only=True), name="marking_results"),
    path("marking/<int:pk>/", mark_answer, name="mark_answer"),
    path("marking/<int:pk>/correct/", correct_answer, name="correct_mark"),
    path("marking/<int:pk>/skip/", skip_answer, name="skip_answer"),
]


class MarkingMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(PERMISSION)


class MarkingPanel(Component):
    name = "marking"
    template_name = "courses/admin/marking_panel.html"
    order = 15

    def get_context_data(self, parent_context):
        queue = get_own_queue(parent_context["request"].user)
        return {"waiting": queue.count(), "oldest": queue.first()}
