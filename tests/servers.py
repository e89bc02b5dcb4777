"""A pytest plugin that brings up what the tests need: PostgreSQL and Redis of their own on free loopback ports, and a
template database with every migration applied, which each worker copies (see tests/databases.py).

Overrides: TEST_DATABASE_URL (``sqlite://`` for SQLite, or the address of a PostgreSQL whose user may create databases)
and TEST_REDIS_URL. It is loaded with ``-p``, because pytest-django reads the settings before any conftest."""

import contextlib
import ctypes
import glob
import hashlib
import os
import pwd
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "var" / "test"
# A migrated database depends on these and on the locked packages.
MIGRATION_SOURCES = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "*/apps.py", "*/data/*.csv",
                     "lms/*/migrations/*.py", "lms/*/models/*.py", "lms/*/apps.py", "lms/*/data/*.csv",
                     "lms/settings.py", "requirements/test.txt")
POSTGRESQL_OPTIONS = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "", "max_connections": "200", "shared_buffers": "128MB", "jit": "off",
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB", "checkpoint_timeout": "1h",
}
NOTHING_RUNS = {"--collect-only", "--co", "--fixtures", "--markers", "--help", "-h", "--version", "-V"}


class ServiceMissing(pytest.UsageError):
    """A program that the tests need is not on this machine."""


def migration_key():
    """A name for the schema as the code has it now, the same as long as no migration changes."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in MIGRATION_SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find_program(name, package):
    path = os.pathsep.join([*sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True), os.environ.get("PATH", "")])
    if found := shutil.which(name, path=path):
        return found
    raise ServiceMissing(f"The tests need {name}. Install the system package {package} (apt-get install {package}).")


def wait_until(ready, process, what, log=None):
    for _attempt in range(600):
        with contextlib.suppress(OSError, psycopg.OperationalError):
            ready()
            return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(f"{what} did not start.\n{log.read_text() if log and log.exists() else ''}")


def die_with_parent():
    """Runs in the child: the kernel ends it when the tests are killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def migrate(template_url):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_TEMPLATE_URL": template_url}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
    subprocess.run(command, cwd=ROOT, check=True, env=environment)


