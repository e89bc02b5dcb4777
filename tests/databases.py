"""A worker's own database: a copy of the migrated template, as it was again after each test that commits.

Django would empty the tables instead, and with them take the root page and the locales that migrations made."""

import shutil
from collections import Counter
from itertools import count
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from tests.servers import maintenance_connection, make_address


class PostgreSQLCopy:
    """Copied once. After that only the rows that a test left are put right: a copy takes half a second, this a
    twentieth of it."""

    def __init__(self, settings_dict, worker):
        self.settings_dict = settings_dict
        self.template = settings_dict["NAME"]
        self.name = f"{self.template}_{worker}"
        self.state = None

    def create(self):
        with maintenance_connection(self.settings_dict) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        self.settings_dict["NAME"] = self.name
        with psycopg.connect(make_address(self.settings_dict), autocommit=True) as connection:
            self.state = State(connection)

    def restore(self):
        with psycopg.connect(make_address(self.settings_dict), autocommit=True) as connection:
            restored = self.state.restore(connection)
        if not restored:
            self.create()

    def drop(self):
        with maintenance_connection(self.settings_dict) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


class State:
    """What is in a database."""

    def __init__(self, connection):
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        self.rows = {name: _read(connection, name) for (name,) in names}
        self.sequences = _get_sequences(connection)
        self.schema = self._get_schema(connection)
        self._look = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} FROM (SELECT count(*) AS rows, max(xmin::text::bigint) AS newest FROM {}) AS each "
                    "WHERE rows <> {} OR newest >= %(since)s").format(name, sql.Identifier(name), len(rows))
            for name, rows in self.rows.items())
        self.since = _get_transaction(connection)

    def restore(self, connection):
        """True when it is in the database again; False where more than rows changed."""
        _end_other_sessions(connection)
        if self._get_schema(connection) != self.schema:
            return False
        changed = [name for (name,) in connection.execute(self._look, {"since": self.since})]
        with connection.transaction():
            if connection.info.parameter_status("is_superuser") == "on":  # else the checks wait until the end
                connection.execute("SET LOCAL session_replication_role = replica")
            for name in changed:
                self._restore_rows(connection, name)
        _restore_sequences(connection, self.sequences)
        if changed:  # new rows lie in the order of their making, as in a new table
            connection.execute(sql.SQL("VACUUM {}").format(sql.SQL(", ").join(map(sql.Identifier, changed))))
        self.since = _get_transaction(connection)
        return True

    def _restore_rows(self, connection, name):
        table = sql.Identifier(name)
        connection.execute(sql.SQL("DELETE FROM {} WHERE xmin::text::bigint >= {}").format(table, self.since))
        missing = Counter(self.rows[name]) - Counter(_read(connection, name))
        if missing:
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                copy.write(b"".join(missing.elements()))

    @staticmethod
    def _get_schema(connection):
        """The same as long as no table or index is made, changed or taken away."""
        return connection.execute("SELECT oid, xmin::text FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                                  "ORDER BY oid").fetchall()


def _read(connection, table):
    """The rows as lines of COPY."""
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return [bytes(line) for line in copy]


def _get_transaction(connection):
    """The number of a transaction that begins now."""
    return connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()[0]


def _end_other_sessions(connection):
    connection.execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
                       "WHERE datname = current_database() AND pid <> pg_backend_pid()")


def _get_sequences(connection):
    """{name: (first number, last number given out or None)}"""
    found = connection.execute("SELECT sequencename, start_value, last_value FROM pg_sequences "
                               "WHERE schemaname = 'public'").fetchall()
    return {name: (first, last) for name, first, last in found}


def _restore_sequences(connection, sequences):
    for name, now in _get_sequences(connection).items():
        if now != sequences[name]:
            first, last = sequences[name]
            connection.execute("SELECT setval(%s::regclass, %s, %s)",
                               [f'"{name}"', first if last is None else last, last is not None])


class SQLiteCopy:
    def __init__(self, settings_dict, worker):
        self.settings_dict = settings_dict
        self.template = settings_dict["NAME"]
        self.numbers = count(1)
        self.path = None

    def create(self):
        # A new name each time: a thread of the live server may still hold the file before.
        self.drop()
        self.path = Path(settings.DATA_DIR) / f"test-{next(self.numbers)}.sqlite3"
        shutil.copyfile(self.template, self.path)
        self.settings_dict["NAME"] = str(self.path)

    restore = create

    def drop(self):
        if self.path:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)


class TestDatabase:
    """The database of this process. ``create`` also replaces one that is there; ``restore`` only undoes what was
    committed to it."""

    __test__ = False

    def __init__(self, worker):
        connection = connections["default"]
        kind = PostgreSQLCopy if connection.vendor == "postgresql" else SQLiteCopy
        self.copy = kind(connection.settings_dict, worker)

    def create(self):
        connections.close_all()
        self.copy.create()

    def restore(self):
        connections.close_all()
        self.copy.restore()

    def drop(self):
        connections.close_all()
        self.copy.drop()
