"""The one query behind the completion list: what the screen shows, the files hold and the API will answer.

A completed enrolment belongs to the organisation that was frozen on it, for ever; one under way belongs to the
organisation where its learner works on the day of the cut-off. The cut-off is a moment: what happened after it has not
happened."""

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import islice, starmap
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, TruncDate
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models import Certificate
from certificates.validity import RENEWAL_OPENS, is_renewed
from courses.models import CoursePage, Edition, Enrolment
from courses.models.enrolment import HoursKind
from lms.accounts import identity
from lms.accounts.identity import DocumentKind
from lms.accounts.models import Assignment, Organisation, Sex, StaffType
from lms.accounts.roles import get_hr_organisations

CHUNK = 2000  # rows held in memory at a time


class State(models.TextChoices):
    """How far an enrolment is."""

    COMPLETED = "completed", gettext_lazy("Completed")
    IN_PROGRESS = "in_progress", gettext_lazy("In progress")
    NOT_STARTED = "not_started", gettext_lazy("Not started")


class Record(NamedTuple):
    """One line of the list: texts in the reader's language, local dates, numbers; see Rendering."""

    surnames: str
    given_names: str
    document_kind: str
    document_number: str
    email: str
    institution: str
    unit: str
    staff_type: str
    sex: str
    territory: str
    course: str
    edition: str
    state: str
    enrolled_on: date
    completed_on: date | None
    percentage: Decimal | float | None
    hours: Decimal | float | None
    hours_kind: str
    folio: str
    code: str
    valid_until: date | None  # the last day; None: for ever, or no certificate
    renewal: str  # a word where the certificate renews an earlier one


class Counts(NamedTuple):
    total: int
    completed: int
    in_progress: int
    not_started: int


# --- Which enrolments -------------------------------------------------------------------------------------------------


def _completed(now):
    return Q(completed_at__lte=now)


def _unfinished(now):
    return Q(completed_at__isnull=True) | Q(completed_at__gt=now)


def _get_workplaces(now):
    """The assignments that hold on the day of ``now`` of the learner of the outer query; the first is the one that
    would be frozen if the course were completed now."""
    return Assignment.objects.on(timezone.localdate(now)).filter(user=OuterRef("learner")).order_by("-since", "-id")


def completion_records(*, viewer, now, organisations=None):
    """The enrolments that ``viewer`` may see as they were at ``now``: an administrator all, an HR officer those of the
    own organisations and below, anybody else none. A queryset of Enrolment in the order of a staff list.

    ``organisations`` are those of get_hr_organisations(viewer), for a caller who has asked for them already."""
    records = Enrolment.objects.filter(enrolled_at__lte=now).order_by(
        "learner__first_surname", "learner__second_surname", "learner__given_names", "learner", "enrolled_at", "id")
    if viewer.is_superuser:
        return records
    organisations = get_hr_organisations(viewer) if organisations is None else organisations
    return records.filter(belonging_to(organisations, now=now))


def belonging_to(organisations, *, now):
    """A condition: the enrolment counts for one of ``organisations``; what is below them is not added."""
    ids = [organisation.pk for organisation in organisations]
    working_there = Assignment.objects.on(timezone.localdate(now)).filter(organisation__in=ids)
    # Who works there is asked before in which of several places: a cheap question that leaves few for the dear one.
    return _completed(now) & Q(organisation__in=ids) | (
        _unfinished(now) & Q(learner__in=working_there.values("user"))
        & Q(In(Subquery(_get_workplaces(now).values("organisation")[:1]), ids)))


def in_state(state, *, now):
    """A condition: the enrolment is in ``state`` at ``now``."""
    if state == State.COMPLETED:
        return _completed(now)
    return _unfinished(now) & Q(last_seen_at__isnull=state == State.NOT_STARTED)


class Validity(models.TextChoices):
    """What an institution has to know of certificates that expire. One that was renewed is no longer of interest."""

    VALID = "valid", gettext_lazy("Valid")
    EXPIRES_SOON = "expires_soon", gettext_lazy("Expires within 90 days and is not renewed")
    EXPIRED = "expired", gettext_lazy("Expired and not renewed")


def with_validity(validity, *, now):
    """A condition: the enrolment has a certificate of that ``validity`` at ``now``."""
    certificates = Certificate.objects.of_completion().issued()
    if validity == Validity.VALID:
        certificates = certificates.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
    else:
        certificates = certificates.filter(~is_renewed(), expires_at__lte=now + RENEWAL_OPENS)
        certificates = certificates.filter(**{
            "expires_at__gt" if validity == Validity.EXPIRES_SOON else "expires_at__lte": now})
    return Q(pk__in=certificates.values("award"))


