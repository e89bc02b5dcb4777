"""A learner in front of the page of an attempt."""

from django.utils import timezone

from assessments.attempts import GRACE, get_fingerprint
from assessments.models import Answer, Attempt
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import url_in
from tests.factories import make_question


class Sitting:
    """Of a test with a single and a multiple choice, unless ``quiz`` says otherwise."""

    def __init__(self, client, language="es", quiz=None):
        questions = [make_question(), make_question(kind="multiple_choice")]
        quiz = {"questions": questions, "shuffle_questions": False, "shuffle_options": False, **(quiz or {})}
        self.client, self.language = client, language
        self.learning = Learning(SmallCourse(quiz=quiz), now=timezone.now())
        client.force_login(self.learning.learner)
        self.quiz = self.learning.course.quizzes[0]

    def start(self):
        response = self.client.post(url_in(self.language, "start_attempt", self.quiz.translation_key))
        self.attempt = Attempt.objects.open().get(learner=self.learning.learner)
        assert response.url == self.url("attempt")
        return self

    def url(self, name, language=None):
        return url_in(language or self.language, name, self.attempt.pk)

    def look(self, name="attempt", **extra):
        return self.client.get(self.url(name), **extra)

    def post(self, data, name="attempt", **extra):
        return self.client.post(self.url(name), data, **extra)

    def expire(self, ago=2 * GRACE):
        """The deadline has passed that long ago."""
        Attempt.objects.update(deadline=timezone.now() - ago)

    def get_saved(self):
        answers = Answer.objects.exclude(response=None).order_by("position")
        return {answer.position: [self.attempt.form[answer.position]["options"].index(option)
                                  for option in answer.response] for answer in answers}

    def choose(self, position, *options, before=()):
        """The data of a page that was shown with the options ``before`` (by their place) and where ``options`` are
        chosen now."""
        ids = self.attempt.form[position]["options"]
        return {f"before{position}": get_fingerprint([ids[each] for each in before]),
                f"q{position}": [ids[each] for each in options]}
