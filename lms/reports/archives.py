"""All certificates of a list in one ZIP file, with an index that says for each person which are theirs, or why none.

The list is written down when it is asked for; then a task makes part after part and keeps each at once, so that a
worker which dies loses one part at most. A worker leases the archive; one that comes back too late writes nothing."""

import io
import logging
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import get_language, override, pgettext

from certificates.models import Certificate
from courses.models import Enrolment
from lms.accounts.audit import record_event
from lms.accounts.models import RoleGrant, User
from lms.accounts.roles import get_hr_organisations
from lms.reports.archive_contents import add_certificates, write_index
from lms.reports.exports import describe
from lms.reports.models import Archive, ArchivePart
from lms.reports.zipping import describe_entries, open_stretch, write_directory

PART = 50  # people
MOST_PEOPLE = 20_000
MOST_AT_ONCE = 2
LEASE = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)
SECONDS_OF_A_TASK = 300  # below CELERY_TASK_TIME_LIMIT
SECONDS_OF_A_REQUEST = 2  # where there are no workers

logger = logging.getLogger(__name__)


class ArchiveRefused(Exception):
    """An archive cannot be begun."""


class NobodyInList(ArchiveRefused):
    """There is nothing to put into it."""


class TooManyPeople(ArchiveRefused):
    """The list is longer than MOST_PEOPLE."""


class TooManyArchives(ArchiveRefused):
    """The person has MOST_AT_ONCE that are still being made."""


class LeaseLost(Exception):
    """Somebody else has taken over the archive, or it was cancelled."""


# --- Asking, fetching, cancelling -------------------------------------------------------------------------------------

def begin(*, viewer, filters, languages):
    """The Archive of the list that ``filters`` (valid CompletionFilters of ``viewer``) gives, to be made by a task.
    Raises ArchiveRefused."""
    from lms.reports.tasks import make_archive  # the tasks call this module

    now = filters.now
    with transaction.atomic():
        User.objects.select_for_update().get(pk=viewer.pk)  # one at a time for each person
        if Archive.objects.unfinished().filter(by=viewer).count() >= MOST_AT_ONCE:
            raise TooManyArchives
        enrolments = [str(pk) for pk in filters.qs.values_list("pk", flat=True)[:MOST_PEOPLE + 1]]
        if not enrolments:
            raise NobodyInList
        if len(enrolments) > MOST_PEOPLE:
            raise TooManyPeople
        archive = Archive.objects.create(
            by=viewer, scope=get_scope(viewer), languages=languages, index_language=get_language(),
            described=[[str(name), str(value)] for name, value in describe(viewer=viewer, filters=filters, now=now)],
            people=len(enrolments), requested_at=now, next_at=now)
        parts = [enrolments[start:start + PART] for start in range(0, len(enrolments), PART)]
        ArchivePart.objects.bulk_create(ArchivePart(archive=archive, number=number, enrolments=part)
                                        for number, part in enumerate([*parts, []], start=1))
        record_event(actor=viewer, action="archive.requested", subject=f"archive:{archive.pk}", details={
            "filters": filters.get_facts(), "people": archive.people, "languages": languages,
            "cut_off": now.isoformat()})
        transaction.on_commit(lambda: make_archive.apply_async([str(archive.pk)], retry=False), robust=True)
    return archive


def get_scope(viewer):
    """The organisations that make ``viewer`` an HR officer; None for an administrator."""
    if viewer.is_superuser:
        return None
    return sorted(viewer.role_grants.filter(role=RoleGrant.Role.HR_OFFICER).values_list("organisation", flat=True))


def may_fetch(*, archive, viewer):
    """Only who asked for it, and only while all that it shows may still be seen."""
    if archive.by_id != viewer.pk or not viewer.is_active:
        return False
    if viewer.is_superuser:
        return True
    if archive.scope is None:
        return False
    seen = get_hr_organisations(viewer).filter(pk__in=archive.scope).values_list("pk", flat=True)
    return bool(archive.scope) and set(archive.scope) <= set(seen)


def fetch(*, archive, viewer):
    """(name, size in bytes, iterator of bytes) of an archive that is ready. The database is asked only now, not while a
    slow line downloads."""
    parts = list(archive.parts.values_list("storage_key", flat=True))
    record_event(actor=viewer, action="archive.downloaded", subject=f"archive:{archive.pk}",
                 details={"certificates": archive.certificates, "bytes": archive.size})
    with override(archive.index_language):
        stem = pgettext("file name", "certificates")
    name = f"{stem}-{timezone.localtime(archive.requested_at):%Y-%m-%d-%H%M}.zip"
    return name, archive.size, _read(parts)


