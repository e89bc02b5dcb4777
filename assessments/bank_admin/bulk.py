"""What is done to many questions of the list at once, after a page that asks."""

from urllib.parse import urlencode, urlsplit

from django import forms
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from taggit.utils import parse_tags
from wagtail.admin import messages
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from assessments import curating
from assessments.bank_admin.fields import CategoryField, InstitutionsField
from assessments.bank_admin.filters import QuestionFilterSet
from assessments.models import Question, Sharing
from assessments.rights import get_next_states, get_usable
from assessments.searching import search

MOST_IDS = 400  # that an address has room for, which servers limit to 4,094 characters
SHOWN = 50  # questions that the page that asks names


class StateForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("New state"))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        states = get_next_states(user, Question.State.DRAFT)
        self.fields["state"].choices = [(state.value, state.label) for state in states]


class MoveForm(forms.Form):
    category = CategoryField(label=gettext_lazy("New category"))


class TagForm(forms.Form):
    tags = forms.CharField(label=gettext_lazy("Tags to add"), max_length=500,
                           help_text=gettext_lazy("Separate them with commas."))

    def clean_tags(self):
        names = parse_tags(self.cleaned_data["tags"])
        if not names or any(len(name) > 100 for name in names):
            raise forms.ValidationError(_("Write at least one tag, of at most 100 characters."))
        return names


class ShareForm(forms.Form):
    sharing = forms.ChoiceField(label=gettext_lazy("With everybody"), required=False, choices=[
        ("", gettext_lazy("As it is now")), *Sharing.choices])
    to_use = InstitutionsField(label=gettext_lazy("Also these institutions may use them"))
    to_edit = InstitutionsField(label=gettext_lazy("Also these institutions may use and change them"))

    def clean(self):
        cleaned = super().clean()
        if not (cleaned.get("sharing") or cleaned.get("to_use") or cleaned.get("to_edit")):
            raise forms.ValidationError(_("Choose with whom to share them."))
        return cleaned


class OfQuestions:
    """Makes a bulk action of Wagtail treat, and name, no question that is not theirs. ``right``: an attribute of
    QuestionQuerySet, the questions that the person may treat so."""

    right = "editable_by"
    permission = "assessments.change_question"

    @classproperty
    def models(cls):
        return [Question]

    @classmethod
    def get_queryset(cls, model, object_ids):
        pks = [int(pk) for pk in object_ids if str(pk).isdecimal()]
        return list(model.objects.filter(pk__in=pks).select_related("version").defer("body", "translated_from"))

    def get_all_objects_in_listing_query(self, parent_id):
        """Those that the list shows with its search and filters, which are in the address to go back to."""
        parameters = QueryDict(urlsplit(self.next_url).query)
        filters = QuestionFilterSet(parameters, queryset=get_usable(self.request.user), request=self.request)
        questions = filters.qs if filters.is_valid() else get_usable(self.request.user)
        if words := parameters.get("q", "").strip():
            questions = search(questions, words)
        return questions.values_list("pk", flat=True)

    @cached_property
    def allowed(self):
        if not self.request.user.has_perm(self.permission):
            return frozenset()
        return frozenset(getattr(get_usable(self.request.user), self.right)(self.request.user)
                         .order_by().values_list("pk", flat=True))

    def check_perm(self, question):
        return question.pk in self.allowed

    @cached_property
    def known_objects(self):
        """What a person may not even see is not named to them."""
        objects, others = super().get_actionable_objects()
        seen = set(get_usable(self.request.user).filter(
            pk__in=[each.pk for each in others["items_with_no_access"]]).values_list("pk", flat=True))
        return objects, {"items_with_no_access": [
            each for each in others["items_with_no_access"] if each.pk in seen]}

    def get_actionable_objects(self):
        return self.known_objects


class Delete(OfQuestions, DeleteBulkAction):
    """In place of Wagtail's own."""

    right = "managed_by"
    permission = "assessments.delete_question"


class QuestionBulkAction(OfQuestions, SnippetBulkAction):
    template_name = "assessments/admin/bank/confirm.html"
    submit = ""  # what the button of the page that asks says

    def object_context(self, question):
        return {"item": question}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        items = context["items"]
        return context | {"items": items[:SHOWN], "more": max(len(items) - SHOWN, 0), "total": len(items),
                          "title": self.display_name, "submit": self.submit, "back": self.next_url}

    @classmethod
    def execute_action(cls, objects, self=None, **kwargs):
        return self.act(objects, self.cleaned_form.cleaned_data), 0


