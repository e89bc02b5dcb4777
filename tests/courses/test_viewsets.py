"""Editions in the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.templates import archive_template
from courses.models import Edition
from tests.courses.authors import get_messages
from tests.factories import (
    get_edition,
    make_assignment,
    make_course,
    make_edition,
    make_enrolment,
    make_organisation,
    make_template,
)

EDITION = {"mode": "open", "time_zone": "America/Santiago", "grade_scale": "local", "exigency": "60"}
WINDOWS = {"quiz_windows-TOTAL_FORMS": "0", "quiz_windows-INITIAL_FORMS": "0"}


def test_edition_list_shows_title_and_numbers(trainer, client, course):
    edition = make_edition(course_page=course, name="Marzo", seats=20)
    make_enrolment(edition=edition)
    make_enrolment(edition=edition)
    rows = client.get(reverse("editions:index")).context["object_list"]
    assert [(row.title, str(row), row.enrolled) for row in rows if row.name] == [(course.title, "Marzo", 2)]
    assert course.title in client.get(reverse("editions:index")).content.decode()


def test_edition_list_takes_same_queries_for_one_and_three(trainer, client, catalogue):
    counts = []
    for total in (1, 3):
        while Edition.objects.count() < total:
            make_enrolment(course_page=make_course(catalogue=catalogue))
        client.get(reverse("editions:index"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("editions:index"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_edition_list_searches_title_of_course(trainer, client, catalogue):
    wanted = make_course(catalogue=catalogue, title="Mediación")
    make_course(catalogue=catalogue)
    rows = client.get(reverse("editions:index"), {"q": "mediaci"}).context["object_list"]
    assert [row.course_id for row in rows] == [wanted.translation_key]


def test_edition_is_made_for_course_chosen_by_title(trainer, client, course):
    form = client.get(reverse("editions:add")).context["form"]
    assert (course.translation_key, course.title) in [
        (getattr(value, "value", value), label) for value, label in form.fields["course"].choices]
    response = client.post(reverse("editions:add"), EDITION | {
        "course": course.translation_key, "name": "Marzo", "trainer": trainer.pk})
    assert response.status_code == 302
    edition = Edition.objects.get(name="Marzo")
    assert (edition.course_id, edition.trainer, edition.is_default) == (course.translation_key, trainer, False)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"opens_at": "2027-03-02 10:00", "closes_at": "2027-03-01 10:00"}])
def test_edition_form_says_what_is_wrong(trainer, client, course, wrong):
    data = EDITION | {"course": course.translation_key, "name": "Marzo"} | wrong
    response = client.post(reverse("editions:add"), data)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert Edition.objects.filter(course=course.translation_key).count() == 1


def test_course_of_edition_cannot_be_changed(trainer, client, course, catalogue):
    other = make_course(catalogue=catalogue)
    edition = make_edition(course_page=course)
    client.post(reverse("editions:edit", args=[edition.pk]),
                EDITION | WINDOWS | {"course": other.translation_key, "name": "Nueva"})
    edition.refresh_from_db()
    assert (edition.name, edition.course_id) == ("Nueva", course.translation_key)


def test_default_edition_is_edited_but_not_deleted(trainer, client, course):
    edition = get_edition(course)
    client.post(reverse("editions:edit", args=[edition.pk]), EDITION | WINDOWS | {
        "name": "", "mode": "assigned", "seats": "30"})
    edition.refresh_from_db()
    assert (edition.mode, edition.seats) == ("assigned", 30)
    response = client.post(reverse("editions:delete", args=[edition.pk]), follow=True)
    assert "was not deleted" in get_messages(response)[-1]
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_edition_with_learners_is_not_deleted(trainer, client, course):
    edition, empty = make_edition(course_page=course), make_edition(course_page=course)
    make_enrolment(edition=edition)
    for each in (edition, empty):
        client.post(reverse("editions:delete", args=[each.pk]))
    assert [*Edition.objects.filter(pk__in=[edition.pk, empty.pk])] == [edition]


def test_edition_takes_templates_for_all_and_of_the_own_institutions_only(trainer, client, course):
    ours, theirs = make_organisation(), make_organisation()
    make_assignment(user=trainer, organisation=ours)
    shared, own, other = (make_template(organisation=each).template for each in (None, ours, theirs))
    archived = make_template().template
    archive_template(template=archived, by=None, now=archived.latest.created_at)

    def get_offered(url):
        return set(client.get(url).context["form"].fields["certificate_template"].queryset)

    assert get_offered(reverse("editions:add")) == {shared, own}
    edition = get_edition(course)
    edition.certificate_template = other
    edition.save()
    assert get_offered(reverse("editions:edit", args=[edition.pk])) == {shared, own, other}