def _read(keys):
    storage = storages["private"]
    for key in keys:
        with storage.open(key) as file:
            while chunk := file.read(1 << 16):
                yield chunk


@transaction.atomic
def cancel(*, archive, by):
    """Stop an archive that is being made, or remove one that is not wanted any more. False when there is nothing left
    of it."""
    archive = Archive.objects.select_for_update().get(pk=archive.pk)
    if archive.state in (Archive.State.CANCELLED, Archive.State.REMOVED):
        return False
    record_event(actor=by, action="archive.cancelled", subject=f"archive:{archive.pk}")
    _empty(archive, Archive.State.CANCELLED)
    return True


@transaction.atomic
def restart(*, archive, now):
    """Go on with an archive that failed. False when it did not."""
    from lms.reports.tasks import make_archive  # the tasks call this module

    archive = Archive.objects.select_for_update().get(pk=archive.pk)
    if archive.state != Archive.State.FAILED:
        return False
    archive.state, archive.attempts, archive.next_at = Archive.State.WORKING, 0, now
    archive.finished_at = archive.expires_at = None
    archive.save()
    transaction.on_commit(lambda: make_archive.apply_async([str(archive.pk)], retry=False), robust=True)
    return True


def count_done(archive):
    """How many people of the list are done."""
    made = archive.parts.exclude(storage_key="").count()
    return min(made * PART, archive.people)


def count_ended(archive):
    """How many certificates of its list were revoked or replaced since it was asked for: the file still has them."""
    ended = set(map(str, Certificate.objects.of_completion().filter(
        ended_at__gte=archive.requested_at).values_list("award", flat=True)))
    if not ended:
        return 0
    return sum(len(ended.intersection(enrolments)) for enrolments in archive.parts.values_list("enrolments", flat=True))


# --- Making -----------------------------------------------------------------------------------------------------------

def claim(*, now, archive_id=None):
    """Lease an archive that needs work, or return None. One that made no progress so often is given up."""
    due = Archive.objects.due(now)
    if archive_id:
        due = due.filter(pk=archive_id)
    with transaction.atomic():
        archive = due.select_for_update(skip_locked=True).first()
        if archive is None:
            return None
        if archive.attempts >= Archive.MAX_ATTEMPTS:
            _give_up(archive, now)
            return None
        archive.leased_until, archive.attempts = now + LEASE, archive.attempts + 1
        archive.save(update_fields=["leased_until", "attempts"])
        return archive


def work(archive, *, clock, seconds):
    """Make what is left of a claimed ``archive``, for about so many seconds and at least one part. ``clock`` returns
    the time at which it is called. True when there is nothing left to do now."""
    end = time.monotonic() + seconds
    try:
        while part := archive.parts.filter(storage_key="").order_by("number").first():
            _make_part(archive, part, clock)
            if time.monotonic() >= end and archive.state == Archive.State.WORKING:
                Archive.objects.filter(pk=archive.pk, leased_until=archive.leased_until).update(leased_until=None)
                return False
    except LeaseLost:
        logger.info("Archive %s is not ours to make any more.", archive.pk)
    except Exception as error:  # whatever it is, it must not stop the work of others
        # Only the kind of the error is kept: its text may hold a name.
        logger.warning("Archive %s: attempt %d failed: %s.%s", archive.pk, archive.attempts,
                       type(error).__module__, type(error).__qualname__)
        Archive.objects.filter(pk=archive.pk, leased_until=archive.leased_until).update(
            leased_until=None, next_at=clock() + PAUSE * archive.attempts)
    return True


def _make_part(archive, part, clock):
    offset = ArchivePart.objects.filter(archive=archive, number__lt=part.number).aggregate(
        size=Sum("size", default=0))["size"]
    with tempfile.TemporaryFile() as file, override(archive.index_language):
        if part.enrolments:
            with open_stretch(file, offset=offset) as stretch:
                part.rows = add_certificates(stretch, _in_order(part.enrolments), languages=archive.language_codes,
                                             clock=clock)
                part.entries = describe_entries(stretch)
        else:
            _write_end(archive, file, offset)
        part.size = file.tell()
        file.seek(0)
        part.storage_key = storages["private"].save(f"{_get_folder(archive)}/{part.number:06}", File(file))
    try:
        _keep_part(archive, part, now=clock())
    except BaseException:
        storages["private"].delete(part.storage_key)
        raise


