"""The list of the question bank, its filters and its search: CPU and SQL statements of the whole request of a trainer,
by Django's test client, on the database of the settings (an empty one). The CPU is that of this process only: with
PostgreSQL, add that of the server.

    python manage.py migrate && python -m tests.bench.bench_bank
"""

import argparse
import os
import statistics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from wagtail.search.backends import get_search_backend  # noqa: E402

from assessments.models import Question, Sharing, TranslationGap  # noqa: E402
from courses.site_setup import set_up_site  # noqa: E402
from lms.accounts.models import User  # noqa: E402
from tests import factories  # noqa: E402
from tests.bench.bench_start import get_cpu, make_bank  # noqa: E402
from tests.courses.authors import make_trainer  # noqa: E402

WORDS = ["traducción", "derivación", "acogida", "cédula", "visa", "municipio", "escucha", "intérprete"]


def fill(size):
    """A bank of ``size`` questions: a third of the trainer's institution, a third of others that share them, a third
    private to others; one in ten with a text to translate. Returns (a trainer, a category)."""
    institutions = [factories.make_organisation() for _number in range(20)]
    trainer = make_trainer()
    factories.make_assignment(user=trainer, organisation=institutions[0])
    with transaction.atomic():
        make_bank(size)
        categories = [factories.make_category(parent=factories.make_category()) for _number in range(20)]
        questions = list(Question.objects.select_related("version").defer("body"))
        for number, question in enumerate(questions):
            question.owner = institutions[0] if number % 3 == 0 else institutions[1 + number % 19]
            question.sharing = Sharing.USE if number % 3 == 1 else Sharing.PRIVATE
            question.category = categories[number % 20]
            question.code = f"{WORDS[number % 8].translate(str.maketrans('óéá', 'oea'))}-{number}"
        Question.objects.bulk_update(questions, ["owner", "sharing", "category", "code"], batch_size=1000)
        TranslationGap.objects.bulk_create(
            [TranslationGap(question=question, language="en", missing=1, older=0) for question in questions[::10]],
            batch_size=1000)
    backend = get_search_backend()
    for start in range(0, len(questions), 1000):
        backend.get_index_for_model(Question).add_items(Question, questions[start:start + 1000])
    return trainer, categories[0]


def measure(client, address, times):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, response.status_code
    statements, spent = len(queries), []
    for _time in range(times):
        before = get_cpu()
        client.get(address)
        spent.append((get_cpu() - before) * 1000)
    return statistics.median(spent), statements


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=15)
    arguments = parser.parse_args()
    settings.ALLOWED_HOSTS = ["testserver"]
    set_up_site()
    if Question.objects.count() >= arguments.questions:  # measured before
        trainer = User.objects.filter(role_grants__role="trainer").earliest("pk")
        category = Question.objects.order_by("pk").first().category
    else:
        trainer, category = fill(arguments.questions)
    client = Client()
    client.force_login(trainer)
    page = reverse("wagtailsnippets_assessments_question:list")
    results = reverse("wagtailsnippets_assessments_question:list_results")
    print(f"bank of {Question.objects.count()} questions ({connection.vendor})")
    for name, address in {
        "list": page, "search": f"{page}?q=traduccion", "search while typing": f"{results}?q=traduc",
        "category with those below": f"{page}?category={category.get_parent().pk}",
        "texts to translate": f"{page}?translation=en:missing", "page 300": f"{page}?p=300",
        "by date": f"{page}?ordering=-updated_at",
        "search and filters": f"{page}?q=acogida&state=approved&translation=en:missing",
    }.items():
        cpu, statements = measure(client, address, arguments.times)
        print(f"{name:28}{cpu:7.1f} ms CPU {statements:4} statements")


if __name__ == "__main__":
    main()
