import datetime as dt

import pytest
from django.utils.translation import override

from certificates.ending import renew
from lms.reports.filters import CompletionFilters
from tests import factories
from tests.reports.town import COMPLETED, NOW, SANTIAGO


def make_filters(viewer, **data):
    return CompletionFilters(data, viewer=viewer, now=NOW, language="en")


def find(viewer, **data):
    filters = make_filters(viewer, **data)
    assert filters.is_valid(), filters.errors
    return [enrolment.learner.given_names for enrolment in filters.qs]


def at(day, hour=12, minute=0):
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=SANTIAGO)


def test_no_filter_gives_everything_in_scope(town):
    town.add_completed(given_names="Ana")
    assert find(town.officer) == ["Ana"]
    filters = make_filters(town.officer)
    assert filters.is_valid()
    assert filters.get_chosen() == []


def test_organisation_filter_holds_what_is_below(town):
    town.add_completed(given_names="Ana", first_surname="A", organisation=town.unit)
    town.add_started(given_names="Eva", first_surname="B", organisation=town.directorate)
    town.add_enrolment(given_names="Luz", first_surname="C", organisation=town.town)
    assert find(town.officer, organisation=town.directorate.pk) == ["Ana", "Eva"]
    assert find(town.officer, organisation=town.unit.pk) == ["Ana"]
    assert find(town.administrator, organisation=town.town.pk) == ["Ana", "Eva", "Luz"]


@pytest.mark.parametrize("field", ["organisation", "course", "edition"])
def test_choice_out_of_scope_is_refused(town, field):
    town.add_completed()
    course = factories.make_course(catalogue=town.course.get_parent())
    edition = factories.get_edition(course)
    town.add_completed(organisation=town.borough, edition=edition)
    foreign = {"organisation": town.borough.pk, "course": course.translation_key, "edition": edition.pk}[field]
    filters = make_filters(town.officer, **{field: foreign})
    assert filters.errors.as_data()[field][0].code == "invalid_choice"
    assert list(filters.qs) == []
    assert make_filters(town.stranger, **{field: foreign}).qs.count() == 1


def test_organisation_above_ones_own_is_refused(town):
    town.add_completed()
    assert "organisation" in make_filters(town.unit_officer, organisation=town.town.pk).errors
    assert "organisation" in make_filters(town.unit_officer, organisation=town.other_unit.pk).errors


def test_choices_are_those_of_the_scope(town):
    town.add_completed()
    elsewhere = factories.make_edition(course_page=town.course, name="Of the borough")
    town.add_completed(organisation=town.borough, edition=elsewhere)
    fields = make_filters(town.unit_officer).form.fields
    assert [label for _value, label in fields["organisation"].choices][1:] == ["Oficina de Migrantes"]
    assert [label for _value, label in fields["course"].choices][1:] == ["Intercultural public service"]
    assert [value for value, _label in fields["edition"].choices][1:] == [town.edition.pk]
    names = [label for _value, label in make_filters(town.officer).form.fields["organisation"].choices][1:]
    assert names == ["Municipalidad de Las Acacias", "– Desarrollo Comunitario", "– – Oficina de Migrantes",
                     "– – Vivienda"]


def test_course_and_edition_filters(town):
    course = factories.make_course(catalogue=town.course.get_parent())
    march = factories.make_edition(course_page=town.course, name="March 2027")
    town.add_completed(given_names="Ana", first_surname="A")
    town.add_completed(given_names="Eva", first_surname="B", edition=march)
    town.add_completed(given_names="Luz", first_surname="C", edition=factories.get_edition(course))
    assert find(town.officer, course=town.course.translation_key) == ["Ana", "Eva"]
    assert find(town.officer, edition=march.pk) == ["Eva"]


@pytest.mark.parametrize(("state", "names"), [
    ("completed", ["Ana"]), ("in_progress", ["Eva"]), ("not_started", ["Luz"])])
def test_state_filter(town, state, names):
    town.add_completed(given_names="Ana")
    town.add_started(given_names="Eva")
    town.add_enrolment(given_names="Luz")
    assert find(town.officer, state=state) == names


