"""Draws at random from the bank. Which questions a draw may take is remembered by each process while the bank stays as
it is, because to read the primary keys of a large bank takes longer than all the rest of starting an attempt."""

from dataclasses import dataclass

from django.db import connection
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from taggit.models import Tag, TaggedItem

from assessments.models import Competence, Question, QuestionCategory
from lms.remembering import State

bank = State("question-bank-state")


@dataclass(frozen=True, slots=True)
class Draw:
    """``count`` questions at random of those that are approved and have all that is given: a category (its primary key)
    or one below it, a tag (its name), a difficulty. They are those that everybody may use, and with ``institution`` (a
    primary key) those that this one may use too."""

    count: int
    category: int | None = None
    tag: str = ""
    difficulty: str = ""
    institution: int | None = None

    def get_pool(self):
        return get_pool(self.category, self.tag, self.difficulty, self.institution)


@bank.remembered
def get_pool(category, tag, difficulty, institution=None):
    """The primary keys (a tuple, in order) of the questions that have all that is given, as in Draw."""
    questions = Question.objects.filter(state=Question.State.APPROVED).order_by("pk")
    questions = questions.usable_in({institution} if institution else frozenset())
    if category:
        path = QuestionCategory.objects.filter(pk=category).values_list("path", flat=True).first()
        if path is None:
            return ()
        questions = questions.filter(category__path__startswith=path)
    if difficulty:
        questions = questions.filter(difficulty=difficulty)
    if tag:
        questions = questions.filter(tags__name=tag).distinct()
    with connection.cursor() as cursor:  # straight from it: rows by way of the ORM take four times as long
        cursor.execute(*questions.values_list("pk", flat=True).query.sql_with_params())
        return tuple(pk for pk, in cursor.fetchall())


@bank.remembered
def get_existing(questions):
    """Those of ``questions`` (a tuple of primary keys) that are in the bank; a frozenset."""
    return frozenset(Question.objects.filter(pk__in=questions).values_list("pk", flat=True))


def choose_questions(sections, rng):
    """Primary keys of questions, each once, in the order of ``sections`` (primary keys and Draws). What is chosen by
    hand is never drawn too; a draw from too few takes all there are. Each set of questions is equally likely."""
    fixed = tuple(section for section in sections if not isinstance(section, Draw))
    existing = get_existing(fixed)
    taken, chosen = set(fixed), []
    for section in sections:
        if isinstance(section, Draw):
            pool = section.get_pool()
            # So many that enough are left when those taken are left out, which keeps all sets equally likely.
            drawn = rng.sample(pool, min(section.count + len(taken), len(pool)))
            drawn = [pk for pk in drawn if pk not in taken][:section.count]
            taken.update(drawn)
            chosen += drawn
        elif section in existing and section not in chosen:
            chosen.append(section)
    return chosen


@receiver([post_save, post_delete, m2m_changed])
def begin_new_state(sender, **kwargs):
    """An update in bulk sends no signal: whoever makes one calls bank.forget."""
    if sender in (Question, QuestionCategory, Competence, Tag, TaggedItem, Question.shared_to_use.through,
                  Question.shared_to_edit.through):
        bank.forget()