class Redis:
    def __init__(self, folder, port=None):
        self.port = port or free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        program = find_program("redis-server", "redis-server")
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        self.process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, preexec_fn=die_with_parent)
        wait_until(lambda: socket.create_connection(("127.0.0.1", self.port), 1).close(), self.process, "Redis")

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class PostgreSQL:
    """A cluster in a temporary folder. One that holds the template database is kept in var/test and copied, which is
    quicker than to migrate again."""

    def __init__(self, folder, key):
        self.data = folder / "postgresql"
        self.log = folder / "postgresql.log"
        self.kept = CACHE / f"postgresql-{key}"
        self.account = self._account()
        folder.chmod(0o755)
        self.process = None
        if self.kept.is_dir():
            shutil.copytree(self.kept, self.data)
            self._hand_over()
        else:
            self._initialise()
        self.start()

    @staticmethod
    def _account():
        """PostgreSQL refuses to run as root: then it runs as ``postgres``, or else as ``nobody``."""
        if os.geteuid():
            return {}
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = names.get("postgres") or names["nobody"]
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _hand_over(self):
        self.data.chmod(0o700)
        if self.account:
            for path in [self.data, *self.data.rglob("*")]:
                os.chown(path, self.account["user"], self.account["group"], follow_symlinks=False)

    def _initialise(self):
        self.data.mkdir(parents=True)
        self._hand_over()
        options = ["--username", "puentes", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
        subprocess.run([find_program("initdb", "postgresql"), "--pgdata", self.data, *options], cwd="/", check=True,
                       stdout=subprocess.DEVNULL, **self.account)

    def start(self):
        self.port = free_port()
        self.url = f"postgresql://puentes@127.0.0.1:{self.port}/postgres"
        options = [argument for name, value in POSTGRESQL_OPTIONS.items() for argument in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [find_program("postgres", "postgresql"), "-D", self.data, "-p", str(self.port), *options], cwd="/",
                stdout=log, stderr=log, preexec_fn=die_with_parent, **self.account)
        wait_until(lambda: psycopg.connect(self.url).close(), self.process, "PostgreSQL", self.log)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def keep(self):
        """Keep the cluster as it is for the next run, in place of those of earlier schemas."""
        self.stop()
        CACHE.mkdir(parents=True, exist_ok=True)
        copy = Path(tempfile.mkdtemp(prefix=".postgresql-", dir=CACHE))
        shutil.copytree(self.data, copy, dirs_exist_ok=True)
        with contextlib.suppress(OSError):  # another run was quicker
            copy.rename(self.kept)
        shutil.rmtree(copy, ignore_errors=True)
        for old in CACHE.glob("postgresql-*"):
            if old != self.kept and time.time() - old.stat().st_mtime > 86_400:
                shutil.rmtree(old, ignore_errors=True)
        self.start()


class Services:
    def __init__(self):
        self.folder = self._make_folder()
        self.running = []

    @staticmethod
    def _make_folder():
        """A folder that names the process, so that the next run removes what a killed one left."""
        for old in Path(tempfile.gettempdir()).glob("puentes-test-*-*"):
            if not Path("/proc", old.name.split("-")[2]).exists():
                shutil.rmtree(old, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=f"puentes-test-{os.getpid()}-"))

    def start(self):
        os.environ["TEST_DATA_DIR"] = str(self.folder / "data")
        os.environ["TEST_BROKER_URL"] = os.environ.get("TEST_REDIS_URL") or self._run(Redis(self.folder)).url
        url, key = os.environ.get("TEST_DATABASE_URL", ""), migration_key()
        if url.startswith("sqlite"):
            os.environ["TEST_TEMPLATE_URL"] = self._sqlite_template(key)
            return
        server = None if url else self._run(PostgreSQL(self.folder, key))
        if self._make_postgresql_template(url or server.url, key) and server:
            server.keep()
        os.environ["TEST_TEMPLATE_URL"] = _with_database(url or server.url, f"puentes_{key}")

    def _run(self, service):
        self.running.append(service)
        return service

    @staticmethod
    def _sqlite_template(key):
        path = CACHE / f"template-{key}.sqlite3"
        if not path.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            fresh = CACHE / f"template-{key}-{os.getpid()}.sqlite3"
            migrate(f"sqlite:///{fresh}")
            with contextlib.closing(sqlite3.connect(fresh)) as connection:
                connection.execute("PRAGMA journal_mode=DELETE")  # everything into the one file that is copied
            fresh.rename(path)
        return f"sqlite:///{path}"

    @staticmethod
    def _make_postgresql_template(server_url, key):
        """True when the template database was not there yet."""
        name = f"puentes_{key}"
        with psycopg.connect(server_url, autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            connection.execute(f"CREATE DATABASE {name}")
            try:
                migrate(_with_database(server_url, name))
            except BaseException:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
                raise
        return True

    def stop(self):
        while self.running:
            self.running.pop().stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _with_database(url, name):
    head, _slash, tail = url.partition("://")[2].partition("/")
    query = tail.partition("?")[2]
    return f"postgresql://{head}/{name}" + (f"?{query}" if query else "")


def make_address(settings_dict, **changes):
    """What psycopg connects to for a Django database."""
    return make_conninfo(**{"host": settings_dict["HOST"], "port": settings_dict["PORT"] or None,
                            "user": settings_dict["USER"], "password": settings_dict["PASSWORD"] or None,
                            "dbname": settings_dict["NAME"], **changes})


def maintenance_connection(settings_dict):
    """An autocommit connection to the server of a Django database, outside of that database."""
    return psycopg.connect(make_address(settings_dict, dbname="postgres"), autocommit=True)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config, args):
    # Before pytest-django reads the settings. Workers of xdist inherit the environment of the process that starts them.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        if NOTHING_RUNS.intersection(args):
            os.environ |= {"TEST_DATA_DIR": tempfile.mkdtemp(), "TEST_BROKER_URL": "memory://", "TEST_TEMPLATE_URL": "sqlite://"}
        else:
            services = Services()
            early_config.add_cleanup(services.stop)
            try:
                services.start()
            except subprocess.CalledProcessError as error:
                raise pytest.UsageError(f"The tests cannot start: {error}") from None
    return (yield)
