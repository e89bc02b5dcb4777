import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override

from certificates.models import EarlierRecord, HistoryImport
from tests.constraints import violates
from tests.factories import make_earlier_record, make_user

pytestmark = pytest.mark.django_db


def test_record_is_there_once_for_a_person_title_and_day():
    first = make_earlier_record(titles={"es": "Atención al público"})
    with violates("earlier_record_once"):
        make_earlier_record(learner=first.learner, titles={"es": "  ATENCION al  publico"})
    make_earlier_record(learner=first.learner, completed_on=first.completed_on + dt.timedelta(days=1))
    make_earlier_record(titles=first.titles)


@pytest.mark.parametrize("fields", [
    {"hours": Decimal(8), "hours_kind": ""}, {"hours": None, "hours_kind": "pedagogical"},
    {"hours": Decimal(0), "hours_kind": "pedagogical"}, {"hours": Decimal(8), "hours_kind": "solar"},
])
def test_record_has_hours_with_their_kind_or_none(fields):
    make_earlier_record(hours=None, hours_kind="")
    with violates("earlier_record_hours_have_a_kind"):
        make_earlier_record(**fields)


def test_record_is_not_completed_before_it_began():
    with violates("earlier_record_not_completed_before_it_began"):
        make_earlier_record(started_on=dt.date(2020, 5, 2), completed_on=dt.date(2020, 5, 1))


def test_record_falls_back_to_the_title_in_the_first_language():
    record = EarlierRecord(titles={"es": "Migración", "en": ""})
    with override("en"):
        assert (record.title, record.title_language) == ("Migración", "es")
    record.titles["en"] = "Migration"
    with override("en"):
        assert (record.title, record.title_language) == ("Migration", "en")


@pytest.mark.parametrize(("state", "finished_at"), [("ready", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
                                                    ("saved", None), ("undone", None)])
def test_import_that_is_finished_has_a_time(state, finished_at):
    with violates("history_import_finished_has_a_time"):
        HistoryImport.objects.create(by=make_user(), name="a.xlsx", state=state, finished_at=finished_at,
                                     started_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
