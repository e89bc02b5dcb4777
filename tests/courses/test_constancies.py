import datetime as dt
from decimal import Decimal

import pytest

from certificates.models import Certificate
from certificates.outbox import get_pdf
from certificates.snapshot import read_snapshot
from courses.constancies import CourseCompleted, issue_constancy
from tests.courses.learning import NOW, Learning, SmallCourse
from tests.factories import make_learning_path
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db


def test_constancy_says_how_far_and_on_which_day():
    learning = Learning(SmallCourse(lessons=3))
    learning.read(learning.course.lessons[0])
    certificate = issue_constancy(enrolment=learning.enrolment, now=NOW)
    snapshot = read_snapshot(certificate)
    assert (certificate.kind, certificate.award) == ("progress", learning.enrolment.pk)
    assert (snapshot.progress, snapshot.completed_on) == (Decimal(25), dt.date(2026, 11, 22))
    assert (snapshot.hours, snapshot.percentage) == (learning.course.page.hours, None)
    assert snapshot.course == {"es": learning.course.page.title}
    learning.enrolment.refresh_from_db()
    assert learning.enrolment.completed_at is None
    assert not certificate.outbox.filter(kind__startswith="mail").exists()


def test_constancy_of_one_day_is_one_and_of_another_another():
    learning = Learning()
    first = issue_constancy(enrolment=learning.enrolment, now=NOW)
    assert issue_constancy(enrolment=learning.enrolment, now=NOW + dt.timedelta(hours=8)) == first
    learning.read()
    second = issue_constancy(enrolment=learning.enrolment, now=NOW + dt.timedelta(days=1))
    assert (second.number, second.cycle) == (first.number + 1, 2)
    assert (read_snapshot(first).progress, read_snapshot(second).progress) == (0, 50)


def test_constancy_is_no_certificate_of_completion():
    learning = Learning()
    issue_constancy(enrolment=learning.enrolment, now=NOW)
    assert not Certificate.objects.of_completion().exists()
    assert learning.finish().kind == "approval"
    with pytest.raises(CourseCompleted):
        issue_constancy(enrolment=learning.enrolment, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_constancy_asked_twice_at_once_is_one(monkeypatch):
    monkeypatch.setattr("certificates.issuing.deliver.apply_async", lambda *args, **kwargs: None)
    learning = Learning()
    results = run_at_once([lambda: issue_constancy(enrolment=learning.enrolment, now=NOW)] * 5)
    assert len({result.pk for result in results}) == 1


@pytest.mark.parametrize("language", ["es", "en", "es_en"])
def test_documents_of_a_constancy_and_of_a_path_are_made(language):
    learning = Learning(SmallCourse(lessons=2))
    learning.read(learning.course.lessons[0])
    make_learning_path(learning.course.page, certificate_valid_months=12)
    constancy = issue_constancy(enrolment=learning.enrolment, now=NOW)
    learning.finish()
    for certificate in (constancy, Certificate.objects.get(kind="path")):
        assert get_pdf(certificate=certificate, language=language, now=NOW).startswith(b"%PDF-1.7")
