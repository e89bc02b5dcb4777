#!/usr/bin/env python3
"""The commands of the project. They need Python 3.11 or later and nothing else.

  python3 dev.py run [--host H] [--port N]  set up, load the demonstration, serve it (http://127.0.0.1:8000/)
  python3 dev.py test [pytest arguments]    every check; with arguments only pytest with them
  python3 dev.py manage ARGUMENTS           manage.py in the environment of `run`
  python3 dev.py messages [LANGUAGES]       collect the texts to translate into lms/locale
  python3 dev.py lock                       compile the lists of locked packages again
  python3 dev.py setup                      only install the packages and compile the translations
"""

import argparse
import base64
import contextlib
import glob
import hashlib
import importlib.util
import ipaddress
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
OWN_CODE = ("lms", "courses", "assessments", "certificates", "templates")
COMPILE_CATALOGUES = """
import sys, polib
for path in sys.argv[1:]:
    polib.pofile(path).save_as_mofile(path[:-2] + "mo")
"""
# Without comments and header the lists hold no address, only names, versions and hashes.
COMPILE_OPTIONS = ("--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade", "--no-annotate",
                   "--no-header", "--quiet")
MAKEMESSAGES_OPTIONS = ("--no-wrap", "--add-location", "file", "--no-obsolete", "--ignore=node_modules", "--ignore=var",
                        "--ignore=tests", "--ignore=docs", "--ignore=dev.py")
# What the tests need of the system: the names a program may have, or the path of a file, and its Debian package.
SYSTEM_PROGRAMS = {
    "postgresql": ("postgres",),
    "redis-server": ("redis-server",),
    "chromium-headless-shell": ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"),
    "gettext": ("xgettext",),
    "poppler-utils": ("pdffonts", "pdfsig", "pdfdetach"),
    "qpdf": ("qpdf",),
    "zbar-tools": ("zbarimg",),
    "softhsm2": ("softhsm2-util",),
    "libnss3-tools": ("certutil",),
    "default-jre-headless": ("java",),
    "libjaxb-java": ("/usr/share/java/jaxb-runtime.jar",),
    "npm": ("npm",),
}

running = []  # processes started and not yet waited for


class Failure(Exception):
    """What stops a command, as a sentence for a person."""


# --- Saying and calling -----------------------------------------------------------------------------------------------

def say(text):
    print(text, flush=True)


def call(*command, **options):
    """Run a command with its output in sight. Its failure ends ours."""
    process = subprocess.Popen([str(part) for part in command], **{"cwd": ROOT, **options})
    running.append(process)
    process.wait()
    running.remove(process)
    if process.returncode:
        raise Failure(f"This failed (exit {process.returncode}): {shlex.join(map(str, command))}")


def start(*command, **options):
    """Begin a command that runs beside others; its output is kept for ``finish``."""
    output = tempfile.TemporaryFile("w+")  # noqa: SIM115 (finish reads it)
    process = subprocess.Popen([str(part) for part in command], cwd=ROOT, stdout=output, stderr=output, **options)
    running.append(process)
    return command, process, output


def finish(job):
    """Wait for a started command and return what it printed. Its failure shows that and ends ours."""
    command, process, output = job
    process.wait()
    running.remove(process)
    output.seek(0)
    printed = output.read()
    if process.returncode:
        raise Failure(f"{printed}\nThis failed (exit {process.returncode}): {shlex.join(map(str, command))}")
    return printed


def stop_running():
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
    for process in running:
        process.wait()


# --- Stamps: what is done and need not be done again ------------------------------------------------------------------

def fingerprint(*paths, more=""):
    """A hash of files and of everything below folders."""
    digest = hashlib.sha256(more.encode())
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and file.suffix != ".pyc":
                digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def is_stamped(path, value):
    return path.is_file() and path.read_text() == value


def stamp(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value)


# --- Setting up -------------------------------------------------------------------------------------------------------

