import datetime as dt
import uuid

import pytest
from django.utils import timezone

from certificates.ending import revoke
from certificates.models import Certificate
from courses.models import LearningPath
from lms.accounts.roles import grant_role
from tests.courses.learning import Learning, SmallCourse, get_catalogue
from tests.courses.views.visiting import Cast, count_queries, url_in
from tests.factories import make_learning_path, make_organisation, make_user, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast(now=timezone.now() - dt.timedelta(days=30), course=SmallCourse(lessons=1, weights=(1,)))


@pytest.fixture
def path(cast):
    return make_learning_path(cast.course.page, SmallCourse(title="Otro curso").page,
                              summaries={"es": "Dos cursos.", "en": "Two courses."})


def get_page(client, path, language="en"):
    response = client.get(url_in(language, "learning_path", path.pk))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(("language", "title", "summary"), [
    ("es", "Ruta de primera atención", "Dos cursos."), ("en", "First attention path", "Two courses.")])
def test_anybody_reads_an_offered_path_in_their_language(client, cast, path, language, title, summary):
    translate(cast.course.page, title="In English", slug="in-english")
    page = get_page(client, path, language)
    assert f"<h1>{title}</h1>" in page
    assert summary in page
    assert page.index(cast.course.page.title if language == "es" else "In English") < page.index("Otro curso")
    assert f'?next={url_in(language, "learning_path", path.pk)}"' in page
    assert "of 2 courses with a valid certificate" not in page


def test_path_shows_each_learner_their_own_progress(client, cast, path):
    cast.owner.finish()
    assert "1 of 2 courses with a valid certificate" in get_page(cast.enter(client, "owner"), path)
    page = get_page(cast.enter(client, "colleague"), path)
    assert "0 of 2 courses with a valid certificate" in page
    assert "0% done" in page
    assert "0 of 2" in get_page(cast.enter(client, "stranger"), path)


def test_path_leads_to_the_first_course_that_is_still_to_be_completed(client, cast, path):
    continue_url = url_in("en", "continue", cast.course.key)
    page = get_page(cast.enter(client, "owner"), path)
    assert f'href="{continue_url}"><span>Continue: {cast.course.page.title}' in page
    assert continue_url not in get_page(cast.enter(client, "stranger"), path)
    assert f"Begin: {cast.course.page.title}" in get_page(client, path)
    cast.owner.finish()
    assert "Begin: Otro curso" in get_page(cast.enter(client, "owner"), path)


def test_path_leads_to_its_certificate_or_offers_to_get_it(client, cast, path):
    cast.owner.finish()
    path.steps.exclude(course=cast.course.key).delete()
    cast.enter(client, "owner")
    assert url_in("en", "claim_path", path.pk) in get_page(client, path)
    client.post(url_in("en", "claim_path", path.pk))
    certificate = Certificate.objects.get(kind="path")
    page = get_page(client, path)
    assert url_in("en", "certificate", certificate.code) in page
    assert url_in("en", "claim_path", path.pk) not in page
    assert certificate.code not in get_page(cast.enter(client, "colleague"), path)
    revoke(certificate=certificate, reason="mistake", by=make_user(), now=timezone.now())
    assert "Its certificate was withdrawn." in get_page(cast.enter(client, "owner"), path)


@pytest.mark.parametrize(("who", "status"), [
    ("owner", 200), ("colleague", 404), ("stranger", 404), ("author", 404), ("anonymous", 404)])
def test_path_that_is_not_offered_any_more_is_for_whoever_completed_it(client, cast, who, status):
    path = make_learning_path(cast.course.page)
    cast.owner.finish()
    LearningPath.objects.update(is_offered=False)
    response = cast.enter(client, who).get(url_in("en", "learning_path", path.pk))
    assert response.status_code == status
    assert ("This path is not offered any more." in response.content.decode()) is (status == 200)
    if who == "owner":
        assert url_in("en", "learning_path", path.pk) in client.get(url_in("en", "my_courses")).content.decode()


def test_officer_of_another_institution_sees_no_more_than_anybody(client, cast):
    path = make_learning_path(cast.course.page)
    cast.owner.finish()
    officer = make_user()
    grant_role(user=officer, role="hr_officer", organisation=make_organisation())
    client.force_login(officer)
    page = get_page(client, path)
    assert cast.owner.learner.given_names not in page
    assert Certificate.objects.get(kind="path").code not in page
    LearningPath.objects.update(is_offered=False)
    assert client.get(url_in("en", "learning_path", path.pk)).status_code == 404


def test_path_that_does_not_exist_or_is_posted_to_is_refused(client, path):
    assert client.get(url_in("en", "learning_path", uuid.uuid4())).status_code == 404
    assert client.post(url_in("en", "learning_path", path.pk)).status_code == 405


def test_course_of_a_path_that_was_withdrawn_says_so(client, cast, path):
    cast.course.page.unpublish()
    page = get_page(client, path)
    assert "A course that is not offered at the moment" in page
    assert cast.course.page.title not in page


def test_path_costs_the_same_with_one_course_and_with_three(client, cast):
    short = make_learning_path(cast.course.page)
    others = [SmallCourse() for _number in range(2)]
    long = make_learning_path(cast.course.page, *(other.page for other in others))
    for other in others:
        Learning(other, learner=cast.owner.learner)
    for who in ("anonymous", "owner"):
        cast.enter(client, who)
        one = count_queries(lambda: client.get(url_in("en", "learning_path", short.pk)))
        assert count_queries(lambda: client.get(url_in("en", "learning_path", long.pk))) == one <= 12


def test_catalogue_lists_the_paths_that_are_offered_and_finds_them(client, path):
    def get(**query):
        return client.get(get_catalogue().get_url(), query).content.decode()

    url = url_in("es", "learning_path", path.pk)
    assert url in get()
    assert url in get(q="ruta")
    assert url not in get(q="nada")
    assert url not in get(level="advanced")
    LearningPath.objects.update(is_offered=False)
    assert url not in get()


def test_catalogue_costs_the_same_with_one_path_and_with_three(client, cast):
    make_learning_path(cast.course.page)
    one = count_queries(lambda: client.get(get_catalogue().get_url()))
    for _number in range(2):
        make_learning_path(cast.course.page, SmallCourse().page)
    assert count_queries(lambda: client.get(get_catalogue().get_url())) == one <= 12


def test_my_courses_leads_to_the_path(client, cast, path):
    page = cast.enter(client, "owner").get(url_in("en", "my_courses")).content.decode()
    assert url_in("en", "learning_path", path.pk) in page
