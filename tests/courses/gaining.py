"""A course with a pre-test and a post-test, with two forms or without."""

from courses import progress
from courses.models import QuizPage
from courses.quizzes import get_rules
from tests.assessments.taking import answer
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_question, make_quiz, make_user, stable_id


def make_items(*questions):
    """The raw items of a test."""
    return [{"type": "question", "id": stable_id("form", question.pk), "value": question.pk} for question in questions]


class GainCourse(SmallCourse):
    """``with_forms``: one question in both forms and one only in each; without them two questions."""

    def __init__(self, *, with_forms=True, lessons=0, post=None, **pre):
        super().__init__(lessons=lessons, weights=())
        self.common, self.only_a, self.only_b = (make_question() for _number in range(3))
        forms = {"form_a": make_items(self.only_a), "form_b": make_items(self.only_b)} if with_forms else {}
        questions = [self.common] if with_forms else [self.common, self.only_a]
        self.pre = make_quiz(parent=self.page, questions=questions, measure=QuizPage.Measure.PRE, **forms, **pre)
        self.post = make_quiz(parent=self.page, questions=questions, measure=QuizPage.Measure.POST, weight=1, **forms,
                              **post or {})
        self.quizzes = [self.pre, self.post]

    def get_form(self, attempt):
        """"A", "B" or "" by the questions of an attempt."""
        versions = {entry["version"] for entry in attempt.form}
        assert self.common.version_id in versions
        return "".join(form for form, question in (("A", self.only_a), ("B", self.only_b))
                       if question.version_id in versions)


class Gaining(Learning):
    """A learner of a GainCourse, by default in the edition of ``course`` that is always open."""

    def __init__(self, course=None, **fields):
        super().__init__(course or GainCourse(), **fields)

    def start(self, quiz=None, now=None):
        quiz = quiz or self.course.pre
        return progress.start_attempt(enrolment=self.enrolment, activity=quiz.translation_key,
                                      rules=get_rules(quiz, enrolment=self.enrolment), now=now or self.now)

    def take(self, quiz, right):
        """Hand in ``quiz`` with the first ``right`` questions right. Returns the Attempt."""
        attempt = self.start(quiz)
        changes = [*answer(attempt, positions=range(right)),
                   *answer(attempt, right=False, positions=range(right, len(attempt.form)))]
        return progress.submit(attempt_id=attempt.pk, learner=self.learner, changes=changes, now=self.now).attempt


def make_gaining(course, results, *, edition=None):
    """A Gaining for each of ``results``: (how many right before, how many right after), None for a test not taken."""
    people = []
    for before, after in results:
        person = Gaining(course, learner=make_user(), edition=edition, now=NOW)
        for quiz, right in ((course.pre, before), (course.post, after)):
            if right is not None:
                person.take(quiz, right)
        people.append(person)
    return people
