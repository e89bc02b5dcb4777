"""A web process is killed with SIGKILL while people save their answers: what it had said to be saved is saved."""

import json
import os
import random
import signal
import threading

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse

from assessments.attempts import get_fingerprint
from assessments.models import Answer, Attempt
from assessments.regrading import replay
from tests.bench.data import make_session
from tests.bench.filling import fill, read_form
from tests.bench.measure import Browser, Server, get_tree, read_processes
from tests.courses.learning import Learning, SmallCourse
from tests.factories import make_question

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = 6


@pytest.fixture
def server(transactional_db):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "WEB_CONCURRENCY": "2",
                   "TEST_DATABASE_NAME": connections["default"].settings_dict["NAME"]}
    server = Server(environment)
    yield server
    server.stop()


class Person:
    """Answers a test again and again, and remembers what the platform said to have saved."""

    def __init__(self, server, attempt, learner, seed):
        self.server, self.attempt, self.rng = server, attempt, random.Random(seed)
        self.cookies = make_session(learner)
        self.saved, self.times = {}, 0
        self.is_in_doubt = False  # whether something was sent and not answered

    def work(self, stop):
        while not stop.is_set() or self.is_in_doubt:
            try:
                browser = Browser(self.server.port, self.cookies)
                page = browser.get(reverse("attempt", args=[self.attempt.pk]), expect=200)
                questions, hidden = read_form(page.text)
                while not stop.is_set() or self.is_in_doubt:
                    self.save(browser, questions, hidden)
            except OSError:
                continue  # the process that answered this browser is dead: another one takes over

    def save(self, browser, questions, hidden):
        data = {**hidden}
        for fields in questions.values():
            data |= fill(fields, self.rng)
        self.is_in_doubt = True
        reply = json.loads(browser.post(reverse("save_attempt", args=[self.attempt.pk]), data, expect=200).text)
        self.times += 1
        self.is_in_doubt = False
        for position, fingerprint in reply["before"].items():
            self.saved[int(position)] = hidden[f"before{position}"] = fingerprint


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="SQLite serves one process.")
def test_a_killed_process_loses_no_answer_that_was_saved(server):
    kinds = ("single_choice", "multiple_choice", "true_false")
    course = SmallCourse(quiz={"questions": [make_question(kind=kind) for kind in kinds]})
    sittings = [Learning(course) for _number in range(PEOPLE)]
    people = [Person(server, sitting.start(), sitting.learner, seed) for seed, sitting in enumerate(sittings)]
    stop = threading.Event()
    threads = [threading.Thread(target=person.work, args=[stop]) for person in people]
    for thread in threads:
        thread.start()
    try:
        for _kill in range(2):
            wait_for_saves(people, more=20)
            kill_a_worker(server)
        wait_for_saves(people, more=20)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    for person in people:
        stored = {answer.position: get_fingerprint(answer.response)
                  for answer in Answer.objects.filter(attempt=person.attempt)}
        assert {position: stored.get(position, "") for position in person.saved} == person.saved
    for sitting, person in zip(sittings, people, strict=True):
        sitting.submit(person.attempt, positions=[])
    assert [difference for _attempt, difference in replay(Attempt.objects.all())] == [None] * PEOPLE


def wait_for_saves(people, more):
    goal = sum(person.times for person in people) + more
    for _turn in range(600):
        if sum(person.times for person in people) >= goal:
            return
        threading.Event().wait(0.05)
    raise AssertionError("The server does not save any more.")


def kill_a_worker(server):
    workers = get_tree(server.process.pid, read_processes()) - {server.process.pid}
    os.kill(min(workers), signal.SIGKILL)