def test_day_filters_are_local_days_with_both_ends(town):
    town.add_completed(given_names="Early", completed_at=at(1, 0, 0), first_surname="A")
    town.add_completed(given_names="Late", completed_at=at(1, 23, 59), first_surname="B")
    town.add_completed(given_names="Next", completed_at=at(2, 0, 0), first_surname="C")
    town.add_started(given_names="Unfinished", first_surname="D")
    assert find(town.officer, completed_from="01-10-2026", completed_to="01-10-2026") == ["Early", "Late"]
    assert find(town.officer, completed_from="2026-10-02") == ["Next"]
    assert find(town.officer, completed_to="30/9/2026") == []


def test_enrolled_filter(town):
    town.add_enrolment(given_names="Ana", at=at(5))
    town.add_enrolment(given_names="Eva", at=at(6))
    assert find(town.officer, enrolled_from="06-10-2026") == ["Eva"]
    assert find(town.officer, enrolled_to="05-10-2026") == ["Ana"]


@pytest.mark.parametrize("data", [
    {"completed_from": "31-02-2026"}, {"enrolled_to": "yesterday"}, {"state": "passed"}, {"organisation": "0 OR 1=1"},
    {"course": "x"}, {"edition": "-1"}, {"completed_from": "02-10-2026", "completed_to": "01-10-2026"},
])
def test_invalid_filter_never_widens_the_list(town, data):
    town.add_completed()
    filters = make_filters(town.officer, **data)
    assert not filters.is_valid()
    assert list(filters.qs) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("text", ["nancupil", "ÑANCUPIL", "josé ñancupil", "jose  SOTO", "nan@x.test"])
def test_search_finds_a_person_without_regard_to_case_and_accents(town, text):
    town.add_completed(given_names="José", first_surname="Ñancupil", second_surname="Soto", email="nan@x.test")
    town.add_completed(given_names="Ana", first_surname="Rojas", second_surname="Soto")
    assert find(town.officer, q=text) == ["José"]


def test_search_takes_signs_as_they_are(town):
    town.add_completed(given_names="José")
    assert find(town.officer, q="%") == []
    assert find(town.officer, q="_") == []


def test_search_finds_a_folio_with_and_without_zeros(town):
    enrolment = town.add_completed(given_names="Ana")
    town.add_completed(given_names="Eva")
    certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk)
    assert find(town.officer, q=certificate.folio) == ["Ana"]
    assert find(town.officer, q=f" {certificate.series}-{certificate.number} ") == ["Ana"]
    assert find(town.stranger, q=certificate.folio) == []


def test_chosen_filters_in_words(town):
    town.add_completed()
    with override("en"):
        filters = make_filters(town.officer, organisation=town.unit.pk, state="completed", q="ana",
                               completed_from="01-10-2026")
        assert filters.is_valid()
        assert [(str(label), value) for label, value in filters.get_chosen()] == [
            ("Name, e-mail or certificate folio", "ana"), ("Organisation", "Oficina de Migrantes"),
            ("State", "Completed"), ("Completed from", "01 Oct 2026")]


def test_facts_for_the_log_hold_no_personal_data(town):
    filters = make_filters(town.officer, q="Ana Soto", state="completed", completed_from="01-10-2026")
    assert filters.is_valid()
    assert filters.get_facts() == {"q": True, "state": "completed", "completed_from": "2026-10-01"}


def test_validity_tells_what_expires_and_has_expired(town):
    enrolments = {}
    for name, last_day in {"valid": dt.date(2028, 1, 1), "forever": None, "soon": dt.date(2027, 2, 1),
                           "expired": dt.date(2026, 11, 21), "renewed": dt.date(2026, 11, 20)}.items():
        enrolments[name] = town.add_completed(email=f"{name}@x.test")
        certificate = factories.make_certificate(learner=enrolments[name].learner, award=enrolments[name].pk,
                                                 now=COMPLETED, completed_on=dt.date(2026, 10, 31), expires_on=last_day)
    renew(certificate=certificate, award=certificate.learner.public_id, kind="approval",
          snapshot=factories.make_snapshot(), now=NOW)
    town.add_started(email="started@x.test")

    def find(validity):
        filters = CompletionFilters({"validity": validity}, viewer=town.officer, now=NOW, language="en")
        return {enrolment.learner.email.partition("@")[0] for enrolment in filters.qs}

    assert find("valid") == {"valid", "forever", "soon"}
    assert find("expires_soon") == {"soon"}
    assert find("expired") == {"expired"}