def may_install():
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_system_packages(packages):
    """With apt-get where we may; else say what is missing."""
    if not may_install():
        raise Failure(f"Something is missing on this machine. Install it (sudo apt-get install {' '.join(packages)}) "
                      "and run this command again.")
    say(f"Installing system packages: {', '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        finish(start("apt-get", "-qq", *command, env=environment))


def require_system_programs(packages):
    path = os.pathsep.join([os.environ.get("PATH", ""), *glob.glob("/usr/lib/postgresql/*/bin")])
    missing = [package for package in packages if not any(
        os.path.exists(name) if name.startswith("/") else shutil.which(name, path=path)
        for name in SYSTEM_PROGRAMS[package])]
    if missing:
        install_system_packages(missing)


def make_virtual_environment():
    if importlib.util.find_spec("ensurepip") is None:  # Debian keeps it in a package of its own
        install_system_packages([f"python{sys.version_info.major}.{sys.version_info.minor}-venv"])
        importlib.invalidate_caches()
    shutil.rmtree(VENV, ignore_errors=True)
    # A process of its own, because this one may have begun without the package just installed.
    call(sys.executable, "-m", "venv", VENV)


def install_python_packages(name):
    """Install requirements/``name``.txt into .venv unless that, or the tests' superset of it, is there."""
    locks = [REQUIREMENTS / f"{file}.txt" for file in ("uv", "base", "test")]
    state = fingerprint(*locks, more=sys.version)
    stamp_file = VENV / "installed"
    if any(is_stamped(stamp_file, f"{kind} {state}") for kind in {name, "test"}):
        return
    say("Installing the Python packages into .venv")
    if not is_same_python():
        make_virtual_environment()
    lock = REQUIREMENTS / f"{name}.txt"
    options = ["--quiet", "--require-hashes", "--requirement"]
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *options]
    try:
        finish(start(*pip, REQUIREMENTS / "uv.txt"))
        finish(start(PYTHON, "-m", "uv", "pip", "install", "--compile-bytecode", *options, lock,
                     env={**os.environ, "UV_SYSTEM_CERTS": "true", "VIRTUAL_ENV": str(VENV)}))
    except Failure as failure:
        say(f"{failure}\nTrying again with pip")
        call(*pip, lock)
    stamp(stamp_file, f"{name} {state}")


def is_same_python():
    if not PYTHON.exists():
        return False
    question = "import sys, pip; print(sys.version, end='')"
    return subprocess.run([PYTHON, "-c", question], capture_output=True, text=True).stdout == sys.version


def install_front_end_packages():
    """Only the tests use any (axe-core)."""
    state = fingerprint(ROOT / "package-lock.json")
    stamp_file = ROOT / "node_modules" / ".installed"
    if not is_stamped(stamp_file, state):
        say("Installing the front-end packages into node_modules")
        finish(start("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"))
        stamp(stamp_file, state)


def compile_catalogues():
    stale = [po for po in sorted((ROOT / "lms").glob("locale*/*/LC_MESSAGES/*.po"))
             if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime]
    if stale:
        call(PYTHON, "-c", COMPILE_CATALOGUES, *stale)


def prepare(requirements):
    install_python_packages(requirements)
    compile_catalogues()


# --- The environment that the platform runs in ------------------------------------------------------------------------

def get_data_dir():
    return Path(os.environ.get("PUENTES_DATA_DIR") or ROOT / "var").resolve()


