"""Bringing earlier records in: who each row is about, what becomes of it, and saving what was looked at.

Nothing is kept of a file but the file itself until it is saved: each look reads it again, so that what is shown and
what is saved follow the data of that moment."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.earlier import save_records
from certificates.models import EarlierRecord, HistoryImport
from lms.accounts.audit import record_event
from lms.accounts.identity import fingerprint
from lms.accounts.models import User
from lms.accounts.organising import assign
from lms.accounts.people import save_person
from lms.reports.history_reading import Row, read_history
from lms.reports.people import get_people


class Fate(models.TextChoices):
    """What becomes of a row."""

    NEW = "new", gettext_lazy("Will be added")
    KNOWN = "known", gettext_lazy("Is there already: nothing changes")
    UNKNOWN = "unknown", gettext_lazy("The person has no account")
    REFUSED = "refused", gettext_lazy("Cannot be added")


@dataclass(slots=True)
class Outcome:
    """A Row, its Fate and the person it is about, where known."""

    row: Row
    fate: Fate
    person: User | None = None


@transaction.atomic
def begin_import(*, content, name, by, now, language):
    """The HistoryImport of the bytes of a file that can be read. Raises HistoryUnreadable."""
    rows = read_history(content, today=timezone.localdate(now), language=language)
    source = HistoryImport(by=by, name=name[-200:], sha256=hashlib.sha256(content).hexdigest(), started_at=now)
    source.file.save("history", ContentFile(content), save=False)
    source.save()
    record_event(actor=by, action="history.uploaded", subject=f"history-import:{source.pk}",
                 details={"sha256": source.sha256, "rows": len(rows)})
    return source


def look(*, source, viewer, now, language):
    """[Outcome] of the rows of an import that is not saved yet."""
    with source.file.open("rb") as file:
        content = file.read()
    return decide(read_history(content, today=timezone.localdate(now), language=language), viewer=viewer, now=now)


def decide(rows, *, viewer, now):
    """[Outcome] of ``rows``, in their order. Four queries, however many rows there are."""
    by_document, by_email = _find_people(rows)
    own = set(get_people(viewer=viewer, now=now).filter(
        pk__in={person.pk for person in (*by_document.values(), *by_email.values())}).values_list("pk", flat=True))
    outcomes = [_find_person(row, by_document, by_email, own) for row in rows]
    _refuse_contradictions(outcomes)
    saved = set(EarlierRecord.objects.filter(learner__in={each.person for each in outcomes if each.person}).values_list(
        "learner", "title_key", "completed_on"))
    seen = set()
    for outcome in outcomes:
        _find_repeated(outcome, saved, seen)
    return outcomes


def count_fates(outcomes):
    counts = defaultdict(int)
    for outcome in outcomes:
        counts[outcome.fate.value] += 1
    return {fate: counts[fate] for fate in Fate.values}


def save_import(*, source, by, now, language, place=None):
    """Save the rows that can be. ``place``: the organisation to which people who have no account are added; without it
    their rows are left out. Returns how many records were saved. Raises ImportDone."""
    with transaction.atomic():
        outcomes = look(source=source, viewer=by, now=now, language=language)
        added = {}
        for outcome in outcomes:
            if outcome.fate == Fate.UNKNOWN and place:
                key = outcome.row.email
                outcome.person = added.get(key) or _add_person(outcome.row, place=place, by=by, now=now)
                added[key] = outcome.person
        records = []
        for outcome in outcomes:
            if outcome.person and outcome.fate in (Fate.NEW, Fate.UNKNOWN):
                outcome.row.record.learner = outcome.person
                records.append(outcome.row.record)
        return save_records(source=source, records=records, people_added=len(added), by=by, now=now)


def _find_people(rows):
    """({(kind, number): User}, {e-mail: User})."""
    documents = {fingerprint(kind=kind, number=number): (kind, number)
                 for row in rows for kind, number in row.documents}
    found = {documents[person.document_fingerprint]: person
             for person in User.objects.filter(document_fingerprint__in=documents)
             if documents[person.document_fingerprint][0] == person.document_kind}
    people = User.objects.filter(email__in={row.email for row in rows if row.email})
    return found, {person.email.lower(): person for person in people}


def _find_person(row, by_document, by_email, own):
    """Who works elsewhere is nobody's business here: beside somebody found, and beside other errors, data of theirs
    count as data of nobody; alone, as data with which no account can be made."""
    numbered = [by_document[each] for each in row.documents if each in by_document]
    addressed = [by_email[row.email]] if row.email in by_email else []
    by_number, by_mail = (next((person for person in people if person.pk in own), None)
                          for people in (numbered, addressed))
    found = by_number or by_mail
    if by_mail and row.documents and by_mail != by_number and (by_number or by_mail.document_fingerprint):
        row.errors.append(_("The document and the e-mail do not belong to the same person."))
        found = None
    elif found is None and not row.errors and (numbered or addressed or not _can_be_added(row)):
        row.errors.append(_not_here())
    if row.errors:
        return Outcome(row, Fate.REFUSED, found)
    return Outcome(row, Fate.NEW if found else Fate.UNKNOWN, found)


def _not_here():
    return _("This person is not found among yours, and no account can be made with what the row says. With an e-mail, "
             "given names and a first surname, or by an administrator, it may be possible.")


def _can_be_added(row):
    return bool(row.email and row.values.get("given_names") and row.values.get("first_surname"))


def _refuse_contradictions(outcomes):
    """Of rows about somebody who has no account, those that contradict an earlier one: no account could be made."""
    emails, documents = {}, {}
    for outcome in outcomes:
        row = outcome.row
        if outcome.fate != Fate.UNKNOWN or not row.documents:
            continue
        document = row.documents[0]
        if emails.get(document, row.email) != row.email or documents.get(row.email, document) != document:
            row.errors.append(_("Another row has this document with another e-mail, or this e-mail with another "
                                "document."))
            outcome.fate = Fate.REFUSED
        else:
            emails[document], documents[row.email] = row.email, document


def _find_repeated(outcome, saved, seen):
    if outcome.fate not in (Fate.NEW, Fate.UNKNOWN):
        return
    record = outcome.row.record
    facts = EarlierRecord.make_title_key(record.title_in_first_language), record.completed_on
    key = (outcome.person.pk if outcome.person else outcome.row.email, *facts)
    if key in saved or key in seen:
        outcome.fate = Fate.KNOWN
    seen.add(key)


def _add_person(row, *, place, by, now):
    person = User(email=row.email, given_names=row.values["given_names"], first_surname=row.values["first_surname"],
                  second_surname=row.values.get("second_surname", ""))
    if row.documents:
        kind, number = row.documents[0]
        person.set_document(kind=kind, number=number)
    person = save_person(user=person, changed=[], by=by)
    assign(user=person, organisation=place, since=timezone.localdate(now), by=by)
    return person