def count_records(records, *, now):
    """How many in each state, with one query."""
    counts = records.order_by().aggregate(
        total=Count("pk"),
        completed=Count("pk", filter=in_state(State.COMPLETED, now=now)),
        not_started=Count("pk", filter=in_state(State.NOT_STARTED, now=now)))
    in_progress = counts["total"] - counts["completed"] - counts["not_started"]
    return Counts(counts["total"], counts["completed"], in_progress, counts["not_started"])


# --- What is said of each ---------------------------------------------------------------------------------------------


class EditionName(NamedTuple):
    course: UUID
    title: str
    name: str


def get_edition_names(records, *, language):
    """{edition id: EditionName} of the editions in ``records``, with the title their course has today in ``language``
    or, where it is not translated, in another one. Two queries."""
    editions = Edition.objects.filter(pk__in=records.order_by().values("edition"))
    editions = list(editions.values_list("pk", "course", "name"))
    titles = {}
    pages = CoursePage.objects.filter(translation_key__in={course for _pk, course, _name in editions}).order_by("path")
    for course, code, title in pages.values_list("translation_key", "locale__language_code", "title"):
        if code == language or course not in titles:
            titles[course] = title
    return {pk: EditionName(course, titles.get(course, ""), name or _("Always open"))
            for pk, course, name in editions}


class FrozenFacts(Func):
    """Some of the facts frozen on a completed enrolment, as the text of a JSON list in the order of ``paths``, null for
    those that are not there. One short text, the same for many rows, that is cheap to sort and to remember."""

    output_field = TextField()

    def __init__(self, *paths):
        super().__init__(F("facts"))
        self.paths = paths

    def as_sqlite(self, compiler, connection, **context):
        paths = ["$" + "".join(f'."{part}"' for part in path) for path in self.paths]
        return compiler.compile(Func(*self.source_expressions, *map(Value, paths), function="JSON_EXTRACT"))

    def as_postgresql(self, compiler, connection, **context):
        (facts,) = self.source_expressions
        parts = [Func(facts, *map(Value, path), function="jsonb_extract_path") for path in self.paths]
        return compiler.compile(Func(*parts, template="jsonb_build_array(%(expressions)s)::text"))


class LocalDay(TruncDate):
    """The local day of a moment on PostgreSQL, whose driver takes longer for a moment than for all else in a row; on
    SQLite, where to cut it would be a call of Python, the text that is stored of the moment."""

    def as_sqlite(self, compiler, connection, **context):
        return compiler.compile(Cast(self.lhs, TextField()))  # of a bare column the driver makes a moment without zone


def _as_stored(value):
    """``value`` as the driver gives it: on SQLite a moment is a text in UTC and a decimal a float. Django's conversion
    of five columns took longer than everything else that is done with a row."""
    return ExpressionWrapper(value, output_field=TextField())


def select_rows(records, *, now, language, with_documents=False):
    """``records`` as a queryset of plain tuples, for read_records. One statement reads everything but the names of
    organisations and courses, so that even SQLite answers from one state of the data."""
    completed, unfinished = _completed(now), _unfinished(now)
    workplaces = _get_workplaces(now)
    certificate = Certificate.objects.of_completion().issued().filter(award=OuterRef("pk")).order_by("-cycle")
    # The series last: it may hold a space, a code, a number, a cycle and a day cannot.
    # SQLite gives JSON's null as a text.
    last_day = Coalesce(NullIf(KeyTextTransform("expires_on", "snapshot"), Value("null")), Value("-"),
                        output_field=TextField())
    certificate = certificate.values_list(Concat(
        "code", Value(" "), Cast("number", TextField()), Value(" "), Cast("cycle", TextField()), Value(" "), last_day,
        Value(" "), "series", output_field=TextField()))
    return records.values_list(
        "learner__first_surname",
        "learner__second_surname",
        "learner__given_names",
        "learner__document_kind",
        F("learner__document_encrypted") if with_documents else Value(""),
        "learner__email",
        Case(When(unfinished, then=Subquery(workplaces.values("staff_type")[:1])), default=F("staff_type")),
        Case(When(unfinished, then=F("learner__sex")), default=F("sex")),
        Case(When(completed, then=Value(State.COMPLETED.value)),
             When(last_seen_at__isnull=True, then=Value(State.NOT_STARTED.value)),
             default=Value(State.IN_PROGRESS.value)),
        _as_stored(LocalDay("enrolled_at")),
        _as_stored(LocalDay(Case(When(completed, then=F("completed_at"))))),
        _as_stored(F("percentage")),
        _as_stored(F("hours")),
        "hours_kind",
        FrozenFacts(["institution"], ["unit"], ["territory"], ["edition"], ["titles", language],
                    ["titles", settings.LANGUAGE_CODE]),
        Case(When(completed, then=Subquery(certificate[:1]))),
        Case(When(unfinished, then=Subquery(workplaces.values("organisation")[:1]))),
        "edition",
    )


