import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from certificates.ending import correct, revoke
from certificates.models import Certificate
from courses.models import Enrolment
from lms.accounts.models import Organisation
from lms.accounts.organising import assign
from lms.accounts.roles import grant_role
from lms.reports.records import (
    completion_records,
    count_records,
    get_edition_names,
    read_records,
    select_rows,
)
from tests import factories
from tests.reports.town import COMPLETED, ENROLLED, NOW


def get_people(viewer, now=NOW):
    return [enrolment.learner.email for enrolment in completion_records(viewer=viewer, now=now)]


def read(viewer, language="en", now=NOW, with_documents=False):
    with override(language):
        records = completion_records(viewer=viewer, now=now)
        rows = select_rows(records, now=now, language=language, with_documents=with_documents)
        return list(read_records(rows, editions=get_edition_names(records, language=language)))


def test_completion_records_holds_the_institution_and_below(town):
    town.add_completed(email="completed@x.test")
    town.add_started(email="started@x.test", organisation=town.town)
    town.add_enrolment(email="new@x.test", organisation=town.other_unit)
    town.add_completed(email="elsewhere@x.test", organisation=town.borough)
    town.add_started(email="elsewhere2@x.test", organisation=town.borough)
    assert sorted(get_people(town.officer)) == ["completed@x.test", "new@x.test", "started@x.test"]
    assert get_people(town.unit_officer) == ["completed@x.test"]
    assert sorted(get_people(town.stranger)) == ["elsewhere2@x.test", "elsewhere@x.test"]
    assert len(get_people(town.administrator)) == 5


def test_completion_records_of_people_without_an_organisation_are_for_administrators(town):
    learner = factories.make_user(email="alone@x.test")
    factories.make_enrolment(learner=learner, edition=town.edition, now=COMPLETED)
    assert get_people(town.officer) == []
    assert get_people(town.administrator) == ["alone@x.test"]


@pytest.mark.parametrize("role", ["trainer", "programme_manager", None])
def test_completion_records_of_others_are_none(town, role):
    enrolment = town.add_completed()
    if role:
        grant_role(user=enrolment.learner, role=role)
    assert get_people(enrolment.learner) == []


def test_completion_stays_with_the_organisation_of_that_day(town):
    completed = town.add_completed(email="ana@x.test")
    moved_on = dt.date(2026, 11, 10)
    assign(user=completed.learner, organisation=town.borough, since=moved_on)
    assert get_people(town.officer) == ["ana@x.test"]
    assert get_people(town.stranger) == []
    assert read(town.officer)[0].unit == "Desarrollo Comunitario / Oficina de Migrantes"


def test_unfinished_enrolment_goes_with_the_person(town):
    started = town.add_started(email="ana@x.test")
    assign(user=started.learner, organisation=town.borough, since=dt.date(2026, 11, 23))
    assert get_people(town.officer) == ["ana@x.test"]
    the_day_after = NOW + dt.timedelta(days=1)
    assert get_people(town.officer, the_day_after) == []
    assert get_people(town.stranger, the_day_after) == ["ana@x.test"]


def test_unfinished_enrolment_counts_once_where_it_would_be_frozen(town):
    """Two assignments hold on the same day: the later one counts, as for a completion."""
    started = town.add_started(email="ana@x.test")
    factories.make_assignment(user=started.learner, organisation=town.borough, since=dt.date(2025, 1, 1))
    assert get_people(town.officer) == []
    assert get_people(town.stranger) == ["ana@x.test"]


def test_completion_after_the_cut_off_has_not_happened(town):
    town.add_completed(completed_at=NOW + dt.timedelta(seconds=1))
    town.add_enrolment(at=NOW + dt.timedelta(seconds=1))
    (record,) = read(town.officer)
    assert (record.state, record.completed_on, record.percentage, record.hours, record.hours_kind) == (
        "In progress", None, None, None, "")


def test_count_records_by_state(town):
    town.add_completed()
    town.add_completed()
    town.add_started()
    town.add_enrolment()
    assert count_records(completion_records(viewer=town.officer, now=NOW), now=NOW) == (4, 2, 1, 1)


def test_completion_records_are_in_the_order_of_a_staff_list(town):
    for names in [("Soto", "Vera", "Ana"), ("Rojas", "Soto", "Luz"), ("Soto", "Rojas", "Eva")]:
        town.add_enrolment(first_surname=names[0], second_surname=names[1], given_names=names[2])
    assert [record.surnames for record in read(town.officer)] == ["Rojas Soto", "Soto Rojas", "Soto Vera"]


