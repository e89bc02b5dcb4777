"""Many certificates at once, while workers and Redis die: every one is issued, made and mailed once.

    python manage.py issue_bench --n 10000      or      python -m tests.bench.bench_issuing --n 10000

Starts PostgreSQL and Redis of its own, four Celery workers and the beat, and four processes that issue. When a quarter
of the documents is made, two workers get SIGKILL; at two fifths Redis stops and starts again, empty. Then waits until
the outbox is, and checks: numbers from 1 without a gap, every credential and document there and as it was stored, one
of each. Nothing of the database or the settings of the platform is used.

Prints CPU of the workers (with that of the killed), certificates a CPU-minute, the size of what is stored, and the
memory of a worker that lived through it. ``bench_certificates`` tells what each step costs."""

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.bench.measure import get_cpu_seconds, get_peak_memory
from tests.servers import ROOT, PostgreSQL, Redis, die_with_parent, migration_key

WORKERS, KILLED = 4, 2
ISSUERS = 4
EVERY = 2  # seconds between two looks


class Failed(Exception):
    """The platform did not keep what it promises; the text says what."""


def make_environment(folder, database, redis):
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PUENTES_")},
            "DJANGO_SETTINGS_MODULE": "lms.settings", "PUENTES_SECRET_KEY": "benchmark-" * 6,
            "PUENTES_IDENTITY_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
            "PUENTES_BASE_URL": "http://localhost:8000", "PUENTES_DATA_DIR": str(folder / "data"),
            "PUENTES_DATABASE_URL": database, "PUENTES_REDIS_URL": redis, "PUENTES_LOG_LEVEL": "ERROR",
            "PUENTES_EMAIL_URL": "dummymail://"}


def start(environment, *command):
    return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, preexec_fn=die_with_parent)


def start_worker(environment, number):
    return start(environment, "-m", "celery", "-A", "lms.celery", "worker", "--pool", "solo", "--hostname",
                 f"bench-{number}@localhost", "--loglevel", "CRITICAL", "--without-gossip", "--without-mingle")


def issue_share(share, number):
    """Runs in a process of its own: certificates of the learners whose number is ``share`` modulo ISSUERS."""
    import django

    django.setup()
    from lms.accounts.models import User
    from tests.factories import make_certificate

    began = time.process_time()
    learners = User.objects.filter(email__startswith="bench").order_by("pk")
    for learner in list(learners)[share:number:ISSUERS]:
        make_certificate(learner=learner)
    print(f"ISSUED {time.process_time() - began:.3f}", flush=True)


def add_learners(number):
    from lms.accounts.models import User

    User.objects.bulk_create([User(email=f"bench{index}@puentes.test", given_names=f"Ana {index}",
                                   first_surname="Ñancupil", password="!") for index in range(number)], 2_000)


class Watch:
    """Looks at the outbox until it is empty; does ``acts`` {share that is made: act} on the way."""

    def __init__(self, total, acts, timeout):
        self.total, self.acts, self.deadline = total, sorted(acts.items()), time.monotonic() + timeout

    def run(self, is_issuing):
        from certificates.models import Artifact, Outbox

        while True:
            time.sleep(EVERY)
            made = Artifact.objects.filter(kind="pdf_es").count()
            while self.acts and made >= self.acts[0][0] * self.total:
                self.acts.pop(0)[1](made)
            if not is_issuing() and not Outbox.objects.pending().exists():
                return
            if time.monotonic() > self.deadline:
                raise Failed(f"{Outbox.objects.pending().count()} pieces of work are still pending.")


def check(number):
    """The promises, each looked at in what is stored. Returns (bytes that are stored, {kind: documents}). Raises
    Failed."""
    from django.core.files.storage import storages

    from certificates.models import Artifact, Certificate, Outbox

    numbers = list(Certificate.objects.order_by("number").values_list("number", flat=True))
    if numbers != list(range(1, number + 1)):
        raise Failed(f"{len(numbers)} certificates, the last number {numbers[-1:]}; {number} were to be.")
    expected = set(Outbox.objects.values_list("kind", flat=True).distinct()) - {"mail_issued"}
    kinds = {}
    size, storage = 0, storages["private"]
    for artifact in Artifact.objects.iterator(chunk_size=2_000):
        content = storage.open(artifact.storage_key).read()
        if hashlib.sha256(content).hexdigest() != artifact.sha256:
            raise Failed(f"{artifact.storage_key} is not what was stored.")
        kinds[artifact.kind] = kinds.get(artifact.kind, 0) + 1
        size += len(content)
    if kinds != dict.fromkeys(expected, number):
        raise Failed(f"Documents: {kinds}; {number} of each of {sorted(expected)} were to be.")
    if unsigned := Artifact.objects.filter(key__isnull=True).count():
        raise Failed(f"{unsigned} documents are not signed.")
    folder = Path(storage.location) / "certificates"
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    if files != sum(kinds.values()):
        raise Failed(f"{files} files are in the storage, {sum(kinds.values())} are known.")
    return size, kinds


