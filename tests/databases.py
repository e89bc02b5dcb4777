"""A worker's own database: a copy of the migrated template, made anew after each test that commits.

Django would empty the tables instead, and with them take the root page and the locales that migrations made."""

import shutil
from itertools import count
from pathlib import Path

from django.conf import settings
from django.db import connections

from tests.servers import maintenance_connection


class PostgreSQLCopy:
    def __init__(self, settings_dict, worker):
        self.settings_dict = settings_dict
        self.template = settings_dict["NAME"]
        self.name = f"{self.template}_{worker}"

    def create(self):
        with maintenance_connection(self.settings_dict) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')
        self.settings_dict["NAME"] = self.name

    def drop(self):
        with maintenance_connection(self.settings_dict) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


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

    def drop(self):
        if self.path:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)


class TestDatabase:
    """The database of this process. ``create`` also replaces one that is there."""

    __test__ = False

    def __init__(self, worker):
        connection = connections["default"]
        kind = PostgreSQLCopy if connection.vendor == "postgresql" else SQLiteCopy
        self.copy = kind(connection.settings_dict, worker)

    def create(self):
        connections.close_all()
        self.copy.create()

    def drop(self):
        connections.close_all()
        self.copy.drop()
