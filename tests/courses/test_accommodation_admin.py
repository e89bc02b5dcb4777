import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.models import Attempt
from courses.models import Accommodation, Edition
from lms.accounts.models import AuditEvent
from lms.accounts.roles import grant_role
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import Learning, SmallCourse
from tests.factories import make_edition, make_user

pytestmark = pytest.mark.django_db
INDEX, ADD = reverse("accommodations:index"), reverse("accommodations:add")


@pytest.fixture(autouse=True)
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture
def trainer(client):
    trainer = make_trainer()
    client.force_login(trainer)
    return trainer


@pytest.fixture
def course():
    return SmallCourse(quiz={"time_limit": 60})


@pytest.fixture
def learning(course, trainer):
    edition = make_edition(course_page=course.page, trainer=trainer, time_zone="America/Mexico_City")
    return Learning(course, edition=edition, now=timezone.now())


def make_accommodation(learning, **fields):
    return Accommodation.objects.create(**{
        "enrolment": learning.enrolment, "extra_time": 50, "reason": "Lee despacio.", "granted_by": make_user(),
        "granted_at": timezone.now(), **fields})


def fill(learning, **fields):
    return {"edition": learning.enrolment.edition_id, "email": learning.learner.email.upper(), "activity": "",
            "extra_time": "50", "extra_attempts": "0", "opens_at": "", "closes_at": "", "reason": "Lee despacio.",
            **fields}


def get_urls(accommodation):
    return [reverse(f"accommodations:{name}", args=[accommodation.pk]) for name in ("edit", "delete")]


def test_accommodation_is_granted_for_one_test_in_the_zone_of_the_edition(trainer, client, learning):
    quiz = learning.course.quizzes[0]
    assert client.get(ADD).status_code == 200
    client.post(ADD, fill(learning, activity=quiz.translation_key, closes_at="2027-03-02 18:00"))
    accommodation = Accommodation.objects.get()
    assert (accommodation.enrolment, accommodation.activity_id, accommodation.extra_time, accommodation.granted_by) == (
        learning.enrolment, quiz.translation_key, 50, trainer)
    assert accommodation.closes_at == dt.datetime(2027, 3, 2, 18, tzinfo=ZoneInfo("America/Mexico_City"))
    assert AuditEvent.objects.filter(action="accommodation.granted").count() == 1

    page = client.get(get_urls(accommodation)[0])
    assert "2027-03-02 18:00" in page.content.decode()
    client.post(get_urls(accommodation)[0], fill(learning, extra_time="75", closes_at="2027-03-02 18:00"))
    accommodation.refresh_from_db()
    assert (accommodation.extra_time, accommodation.activity_id, accommodation.closes_at.hour) == (75, None, 0)


def test_accommodation_is_given_to_the_running_attempt_only_when_asked(trainer, client, learning):
    promised = learning.start().deadline
    client.post(ADD, fill(learning))
    assert Attempt.objects.get().deadline == promised
    client.post(get_urls(Accommodation.objects.get())[0], fill(learning, apply_to_running="on"))
    assert Attempt.objects.get().deadline == promised + dt.timedelta(minutes=30)


@pytest.mark.parametrize(("field", "wrong"), [
    ("email", {"email": "nadie@puentes.test"}), ("__all__", {"extra_time": "0"}), ("reason", {"reason": ""}),
    ("closes_at", {"opens_at": "2027-03-02 10:00", "closes_at": "2027-03-02 09:00"}), ("edition", {"edition": "0"}),
    ("extra_time", {"extra_time": "500"}),
    ("edition", {"edition": "²"}), ("edition", {"edition": "9" * 5000}),
    ("activity", {"activity": "²"}), ("activity", {"activity": "6f1f6d0e-8a3e-5b0e-9b53-6a1f3c1d2e01"}),
])
def test_accommodation_form_says_what_is_wrong(trainer, client, learning, field, wrong):
    response = client.post(ADD, fill(learning, **wrong))
    assert field in response.context["form"].errors
    assert not Accommodation.objects.exists()


def test_accommodation_is_not_granted_twice_or_for_a_test_of_another_course(trainer, client, learning):
    other = Learning(SmallCourse(), edition=None, now=timezone.now())
    Edition.objects.filter(pk=other.enrolment.edition_id).update(trainer=trainer)
    wrong = client.post(ADD, fill(learning, activity=other.course.quizzes[0].translation_key))
    assert list(wrong.context["form"].errors) == ["activity"]
    client.post(ADD, fill(learning))
    assert list(client.post(ADD, fill(learning)).context["form"].errors) == ["activity"]
    assert Accommodation.objects.count() == 1


def test_accommodation_is_withdrawn_with_a_trace(trainer, client, learning):
    client.post(get_urls(make_accommodation(learning))[1])
    assert not Accommodation.objects.exists()
    assert AuditEvent.objects.filter(action="accommodation.withdrawn").count() == 1


