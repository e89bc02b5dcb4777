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
    hand is never drawn too. There are always as many as the bank allows for all draws together, so that no attempt is
    shorter than another. What the same draws may take is equally likely; so is each set where no draws overlap."""
    existing = get_existing(tuple(section for section in sections if not isinstance(section, Draw)))
    drawn = iter(_draw_all([section for section in sections if isinstance(section, Draw)], existing, rng))
    chosen = {}  # keeps the order in which they come
    for section in sections:
        if isinstance(section, Draw):
            chosen |= dict.fromkeys(next(drawn))
        elif section in existing:
            chosen[section] = None
    return list(chosen)


def _draw_all(draws, fixed, rng):
    """A list of primary keys for each of ``draws``, all different and none of ``fixed``."""
    pools, taken, drawn = [draw.get_pool() for draw in draws], set(fixed), []
    for draw, pool in zip(draws, pools, strict=True):
        drawn.append(_sample(pool, draw.count, taken, rng))
        taken.update(drawn[-1])
    for number, draw in enumerate(draws):
        while len(drawn[number]) < draw.count and _extend(number, pools, drawn, taken, rng, {number}):
            pass
    return drawn


def _sample(pool, count, taken, rng):
    # So many that enough are left when those taken are left out, which keeps all sets equally likely.
    sample = rng.sample(pool, min(count + len(taken), len(pool)))
    return [pk for pk in sample if pk not in taken][:count]


def _extend(number, pools, drawn, taken, rng, asked):
    """One question more for the draw ``number``: a free one, or one of another draw that finds another in its place; an
    augmenting path of a matching, so that as many are drawn as can be (Berge 1957). False when there is none."""
    if free := _sample(pools[number], 1, taken, rng):
        drawn[number] += free
        taken.update(free)
        return True
    pool = frozenset(pools[number])
    for other in rng.sample(range(len(drawn)), len(drawn)):
        given = [pk for pk in drawn[other] if pk in pool]
        if other not in asked and given:
            asked.add(other)
            if _extend(other, pools, drawn, taken, rng, asked):
                moved = rng.choice(given)
                drawn[other].remove(moved)
                drawn[number].append(moved)
                return True
    return False


@receiver([post_save, post_delete, m2m_changed])
def begin_new_state(sender, **kwargs):
    """An update in bulk sends no signal: whoever makes one calls bank.forget."""
    if sender in (Question, QuestionCategory, Competence, Tag, TaggedItem, Question.shared_to_use.through,
                  Question.shared_to_edit.through):
        bank.forget()
