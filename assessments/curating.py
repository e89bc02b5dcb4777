"""What is done to questions of the bank beside writing them, one or many at once. Whoever calls has asked for the
rights (assessments.rights). Each act is in the history of each question that it changed."""

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from taggit.models import Tag, TaggedItem
from wagtail.models import ModelLogEntry

from assessments.draws import bank
from assessments.models import Question, QuestionComment
from assessments.rights import get_next_states
from lms.accounts.models import Organisation

BATCH = 1000


@transaction.atomic
def change_state(*, questions, state, by):
    """Move to ``state`` those that ``by`` may move there. Returns (how many changed, how many may not)."""
    moving = [question for question in questions if question.state != state]
    allowed = {before: state in get_next_states(by, before) for before in {question.state for question in moving}}
    changed = [question for question in moving if allowed[question.state]]
    _update(changed, state=state)
    _log(changed, "assessments.state", by, lambda question: {"from": question.state, "to": state})
    return len(changed), len(moving) - len(changed)


@transaction.atomic
def move(*, questions, category, by):
    """Returns how many were elsewhere."""
    changed = [question for question in questions if question.category_id != category.pk]
    _update(changed, category=category)
    _log(changed, "assessments.move", by, lambda question: {"to": category.name})
    return len(changed)


@transaction.atomic
def tag(*, questions, names, by):
    """Add tags, which are made where they are new; the same word in other capitals is the same tag."""
    tags = [Tag.objects.filter(name__iexact=name).first() or Tag.objects.create(name=name) for name in names]
    kind = ContentType.objects.get_for_model(Question)
    TaggedItem.objects.bulk_create(
        [TaggedItem(content_type=kind, object_id=question.pk, tag=each) for question in questions for each in tags],
        batch_size=BATCH, ignore_conflicts=True)
    bank.forget()  # rows made in bulk send no signal
    _log(questions, "assessments.tag", by, lambda question: {"tags": [each.name for each in tags]})
    return len(questions)


@transaction.atomic
def share(*, questions, sharing, to_use, to_edit, by):
    """Share questions that have an owner: ``sharing`` with everybody (None: as it is), and with more institutions.
    Returns how many have one."""
    owned = [question for question in questions if question.owner_id]
    if sharing is not None:
        _update(owned, sharing=sharing)
    for field, institutions in (("shared_to_use", to_use), ("shared_to_edit", to_edit)):
        through = Question._meta.get_field(field).remote_field.through
        through.objects.bulk_create(
            [through(question_id=question.pk, organisation_id=institution.pk)
             for question in owned for institution in institutions], batch_size=BATCH, ignore_conflicts=True)
    bank.forget()
    names = [institution.name for institution in {*to_use, *to_edit}]
    _log(owned, "assessments.share", by, lambda question: {"sharing": sharing, "institutions": sorted(names)})
    return len(owned)


@transaction.atomic
def give(*, questions, owner: Organisation | None, by):
    """Make ``owner`` the owner of questions."""
    for question in questions:
        question.owner = owner
    _update(questions, owner=owner)
    _log(questions, "assessments.give", by, lambda question: {"owner": owner.name if owner else None})


@transaction.atomic
def restore(*, question, edit, by):
    """Make the question again what it was after ``edit``, one of its edits. Attempts keep the version they have; the
    earlier versions stay. False when it is that already, or when only its version is known."""
    if edit.body is None or edit.version_id == question.version_id:
        return False
    question.body, question.saved_by = edit.body, by
    question.save()
    question.edits.filter(pk=question.edits.first().pk).update(restored=True)
    _log([question], "assessments.restore", by, lambda question: {"saved_at": edit.saved_at.isoformat()})
    return True


@transaction.atomic
def comment(*, question, author, text, now):
    return QuestionComment.objects.create(question=question, author=author, text=text, written_at=now)


@transaction.atomic
def resolve(*, comment, by, now):
    """Safe to repeat: who resolved it first stays."""
    QuestionComment.objects.filter(pk=comment.pk, resolved_at=None).update(resolved_at=now, resolved_by=by)


@transaction.atomic
def reopen(*, comment):
    QuestionComment.objects.filter(pk=comment.pk).update(resolved_at=None, resolved_by=None)


def _update(questions, **values):
    """Without Question.save, which makes versions: nothing of this is in one."""
    pks = [question.pk for question in questions]
    for start in range(0, len(pks), BATCH):
        Question.objects.filter(pk__in=pks[start:start + BATCH]).update(**values)
    bank.forget()  # an update in bulk sends no signal


def _log(questions, action, by, get_data):
    """What wagtail.log_actions.log does, for many at once."""
    kind, now = ContentType.objects.get_for_model(Question), timezone.now()
    ModelLogEntry.objects.bulk_create([
        ModelLogEntry(content_type=kind, object_id=str(question.pk), label=question.code, action=action, user=by,
                      timestamp=now, data=get_data(question), content_changed=False)
        for question in questions], batch_size=BATCH)
