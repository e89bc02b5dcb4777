"""``python -m tests.bench.load_attempts [--learners 200] [--questions 40]``: learners take one test with every kind of
question at the same time on the platform as an institution runs it (PostgreSQL, Redis, two web processes), answer by
answer, while a web process is killed with SIGKILL. Then: is every answer that was said to be saved in the database, and
does a replay of all attempts find no difference? Ends with 1 when not."""

import argparse
import json
import os
import random
import re
import signal
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.bench_pages import make_environment, manage, own_services
from tests.bench.filling import fill, read_form
from tests.bench.measure import Browser, Server, get_cpu_seconds, get_tree, measure_machine, read_processes

ATTEMPT = re.compile(r"/attempts/([0-9a-f-]{36})/")


class Learner:
    """Takes the test. What breaks off is tried again, as a person does who sees that it was not saved."""

    def __init__(self, port, cookies, quiz, start, seed):
        self.port, self.quiz, self.start = port, quiz, start
        self.rng = random.Random(seed)
        self.browser = Browser(port, cookies)
        self.attempt, self.saved, self.durations, self.broken, self.error = None, {}, [], 0, None

    def ask(self, method, path, *arguments):
        for _try in range(20):
            try:
                began = time.perf_counter()
                answer = getattr(self.browser, method)(path, *arguments)
                self.durations.append(time.perf_counter() - began)
                return answer
            except OSError:
                self.broken += 1
                time.sleep(0.2)
                self.browser = Browser(self.port, self.browser.cookies)
        raise RuntimeError(f"{path} was not answered.")

    def take(self):
        try:
            self._take()
        except Exception as error:
            self.error = error

    def _take(self):
        self.ask("get", self.quiz, 200)
        place = self.ask("post", self.start, {}).headers["location"]
        self.attempt = ATTEMPT.search(place)[1]
        questions, hidden = read_form(self.ask("get", place, 200).text)
        positions = list(questions)
        self.rng.shuffle(positions)
        for position in positions:
            before = {f"before{position}": hidden[f"before{position}"]}
            reply = self.ask("post", f"{place}save/", before | fill(questions[position], self.rng), 200)
            self.saved |= {int(key): value for key, value in json.loads(reply.text)["before"].items()}
            if self.rng.random() < 0.05:
                self.ask("get", place.replace("/es/", "/en/"), 200)
        self.ask("get", f"{place}review/", 200)
        self.ask("post", place, {"action": "submit"})
        self.ask("get", f"{place}result/", 200)


def make_test(questions):
    """A quiz page with ``questions`` questions of all kinds in turn."""
    from importlib import import_module

    from assessments.kinds import get_kinds
    from tests.bench.data import make_stored_question
    from tests.factories import make_category, make_course, make_quiz

    kinds, category = list(get_kinds()), make_category()
    items = [import_module(f"tests.assessments.kinds.{kinds[number % len(kinds)]}").ITEMS.example()
             for number in range(questions)]
    stored = [make_stored_question(item, category=category) for item in items]
    return make_quiz(parent=make_course(), questions=stored, attempts_allowed=0)


def run(options, environment, services):
    from django.db import connections
    from django.urls import reverse

    from assessments.attempts import get_fingerprint
    from assessments.models import Answer, Attempt
    from assessments.regrading import replay
    from tests.bench import data
    from tests.factories import get_edition, get_territory, make_organisation

    quiz = make_test(options.questions)
    course = quiz.get_parent()
    people = data.make_learners(options.learners)
    data.make_enrolments(edition=get_edition(course), learners=people, completed=False,
                         organisation=make_organisation(territory=get_territory()))
    cookies = [data.make_session(person) for person in people]
    start = reverse("start_attempt", args=[quiz.translation_key])
    connections.close_all()
    server = Server(environment, services)
    try:
        learners = [Learner(server.port, each, quiz.get_url(), start, seed) for seed, each in enumerate(cookies)]
        threads = [threading.Thread(target=learner.take) for learner in learners]
        began, cpu = time.perf_counter(), get_cpu_seconds(server.process.pid)
        for thread in threads:
            thread.start()
        time.sleep(options.kill_after)
        os.kill(min(get_tree(server.process.pid, read_processes()) - {server.process.pid}), signal.SIGKILL)
        for thread in threads:
            thread.join()
        elapsed, cpu = time.perf_counter() - began, get_cpu_seconds(server.process.pid) - cpu
    finally:
        server.stop()

    errors = [learner.error for learner in learners if learner.error]
    stored = {(str(attempt), position): get_fingerprint(response) for attempt, position, response
              in Answer.objects.values_list("attempt", "position", "response")}
    promised = {(learner.attempt, position): fingerprint for learner in learners
                for position, fingerprint in learner.saved.items()}
    lost = [key for key, fingerprint in promised.items() if stored.get(key, "") != fingerprint]
    differences = [difference for _attempt, difference in replay(Attempt.objects.all()) if difference]
    durations = sorted(duration for learner in learners for duration in learner.durations)
    print(f"learners {options.learners}, questions {options.questions}, requests {len(durations)} in {elapsed:.0f} s, "
          f"broken off by the kill {sum(learner.broken for learner in learners)}")
    p50, p95 = statistics.median(durations) * 1000, durations[len(durations) * 95 // 100] * 1000
    print(f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, web CPU a request {cpu * 1000 / len(durations):.1f} ms "
          f"(a fixed piece of Python: {measure_machine():.0f} ms)")
    finished = Attempt.objects.filter(submitted_at__isnull=False).count()
    print(f"attempts {Attempt.objects.count()}, handed in {finished}, answers promised {len(promised)}, "
          f"lost {len(lost)}, replayed different {len(differences)}, errors {len(errors)}")
    for error in errors[:5]:
        print(" ", repr(error)[:300])
    return bool(lost or differences or errors or finished != options.learners)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--kill-after", type=float, default=8, help="seconds until a web process is killed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puentes-load-") as name, \
            own_services("postgresql", Path(name)) as (settings, services):
        environment = make_environment(Path(name), settings)
        os.environ.clear()
        os.environ.update(environment)
        Path(name, "data").mkdir()
        manage("migrate", "--verbosity", "0", "--skip-checks")
        manage("collectstatic", "--no-input")
        import django  # not before the environment is made

        django.setup()
        sys.exit(run(options, environment, services))


if __name__ == "__main__":
    main()