def run(number, timeout):
    folder = Path(tempfile.mkdtemp(prefix="puentes-issuing-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgresql = PostgreSQL(folder, f"issuing-{migration_key()}")
        stack.callback(postgresql.stop)
        redis = [Redis(str(folder))]
        stack.callback(lambda: redis[0].stop())
        environment = make_environment(folder, postgresql.url, redis[0].url)
        for name in [name for name in os.environ if name.startswith("PUENTES_")]:
            del os.environ[name]
        os.environ.update({name: value for name, value in environment.items()
                           if name.startswith(("PUENTES_", "DJANGO_"))})
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("create_issuer_keys")
        add_learners(number)
        workers = [start_worker(environment, index) for index in range(WORKERS)]
        beat = start(environment, "-m", "celery", "-A", "lms.celery", "beat", "--loglevel", "CRITICAL", "--schedule",
                     str(folder / "beat"), "--pidfile", "")
        for process in (*workers, beat):
            stack.callback(_end, process)
        lost_cpu, memory = [], []

        def kill_two(made):
            memory.append(get_peak_memory(workers[-1].pid))
            for worker in workers[:KILLED]:
                lost_cpu.append(get_cpu_seconds(worker.pid))
                worker.kill()
                worker.wait()
            print(f"{made} made: two of {WORKERS} workers were killed")

        def restart_redis(made):
            port = redis[0].port
            redis[0].stop()
            time.sleep(1)
            redis[0] = Redis(str(folder), port=port)
            print(f"{made} made: Redis was stopped and started again, empty")

        began = time.monotonic()
        issuers = [subprocess.Popen([sys.executable, "-m", "tests.bench.bench_issuing", "--n", str(number), "--share",
                                     str(share)], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
                                    preexec_fn=die_with_parent) for share in range(ISSUERS)]
        issued = []
        readers = [threading.Thread(target=lambda process=process: issued.append(process.communicate()[0]))
                   for process in issuers]
        for reader in readers:
            reader.start()
        Watch(number, {0.25: kill_two, 0.4: restart_redis}, timeout).run(
            lambda: any(reader.is_alive() for reader in readers))
        wall = time.monotonic() - began
        if any(process.returncode for process in issuers):
            raise Failed("A process that issued ended with an error.")
        size, kinds = check(number)
        living = workers[KILLED:]
        cpu = sum(lost_cpu) + sum(get_cpu_seconds(worker.pid) for worker in living)
        issuing = sum(float(text.split()[-1]) for text in issued)
        print(f"{number} certificates, numbers 1 to {number}; {kinds}; the outbox is empty")
        print(f"issuing: {issuing / number * 1000:.1f} ms CPU a certificate")
        print(f"workers: {cpu:.0f} s CPU, {cpu / number * 1000:.1f} ms a certificate;"
              f" {number / cpu * 60:.0f} certificates a CPU-minute; {wall:.0f} s in all")
        print(f"stored: {size / number / 1000:.1f} kB a certificate, {size / number * 1000 / 1e6:.1f} MB per 1,000")
        print(f"memory of a worker: {memory[0] if memory else 0:.0f} MB at a quarter, "
              f"{max(get_peak_memory(worker.pid) for worker in living):.0f} MB at the end (largest)")


def run_apart(number, timeout):
    """The whole in a process of its own; returns how it ended, 0 for well."""
    command = [sys.executable, "-m", "tests.bench.bench_issuing", "--n", str(number), "--timeout", str(timeout)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _end(process):
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    options = parser.parse_args(arguments)
    if options.share is not None:
        issue_share(options.share, options.n)
    else:
        run(options.n, options.timeout)


def add_arguments(parser):
    parser.add_argument("--n", type=int, default=1_000, help="how many certificates")
    parser.add_argument("--timeout", type=int, default=7_200, help="seconds after which it gives up")
    parser.add_argument("--share", type=int, help=argparse.SUPPRESS)


if __name__ == "__main__":
    main()
