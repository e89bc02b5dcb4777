import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from certificates.models import Certificate
from courses.models import Edition, Enrolment, LearningPath, LearningPathCourse
from lms.accounts.roles import grant_role
from tests.courses.learning import Learning, SmallCourse
from tests.courses.views.visiting import Cast, count_queries, get_messages, url_in
from tests.factories import make_learning_path, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast(now=timezone.now() - dt.timedelta(days=300), course=SmallCourse(lessons=1, weights=(1,)))


@pytest.fixture
def expiring(cast):
    """The owner's certificate expires in two months."""
    Edition.objects.update(certificate_valid_months=12)
    return cast.owner.finish()


def renew_url(learning, language="en"):
    return url_in(language, "renew_certificate", learning.enrolment.pk)


def test_my_courses_offers_to_renew_and_leads_to_the_test(client, cast, expiring):
    cast.enter(client, "owner")
    page = client.get(url_in("en", "my_courses")).content.decode()
    assert renew_url(cast.owner) in page
    assert "Its certificate is valid until" in page
    response = client.post(renew_url(cast.owner), follow=True)
    assert "Your renewal has begun." in response.content.decode()
    assert response.request["PATH_INFO"] == cast.course.quizzes[0].get_url()
    assert Enrolment.objects.get(renews=cast.owner.enrolment).completed_at is None
    assert renew_url(cast.owner) not in client.get(url_in("en", "my_courses")).content.decode()


def test_my_courses_tells_what_was_renewed_or_has_expired(client, cast, expiring):
    Certificate.objects.update(expires_at=timezone.now() - dt.timedelta(days=1))
    cast.enter(client, "owner")
    page = client.get(url_in("en", "my_courses")).content.decode()
    assert "Its certificate was valid until" in page
    client.post(renew_url(cast.owner))
    renewal = Enrolment.objects.get(renews=cast.owner.enrolment)
    again = Learning.__new__(Learning)
    again.__dict__.update(cast.owner.__dict__, enrolment=renewal, now=timezone.now())
    assert again.pass_quiz()[2].cycle == 2
    page = client.get(url_in("en", "my_courses")).content.decode()
    assert "Its certificate was renewed: there is a later one." in page


def test_course_page_offers_to_renew(client, cast, expiring):
    cast.enter(client, "owner")
    page = client.get(cast.course.page.get_url()).content.decode()
    assert reverse("renew_certificate", args=[cast.owner.enrolment.pk]) in page


def test_renewing_too_early_or_in_a_closed_course_says_so(client, cast):
    cast.owner.finish()
    cast.enter(client, "owner")
    response = client.post(renew_url(cast.owner), follow=True)
    assert "This certificate cannot be renewed now." in get_messages(response)[0]
    Certificate.objects.update(expires_at=timezone.now())
    Edition.objects.update(closes_at=timezone.now())
    response = client.post(renew_url(cast.owner), follow=True)
    assert "The course is closed at the moment" in get_messages(response)[0]


def test_constancy_is_shown_where_it_can_be_downloaded(client, cast):
    cast.owner.read()
    cast.enter(client, "owner")
    page = client.get(cast.course.page.get_url()).content.decode()
    assert reverse("constancy", args=[cast.owner.enrolment.pk]) in page
    response = client.post(url_in("en", "constancy", cast.owner.enrolment.pk), follow=True)
    page = response.content.decode()
    certificate = Certificate.objects.get(kind="progress")
    assert "It does not say that the course was finished." in page
    assert url_in("en", "certificate_pdf", certificate.code, "es") in page
    client.post(url_in("en", "constancy", cast.owner.enrolment.pk))
    assert Certificate.objects.count() == 1


def test_constancy_of_a_completed_course_is_its_certificate(client, cast):
    cast.owner.finish()
    response = cast.enter(client, "owner").post(url_in("en", "constancy", cast.owner.enrolment.pk), follow=True)
    assert "your certificate says more than a constancy" in get_messages(response)[0]


@pytest.mark.parametrize("name", ["renew_certificate", "constancy"])
@pytest.mark.parametrize(("who", "status"), [
    ("colleague", 404), ("stranger", 404), ("author", 404), ("anonymous", 302)])
def test_nobody_renews_or_certifies_for_another(client, cast, expiring, name, who, status):
    response = cast.enter(client, who).post(url_in("en", name, cast.owner.enrolment.pk))
    assert response.status_code == status
    assert (Enrolment.objects.filter(renews__isnull=False).count(), Certificate.objects.count()) == (0, 1)


