import pytest
from django.urls import reverse

from assessments.models import Survey
from assessments.standard_surveys import put_standard_surveys
from lms.accounts.models import AuditEvent, RoleGrant
from lms.accounts.roles import grant_role
from tests.courses.authors import make_site, make_trainer
from tests.courses.test_survey_results import Asked
from tests.factories import make_edition, make_survey, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(django_capture_on_commit_callbacks):
    """A survey in an edition of a trainer, of which there are figures."""
    make_site(django_capture_on_commit_callbacks)
    asked = Asked()
    asked.trainer = make_trainer()
    asked.edition = make_edition(course_page=asked.course.page, trainer=asked.trainer)
    asked.answer(5, 5, 4, 1, 1, edition=asked.edition, text="Más <b>tiempo</b>")
    manager = make_user()
    grant_role(user=manager, role=RoleGrant.Role.PROGRAMME_MANAGER)
    asked.people = {"trainer": asked.trainer, "colleague": make_trainer(), "manager": manager,
                    "administrator": make_user(is_superuser=True), "stranger": make_user(), "anonymous": None}
    return asked


def get_url(asked, name="survey_figures"):
    return reverse(name, args=[asked.page.translation_key, "learner", asked.edition.pk])


def get_status(response):
    """What is not found below /admin/ is looked for as a page of a language first, by a redirect."""
    return 404 if response.headers.get("Location", "").startswith("/es/admin/") else response.status_code


@pytest.mark.parametrize(("who", "status"), [
    ("trainer", 200), ("manager", 200), ("administrator", 200), ("colleague", 404), ("stranger", 302),
    ("anonymous", 302)])
def test_results_are_for_the_trainer_and_who_manages(asked, client, who, status):
    if person := asked.people[who]:
        client.force_login(person)
    assert get_status(client.get(get_url(asked))) == status
    assert get_status(client.post(get_url(asked, "survey_file"))) == status
    assert AuditEvent.objects.filter(action="survey.exported").count() == (status == 200)
    listed = client.get(reverse("survey_results"))
    assert listed.status_code == (302 if status == 302 else 200)
    assert (get_url(asked) in listed.content.decode()) is (status == 200)


def test_results_are_written_out(asked, client):
    client.force_login(asked.trainer)
    response = client.get(get_url(asked))
    html = response.content.decode()
    assert "60,0 %" in html or "60.0 %" in html
    assert "Más &lt;b&gt;tiempo&lt;/b&gt;" in html
    assert html.count('class="puentes-bar__5-5"') == 2  # the bar and its mark in the table
    (view,) = response.context["views"]
    assert [segment.x for segment in view["items"][0]["figures"][0]["segments"]] == [0, 40, 40, 40, 60]
    assert [figures["segments"] for figures in view["items"][0]["figures"]][1] == []


def test_results_hidden_below_five_are_not_on_the_page(asked, client):
    second = make_edition(course_page=asked.course.page, trainer=asked.trainer)
    asked.answer(5, 5, 5, 5, edition=second, text="Secreto")
    client.force_login(asked.trainer)
    for url in (reverse("survey_figures", args=[asked.page.translation_key, "learner", second.pk]),
                reverse("survey_figures", args=[asked.page.translation_key, "learner"])):
        html = client.get(url).content.decode()
        assert "Secreto" not in html
    assert b"Secreto" not in client.get(get_url(asked)).content


@pytest.mark.parametrize("name", ["survey_figures", "survey_file"])
def test_results_of_what_is_not_there_are_not_found(asked, client, name):
    client.force_login(asked.trainer)
    for arguments in ([asked.page.translation_key, "nobody"], [asked.course.key, "learner"],
                      [asked.page.translation_key, "supervisor"]):
        url = reverse(name, args=arguments)
        assert get_status(client.get(url) if name == "survey_figures" else client.post(url)) == 404


def test_surveys_are_written_by_trainers(asked, client):
    put_standard_surveys()
    client.force_login(asked.trainer)
    viewset = Survey.snippet_viewset
    assert "Satisfacción con el curso" in client.get(reverse(viewset.get_url_name("list"))).content.decode()
    for survey in Survey.objects.all():
        response = client.get(reverse(viewset.get_url_name("edit"), args=[survey.pk]))
        assert response.status_code == 200
    assert client.get(reverse(viewset.get_url_name("add"))).status_code == 200


@pytest.mark.parametrize("is_used", [True, False])
def test_survey_is_deleted_unless_a_course_uses_it(asked, client, is_used):
    survey = asked.survey if is_used else make_survey()
    client.force_login(asked.trainer)
    client.post(reverse(Survey.snippet_viewset.get_url_name("delete"), args=[survey.pk]))
    assert Survey.objects.filter(pk=survey.pk).exists() is is_used
    bulk = reverse("wagtail_bulk_action", args=["assessments", "survey", "delete"])
    client.post(f"{bulk}?id={survey.pk}")
    assert Survey.objects.filter(pk=survey.pk).exists() is is_used


def test_edition_says_when_the_follow_up_goes_out(asked, client):
    client.force_login(asked.trainer)
    html = client.get(reverse("editions:edit", args=[asked.edition.pk])).content.decode()
    assert 'name="follow_up_months" value="3"' in html
    assert 'name="follow_up_survey"' in html
