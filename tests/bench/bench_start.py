"""Starting an attempt that draws 30 questions of a bank of 20,000: CPU and SQL statements of the whole request, by
Django's test client, on the database of the settings (an empty one). The CPU is that of this process only: with
PostgreSQL, add that of the server.

    python manage.py migrate && python -m tests.bench.bench_start
"""

import argparse
import os
import resource
import statistics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from assessments.draws import bank  # noqa: E402
from assessments.models import Attempt, Question, QuestionVersion  # noqa: E402
from courses.enrolling import enrol  # noqa: E402
from courses.site_setup import set_up_site  # noqa: E402
from tests import factories  # noqa: E402
from tests.bench.data import make_learners  # noqa: E402

DRAWN = 30


def make_bank(size):
    """A category of ``size`` questions, each with a content of its own."""
    category = factories.make_category()
    models = [factories.make_question(category=category, code=f"bench-{number}", stem=f"Pregunta {number}")
              for number in range(min(size, 100))]
    versions = []
    for number in range(len(models), size):
        content = {**models[number % 100].version.content, "stem": factories.localized(f"Pregunta {number}")}
        versions.append(QuestionVersion(digest=QuestionVersion.digest_of(content), content=content))
    QuestionVersion.objects.bulk_create(versions, batch_size=1000)
    Question.objects.bulk_create([
        Question(code=f"bench-{number}", category=category, body=models[number % 100].body.raw_data,
                 kind=models[number % 100].kind, version=version, state=Question.State.APPROVED)
        for number, version in enumerate(versions, start=len(models))], batch_size=1000)
    bank.forget()  # rows made in bulk send no signal
    return category


def get_cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=20_000)
    parser.add_argument("--starts", type=int, default=200)
    arguments = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    set_up_site()
    from courses.models import CatalogueIndexPage

    with transaction.atomic():
        category = make_bank(arguments.questions)
    course = factories.make_course(catalogue=CatalogueIndexPage.objects.get(locale__language_code="es"))
    quiz = factories.make_quiz(parent=factories.make_module(course=course), draws=[(category, DRAWN)])
    edition = factories.get_edition(course)
    url, times, cold, statements = reverse("start_attempt", args=[quiz.translation_key]), [], [], 0
    for learner in make_learners(arguments.starts):
        enrol(learner=learner, edition=edition, now=course.first_published_at or edition.course.created_at)
        client = Client()
        client.force_login(learner)
        if len(times) == arguments.starts - 1:
            with CaptureQueriesContext(connection) as queries:
                response = client.post(url)
            statements = len(queries)
        else:
            if has_changed := len(times) % 10 == 9:
                bank.forget()
            before = get_cpu()
            response = client.post(url)
            times.append((get_cpu() - before) * 1000)
            if has_changed:
                cold.append(times[-1])
        assert response.status_code == 302, response.status_code
    attempts = Attempt.objects.order_by("-started_at")[:50]
    assert all(len(attempt.form) == DRAWN for attempt in attempts)
    drawn = {entry["version"] for attempt in attempts for entry in attempt.form}
    later = sorted(set(times[1:]) - set(cold))
    print(f"bank of {Question.objects.count()} questions, {DRAWN} drawn, {len(times)} starts "
          f"({connection.vendor}; {len(drawn)} different versions in the last 50)")
    print(f"CPU of the first start in a process: {times[0]:.1f} ms; of one after the bank has changed: median "
          f"{statistics.median(cold):.1f} ms")
    p95 = later[int(len(later) * 0.95)]
    print(f"CPU of any other start: median {statistics.median(later):.1f} ms, p95 {p95:.1f} ms")
    print(f"SQL statements of a start: {statements}")


if __name__ == "__main__":
    main()