def test_an_officer_of_another_institution_does_not_either(client, cast, expiring):
    officer = make_user()
    grant_role(user=officer, role="hr_officer", organisation=make_organisation())
    client.force_login(officer)
    assert client.post(renew_url(cast.owner)).status_code == 404


def test_path_made_later_is_claimed_and_shown(client, cast):
    cast.owner.finish()
    other = SmallCourse(title="Otro curso")
    path = make_learning_path(cast.course.page, other.page)
    cast.enter(client, "owner")
    url = url_in("en", "claim_path", path.pk)
    page = client.get(url_in("en", "my_courses")).content.decode()
    assert "1 of 2 courses with a valid certificate" in page
    assert "Otro curso" in page  # it is not translated
    other.page.unpublish()
    assert "A course that is not offered at the moment" in client.get(url_in("en", "my_courses")).content.decode()
    assert url not in page
    assert get_messages(client.post(url, follow=True)) == [
        "Something of this path is still missing. Complete its courses first."]
    LearningPathCourse.objects.filter(course=other.key).delete()
    assert url in client.get(url_in("en", "my_courses")).content.decode()
    response = client.post(url)
    certificate = Certificate.objects.get(kind="path")
    assert response["Location"] == url_in("en", "certificate", certificate.code)
    assert url_in("en", "certificate", certificate.code) in client.get(url_in("en", "my_courses")).content.decode()
    cast.enter(client, "stranger").post(url)
    assert Certificate.objects.filter(kind="path").count() == 1


def test_my_courses_costs_the_same_with_more_paths(client, cast):
    cast.enter(client, "owner")
    others = [SmallCourse() for _number in range(2)]
    make_learning_path(cast.course.page)
    one = count_queries(lambda: client.get(url_in("es", "my_courses")))
    for other in others:
        make_learning_path(other.page, cast.course.page)
    assert count_queries(lambda: client.get(url_in("es", "my_courses"))) == one


# --- In the admin -----------------------------------------------------------------------------------------------------


PATH = {"title_es": "Ruta", "title_en": "Path", "summary_es": "", "summary_en": "Two courses.", "is_offered": "on",
        "steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0", "steps-MIN_NUM_FORMS": "1", "steps-MAX_NUM_FORMS": "1000",
        "steps-0-ORDER": "1", "certificate_valid_months": "24"}


def test_path_is_made_in_the_admin_with_titles_in_each_language(client):
    course = SmallCourse(title="Mediación")
    client.force_login(make_user(is_superuser=True))
    assert "Mediación" in client.get(reverse("learning_paths:add")).content.decode()
    response = client.post(reverse("learning_paths:add"), {**PATH, "steps-0-course": str(course.key)})
    assert response.status_code == 302
    path = LearningPath.objects.get()
    assert (path.titles, path.summaries) == ({"es": "Ruta", "en": "Path"}, {"en": "Two courses."})
    assert (path.certificate_valid_months, [step.course_id for step in path.steps.all()]) == (24, [course.key])
    assert "Ruta" in client.get(reverse("learning_paths:index")).content.decode()
    assert "Two courses." in client.get(reverse("learning_paths:edit", args=[path.pk])).content.decode()


def test_path_needs_a_title_in_the_first_language_and_a_course(client):
    client.force_login(make_user(is_superuser=True, preferred_language="en"))
    response = client.post(reverse("learning_paths:add"), {**PATH, "title_es": "", "steps-TOTAL_FORMS": "0"})
    assert response.status_code == 200
    assert not LearningPath.objects.exists()


def test_path_with_certificates_is_not_deleted(client):
    learning = Learning()
    path = make_learning_path(learning.course.page)
    learning.finish()
    client.force_login(make_user(is_superuser=True, preferred_language="en"))
    client.post(reverse("learning_paths:delete", args=[path.pk]))
    assert LearningPath.objects.filter(pk=path.pk).exists()
    other = make_learning_path(SmallCourse().page)
    client.post(reverse("learning_paths:delete", args=[other.pk]))
    assert not LearningPath.objects.filter(pk=other.pk).exists()


def test_paths_are_made_by_administrators(client):
    for person in (make_user(), None):
        client.logout()
        if person:
            client.force_login(person)
        assert client.get(reverse("learning_paths:index")).status_code in {302, 403}