def test_read_records_of_a_completion_says_what_was_frozen(town):
    enrolment = town.add_completed(
        email="ana@x.test", given_names="Ana María", first_surname="Ñancupil", second_surname="Soto", sex="female",
        document=("rut", "12.345.678-5"))
    certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk, now=COMPLETED)
    enrolment.learner.sex = "not_stated"
    enrolment.learner.save()
    Organisation.objects.filter(pk=town.town.pk).update(name="Renamed")
    town.course.title = "Otro título"
    town.course.save()
    (record,) = read(town.officer)
    assert record._asdict() == {
        "surnames": "Ñancupil Soto", "given_names": "Ana María", "document_kind": "RUT (Chile)", "document_number": "",
        "email": "ana@x.test", "institution": "Municipalidad de Las Acacias",
        "unit": "Desarrollo Comunitario / Oficina de Migrantes", "staff_type": "Planta (Chile)", "sex": "Female",
        "territory": "Santiago", "course": "Intercultural public service", "edition": "Always open",
        "state": "Completed", "enrolled_on": dt.date(2026, 9, 1), "completed_on": dt.date(2026, 10, 31),
        "percentage": pytest.approx(Decimal("86.6667")), "hours": 24.5,
        "hours_kind": "chronological hours (60 min)", "folio": certificate.folio, "code": record.code,
        "valid_until": None, "renewal": ""}
    assert record.code.replace("-", "") == certificate.code


@pytest.mark.sqlite
def test_days_of_a_record_are_local_on_every_database(town):
    town.add_completed(at=ENROLLED.replace(hour=23))  # both are the day after in UTC
    (record,) = read(town.officer)
    assert (record.enrolled_on, record.completed_on) == (dt.date(2026, 9, 1), dt.date(2026, 10, 31))


def test_read_records_of_an_unfinished_enrolment_says_what_holds_now(town):
    edition = factories.make_edition(course_page=town.course, name="March 2027")
    town.add_started(edition=edition, sex="male", organisation=town.directorate)
    (record,) = read(town.officer)
    assert (record.institution, record.unit, record.territory, record.staff_type, record.sex) == (
        "Municipalidad de Las Acacias", "Desarrollo Comunitario", "Santiago", "Planta (Chile)", "Male")
    assert (record.course, record.edition, record.state, record.completed_on, record.folio) == (
        "Intercultural public service", "March 2027", "In progress", None, "")


def test_read_records_uses_the_title_of_the_language(town):
    town.add_completed()
    town.add_started()
    assert {record.course for record in read(town.officer, "es")} == {"Interculturalidad en la atención municipal"}
    assert {record.course for record in read(town.officer, "en")} == {"Intercultural public service"}


def test_read_records_uses_the_title_there_is_when_not_translated(town):
    course = factories.make_course(catalogue=town.course.get_parent(), title="Solo en español")
    town.add_completed(edition=factories.get_edition(course))
    town.add_started(edition=factories.get_edition(course))
    assert {record.course for record in read(town.officer)} == {"Solo en español"}


def test_read_records_shows_documents_only_when_asked(town):
    town.add_completed(document=("rut", "12.345.678-5"))
    assert read(town.officer)[0].document_number == ""
    assert read(town.officer, with_documents=True)[0].document_number == "12345678-5"


def test_read_records_shows_no_certificate_that_is_not_valid(town):
    enrolment = town.add_completed()
    certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk)
    type(certificate).objects.filter(pk=certificate.pk).update(state="revoked", ended_at=NOW)
    (record,) = read(town.officer)
    assert (record.folio, record.code) == ("", "")


def test_read_records_asks_as_often_for_one_as_for_many(town, django_assert_num_queries):
    def add(number):
        for _number in range(number):
            person = town.add_person()
            town.add_started(person=person)
            town.add_completed(person=person, edition=factories.make_edition(course_page=town.course))

    add(1)
    with django_assert_num_queries(7):  # officer's grants, organisations; editions, titles; rows; two for names
        assert len(read(town.officer)) == 2
    add(3)
    with django_assert_num_queries(7):
        assert len(read(town.officer)) == 8
    assert Enrolment.objects.count() == 8


def test_record_says_of_a_certificate_that_it_is_a_renewal(town):
    first, second = town.add_completed(), town.add_completed()
    for enrolment, cycle in ((first, 1), (second, 3)):
        certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk, now=COMPLETED)
        Certificate.objects.filter(pk=certificate.pk).update(cycle=cycle)
    records = {record.email: record for record in read(town.officer)}
    assert [records[each.learner.email].renewal for each in (first, second)] == ["", "Renewal"]
    assert records[second.learner.email].folio.startswith("2026-00000")


def test_record_shows_the_certificate_that_is_valid_now(town):
    enrolment = town.add_completed()
    first = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk, now=COMPLETED,
                                       completed_on=dt.date(2026, 10, 31), expires_on=dt.date(2027, 10, 31))
    second = correct(certificate=first, changes={"holder": "Ana Soto"}, reason="name", by=town.administrator, now=NOW)
    record, = read(town.officer)
    assert (record.folio, record.valid_until) == (second.folio, dt.date(2027, 10, 31))
    revoke(certificate=second, reason="mistake", by=town.administrator, now=NOW)
    record, = read(town.officer)
    assert (record.folio, record.code, record.valid_until) == ("", "", None)