def read_keys(data_dir):
    """The secrets of this installation, made once. Who loses them loses the sessions and the identity numbers."""
    file = data_dir / "keys.env"
    if not file.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = (f"PUENTES_SECRET_KEY={secrets.token_urlsafe(50)}\n"
                f"PUENTES_IDENTITY_KEYS={base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as keys:
            keys.write(text)
    return dict(line.split("=", 1) for line in file.read_text().splitlines() if line)


def make_environment(host="127.0.0.1", port=8000):
    """Ours, with what the embedded platform needs where it is not given."""
    data_dir = get_data_dir()
    public = get_public_host(host)
    defaults = {
        **read_keys(data_dir),
        "PUENTES_DATA_DIR": str(data_dir),
        "PUENTES_BASE_URL": f"http://{f'[{public}]' if ':' in public else public}:{port}",
        "PUENTES_ALLOWED_HOSTS": ",".join(sorted({"localhost", "127.0.0.1", "[::1]", socket.gethostname()})),
        "PUENTES_EMBEDDED": "true",
    }
    return {**defaults, **os.environ}


def get_public_host(host):
    """The name under which others reach a server that listens on ``host``."""
    try:
        everywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host
    if not everywhere:
        return host
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which of our addresses would be used
        return probe.getsockname()[0]
    return socket.gethostname()


# --- run --------------------------------------------------------------------------------------------------------------

def run(arguments):
    parser = argparse.ArgumentParser(prog="dev.py run", description="Serve the platform with its demonstration.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: 8000)")
    options = parser.parse_args(arguments)
    check_address(options.host, options.port)
    prepare("base")
    environment = make_environment(options.host, options.port)
    accounts = prepare_data(environment)
    say(f"{accounts.rstrip()}\n\nPuentes is at {environment['PUENTES_BASE_URL']}/ (Ctrl-C stops it)\n")
    listen = f"[{options.host}]" if ":" in options.host else options.host
    os.chdir(ROOT)
    # This process becomes the server, so that signals reach it and nothing is left behind.
    os.execve(PYTHON, [str(PYTHON), "-m", "gunicorn", "--config", "python:lms.serving", "--bind",
                       f"{listen}:{options.port}", "lms.wsgi"], environment)


def check_address(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        raise Failure(f"Cannot listen on {host} port {port}: {error}. If another program has it, choose another one: "
                      "python3 dev.py run --port 8001") from None


def prepare_data(environment):
    """Migrate and collect the static files, side by side, then load the demonstration; each only when something
    changed. Returns the accounts of the demonstration as text."""
    stamps = Path(environment["PUENTES_DATA_DIR"]) / "stamps"
    database = Path(environment["PUENTES_DATA_DIR"]) / "puentes.sqlite3"
    if environment.get("PUENTES_DATABASE_URL") or not database.exists():
        shutil.rmtree(stamps, ignore_errors=True)
    schema, static = get_schema_state(), get_static_state()
    jobs = []
    if not is_stamped(stamps / "static", static):
        say("Collecting the static files")
        jobs.append(start(PYTHON, "manage.py", "collectstatic", "--no-input", env=environment))
    if not is_stamped(stamps / "schema", schema):
        say("Preparing the database")
        call(PYTHON, "manage.py", "migrate", "--verbosity", "0", "--skip-checks", env=environment)
        stamp(stamps / "schema", schema)
    first = not (stamps / "demonstration").exists()
    if first:
        say("Loading the demonstration")
        call(PYTHON, "manage.py", "publish_privacy_notice", env=environment)
    accounts = finish(start(PYTHON, "manage.py", "load_demonstration", *([] if first else ["--accounts"]),
                            env=environment))
    stamp(stamps / "demonstration", "")
    for job in jobs:
        finish(job)
        stamp(stamps / "static", static)
    return accounts


def get_schema_state():
    """Changes whenever ``migrate`` could have something to do."""
    patterns = ("migrations", "models", "models.py", "apps.py", "site_setup.py", "data")
    parts = [path for app in OWN_CODE for pattern in patterns
             for path in sorted((ROOT / app).rglob(pattern))]
    return fingerprint(*parts, ROOT / "lms" / "settings.py", REQUIREMENTS / "base.txt")


def get_static_state():
    """Changes whenever ``collectstatic`` could have something to do."""
    folders = [path for app in OWN_CODE for path in sorted((ROOT / app).rglob("static"))]
    return fingerprint(*folders, ROOT / "lms" / "static_files.py", REQUIREMENTS / "base.txt")


# --- test -------------------------------------------------------------------------------------------------------------

def test(arguments):
    needed = ["chromium-headless-shell", "default-jre-headless", "gettext", "libjaxb-java", "libnss3-tools", "npm",
              "poppler-utils", "qpdf", "softhsm2", "zbar-tools"]
    needed += [] if os.environ.get("TEST_DATABASE_URL") else ["postgresql"]
    needed += [] if os.environ.get("TEST_REDIS_URL") else ["redis-server"]
    if (ROOT / "node_modules" / ".installed").exists():
        needed.remove("npm")
    require_system_programs(needed)
    improve_browser()
    prepare("test")
    install_front_end_packages()
    if arguments:
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "-m", "pytest", *arguments])
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process compiles every file of the tests anew
    run_all_checks()


