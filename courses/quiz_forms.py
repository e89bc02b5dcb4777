"""The form of a test in the Wagtail admin."""

import random
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from assessments.draws import Draw, choose_questions
from assessments.models import Question
from assessments.models.sharing import get_institutions
from courses.quiz_blocks import read_sections

ITEM_FIELDS = ("items", "form_a", "form_b")


class QuizPageForm(WagtailAdminPageForm):
    """Refuses what its author may not use: questions of other institutions, and draws from them. What the test had
    before stays, whoever saves it, and so does a question that was retired since. Refuses forms that differ in length
    or points, and a second pre-test or post-test of a course."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen_before = {name: _get_choices(getattr(self.instance, name)) if self.instance.pk else (set(), set())
                              for name in ITEM_FIELDS}

    def clean(self):
        cleaned = super().clean()
        for name in ITEM_FIELDS:
            self._refuse_what_is_not_theirs(name, cleaned.get(name))
        self._refuse_second_measure(cleaned.get("measure"))
        if not self.errors and (cleaned.get("form_a") or cleaned.get("form_b")):
            self._refuse_unequal_forms(cleaned)
        return cleaned

    def _refuse_what_is_not_theirs(self, name, items):
        if self.for_user and items:
            questions, institutions = (now - before for now, before in zip(
                _get_choices(items), self.chosen_before[name], strict=True))
            offered = Question.objects.filter(pk__in=questions, state=Question.State.APPROVED).usable_by(self.for_user)
            if refused := questions - set(offered.values_list("pk", flat=True)):
                names = Question.objects.filter(pk__in=refused).usable_by(self.for_user).values_list("code", flat=True)
                self.add_error(name, _("Only approved questions that your institution may use can be chosen. Take "
                                       "these out: %(codes)s.") % {"codes": ", ".join(names) or _("not yours")})
            own = set(get_institutions(self.for_user).values_list("pk", flat=True))
            if not self.for_user.is_superuser and institutions - own:
                self.add_error(name, _("You can draw from the questions of your own institution only."))

    def _refuse_second_measure(self, measure):
        from courses.models import CoursePage  # courses.models imports this module

        if not measure:
            return
        course = self.parent_page.get_ancestors(inclusive=True).type(CoursePage).first()
        others = type(self.instance).objects.descendant_of(course).filter(measure=measure).exclude(pk=self.instance.pk)
        if other := others.first():
            self.add_error("measure", _("“%(title)s” is the one of this course already.") % {"title": other.title})

    def _refuse_unequal_forms(self, cleaned):
        if not cleaned.get("measure"):
            self.add_error("measure", _("Only a pre-test or a post-test has two forms. Say which one this is."))
            return
        for name in ("form_a", "form_b"):
            if not cleaned[name]:
                self.add_error(name, _("Choose the questions of this form too, or empty the other one."))
                return
            if _has_mixed_draw(_get_sections(cleaned[name])):
                self.add_error(name, _("A draw takes from questions with different points, so the two forms would not "
                                       "have as many. Draw from questions with the same points."))
                return
        common = _get_sections(cleaned["items"])
        (count_a, points_a), (count_b, points_b) = (
            _measure(common + _get_sections(cleaned[name])) for name in ("form_a", "form_b"))
        if (count_a, points_a) != (count_b, points_b):
            self.add_error("form_b", _(
                "Both forms need as many questions and as many points. Form A has %(count_a)d questions and "
                "%(points_a)s points, form B %(count_b)d and %(points_b)s.") % {
                    "count_a": count_a, "points_a": _format(points_a),
                    "count_b": count_b, "points_b": _format(points_b)})


def _get_sections(items):
    return read_sections(items.get_prep_value()) if items else ()


def _has_mixed_draw(sections):
    pools = [section.get_pool() for section in sections if isinstance(section, Draw)]
    return any(len(set(_get_points(pool).values())) > 1 for pool in pools)


def _measure(sections):
    """(how many questions, how many points) an attempt with these has."""
    chosen = choose_questions(sections, random.Random(0))  # noqa: S311 - any choice has as many
    return len(chosen), sum(_get_points(chosen).values(), Fraction(0))


def _format(points):
    return number_format(points.numerator if points.denominator == 1 else float(points))


def _get_points(questions):
    """{primary key: Fraction}"""
    rows = Question.objects.filter(pk__in=questions).values_list("pk", "version__content__points")
    return {pk: Fraction(points) for pk, points in rows}


def _get_choices(items):
    """(primary keys of the questions, of the institutions that draws name) of the items of a test."""
    questions, institutions = set(), set()
    for block in items or ():
        if block.block_type == "question" and block.value:
            questions.add(block.value.pk)
        elif block.block_type == "draw" and block.value["institution"]:
            institutions.add(int(block.value["institution"]))
    return questions, institutions