def _in_order(enrolments):
    found = {str(each.pk): each for each in Enrolment.objects.filter(pk__in=enrolments).select_related("learner")}
    return [found[pk] for pk in enrolments if pk in found]


def _write_end(archive, file, offset):
    """The index, and the directory of the whole file."""
    parts = archive.parts.order_by("number")
    with open_stretch(file, offset=offset) as stretch:
        rows = (row for part in parts.iterator(chunk_size=20) for row in part.rows)
        write_index(stretch, rows, languages=archive.language_codes, about=archive.described,
                    at=archive.requested_at)
    entries = (entry for part in parts.values_list("entries", flat=True).iterator(chunk_size=20) for entry in part)
    end = io.BytesIO()
    write_directory(end, offset=offset + file.tell(), entries=chain(entries, describe_entries(stretch)))
    file.write(end.getvalue())


@transaction.atomic
def _keep_part(archive, part, *, now):
    """Write down that ``part`` is made, if the lease is still ours. Raises LeaseLost."""
    held = Archive.objects.unfinished().select_for_update().filter(
        pk=archive.pk, leased_until=archive.leased_until).first()
    if held is None:
        raise LeaseLost
    part.save()
    held.certificates += sum(bool(row["files"]) for row in part.rows)
    held.size, held.attempts, held.leased_until = held.size + part.size, 0, now + LEASE
    if not part.enrolments:
        held.state, held.finished_at, held.leased_until = Archive.State.READY, now, None
        held.expires_at = now + Archive.KEPT
        held.parts.update(rows=[], entries=[])
    held.save()
    archive.leased_until, archive.state, archive.attempts = held.leased_until, held.state, 0


def _give_up(archive, now):
    archive.state, archive.leased_until = Archive.State.FAILED, None
    archive.finished_at, archive.expires_at = now, now + Archive.KEPT
    archive.save()
    logger.error("Archive %s was given up.", archive.pk)


# --- Removing ---------------------------------------------------------------------------------------------------------

def remove_expired(*, now):
    """Remove the files of what was kept long enough, and what they were about."""
    for pk in Archive.objects.filter(expires_at__lte=now).exclude(state=Archive.State.REMOVED).values_list(
            "pk", flat=True):
        with transaction.atomic():
            archive = Archive.objects.select_for_update().get(pk=pk)
            if archive.state in (Archive.State.READY, Archive.State.FAILED):
                _empty(archive, Archive.State.REMOVED)


def remove_archives_with(*, learner):
    """Take away the archives that hold documents or names of ``learner``, who is to be forgotten. Call it in the
    transaction of that."""
    enrolments = set(map(str, Enrolment.objects.filter(learner=learner).values_list("pk", flat=True)))
    kept = Archive.objects.exclude(state__in=(Archive.State.CANCELLED, Archive.State.REMOVED))
    for archive in kept.select_for_update().prefetch_related("parts"):
        if any(enrolments.intersection(map(str, part.enrolments)) for part in archive.parts.all()):
            _empty(archive, Archive.State.REMOVED)


def _empty(archive, state):
    """Files go after the commit; what a crash leaves is found by the next sweep (remove_leftovers)."""
    archive.state, archive.described, archive.leased_until, archive.expires_at = state, [], None, None
    archive.save()
    archive.parts.all().delete()
    transaction.on_commit(lambda: _remove_files(archive), robust=True)


def remove_leftovers():
    """Remove files of archives of which nothing is kept: of one that was cancelled while a part was being made."""
    storage = storages["private"]
    try:
        folders, _files = storage.listdir("archives")
    except FileNotFoundError:
        return
    kept = set(map(str, Archive.objects.exclude(
        state__in=(Archive.State.CANCELLED, Archive.State.REMOVED)).values_list("pk", flat=True)))
    for folder in set(folders) - kept:
        _remove_folder(storage, f"archives/{folder}")


def _get_folder(archive):
    return f"archives/{archive.pk}"


def _remove_files(archive):
    storage = storages["private"]
    with suppress(FileNotFoundError):
        _remove_folder(storage, _get_folder(archive))


def _remove_folder(storage, folder):
    for name in storage.listdir(folder)[1]:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)


def get_seconds():
    """How long a task that was nudged may work: in the request of a person only for a moment."""
    return SECONDS_OF_A_REQUEST if settings.CELERY_TASK_ALWAYS_EAGER else SECONDS_OF_A_TASK
