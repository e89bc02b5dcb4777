"""A kind that the platform does not have (tests/kinds/estimate) works like its own, and nothing but a list names it."""

import subprocess
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.models import Answer, Attempt, Question
from assessments.regrading import replay
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import Learning, SmallCourse
from tests.factories import make_category, make_question
from tests.servers import ROOT

pytestmark = pytest.mark.django_db


def test_it_is_answered_graded_shown_and_replayed_like_any_other(client):
    question = make_question(kind="estimate", value={"right": 40, "reach": 20, "points": "2"})
    learning = Learning(SmallCourse(quiz={"questions": [question], "pass_mark": 50, "attempts_allowed": 1}))
    client.force_login(learning.learner)
    page = reverse("attempt", args=[learning.start().pk])
    assert 'name="q0"' in client.get(page).content.decode()
    client.post(page, {"before0": "", "q0": "45", "action": "save"})
    assert Answer.objects.get().response == {"percent": 45}
    client.post(page, {"action": "submit"})
    attempt = Attempt.objects.get()
    assert (attempt.score, attempt.maximum, attempt.passed) == (Decimal("1.5"), 2, True)
    assert "45 % (40 %)" in client.get(reverse("result", args=[attempt.pk])).content.decode()
    assert [difference for _attempt, difference in replay(Attempt.objects.all())] == [None]


def test_a_trainer_finds_it_among_the_kinds_and_writes_one(client, django_capture_on_commit_callbacks):
    make_site(django_capture_on_commit_callbacks)
    client.force_login(make_trainer())
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    category = make_category()
    url = reverse(Question.snippet_viewset.get_url_name("add"))
    assert "Points away at which nothing is earned" in client.get(url).content.decode()
    response = client.post(url, {
        "code": "cuantas", "category": category.pk, "difficulty": "", "state": "draft", "tags": "",
        "body-count": "1",
        "body-0-type": "estimate", "body-0-order": "0", "body-0-deleted": "", "body-0-id": "",
        "body-0-value-stem-es": "¿Cuántas?", "body-0-value-stem-en": "", "body-0-value-right": "40",
        "body-0-value-reach": "10", "body-0-value-feedback-es": "", "body-0-value-feedback-en": "",
        "body-0-value-points": "1"})
    assert response.status_code == 302, response.context["form"].errors
    assert Question.objects.get(code="cuantas").version.content == {
        "kind": "estimate", "stem": {"es": "¿Cuántas?", "en": ""}, "feedback": {"es": "", "en": ""}, "points": "1",
        "right": 40, "reach": 10}


def test_no_file_of_the_platform_names_it():
    found = subprocess.run(["git", "grep", "-lw", "estimate", "--", "assessments", "courses", "lms/*.py", "templates"],
                           cwd=ROOT, capture_output=True, text=True)
    assert found.stdout == ""
