from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from assessments.models import Attempt, Question, Regrade, Sharing
from assessments.regrading import NotRegradable, replay
from certificates.models import Certificate
from courses.models import Enrolment, Notice
from courses.regrading import get_regradable_attempts, preview_effects, regrade
from courses.regrading_admin import tell_what_was_answered_before
from lms.accounts.models import AuditEvent, User
from tests.assessments.test_regrading import OPTIONS, correct_key
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_assignment, make_edition, make_organisation, make_question, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    return make_question(options=OPTIONS)


@pytest.fixture
def course(question, django_capture_on_commit_callbacks):
    make_site(django_capture_on_commit_callbacks)
    return SmallCourse(quiz={"questions": [question], "shuffle_options": False})  # the wrong answer is the second


def apply(question, old, **fields):
    return regrade(**{"question": question, "old_version": old, "attempts": Attempt.objects.all(), "include": set(),
                      "reason": "La clave era otra.", "by": make_user(), "now": NOW, **fields})


def test_who_passes_now_completes_the_course_and_gets_the_certificate(course, question):
    learning = Learning(course).read_all()
    attempt = learning.submit(learning.start(), right=False)[0]
    old = correct_key(question, 1)
    _done, changed = apply(question, old)
    assert [outcome.attempt.pk for outcome in changed] == [attempt.pk]
    assert Enrolment.objects.get(pk=learning.enrolment.pk).completed_at == NOW
    assert Certificate.objects.get(award=learning.enrolment.pk).state == Certificate.State.ISSUED


def test_who_has_a_certificate_keeps_result_and_certificate_unless_the_trainer_decides_otherwise(course, question):
    learning = Learning(course)
    certificate = learning.finish()
    without = Learning(course)
    without.pass_quiz()
    old = correct_key(question, 1)
    effects, unchanged = preview_effects(question=question, old_version=old, attempts=Attempt.objects.all())
    assert {effect.attempt.learner: (effect.certificate, effect.touches_certificate) for effect in effects} == {
        learning.learner: (certificate, True), without.learner: (None, False)}
    assert (len(effects), unchanged) == (2, 0)

    apply(question, old)
    assert dict(Attempt.objects.values_list("learner", "passed")) == {
        learning.learner.pk: True, without.learner.pk: False}

    apply(question, old, include={Attempt.objects.get(learner=learning.learner).pk})
    assert Attempt.objects.get(learner=learning.learner).passed is False
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.ISSUED
    assert [difference for _attempt, difference in replay(Attempt.objects.all())] == [None, None]


def test_it_leaves_a_trace_and_tells_those_whose_result_changed_in_their_language(
        course, question, django_capture_on_commit_callbacks):
    changed, same = Learning(course, learner=make_user(preferred_language="en")), Learning(course)
    changed.submit(changed.start())
    attempt = same.start()
    same.submit(attempt, positions=[])  # no answer earns nothing by any key
    old, trainer = correct_key(question, 1), make_user()
    with django_capture_on_commit_callbacks(execute=True):
        done, _outcomes = apply(question, old, by=trainer, now=timezone.now())
    event = AuditEvent.objects.get(action="question.regraded")
    assert (event.actor, event.details["regrade"], event.details["changed"]) == (trainer, done.pk, 1)
    assert done.reason not in str(event.details)  # free text is not for the audit log
    message, = mail.outbox
    assert (message.to, message.subject[:20]) == ([changed.learner.email], "Your result changed:")
    assert reverse("result", args=[Attempt.objects.get(learner=changed.learner).pk])[3:] in message.body
    assert Notice.objects.get().sent_at is not None


def test_when_it_is_refused_nothing_is_changed(course, question):
    Learning(course).pass_quiz()
    old = question.version
    question.body = make_question(kind="true_false").body.raw_data
    question.save()
    with pytest.raises(NotRegradable):
        apply(question, old)
    assert (Regrade.objects.count(), Attempt.objects.get().passed) == (0, True)


# --- In the admin -----------------------------------------------------------------------------------------------------

@pytest.fixture
def old(course, question):
    """The version by which an attempt without and one with a certificate were passed."""
    Learning(course).pass_quiz()
    Learning(course).finish()
    return correct_key(question, 1)


@pytest.fixture
def trainer(client):
    user = make_trainer(preferred_language="en")
    client.force_login(user)
    return user


def test_trainer_sees_who_changes_and_decides(client, trainer, question, old):
    page = client.get(reverse("regrade_versions", args=[question.pk]))
    assert page.context["versions"] == [(old, 2)]
    url = reverse("regrade", args=[question.pk, old.pk])
    content = client.get(url).content.decode()
    certificate = Certificate.objects.get()
    assert content.count("100% (passed)") == content.count("0% (not passed)") == 2
    assert f"Change the result although the certificate {certificate.folio} was issued" in content
    assert Regrade.objects.count() == 0

    refused = client.post(url, {"reason": " "})
    assert refused.context["form"].errors["reason"] == ["This field is required."]
    assert Regrade.objects.count() == 0

    response = client.post(url, {"reason": "Errata"}, follow=True)
    assert [str(message).strip() for message in response.context["messages"]] == [
        "The result of 1 attempt changed. Its learner gets a mail."]
    assert (Regrade.objects.get().by, Attempt.objects.filter(passed=True).count()) == (trainer, 1)

    kept = Attempt.objects.get(passed=True)
    client.post(url, {"reason": "Decidido", "include": [str(kept.pk)]})
    assert Attempt.objects.filter(passed=True).count() == 0


