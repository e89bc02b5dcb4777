"""What a certificate costs: issuing, credential, document in each language, seal, delivery, and the public page.

    python -m tests.bench.bench_certificates [--certificates 200] [--database postgresql://…]

Makes a database of its own (SQLite in a temporary folder; with --database the given one, which must be empty and is
filled). Times are CPU of this process, user and system; those of a PostgreSQL server are not in them."""

import argparse
import os
import resource
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager

spent = defaultdict(list)


def set_up(database, folder):
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "PUENTES_SECRET_KEY": "benchmark-" * 6,
        "PUENTES_IDENTITY_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
        "PUENTES_BASE_URL": "http://localhost:8000",
        "PUENTES_DATA_DIR": folder,
        "PUENTES_DATABASE_URL": database,
        "PUENTES_LOG_LEVEL": "WARNING",
        "PUENTES_EMAIL_URL": "memorymail://",
    }
    import django

    django.setup()


def timed(name, function):
    def call(*arguments, **options):
        with measured(f"  of it {name}"):
            return function(*arguments, **options)

    return call


@contextmanager
def measured(step):
    began = time.process_time()
    yield
    spent[step].append((time.process_time() - began) * 1000)


def run(number):
    from django.conf import settings
    from django.core.management import call_command
    from django.db import transaction
    from django.test import Client
    from django.utils import timezone

    from certificates import issuing, outbox, sealing, throttling
    from certificates.models import Artifact
    from tests.factories import make_certificate, make_user

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("create_issuer_keys")
    issuing.deliver.apply_async = lambda *args, **kwargs: None  # delivery is measured by itself
    throttling.spend = lambda **facts: None  # all requests come from one address
    settings.ALLOWED_HOSTS = ["*"]
    learners = [make_user(email=f"bench{index}@puentes.test", password=None) for index in range(number)]

    for learner in learners:
        with measured("issue (in the learner's request)"), transaction.atomic():
            certificate = make_certificate(learner=learner)
    # Parts of the steps below, for certificates that differ: the compiler remembers what it has laid out before.
    for module, name in ((outbox, "make_credential"), (outbox, "render_pdf"), (sealing, "seal_pdf")):
        setattr(module, name, timed(name, getattr(module, name)))

    began, cpu = time.perf_counter(), time.process_time()
    delivered = defaultdict(int)
    while work := claim_next(outbox, timezone.now()):
        with measured(f"perform {work.kind}"):
            outbox.perform(work, clock=timezone.now)
        delivered[work.kind] += 1
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu

    client = Client()
    client.get(certificate.get_absolute_url())
    for _repeat in range(100):
        with measured("the public page"):
            client.get(certificate.get_absolute_url())

    sizes = list(Artifact.objects.values_list("size", flat=True))
    for step, times in spent.items():
        times = sorted(times)
        print(f"{step:36} {sum(times) / len(times):7.1f} ms CPU mean {times[len(times) // 2]:7.1f} median"
              f" {times[int(len(times) * 0.95)]:7.1f} p95")
    print(f"{number} certificates delivered ({dict(delivered)}) in {wall:.1f} s, {cpu:.1f} s CPU:"
          f" {number / cpu * 60:.0f} certificates per CPU-minute, both languages and the mail")
    print(f"{sum(sizes) / len(sizes) / 1000:.1f} kB a PDF, {sum(sizes) / number * 1000 / 1e6:.0f} MB per 1,000"
          f" certificates; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def claim_next(outbox, now):
    with measured("claim"):
        return outbox.claim(now=now)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--certificates", type=int, default=200)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        set_up(options.database, folder)
        run(options.certificates)
