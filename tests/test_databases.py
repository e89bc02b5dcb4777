"""What the tests' database promises them."""

import pytest
from django.db import connection
from wagtail.models import Locale, Page

from lms.accounts.models import Territory, User
from tests import factories
from tests.databases import TestDatabase

pytestmark = pytest.mark.django_db(transaction=True)


def read_everything():
    """{table: its rows, sorted}"""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def change_much():
    page = factories.make_course()
    factories.make_enrolment(course_page=page)
    Page.objects.filter(depth=1).update(title="Another root")
    Territory.objects.filter(level="commune").delete()
    Locale.objects.create(language_code="en")


@pytest.fixture
def database(django_db_setup):
    django_db_setup.restore()
    return django_db_setup


@pytest.mark.sqlite
def test_restore_undoes_every_change(database: TestDatabase):
    before = read_everything()
    change_much()
    changed = {table for table, rows in read_everything().items() if rows != before[table]}
    assert {"accounts_user", "accounts_territory", "wagtailcore_page", "wagtailcore_locale"} <= changed
    database.restore()
    assert read_everything() == before


def test_restore_begins_to_count_again(database):
    numbers = []
    for _time in range(2):
        numbers.append(Locale.objects.create(language_code="en").pk)
        database.restore()
    assert numbers[0] == numbers[1]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="elsewhere each test has a file of its own")
def test_restore_makes_a_copy_where_tables_changed(database):
    before = read_everything()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_territory ADD COLUMN anthem text")
    database.restore()
    assert read_everything() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="elsewhere each test has a file of its own")
def test_restore_ends_what_others_still_do(database, django_db_blocker):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE accounts_user")
    database.restore()
    assert User.objects.count() == 0
    with pytest.raises(Exception, match=r"terminat|clos"), other.cursor() as cursor:
        cursor.execute("SELECT 1")
