"""Can an answer be tied to a person with the whole database in hand? Each attack is shown to work on a table that keeps
answers as tables usually do, so that a test that passes says something."""

import json
import logging
import random
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from assessments.models import AnswerPool, Completion
from assessments.surveys import unseal
from courses import progress
from tests.courses.learning import Learning, SmallCourse
from tests.factories import make_survey, make_survey_page, stable_id

PEOPLE = 10

pytestmark = pytest.mark.django_db(transaction=True)


def query(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else None


def read_physically(table, columns):
    """The rows of a table in the order in which they lie in the file, each after the transaction that wrote it (None
    where the database does not keep it)."""
    if connection.vendor == "postgresql":
        return query(f"SELECT xmin::text, {columns} FROM {table} ORDER BY ctid")  # noqa: S608
    return query(f"SELECT NULL, {columns} FROM {table} ORDER BY rowid")  # noqa: S608


def dump():
    """{table: the text of all its rows}."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    return {table: str([[bytes(value) if isinstance(value, memoryview) else value for value in row]
                        for row in query(f'SELECT * FROM "{table}"')]) for table in tables}  # noqa: S608


def read_files():
    """The bytes of the database as they lie on the disk, with versions of rows that no query sees any more."""
    if connection.vendor == "postgresql":
        query("CHECKPOINT")
        return b"".join(bytes(query("SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class "
                                    "WHERE oid = %s", oid)[0][0]) for (oid,) in query(
            "SELECT oid FROM pg_class WHERE relname IN ('assessments_answerpool', 'naive') UNION SELECT reltoastrelid "
            "FROM pg_class WHERE relname = 'assessments_answerpool'"))
    name = connection.settings_dict["NAME"]
    return b"".join(path.read_bytes() for path in (Path(name), Path(f"{name}-wal")) if path.exists())


class Survey:
    """People whose answers are all different, and known to the test only."""

    def __init__(self, code="a"):
        self.course = SmallCourse(weights=())
        self.survey = make_survey(code=code)
        self.page = make_survey_page(parent=self.course.page, survey=self.survey, is_required=False)
        self.learnings = [Learning(self.course, now=timezone.now()) for _number in range(PEOPLE)]
        query("CREATE TABLE naive (id integer PRIMARY KEY, opinion text)")

    def answer(self, opinions):
        """In the order of the people, each in a transaction; beside it, in the naive table."""
        for number, (learning, opinion) in enumerate(zip(self.learnings, opinions, strict=True)):
            with transaction.atomic():
                progress.answer_survey(
                    enrolment=learning.enrolment, activity=self.page.translation_key, version=self.survey.version,
                    answers={stable_id(self.survey.code, "overall"): str(number % 5 + 1),
                             stable_id(self.survey.code, "open"): opinion}, now=timezone.now())
                query("INSERT INTO naive (id, opinion) VALUES (%s, %s)", number, opinion)

    def get_opinions(self):
        """As an attacker sees them who has the key too: in the order in which they are kept."""
        tally = unseal(AnswerPool.objects.get().sealed)["shown"]
        return tally["texts"][stable_id(self.survey.code, "open")]


@pytest.fixture
def survey(django_db_setup):
    django_db_setup.create()  # files in which no other test has written, where rows lie as they came
    yield Survey()
    query("DROP TABLE naive")


def make_opinions(rng):
    opinions = [f"secreto {number} {rng.randrange(10**9)}" for number in range(PEOPLE)]
    rng.shuffle(opinions)
    return opinions


def get_people():
    """(transaction, enrolment) of who answered, in the order in which the rows that say so lie."""
    return read_physically(Completion._meta.db_table, "enrolment")


def count_by_order(rows, opinions):
    """How many people the attacker finds who pairs the rows of answers with those of people as they lie."""
    return sum(opinion == wanted for (_xmin, opinion), wanted in zip(rows, opinions, strict=True))


def count_by_transaction(rows, opinions):
    """How many are found by the number of the transaction that wrote both their rows, or the one nearest to it: a
    savepoint has a number of its own."""
    return sum(min(rows, key=lambda row: abs(int(row[0]) - int(xmin)))[1] == wanted
               for (xmin, _enrolment), wanted in zip(get_people(), opinions, strict=True))


def test_answers_are_not_found_by_order_or_transaction(survey):
    opinions = make_opinions(random.Random(1))
    survey.answer(opinions)
    naive = read_physically("naive", "opinion")
    assert count_by_order(naive, opinions) == PEOPLE
    if connection.vendor == "postgresql":
        assert count_by_transaction(naive, opinions) == PEOPLE

    pools = read_physically(AnswerPool._meta.db_table, "id")
    assert len(pools) == 1  # one row for all: it has the transaction of who came last, and everybody's answers
    kept = survey.get_opinions()
    assert kept == sorted(opinions[:5]) + sorted(opinions[5:]) or kept == sorted(opinions)
    assert kept == sorted(kept)
    assert kept != opinions


def test_database_is_the_same_whoever_said_what(survey):
    """Also for who holds the key: two worlds in which people exchanged their answers cannot be told apart."""
    rng = random.Random(2)
    opinions = make_opinions(rng)
    states = []
    for _world in range(3):
        survey.answer(opinions)
        (pool,) = AnswerPool.objects.values("survey", "edition", "voice", "version", "sealed", "is_full")
        sealed = pool.pop("sealed")
        state = unseal(sealed)
        points = state["shown"]["counts"][stable_id("a", "overall")]
        assert points == {str(point): 2 for point in range(1, 6)}
        states.append((json.dumps(state, sort_keys=True), len(bytes(sealed)), pool))
        rng.shuffle(opinions)
        AnswerPool.objects.all().delete()
        Completion.objects.all().delete()
        query("DELETE FROM naive")
    assert states[0] == states[1] == states[2]


def test_answers_are_in_no_table(survey):
    opinions = make_opinions(random.Random(3))
    survey.answer(opinions)
    found = {table for table, text in dump().items() if any(opinion in text for opinion in opinions)}
    assert found == {"naive"}


def test_answers_are_in_no_earlier_version_of_a_row_either(survey):
    """With each answer the row is written anew; the database keeps the old ones for a while, and whoever compared them
    could subtract. They are sealed, each another way."""
    opinions = make_opinions(random.Random(4))
    survey.answer(opinions)
    content = read_files()
    assert all(opinion.encode() in content for opinion in opinions)  # of the naive table
    if connection.vendor == "postgresql":
        query("TRUNCATE naive")  # begins a new file; a vacuum keeps rows that somebody could still see
        content = read_files()
        assert not any(opinion.encode() in content for opinion in opinions)


def test_what_says_that_somebody_answered_knows_no_time_finer_than_the_day(survey):
    survey.answer(make_opinions(random.Random(5)))
    moments = {timezone.localtime(each.completed_at).time() for each in Completion.objects.all()}
    enrolled = {timezone.localtime(learning.enrolment.enrolled_at).time() for learning in survey.learnings}
    assert moments <= enrolled  # the day they enrolled on began before that
    assert not {field.name for field in AnswerPool._meta.fields} & {"created_at", "updated_at", "learner", "enrolment"}
    assert not [field for field in AnswerPool._meta.fields if field.get_internal_type().startswith("Date")]


def test_answers_are_in_no_log(survey, client, caplog):
    learning = survey.learnings[0]
    client.force_login(learning.learner)
    form = {"version": survey.survey.version.pk, "action": "send", "q4": "secreto del registro",
            **{f"q2-{stable_id('a', name)}": "5" for name in ("overall", "content")}}
    with caplog.at_level(logging.DEBUG):
        assert client.post(survey.page.get_url(), form).status_code == 302
    assert unseal(AnswerPool.objects.get().sealed)["waiting"]["n"] == 1
    assert "secreto" not in caplog.text
    assert not [table for table, text in dump().items() if "secreto" in text]