def test_an_attempt_that_is_not_offered_cannot_be_chosen(client, trainer, question, old):
    url = reverse("regrade", args=[question.pk, old.pk])
    response = client.post(url, {"reason": "Errata", "include": ["00000000-0000-4000-8000-000000000000"]})
    assert "include" in response.context["form"].errors
    assert Regrade.objects.count() == 0


def test_saving_a_corrected_key_says_that_earlier_attempts_stay_and_can_be_graded_again(client, trainer, question, old):
    url = reverse("regrade_versions", args=[question.pk])
    assert url in client.get(reverse(question.snippet_viewset.get_url_name("list"))).content.decode()
    request = RequestFactory().get("/")
    with override("en"):
        told = []
        request.user = make_trainer()
        request._messages = SimpleNamespace(add=lambda level, message, extra_tags="": told.append(str(message)))
        tell_what_was_answered_before(request, question)
    assert len(told) == 1
    assert "2 finished attempts were graded by an earlier version of this question." in told[0]
    assert url[3:] in told[0]


# --- Whose attempts ---------------------------------------------------------------------------------------------------

@pytest.fixture
def towns():
    """A trainer of the institution that owns a question and one of another, each with an edition."""
    owner, other = make_organisation(), make_organisation()
    return [(make_employee(owner), owner), (make_employee(other), other)]


def make_employee(organisation):
    trainer = make_trainer()
    make_assignment(user=trainer, organisation=organisation)
    return trainer


@pytest.fixture
def taken(course, towns):
    """Passed in an edition of the owner's trainer, of the other one, and of nobody: the learners."""
    found = {}
    for name, trainer in (("owner", towns[0][0]), ("other", towns[1][0]), ("nobody", None)):
        learning = Learning(course, edition=make_edition(course_page=course.page, name=name, trainer=trainer))
        learning.pass_quiz()
        found[name] = learning.learner
    return found


def own(question, organisation, sharing):
    Question.objects.filter(pk=question.pk).update(owner=organisation, sharing=sharing)
    question.refresh_from_db()


def get_names(taken, attempts):
    learners = set(attempts.values_list("learner", flat=True))
    return {name for name, learner in taken.items() if learner.pk in learners}


@pytest.mark.parametrize(("sharing", "of_owner", "of_other"), [
    (None, {"owner", "nobody"}, {"other", "nobody"}),  # without an owner: all trainers keep it together
    (Sharing.EDIT, {"owner", "nobody"}, {"other"}), (Sharing.USE, {"owner", "nobody"}, {"other"}),
    (Sharing.PRIVATE, {"owner", "nobody"}, set())])
def test_regradable_attempts_are_those_of_own_editions_and_of_nobodys_for_who_manages_the_question(
        question, towns, taken, sharing, of_owner, of_other):
    if sharing:
        own(question, towns[0][1], sharing)
    for (trainer, _organisation), names in zip(towns, (of_owner, of_other), strict=True):
        assert get_names(taken, get_regradable_attempts(trainer, question)) == names
    assert get_names(taken, get_regradable_attempts(make_user(is_superuser=True), question)) == set(taken)
    assert get_names(taken, get_regradable_attempts(make_user(), question)) == set()


def test_trainer_who_may_use_a_question_grades_the_own_edition_again_and_no_other(client, question, towns, taken):
    own(question, towns[0][1], Sharing.USE)
    old = correct_key(question, 1)
    trainer = towns[1][0]
    User.objects.filter(pk=trainer.pk).update(preferred_language="en")
    client.force_login(trainer)
    url = reverse("regrade", args=[question.pk, old.pk])
    response = client.get(url)
    page = response.content.decode()
    assert [effect.attempt.learner for effect, _title in response.context["effects"]] == [taken["other"]]
    assert "2 more attempts showed this version and are not listed" in page
    versions = client.get(reverse("regrade_versions", args=[question.pk]))
    assert versions.context["versions"] == [(old, 1)]
    assert "You may use this question and not change it" in versions.content.decode()
    client.post(url, {"reason": "Errata"})
    assert dict(Attempt.objects.values_list("learner", "passed")) == {
        taken["owner"].pk: True, taken["other"].pk: False, taken["nobody"].pk: True}


def test_trainer_of_another_institution_sees_nothing_of_a_private_question(client, question, towns, taken):
    own(question, towns[0][1], Sharing.PRIVATE)
    old = correct_key(question, 1)
    client.force_login(towns[1][0])
    for url in (reverse("regrade_versions", args=[question.pk]), reverse("regrade", args=[question.pk, old.pk])):
        client.post(url, {"reason": "x"})
        assert client.get(url).status_code == 302
    assert Regrade.objects.count() == 0


@pytest.mark.parametrize("who", ["learner", "anonymous"])
def test_others_are_sent_away(client, question, old, who):
    if who == "learner":
        client.force_login(make_user())
    for url in (reverse("regrade_versions", args=[question.pk]), reverse("regrade", args=[question.pk, old.pk])):
        assert client.get(url).status_code == 302
        assert client.post(url, {"reason": "x"}).status_code == 302
    assert Regrade.objects.count() == 0


def test_the_preview_costs_the_same_for_one_and_for_three(client, trainer, course, question):
    def count(version):
        url = reverse("regrade", args=[question.pk, version.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    Learning(course).pass_quiz()
    first = correct_key(question, 1)
    one = count(first)
    correct_key(question, 0)
    for _number in range(2):
        Learning(course).pass_quiz()
    correct_key(question, 1)
    assert count(first) == one