def make_person(who, learning):
    if who == "colleague":  # trainer of another edition of the same course
        person = make_trainer()
        make_edition(course_page=learning.course.page, trainer=person)
    elif who == "manager":
        person = make_user()
        grant_role(user=person, role="programme_manager")
    elif who == "administrator":
        person = make_user(is_superuser=True)
    else:
        person = {"trainer without editions": make_trainer, "learner": lambda: learning.learner}[who]()
    return person


@pytest.mark.parametrize("who", ["manager", "administrator"])
def test_accommodations_of_all_editions_are_seen_by_who_is_in_charge_of_all(client, learning, who):
    client.force_login(make_person(who, learning))
    accommodation = make_accommodation(learning)
    assert [row.pk for row in client.get(INDEX).context["object_list"]] == [accommodation.pk]
    assert [client.get(url).status_code for url in get_urls(accommodation)] == [200, 200]
    client.post(ADD, fill(learning, activity=learning.course.quizzes[0].translation_key))
    assert Accommodation.objects.count() == 2


@pytest.mark.parametrize("who", ["colleague", "trainer without editions", "learner", "anonymous"])
def test_accommodations_of_others_are_neither_seen_nor_changed(client, learning, who):
    client.logout()
    if who != "anonymous":
        client.force_login(make_person(who, learning))
    accommodation = make_accommodation(learning)
    response = client.get(INDEX)
    if "trainer" in who or who == "colleague":
        assert list(response.context["object_list"]) == []
    else:
        assert response.status_code == 302
    for url in [*get_urls(accommodation), f"{INDEX}history/{accommodation.pk}/", f"{INDEX}usage/{accommodation.pk}/"]:
        assert client.get(url).status_code in {302, 403, 404}
        client.post(url, fill(learning, extra_time="99"))
    client.post(ADD, fill(learning, activity=learning.course.quizzes[0].translation_key))
    assert list(Accommodation.objects.values_list("extra_time", flat=True)) == [50]


def test_accommodation_list_takes_same_queries_for_one_and_three(trainer, client, learning):
    counts = []
    for total in (1, 3):
        while Accommodation.objects.count() < total:
            other = Learning(learning.course, edition=learning.enrolment.edition, now=timezone.now())
            make_accommodation(other, activity_id=learning.course.quizzes[0].translation_key)
        client.get(INDEX)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(INDEX).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Dates of tests, on the page of the edition -----------------------------------------------------------------------

def fill_edition(edition, *windows, **fields):
    data = {"name": edition.name, "mode": "open", "time_zone": edition.time_zone, "grade_scale": "local",
            "exigency": "60", "quiz_windows-TOTAL_FORMS": str(len(windows)), "quiz_windows-INITIAL_FORMS": "0",
            **fields}
    for number, window in enumerate(windows):
        data |= {f"quiz_windows-{number}-{name}": value for name, value in window.items()}
    return data


def test_edition_page_takes_dates_of_tests_in_its_zone(trainer, client, learning):
    edition, quiz = learning.enrolment.edition, learning.course.quizzes[0]
    url = reverse("editions:edit", args=[edition.pk])
    window = {"activity": str(quiz.translation_key), "opens_at": "2027-03-01 09:00", "closes_at": "2027-03-05 18:00"}
    response = client.post(url, fill_edition(edition, window, time_zone="America/Tijuana",
                                             opens_at="2027-02-01 08:00"))
    assert response.status_code == 302
    edition = Edition.objects.get(pk=edition.pk)
    zone = ZoneInfo("America/Tijuana")
    kept = edition.quiz_windows.get()
    assert (kept.activity_id, kept.opens_at, kept.closes_at, edition.opens_at) == (
        quiz.translation_key, dt.datetime(2027, 3, 1, 9, tzinfo=zone), dt.datetime(2027, 3, 5, 18, tzinfo=zone),
        dt.datetime(2027, 2, 1, 8, tzinfo=zone))
    content = client.get(url).content.decode()
    assert all(text in content for text in ("2027-03-01 09:00", "2027-03-05 18:00", "2027-02-01 08:00", quiz.title))


@pytest.mark.parametrize("wrong", [{"activity": "6f1f6d0e-8a3e-5b0e-9b53-6a1f3c1d2e01"}, {"activity": ""},
                                   {"closes_at": "2027-02-01 09:00"}])
def test_edition_page_refuses_wrong_dates_of_tests(trainer, client, learning, wrong):
    edition = learning.enrolment.edition
    window = {"activity": str(learning.course.quizzes[0].translation_key), "opens_at": "2027-03-01 09:00", **wrong}
    response = client.post(reverse("editions:edit", args=[edition.pk]), fill_edition(edition, window))
    assert response.status_code == 200
    assert not edition.quiz_windows.exists()
