"""One question, answered on its pages without a script."""

import re

from django.utils import timezone

from assessments.attempts import get_fingerprint
from assessments.models import Attempt
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import url_in


def get_selects(html):
    """[(label, name, [(value, text, is it selected)])] of the labelled selects of a page, in its order."""
    selects = re.findall(r'<label[^>]*for="([^"]+)"[^>]*>([^<]*)</label>\s*<select[^>]*name="([^"]+)">(.*?)</select>',
                         html, re.DOTALL)
    assert all(target == name for target, _label, name, _options in selects)
    return [(label, name, [(value, text, bool(selected)) for value, selected, text in re.findall(
        r'<option(?: value="(\d*)")?[^>]*?( selected)?>([^<]*)</option>', options)])
        for _target, label, name, options in selects]


class Visit:
    """A learner whose test is one ``question``; ``start`` opens it."""

    def __init__(self, client, question, *, language="es", **quiz):
        self.client, self.language = client, language
        learning = Learning(SmallCourse(quiz={"questions": [question], "shuffle_options": False, **quiz}),
                            now=timezone.now())
        client.force_login(learning.learner)
        client.post(url_in(language, "start_attempt", learning.course.quizzes[0].translation_key))
        self.attempt = Attempt.objects.get(learner=learning.learner)

    def look(self, name="attempt"):
        response = self.client.get(url_in(self.language, name, self.attempt.pk))
        assert response.status_code == 200
        return response.content.decode()

    def post(self, data, action="save"):
        """Post the form with ``data``, {end of a field's name: value}, and follow to the page after it."""
        answer = self.attempt.answers.first()
        fields = {f"q0{end}": value for end, value in data.items()}
        before = get_fingerprint(answer.response if answer else None)
        response = self.client.post(url_in(self.language, "attempt", self.attempt.pk),
                                    {"before0": before, "action": action, **fields}, follow=True)
        assert response.status_code == 200
        return response.content.decode()

    def get_response(self):
        return self.attempt.answers.get().response

    def get_score(self):
        self.attempt.refresh_from_db()
        return self.attempt.score
