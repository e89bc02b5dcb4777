"""All certificates of a list in one ZIP file: seconds, memory and size.

    python -m tests.bench.bench_archive [--certificates 10000] [--languages es] [--made] [--database postgresql://…]

Makes a database of its own (SQLite in a temporary folder; with --database the given one, which must be empty and is
filled). The archive is made, and downloaded, in a process of its own, whose memory is what a worker's would be. The
documents are not there yet, so that the archive makes them, which is the worst case; with --made they are."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import zipfile

from tests.bench.bench_certificates import set_up
from tests.bench.bench_export import peak


def fill(total, *, made, languages):
    from django.core.management import call_command
    from django.utils import timezone

    from certificates import issuing, outbox
    from tests import factories
    from tests.bench import data

    call_command("migrate", verbosity=0)
    issuing.deliver.apply_async = lambda *args, **kwargs: None
    town = factories.make_organisation(name="Municipalidad de Las Acacias", territory=factories.get_territory("13101"))
    course = factories.make_course(title="Interculturalidad en la atención municipal")
    learners = data.make_learners(total)
    factories.make_assignment(user=learners[0], organisation=town)
    officer = data.make_hr_officer(town)
    enrolments = data.make_enrolments(edition=factories.get_edition(course), learners=learners, organisation=town)
    for enrolment in enrolments:
        certificate = factories.make_certificate(learner=enrolment.learner, award=enrolment.pk)
        if made:
            for language in languages:
                outbox.get_pdf(certificate=certificate, language=language, now=timezone.now())
    return officer.email


def measure(email, languages):
    from django.utils import timezone
    from django.utils.translation import activate

    from lms.accounts.models import User
    from lms.reports import archives
    from lms.reports.filters import CompletionFilters
    from lms.reports.models import Archive

    archives.MOST_PEOPLE = 1_000_000
    from lms.reports.tasks import make_archive

    make_archive.apply_async = lambda *args, **kwargs: None
    activate("es")
    officer = User.objects.get(email=email)
    filters = CompletionFilters({}, viewer=officer, now=timezone.now(), language="es")
    if not filters.is_valid():
        raise SystemExit(str(filters.errors))
    before, began, cpu = peak(), time.perf_counter(), time.process_time()
    archive = archives.begin(viewer=officer, filters=filters, languages=languages)
    asked = time.perf_counter() - began
    while archive.state == Archive.State.WORKING:
        archives.work(archives.claim(now=timezone.now()), clock=timezone.now, seconds=archives.SECONDS_OF_A_TASK)
        archive.refresh_from_db()
    figures = {"asked": asked, "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu,
               "peak": peak(), "before": before, "certificates": archive.certificates, "bytes": archive.size}
    began = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        _name, _size, content = archives.fetch(archive=archive, viewer=officer)
        for chunk in content:
            file.write(chunk)
        figures |= {"download": time.perf_counter() - began, "peak_of_download": peak()}
        with zipfile.ZipFile(file) as whole:
            figures["files"] = len(whole.namelist())
            if whole.testzip():
                raise SystemExit("The ZIP file is damaged.")
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--certificates", type=int, default=10_000)
    parser.add_argument("--languages", default="es", choices=["es", "en", "es,en"])
    parser.add_argument("--made", action="store_true", help="the documents are there already")
    parser.add_argument("--database", default="")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        set_up(options.database, options.folder)
        print(json.dumps(measure(options.measure, options.languages)))
        return
    with tempfile.TemporaryDirectory() as folder:
        set_up(options.database, folder)
        email = fill(options.certificates, made=options.made, languages=options.languages.split(","))
        command = [sys.executable, "-m", "tests.bench.bench_archive", "--folder", folder, "--database",
                   options.database, "--languages", options.languages, "--measure", email]
        figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()[-1])
        print("{certificates} certificates, {files} files, {bytes:,} bytes: asked for in {asked:.2f} s, made in "
              "{seconds:.1f} s ({cpu:.1f} s CPU), downloaded in {download:.1f} s; peak memory {peak:.0f} MB "
              "({before:.0f} MB before it began), {peak_of_download:.0f} MB after the download".format(**figures))


if __name__ == "__main__":
    main()