class StateAction(QuestionBulkAction):
    def get_success_message(self, changed, _children):
        if self.refused:
            messages.warning(self.request, ngettext(
                "%(total)d question was left as it is: only whoever approves questions may change the state of an "
                "approved or retired one.", "%(total)d questions were left as they are: only whoever approves "
                "questions may change the state of approved or retired ones.", self.refused) % {"total": self.refused})
        return ngettext("The state of %(total)d question changed.", "The state of %(total)d questions changed.",
                        changed) % {"total": changed}

    def change(self, questions, state):
        changed, self.refused = curating.change_state(questions=questions, state=state, by=self.request.user)
        return changed


class ChangeState(StateAction):
    display_name = gettext_lazy("Change the state")
    aria_label = gettext_lazy("Change the state of the chosen questions")
    action_type = "change_state"
    action_priority = 10
    form_class = StateForm
    submit = gettext_lazy("Change the state")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def act(self, questions, data):
        return self.change(questions, data["state"])


class Retire(StateAction):
    """The state most often given to many, in one step; for whoever approves."""

    display_name = gettext_lazy("Retire")
    aria_label = gettext_lazy("Retire the chosen questions")
    action_type = "retire"
    action_priority = 20
    permission = "assessments.approve_question"
    submit = gettext_lazy("Retire them")

    def act(self, questions, data):
        return self.change(questions, Question.State.RETIRED)


class Move(QuestionBulkAction):
    display_name = gettext_lazy("Move")
    aria_label = gettext_lazy("Move the chosen questions to another category")
    action_type = "move_to_category"
    action_priority = 30
    form_class = MoveForm
    submit = gettext_lazy("Move them")

    def act(self, questions, data):
        return curating.move(questions=questions, category=data["category"], by=self.request.user)

    def get_success_message(self, changed, _children):
        return ngettext("%(total)d question was moved.", "%(total)d questions were moved.", changed) % {
            "total": changed}


class AddTags(QuestionBulkAction):
    display_name = pgettext_lazy("give tags", "Tag")
    aria_label = gettext_lazy("Add tags to the chosen questions")
    action_type = "add_tags"
    action_priority = 40
    form_class = TagForm
    submit = gettext_lazy("Add the tags")

    def act(self, questions, data):
        return curating.tag(questions=questions, names=data["tags"], by=self.request.user)

    def get_success_message(self, changed, _children):
        return ngettext("%(total)d question was tagged.", "%(total)d questions were tagged.", changed) % {
            "total": changed}


class Share(QuestionBulkAction):
    display_name = gettext_lazy("Share")
    aria_label = gettext_lazy("Share the chosen questions")
    action_type = "share"
    action_priority = 50
    right = "managed_by"
    form_class = ShareForm
    submit = gettext_lazy("Share them")

    def act(self, questions, data):
        return curating.share(questions=questions, sharing=data["sharing"] or None, to_use=data["to_use"],
                              to_edit=data["to_edit"], by=self.request.user)

    def get_success_message(self, changed, _children):
        if changed:
            return ngettext("%(total)d question is shared.", "%(total)d questions are shared.", changed) % {
                "total": changed}
        messages.info(self.request, _("Nothing was changed: these questions have no owner, so they belong to all."))
        return None


class Export(QuestionBulkAction):
    """Hands over to the page that asks for the format (assessments.importing_admin)."""

    display_name = gettext_lazy("Export")
    aria_label = gettext_lazy("Export the chosen questions")
    action_type = "export"
    action_priority = 60
    right = "usable_by"
    permission = "assessments.view_question"

    def get(self, request, *args, **kwargs):
        questions, _others = self.get_actionable_objects()
        if len(questions) > MOST_IDS:
            messages.error(request, _("At most %(most)d questions can be chosen for a file. To export more, export a "
                                      "category.") % {"most": MOST_IDS})
            return redirect(self.next_url)
        query = urlencode([("id", question.pk) for question in questions])
        return redirect(f"{reverse('assessments_export')}?{query}")

    post = get


BULK_ACTIONS = [ChangeState, Retire, Move, AddTags, Share, Export]
