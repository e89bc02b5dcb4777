"""What a piece of set-up leaves in the database, so that a worker does it once and later tests get its rows in a
hundredth of the time. PostgreSQL only: elsewhere the set-up runs each time."""

import functools
import pickle
from decimal import Decimal

from django.core.cache import cache
from django.db import IntegrityError as DjangoIntegrityError
from django.db import connection, transaction
from django.test import TestCase
from psycopg import IntegrityError, sql


class Snapshot:
    """``Snapshot(set_up).restore()``: the database as after ``set_up()``, and a copy of what that returned.

    The rows are put only where the tables of ``witnesses`` are as they were before the first time; on anything else
    (a test that made pages of its own before) the real set-up runs."""

    def __init__(self, set_up, *, witnesses):
        self.set_up = set_up
        self.witnesses = witnesses
        self.before = self.changes = self.keys = self.sequences = self.result = None

    def restore(self):
        if connection.vendor != "postgresql":
            return self.set_up()
        if self.changes is None:
            return self._take()
        if _read(self.witnesses) != self.before or not self._put():
            return self.set_up()
        return pickle.loads(self.result)  # noqa: S301 (our own)

    def _take(self):
        before = _read(_get_tables())
        # What waits for the commit belongs to the set-up, in a test that never commits too.
        with TestCase.captureOnCommitCallbacks(execute=True):
            result = self.set_up()
        self.result = pickle.dumps(result)
        _check_constraints()
        after = _read(before)
        self.before = {table: before[table] for table in self.witnesses}
        self.changes = {table: (_without(before[table], after[table]), _without(after[table], before[table]))
                        for table in before if before[table] != after[table]}
        self.keys, self.sequences = _get_keys(self.changes), _get_sequences(self.changes)
        return result

    def _put(self):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for table, (gone, _come) in self.changes.items():
                    if gone:
                        _delete(cursor, table, self.keys[table], gone)
                for table, (_gone, come) in self.changes.items():
                    with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                        copy.write(b"".join(come))
                _pass_by(cursor, self.sequences)
        except (IntegrityError, DjangoIntegrityError):  # a row of the test has the key of one of these
            return False
        cache.clear()
        return True


def kept(*, witnesses):
    """For a function that sets something up: a Snapshot for each value of its arguments, as long as all are plain."""
    def decorate(set_up):
        snapshots = {}

        @functools.wraps(set_up)
        def restore(**arguments):
            if not _is_plain(arguments):
                return set_up(**arguments)
            key = repr(sorted(arguments.items()))
            if key not in snapshots:
                snapshots[key] = Snapshot(functools.partial(set_up, **arguments), witnesses=witnesses)
            return snapshots[key].restore()

        return restore
    return decorate


def _is_plain(value):
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (str, int, float, Decimal))


def _get_tables():
    with connection.cursor() as cursor:
        return [table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"]


def _read(tables):
    """{table: its rows as lines of COPY}"""
    rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                rows[table] = sorted(map(bytes, copy))
    return rows


def _without(lines, others):
    others = set(others)
    return [line for line in lines if line not in others]


def _check_constraints():
    """The deferred ones now: what is kept is whole."""
    if connection.in_atomic_block:
        connection.check_constraints()


def _get_keys(tables):
    """{table: its primary key}, of which _delete takes for granted that it is the first column."""
    with connection.cursor() as cursor:
        return {table: connection.introspection.get_primary_key_column(cursor, table) for table in tables}


def _delete(cursor, table, key, lines):
    statement = sql.SQL("DELETE FROM {} WHERE {}::text = ANY(%s)").format(sql.Identifier(table), sql.Identifier(key))
    cursor.execute(statement, [[line.partition(b"\t")[0].decode() for line in lines]])


def _get_sequences(tables):
    with connection.cursor() as cursor:
        return [each for table in tables for each in connection.introspection.get_sequences(cursor, table)]


def _pass_by(cursor, sequences):
    """The next numbers come after those of the rows that were put."""
    following = sql.SQL("setval({}, greatest(nextval({}), (SELECT max({}) + 1 FROM {})), false)")
    cursor.execute(sql.SQL("SELECT {}").format(sql.SQL(", ").join(
        following.format(each["name"], each["name"], sql.Identifier(each["column"]), sql.Identifier(each["table"]))
        for each in sequences)))
