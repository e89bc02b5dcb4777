"""``python -m tests.bench.bench_pages --database sqlite|postgresql``: what course home, lesson, quiz journey and the
export of many completions cost, on the real server. See README.md beside this file."""

import argparse
import contextlib
import itertools
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.measure import Server, measure_machine
from tests.servers import ROOT, PostgreSQL, Redis, migration_key

QUESTION = re.compile(r'<input type="hidden" name="(before\d+)" value="([0-9a-f]*)">')
CHOICE = re.compile(r'name="(q\d+)" value="([^"]+)"')
LOCATION_ID = re.compile(r"/attempts/([0-9a-f-]{36})/")


class PageWork:
    """Open one page, signed in."""

    def __init__(self, path, sessions):
        self.path, self.sessions = path, sessions

    def cookies(self, number):
        return self.sessions[number % len(self.sessions)]

    def __call__(self, browser, number):
        browser.get(self.path, expect=200)


class QuizWork(PageWork):
    """Open the quiz, start it, see the questions, hand in ten answers by the review page, see the result. Each time
    somebody else, so that nobody has more earlier attempts than people have."""

    def __init__(self, path, start_path, sessions):
        super().__init__(path, sessions)
        self.start_path = start_path
        self.turn = itertools.count()

    def __call__(self, browser, number):
        browser.cookies = dict(self.cookies(next(self.turn)))
        browser.get(self.path, expect=200)
        place = browser.post(self.start_path, {}).headers["location"]
        page = browser.get(place, expect=200)
        answers = dict(QUESTION.findall(page.text))
        if len(answers) != 10:
            raise RuntimeError(f"{len(answers)} questions, not 10")
        answers |= dict(CHOICE.findall(page.text))  # the last option of each
        review = browser.post(place, {**answers, "action": "review"}).headers["location"]
        browser.get(review, expect=200)
        result = browser.post(place, {"action": "submit"}).headers["location"]
        browser.get(result, expect=200)


@contextlib.contextmanager
def own_services(kind, folder):
    """(settings, [process of PostgreSQL, of Redis]): with SQLite the platform of ``dev.py run``, one process; with
    PostgreSQL that of an institution, with Redis and two processes."""
    if kind == "sqlite":
        yield {"PUENTES_EMBEDDED": "true"}, []
        return
    with contextlib.ExitStack() as running:
        database, redis = PostgreSQL(folder, f"bench-{migration_key()}"), Redis(folder)
        running.callback(database.stop)
        running.callback(redis.stop)
        yield ({"PUENTES_DATABASE_URL": database.url, "PUENTES_REDIS_URL": redis.url, "WEB_CONCURRENCY": "2"},
               [database.process.pid, redis.process.pid])


def make_environment(folder, settings):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PUENTES_")}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "PUENTES_SECRET_KEY": "only-for-the-benchmarks-0123456789-0123456789-0123456789",
        "PUENTES_IDENTITY_KEYS": "YmVuY2htYXJrcy1vbmx5LWJlbmNobWFya3Mtb25seS0=",
        "PUENTES_BASE_URL": "http://127.0.0.1", "PUENTES_DATA_DIR": str(folder / "data"),
        "PUENTES_LOG_LEVEL": "ERROR", "PUENTES_EMAIL_URL": "dummymail://", **settings,
    }


def manage(*arguments):
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def make_data(options):
    """The works to measure, by name."""
    from django.urls import reverse  # the settings are read from the environment made above

    from tests.bench import data
    from tests.factories import get_edition, get_territory, make_organisation

    course, lesson, quiz = data.make_big_course(modules=options.modules, lessons=options.lessons)
    organisation = make_organisation(territory=get_territory())
    edition = get_edition(course)
    learners = data.make_learners(200)
    data.make_enrolments(edition=edition, learners=learners, organisation=organisation, completed=False)
    data.make_enrolments(edition=edition, learners=data.make_learners(options.completions), organisation=organisation)
    sessions = [data.make_session(learner) for learner in learners]
    officer = [data.make_session(data.make_hr_officer(organisation))]
    works = {
        "course home": PageWork(course.get_url(), sessions),
        "lesson": PageWork(lesson.get_url(), sessions),
        "quiz journey": QuizWork(quiz.get_url(), reverse("start_attempt", args=[quiz.translation_key]), sessions),
        "HR list": PageWork(reverse("completion_list"), officer),
    }
    files = {format: PageWork(f"{reverse('completion_file')}?format={format}", officer) for format in ("csv", "xlsx")}
    return works, files


def measure_pages(server, works, options):
    for name, work in works.items():
        runs = [server.measure(work, times=options.times // (10 if name == "quiz journey" else 1))
                for _run in range(options.runs)]
        print(f"{name:24}{sorted(runs, key=lambda figures: figures.cpu)[len(runs) // 2]}")
    quiz = server.measure(works["quiz journey"], times=options.clients * 4, clients=options.clients)
    print(f"{f'quiz journey, {options.clients} at once':24}{quiz}")
    for name in ("course home", "lesson"):
        browser_bytes = measure_bytes(server, works[name])
        print(f"{name:24}{browser_bytes / 1000:8.1f} kB compressed, without its static files")


def measure_bytes(server, work):
    from tests.bench.measure import Browser

    return len(Browser(server.port, work.cookies(0)).get(work.path, expect=200).body)


def measure_files(server, files):
    """One download a format, and the most memory the server has used by then."""
    for name, work in files.items():
        figures = server.measure(work, times=2, warm_up=0)
        print(f"{name + ' file':24}{figures.p50 / 1000:8.2f} s   CPU {figures.cpu / 1000:.2f} s   "
              f"peak memory of the server {server.get_peak_memory():.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--modules", type=int, default=20)
    parser.add_argument("--lessons", type=int, default=20, help="a module")
    parser.add_argument("--completions", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=300, help="requests a run")
    parser.add_argument("--runs", type=int, default=3, help="of which the median is shown")
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puentes-bench-") as name, \
            own_services(options.database, Path(name)) as (settings, services):
        environment = make_environment(Path(name), settings)
        os.environ.clear()
        os.environ.update(environment)
        Path(name, "data").mkdir()
        manage("migrate", "--verbosity", "0", "--skip-checks")
        manage("collectstatic", "--no-input")
        import django  # not before the environment is made

        django.setup()
        began = time.perf_counter()
        works, files = make_data(options)
        print(f"{options.database}: {options.modules} x {options.lessons} lessons, {options.completions} completions "
              f"(made in {time.perf_counter() - began:.0f} s)")
        from django.db import connections

        connections.close_all()
        server = Server(environment, services)
        try:
            print(f"a fixed piece of Python{measure_machine():8.0f} ms of CPU")
            measure_pages(server, works, options)
            measure_files(server, files)
            print(f"a fixed piece of Python{measure_machine():8.0f} ms of CPU")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