WORKPLACE = 16  # the column of select_rows


class Rendering(NamedTuple):
    """How texts, local dates and numbers go into a Record: as they are, or as a file wants them."""

    text: Callable[[str], str] = str
    day: Callable[[date], Any] = lambda day: day
    number: Callable[[Decimal | float], Any] = lambda number: number


def read_records(rows, *, editions, rendering=None):
    """Records of ``rows`` (what select_rows gives, a slice or an iterator of it), one after another; never more than
    CHUNK in memory. ``editions`` as get_edition_names gives them; labels are in the active language."""
    composer, rows = _Composer(editions, rendering or Rendering()), iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        composer.learn_organisations({row[WORKPLACE] for row in chunk})
        yield from starmap(composer.compose, chunk)


class _Composer:
    """Turns rows into records. What repeats from row to row is worked out once."""

    def __init__(self, editions, rendering):
        self.text, self.number, self.day = rendering.text, rendering.number, cache(rendering.day)
        self.editions = {pk: (self.text(title), self.text(name)) for pk, (_course, title, name) in editions.items()}
        self.labels = {value: str(label) for choices in (StaffType, Sex, DocumentKind, HoursKind, State)
                       for value, label in choices.choices}
        self.always_open, self.renewal = _("Always open"), self.text(_("Renewal"))
        self.zone = timezone.get_current_timezone()
        self.read_facts = lru_cache(maxsize=5000)(self._read_facts)
        self.places = {None: ("", "", "")}  # institution, unit, territory

    def learn_organisations(self, ids):
        """Remember the names of those not met before, and of what is above them: two queries, or none."""
        if not (ids := ids - self.places.keys()):
            return
        found = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "path"))
        above = {part for path in found.values() for part in get_paths_down_to(path)}
        nodes = {path: (name, territory) for path, name, territory in
                 Organisation.objects.filter(path__in=above).values_list("path", "name", "territory__name")}
        for pk, path in found.items():
            chain = [nodes[part] for part in get_paths_down_to(path)]
            territory = next((territory for _name, territory in reversed(chain) if territory), "")
            unit = " / ".join(name for name, _territory in chain[1:])
            self.places[pk] = tuple(map(self.text, (chain[0][0], unit, territory)))

    def _read_facts(self, facts):
        """(institution, unit, territory, course title, edition) of a text of FrozenFacts."""
        *place, edition, title, title_of_source = (self.text(value or "") for value in json.loads(facts))
        return *place, title or title_of_source, edition or self.always_open

    def _to_day(self, day):
        if isinstance(day, str):  # a moment, as SQLite stores it
            day = datetime.fromisoformat(f"{day}+00:00").astimezone(self.zone).date()
        return self.day(day)

    def compose(self, first_surname, second_surname, given_names, document_kind, document, email, staff_type, sex,
                state, enrolled_at, completed_at, percentage, hours, hours_kind, facts, certificate, workplace,
                edition):
        text, labels = self.text, self.labels
        if completed := completed_at is not None:
            institution, unit, territory, title, edition = self.read_facts(facts)
        else:
            institution, unit, territory = self.places[workplace]
            title, edition = self.editions.get(edition, ("", ""))
        code, number, cycle, last_day, series = certificate.split(" ", 4) if certificate else ("", "", "1", "-", "")
        return Record(
            text(f"{first_surname} {second_surname}" if second_surname else first_surname),
            text(given_names),
            labels[document_kind] if document_kind else "",
            text(identity.decrypt(document)) if document else "",
            text(email),
            institution,
            unit,
            labels[staff_type] if staff_type else "",
            labels[sex],
            territory,
            title,
            edition,
            labels[state],
            self._to_day(enrolled_at),
            self._to_day(completed_at) if completed else None,
            self.number(percentage) if completed and percentage is not None else None,
            self.number(hours) if completed else None,
            labels[hours_kind] if completed else "",
            f"{series}-{number.zfill(6)}" if code else "",
            f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}" if code else "",
            None if last_day == "-" else self.day(date.fromisoformat(last_day)),
            "" if cycle == "1" else self.renewal,
        )


def get_paths_down_to(path):
    """The paths of the institution, the directorate and the unit, as far as ``path`` goes."""
    return [path[:end] for end in range(Organisation.steplen, len(path) + 1, Organisation.steplen)]
