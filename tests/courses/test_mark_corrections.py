"""A mark that counts already is put right: by whom, and what follows from it."""

import datetime as dt
from fractions import Fraction

import pytest
from django.urls import reverse

from assessments.marking import NotToMark, OwnAnswer
from assessments.models import Attempt, Mark
from assessments.regrading import replay
from certificates.models import Certificate
from courses import marking
from courses.marking import CertificateAtStake, get_correctable_answers
from lms.accounts.models import AuditEvent
from tests.assessments.marked_questions import make_long_text
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import NOW
from tests.courses.marking import Essay
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


def give(essay, fraction, *, marker, position=0):
    return marking.mark(answer_id=essay.get_answer(position).pk, marker=marker, fraction=Fraction(fraction), levels={},
                        comment="", now=LATER)


def correct(essay, fraction, *, marker, position=0, **options):
    return marking.correct(answer_id=essay.get_answer(position).pk, marker=marker, fraction=Fraction(fraction),
                           levels={}, comment="Mejor leído", reason="Me equivoqué de línea", now=LATER, **options)


def get_result():
    attempt = Attempt.objects.get()
    assert [difference for _attempt, difference in replay(Attempt.objects.all())] == [None]
    return attempt.score, attempt.passed


def test_correction_changes_the_result_leaves_a_trace_and_tells_the_learner(site):
    trainer, essay = make_trainer(), Essay()
    give(essay, 0, marker=trainer)
    assert get_result() == (0, False)
    done = correct(essay, 1, marker=trainer)
    assert get_result() == (3, True)
    assert (done.changes_result, done.fraction_before, done.score_before) == (True, 0, 0)
    event = AuditEvent.objects.get(action="mark.corrected")
    kept = essay.get_answer().mark_corrections.get()
    assert (kept.by, kept.at, kept.reason) == (trainer, LATER, "Me equivoqué de línea")
    assert (event.actor, event.details["mark"], event.details["passed"], event.details["correction"]) == (
        trainer, ["0", "1"], [False, True], kept.pk)
    assert "línea" not in str(event.details)
    assert [notice.reason for notice in essay.attempt.notices.order_by("pk")] == ["marked", "regraded"]


def test_correction_never_takes_a_certificate_away_by_itself(site):
    trainer, essay = make_trainer(), Essay()
    essay.learning.read_all()
    give(essay, 1, marker=trainer)
    certificate = Certificate.objects.get()
    with pytest.raises(CertificateAtStake) as refusal:
        correct(essay, 0, marker=trainer)
    assert refusal.value.certificate == certificate
    assert get_result() == (3, True)
    assert not AuditEvent.objects.filter(action="mark.corrected").exists()
    correct(essay, 0, marker=trainer, although_certified=True)
    assert get_result() == (0, False)
    certificate.refresh_from_db()
    assert certificate.state == Certificate.State.ISSUED


def test_until_there_is_a_result_own_marks_are_settled_anew(site):
    anna, berta = make_trainer(), make_trainer()
    essay = Essay(make_long_text(), make_long_text(), second_marker=True)
    give(essay, "1/2", marker=anna)
    give(essay, "6/10", marker=berta)
    assert essay.get_answer().marks.get(is_final=True).fraction == Fraction(11, 20)
    correct(essay, "7/10", marker=anna)
    assert essay.get_answer().marks.get(is_final=True).fraction == Fraction(13, 20)
    with pytest.raises(NotToMark):
        correct(essay, 1, marker=make_user(is_superuser=True))
    correct(essay, 0, marker=anna)
    assert essay.get_answer().score is None  # they are too far apart now
    assert not Mark.objects.filter(is_final=True).exists()
    give(essay, "1/4", marker=make_trainer())
    assert essay.get_answer().score == Fraction(3, 4)


def test_after_the_result_a_correction_counts_as_it_is(site):
    anna, berta = make_trainer(), make_trainer()
    essay = Essay(second_marker=True)
    give(essay, "1/2", marker=anna)
    give(essay, "6/10", marker=berta)
    correct(essay, 1, marker=berta)
    assert essay.get_answer().marks.get(is_final=True).marker == berta
    assert get_result() == (3, True)


def test_only_markers_of_it_trainers_of_the_edition_and_administrators_correct(site):
    anna, berta, other = make_trainer(), make_trainer(), make_trainer()
    essay = Essay(second_marker=True).give_trainer(anna)
    for marker in (berta, make_trainer()):
        give(essay, 1, marker=marker)
    answer = essay.get_answer()
    allowed = {user: answer in get_correctable_answers(user)
               for user in (anna, berta, other, make_user(), make_user(is_superuser=True))}
    assert list(allowed.values()) == [True, True, False, False, True]


def test_nobody_corrects_what_waits_or_is_their_own(site):
    trainer = make_trainer()
    essay = Essay(learner=trainer)
    with pytest.raises(NotToMark):
        correct(essay, 1, marker=make_user())
    give(essay, 1, marker=make_trainer())
    with pytest.raises(OwnAnswer):
        correct(essay, 1, marker=trainer)


def test_page_lists_and_corrects_and_asks_before_a_certificate_is_touched(site, client):
    trainer, essay = make_trainer(preferred_language="en"), Essay()
    client.force_login(trainer)
    essay.learning.read_all()
    give(essay, 1, marker=trainer)
    address = reverse("correct_mark", args=[essay.get_answer().pk])
    assert address in client.get(reverse("marking"), {"state": "done"}).content.decode()
    data = {"points": "0", "comment": ""}
    assert client.post(address, data).context["form"].errors.keys() == {"reason"}
    data["reason"] = "Era de otra persona"
    response = client.post(address, data)
    assert response.context["certificate"] == Certificate.objects.get()
    assert get_result() == (3, True)
    assert "Corrected before" not in client.get(address).content.decode()
    assert client.post(address, data | {"although_certified": "on"}).url == f"{reverse('marking')}?state=done"
    assert get_result() == (0, False)
    page = client.get(address).content.decode()
    assert "Corrected before" in page
    assert f"{trainer.get_full_name()}: Era de otra persona" in page


def test_page_is_not_found_by_others_and_before_the_mark(site, client):
    marked, waiting = Essay().give_trainer(make_trainer()), Essay()
    give(marked, 1, marker=make_user(is_superuser=True))
    addresses = [reverse("correct_mark", args=[essay.get_answer().pk]) for essay in (marked, waiting)]
    for person in (None, marked.learning.learner):  # to where one signs in, or to the first page with a message
        if person:
            client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [302, 302]
    client.force_login(make_trainer())
    assert [client.get(address, follow=True).status_code for address in addresses] == [404, 404]
