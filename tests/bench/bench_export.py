"""Time, CPU and memory of the completion list as a file.

    python -m tests.bench.bench_export [--rows 100000] [--database postgresql://…] [--documents]

Makes a database of its own (SQLite in a temporary folder; with --database the given one, which must be empty and is
filled), puts ``--rows`` completed enrolments of one institution into it, and makes each kind of file once, in a
process of its own, as the view does, for an HR officer of that institution. CPU is user and system time of that
process, with the backend of PostgreSQL beside it; memory is the peak of the process and, after the «+», what the export
added to it."""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import datetime, timedelta
from decimal import Decimal

CHILE = datetime.fromisoformat("2026-11-01T15:00:00+00:00")
FORMATS = ("csv-cl", "csv-mx", "xlsx")


def set_up(database, folder):
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "PUENTES_SECRET_KEY": "benchmark-" * 6,
        "PUENTES_IDENTITY_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
        "PUENTES_BASE_URL": "http://localhost:8000",
        "PUENTES_DATA_DIR": folder,
        "PUENTES_DATABASE_URL": database,
        "PUENTES_LOG_LEVEL": "WARNING",
    }
    import django

    django.setup()


def fill(rows):
    """``rows`` completions of one municipality with 24 units, as many of another institution as a tenth, 5 courses."""
    from django.core.management import call_command

    from certificates.models import Certificate
    from courses.models import Course, Edition, Enrolment
    from lms.accounts import identity
    from lms.accounts.models import Assignment, Organisation, Territory, User
    from lms.accounts.roles import grant_role

    call_command("migrate", verbosity=0)
    commune = Territory.objects.get(country_code="CL", name="Cerro Navia")
    town = Organisation.add_root(name="Municipalidad de prueba", kind="municipality", territory=commune)
    other = Organisation.add_root(name="Otra institución", kind="cso")
    units = []
    for directorate in range(6):
        node = Organisation.objects.get(pk=town.pk).add_child(name=f"Dirección {directorate}")
        for unit in range(4):
            units.append(Organisation.objects.get(pk=node.pk).add_child(name=f"Unidad {directorate}.{unit}"))
    editions = []
    for number in range(5):
        course = Course.objects.create(pk=uuid.UUID(int=number + 1))
        editions.append(Edition.objects.create(course=course, is_default=True))
        editions.append(Edition.objects.create(course=course, name=f"Marzo 202{number}"))
    officer = User.objects.create_user("hr@example.org", given_names="Rosa", first_surname="Pérez")
    grant_role(user=officer, role="hr_officer", organisation=town)

    rng, total = random.Random(1), rows + rows // 10
    surnames = ["Muñoz", "Núñez", "Rojas", "Pérez", "Soto", "Silva", "Álvarez", "Contreras", "Díaz", "Herrera"]
    given = ["María José", "Juan", "Rosa", "Ana", "Luis", "Carmen", "Pedro", "Ñusta", "Inés", "Óscar"]
    token = identity.encrypt("12345678-5")
    people = User.objects.bulk_create((
        User(email=f"person{number}@example.org", given_names=rng.choice(given), first_surname=rng.choice(surnames),
             second_surname=rng.choice(surnames), document_kind="rut", document_encrypted=token,
             document_fingerprint=f"{number:064x}", sex=rng.choice(["female", "male"]), password="!")
        for number in range(total // 2)), batch_size=2000)
    Assignment.objects.bulk_create((
        Assignment(user=person, organisation=rng.choice(units), since=CHILE.date() - timedelta(days=900))
        for person in people), batch_size=2000)

    def completion(number):
        place = rng.choice(units) if number < rows else other
        edition = editions[(number // len(people)) * 5 + rng.randrange(5)]
        enrolled = CHILE - timedelta(days=rng.randrange(1, 700), seconds=rng.randrange(86_400))
        title = f"Interculturalidad en la atención municipal {edition.course_id.int}"
        return Enrolment(
            learner=people[number % len(people)], edition=edition, enrolled_at=enrolled,
            completed_at=enrolled + timedelta(hours=rng.randrange(5, 20)), last_seen_at=enrolled, organisation=place,
            territory=commune, staff_type=rng.choice(["planta", "contrata", "honorarios"]), sex="female",
            hours=Decimal("20.5"), hours_kind="chronological",
            percentage=Decimal(rng.randrange(600_000, 1_000_000)) / 10_000,
            facts={"titles": {"es": title, "en": title}, "institution": town.name, "unit": f"Dirección / {place.name}",
                   "organisation": place.name, "territory": commune.name, "country": "CL", "modality": "online",
                   "position": f"Cargo {rng.randrange(40)}", "edition": edition.name,
                   "rule": "weighted_mean_of_best_attempts", "pass_marks": ["60.00"],
                   "modules": {code: [f"Módulo {module}: un título" for module in range(10)] for code in ("es", "en")}})

    enrolments = Enrolment.objects.bulk_create((completion(number) for number in range(total)), batch_size=2000)
    Certificate.objects.bulk_create((
        Certificate(learner_id=enrolment.learner_id, award=enrolment.pk, kind="approval", series="PUENTES-2026",
                    number=number, code=f"{number:016d}", issued_at=CHILE, snapshot={}, snapshot_sha256="")
        for number, enrolment in enumerate(enrolments, 1)), batch_size=2000)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(format, documents):
    from django.db import connection
    from django.utils import timezone
    from django.utils.translation import activate

    from lms.accounts.models import User
    from lms.reports.exports import export_completions
    from lms.reports.filters import CompletionFilters

    activate("es")
    officer = User.objects.get(email="hr@example.org")
    backend = BackendClock(connection)
    before, memory, started = time.process_time(), peak(), time.perf_counter()
    now = timezone.now()
    filters = CompletionFilters({}, viewer=officer, now=now, language="es")
    if not filters.is_valid():
        raise SystemExit(str(filters.errors))
    export = export_completions(viewer=officer, filters=filters, format=format, with_documents=documents)
    size = sum(len(part) for part in iter(lambda: export.file.read(1 << 16), b""))
    return {"format": format, "rows": export.rows, "bytes": size, "wall": time.perf_counter() - started,
            "cpu": time.process_time() - before, "database_cpu": backend.elapsed(), "peak": peak(),
            "added": peak() - memory}


class BackendClock:
    """CPU seconds of the process of PostgreSQL that serves ``connection``; 0 where it is not on this machine."""

    def __init__(self, connection):
        self.pid = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
        self.start = self.read()

    def read(self):
        try:
            with open(f"/proc/{self.pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def elapsed(self):
        return self.read() - self.start


def peak():
    """MB of memory this process has had at most. (getrusage counts in what its parent had.)"""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--database", default="", help="the address of an empty PostgreSQL database; SQLite by default")
    parser.add_argument("--documents", action="store_true", help="with identity documents")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--measure", choices=FORMATS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        set_up(options.database, options.folder)
        print(json.dumps(measure(options.measure, options.documents)))
        return
    with tempfile.TemporaryDirectory() as folder:
        set_up(options.database, folder)
        fill(options.rows)
        for format in FORMATS:
            command = [sys.executable, "-m", "tests.bench.bench_export", "--folder", folder, "--database",
                       options.database, "--measure", format, *(["--documents"] if options.documents else [])]
            figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            print("{format:7} {rows} rows  {bytes:>11,} bytes  {wall:6.2f} s  CPU {cpu:6.2f} s + database "
                  "{database_cpu:5.2f} s  peak {peak:4.0f} MB (+{added:.0f})".format(**figures))


if __name__ == "__main__":
    main()