def improve_browser():
    """The browser without windows does the same with a third of the work. Where it is not to be had at once, the tests
    use the one that is there."""
    if not shutil.which("chromium-headless-shell") and may_install():
        with contextlib.suppress(Failure):
            finish(start("apt-get", "-qq", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::Retries=0", "install",
                         "--yes", "--no-install-recommends", "chromium-headless-shell",
                         env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}))


def check_code():
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATA_DIR": folder,
                       "TEST_TEMPLATE_URL": "sqlite://:memory:", "TEST_BROKER_URL": "memory://"}
        for title, *command in (
            ("Style (ruff)", PYTHON, "-m", "ruff", "check", "."),
            ("Imports (import-linter)", VENV / "bin" / "lint-imports"),
            ("Missing migrations", PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "--skip-checks"),
            ("Translations", PYTHON, "-m", "tests.catalogues"),
        ):
            headline(title)
            call(*command, env=environment)


def run_all_checks():
    reports = ROOT / "var" / "test"
    reports.mkdir(parents=True, exist_ok=True)
    # Beside the others: while one applies the migrations and gathers the tests it needs one processor only.
    beside = start(*make_test_command(reports / "sqlite.xml", "-m", "sqlite"),
                   env={**os.environ, "TEST_DATABASE_URL": "sqlite://"})
    check_code()
    headline("Tests on PostgreSQL")
    call(*make_test_command(reports / "postgresql.xml", "-n", "2", "--dist", "worksteal"))
    headline("Tests on SQLite")
    say(finish(beside).rstrip())
    print_totals([reports / "postgresql.xml", reports / "sqlite.xml"])


def make_test_command(report, *arguments):
    return [PYTHON, "-m", "pytest", *arguments, f"--junitxml={report}"]


def headline(title):
    say(f"\n=== {title} ===")


def print_totals(reports):
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for report in reports:
        for suite in ElementTree.parse(report).iter("testsuite"):
            for name in totals:
                totals[name] += int(suite.get(name, 0))
    failed = totals["failures"] + totals["errors"]
    skipped = f", {totals['skipped']} skipped" if totals["skipped"] else ""
    say(f"\n{totals['tests'] - failed - totals['skipped']} passed, {failed} failed{skipped}")


# --- The smaller commands ---------------------------------------------------------------------------------------------

def manage(arguments):
    with contextlib.redirect_stdout(sys.stderr):  # what a command prints, such as JSON, stays alone
        prepare("base")
    environment = make_environment()
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), "manage.py", *arguments], environment)


def messages(languages):
    """Bring the catalogues of ``languages``, by default of all there are, up to date with the code."""
    require_system_programs(["gettext"])
    prepare("base")
    there = sorted(folder.name for folder in (ROOT / "lms" / "locale").glob("*") if folder.is_dir())
    for language in languages or there or ["es"]:
        if not re.fullmatch(r"[a-z]{2,3}(_[A-Z][A-Za-z]+)?", language):
            raise Failure(f"{language!r} is not the name of a language such as pt or pt_BR.")
        call(PYTHON, "manage.py", "makemessages", "--locale", language, *MAKEMESSAGES_OPTIONS, env=make_environment())


def lock(_arguments):
    prepare("test")
    for name in ("uv", "base", "test"):
        constraint = ["--constraint", "base.txt"] if name == "test" else []
        call(PYTHON, "-m", "uv", "pip", "compile", *COMPILE_OPTIONS, *constraint, f"{name}.in", "-o", f"{name}.txt",
             cwd=REQUIREMENTS, env={**os.environ, "UV_SYSTEM_CERTS": "true"})


def setup(_arguments):
    prepare("base")


COMMANDS = {"run": run, "test": test, "manage": manage, "messages": messages, "lock": lock, "setup": setup}


def main(arguments):
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        raise Failure(f"Puentes needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] not in COMMANDS:
        say(__doc__.strip())
        return 0 if arguments and arguments[0] in {"-h", "--help", "help"} else 2
    COMMANDS[arguments[0]](arguments[1:])
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        say(f"\n{failure}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        stop_running()
