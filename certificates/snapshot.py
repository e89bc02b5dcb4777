"""Everything that is printed on a certificate, as it was on the day of issue. This is the one place that says which
facts those are: whoever issues fills a Snapshot, and the document, the public page and the mail read nothing else."""

from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation

from certificates.hashing import canonical_sha256

FORMAT = 2
READABLE = {1, 2}  # 1 knew nothing of the fields that have a default since
HOURS_KINDS = {"chronological", "pedagogical"}
NUMBERS = {"hours", "percentage", "grade", "progress"}
DATES = {"started_on", "completed_on", "expires_on"}
MODALITIES = {"online", "blended", "face_to_face"}


class SnapshotInvalid(ValueError):
    """A fact that a certificate needs is missing or cannot be right; the message names it."""


class SnapshotAltered(Exception):
    """The stored facts are not those that were issued."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """``course`` and each of ``contents`` map languages to a text; one that is missing falls back to ``language``.
    The grade is that of the country's scale (see certificates.grades) and always comes with its rule, or is absent.
    ``hours`` of 0 are none known: nothing is said of them. Each of ``contents`` may also have ``hours`` (a number as
    text, more than 0) and ``hours_kind``: those of a course in a path.
    ``progress`` is the share of the course that was done, in per cent, of somebody who has not finished.
    ``signatories`` are those printed, from left to right: {"name": text, "role": {language: text}}.
    Codes (identity_kind, staff_type, hours_kind, modality, grade_rule) are printed in the language of the document."""

    holder: str
    course: dict[str, str]
    hours: Decimal
    hours_kind: str
    modality: str
    started_on: date
    completed_on: date
    issuer: str
    language: str
    identity_kind: str = ""
    identity_masked: str = ""
    organisation: str = ""
    commune: str = ""
    staff_type: str = ""
    edition: str = ""
    percentage: Decimal | None = None
    grade: Decimal | None = None
    grade_rule: str = ""
    contents: list[dict[str, str]] = field(default_factory=list)
    progress: Decimal | None = None
    expires_on: date | None = None
    signatories: list[dict] = field(default_factory=list)
    template_sha256: str = ""
    is_erased: bool = False

    def __post_init__(self):
        self._require(self.is_erased != bool(self.holder.strip()), "holder", "must be there unless it was erased")
        for name in ("issuer", "language"):
            self._require(getattr(self, name).strip(), name, "must not be empty")
        for name, texts in (("course", self.course), *(("contents", title) for title in self.contents)):
            self._require(texts.get(self.language, "").strip(), name, f"needs a title in {self.language!r}")
        for item in self.contents:
            known = item.get("hours_kind") in HOURS_KINDS
            self._require("hours" not in item or (Decimal(item["hours"]) > 0 and known),
                          "contents", f"with hours needs more than 0 and a kind of {sorted(HOURS_KINDS)}")
        self._require(self.hours >= 0, "hours", "must not be less than 0")
        self._require(self.hours_kind in HOURS_KINDS, "hours_kind", f"must be one of {sorted(HOURS_KINDS)}")
        self._require(self.modality in MODALITIES, "modality", f"must be one of {sorted(MODALITIES)}")
        self._require(self.started_on <= self.completed_on, "completed_on", "cannot be before started_on")
        self._require(self.progress is None or 0 <= self.progress <= 100, "progress", "must be from 0 to 100")
        self._require(self.expires_on is None or self.completed_on < self.expires_on, "expires_on",
                      "must be after completed_on")
        self._require(self.percentage is None or 0 <= self.percentage <= 100, "percentage", "must be from 0 to 100")
        self._require((self.grade is None) == (not self.grade_rule), "grade_rule", "and grade come together")
        self._require(self.is_erased or bool(self.identity_kind) == bool(self.identity_masked), "identity_kind",
                      "and identity_masked come together")
        self._require(not self.identity_masked or "•" in self.identity_masked, "identity_masked", "must be masked")

    @staticmethod
    def _require(condition, name, sentence):
        if not condition:
            raise SnapshotInvalid(f"{name} {sentence}.")

    def course_title(self, language):
        return self.course.get(language) or self.course[self.language]

    def content_titles(self, language):
        return [title.get(language) or title[self.language] for title in self.contents]

    def to_json(self):
        """A JSON value in which dates are ISO and numbers are texts, the same after any round trip."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        for name in NUMBERS:
            values[name] = None if values[name] is None else f"{values[name]:f}"
        for name in DATES:
            values[name] = values[name] and values[name].isoformat()
        return {"format": FORMAT, **values}

    @classmethod
    def from_json(cls, value):
        """Raises SnapshotInvalid when ``value`` was not written by ``to_json``."""
        try:
            values = dict(value)
            if values.pop("format") not in READABLE:
                raise SnapshotInvalid("The format of this snapshot is not known.")
            for name in NUMBERS & values.keys():
                values[name] = None if values[name] is None else Decimal(values[name])
            for name in DATES & values.keys():
                values[name] = values[name] and date.fromisoformat(values[name])
            return cls(**values)
        except (AttributeError, InvalidOperation, KeyError, TypeError) as error:
            raise SnapshotInvalid(f"The snapshot cannot be read: {error}.") from error


def read_snapshot(certificate):
    """The Snapshot of a certificate. Raises SnapshotAltered when it is not the one that was issued."""
    if canonical_sha256(certificate.snapshot) != certificate.snapshot_sha256:
        raise SnapshotAltered(f"The facts of certificate {certificate.pk} were altered after it was issued.")
    return Snapshot.from_json(certificate.snapshot)
