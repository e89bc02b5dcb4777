"""Attempts that wait for a person, in a course."""

from assessments.attempts import Change, get_fingerprint
from assessments.handing_in import keep_file
from courses import progress
from tests.assessments.marked_questions import make_long_text, upload
from tests.courses.learning import NOW, Learning, SmallCourse


class Essay:
    """A learner who handed in a text at a test of ``questions`` in a course of a lesson and this test; or the ``file``
    of this name."""

    def __init__(self, *questions, course=None, texts=None, now=NOW, learner=None, edition=None, file=None, **quiz):
        self.now = now
        questions = list(questions) or [make_long_text()]
        self.course = course or SmallCourse(quiz={"questions": questions, "shuffle_questions": False, **quiz})
        self.learning = Learning(self.course, learner=learner, edition=edition, now=now)
        self.attempt = self.learning.start()
        texts = texts or ["Un ejemplo concreto"] * len(self.attempt.form)
        if file:
            kept = keep_file(attempt=self.attempt, position=0, uploaded=upload(name=file), now=now)
            texts = [{"file": str(kept.pk)}]
        changes = [Change(position, get_fingerprint(None), text) for position, text in enumerate(texts)]
        progress.submit(attempt_id=self.attempt.pk, learner=self.learning.learner, changes=changes, now=now)
        self.attempt.refresh_from_db()

    @property
    def edition(self):
        return self.learning.enrolment.edition

    def get_answer(self, position=0):
        return self.attempt.answers.get(position=position)

    def give_trainer(self, trainer):
        self.edition.trainer = trainer
        self.edition.save()
        return self
