"""Who may do what with a question: Django's permission for its model, and whose it is (assessments.models.sharing).

Whoever works in the bank may see and use what their institution may use; to change it, delete or share it, and to
approve or retire it are rights of their own. A page that shows a question asks check_use, one that changes it
check_edit."""

from django.core.exceptions import PermissionDenied
from wagtail.permission_policies import ModelPermissionPolicy

from assessments.models import Question

IN_BANK = ("add", "change", "delete", "view")
State = Question.State


class QuestionPermissionPolicy(ModelPermissionPolicy):
    """For Wagtail's own views of questions: the actions of a person, question by question."""

    def user_has_permission_for_instance(self, user, action, instance):
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user, actions, instance):
        ask = {"view": may_use, "choose": may_use, "change": may_edit, "delete": may_delete}
        return any(ask[action](user, instance) for action in actions if action in ask)

    def instances_user_has_any_permission_for(self, user, actions):
        if not self.user_has_any_permission(user, actions):
            return Question.objects.none()
        if set(actions) <= {"delete"}:
            return Question.objects.managed_by(user)
        if set(actions) <= {"change", "delete"}:
            return Question.objects.editable_by(user)
        return Question.objects.usable_by(user)


policy = QuestionPermissionPolicy(Question)


def is_in_bank(user):
    """Does the person work in the bank at all?"""
    return user.is_active and any(user.has_perm(f"assessments.{action}_question") for action in IN_BANK)


def get_usable(user):
    """The questions that a person may see in the bank; a queryset."""
    return Question.objects.usable_by(user) if is_in_bank(user) else Question.objects.none()


def may_use(user, question):
    return is_in_bank(user) and Question.objects.filter(pk=question.pk).usable_by(user).exists()


def may_edit(user, question):
    if not user.is_active or not user.has_perm("assessments.change_question"):
        return False
    known = getattr(question, "may_edit", None)  # of QuestionQuerySet.with_rights
    return Question.objects.filter(pk=question.pk).editable_by(user).exists() if known is None else known


def may_manage(user, question):
    """Share the question and give it to another owner."""
    if not user.is_active or not user.has_perm("assessments.change_question"):
        return False
    known = getattr(question, "may_manage", None)
    return Question.objects.filter(pk=question.pk).managed_by(user).exists() if known is None else known


def may_delete(user, question):
    return user.is_active and user.has_perm("assessments.delete_question") and (
        Question.objects.filter(pk=question.pk).managed_by(user).exists())


def may_approve(user):
    """Approve questions and retire them, of those that the person may edit."""
    return user.is_active and user.has_perm("assessments.approve_question")


def may_import(user):
    """Bring in a file, which adds questions and changes those that it knows."""
    return user.is_active and user.has_perms(["assessments.add_question", "assessments.change_question"])


def get_next_states(user, state):
    """The states to which a person who may edit a question may move it from ``state``, that one included."""
    if may_approve(user):
        return list(State)
    return [State.DRAFT, State.IN_REVIEW] if state in (State.DRAFT, State.IN_REVIEW) else [State(state)]


def check_use(user, question):
    if not may_use(user, question):
        raise PermissionDenied


def check_edit(user, question):
    if not may_edit(user, question):
        raise PermissionDenied


def check_manage(user, question):
    if not may_manage(user, question):
        raise PermissionDenied
