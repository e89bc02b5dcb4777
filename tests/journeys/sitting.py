"""A learner before a test of a few questions, in a browser."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from courses import progress
from courses.quizzes import get_rules
from tests import factories
from tests.snapshots import kept


class Sitting:
    """An attempt at a test of ``questions`` in both languages."""

    def __init__(self, *questions, **rules):
        course = factories.make_course(title="Interculturalidad", slug="interculturalidad")
        self.quiz = factories.make_quiz(parent=course, shuffle_questions=False, questions=list(questions), **rules)
        factories.translate(self.quiz)
        self.learner = factories.make_user()
        enrolment = factories.make_enrolment(learner=self.learner, course_page=course)
        self.attempt = progress.start_attempt(enrolment=enrolment, activity=self.quiz.translation_key,
                                              rules=get_rules(self.quiz), now=timezone.now())

    def url(self, name="attempt", language="es"):
        with override(language):
            return reverse(name, args=[self.attempt.pk])

    def get_saved(self):
        """{position: response} of what has an answer or had one."""
        return dict(self.attempt.answers.values_list("position", "response"))


# ``make = KEPT(Sitting)``: each test has rows of its own, made once a worker.
KEPT = kept(witnesses=["wagtailcore_page", "wagtailcore_locale", "assessments_question", "accounts_user"])
