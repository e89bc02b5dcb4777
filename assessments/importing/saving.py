"""A file of questions into the bank: all of it that is good, in one transaction, or nothing.

A question that came before is not doubled. It is known by its id in its category (the code of the bank is one too),
else by what it is: kind, texts and key in the language of the file. One that is the same is left alone, one that is not
is changed in its place, with the translations that it has; a question of the bank is taken for one of the file only
once, so that a file in which a question stands twice makes two."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from itertools import islice
from string import ascii_lowercase, digits

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from assessments.draws import bank
from assessments.formats.decoding import FileUnreadable
from assessments.formats.model import QuestionRefused, Refused, Remark
from assessments.importing.bulk import change_tags, create_questions, cut_tags, set_origins
from assessments.importing.categories import Categories, get_default_path
from assessments.importing.images import Library
from assessments.importing.keeping import clean, get_digest, pack, strip_place
from assessments.importing.records import make_record
from assessments.importing.sources import read, write
from assessments.importing.values import make_body
from assessments.models import ImportedQuestion, Question, QuestionOrigin
from assessments.question_field import freeze

BATCH = 200
NEW, CHANGED, SAME = "new", "changed", "same"
TAGS_STAY = Remark("tags_stay", "It keeps the tags that were given to it here.")


@dataclass(slots=True)
class Row:
    """A question of the file and what becomes of it: ``action`` is NEW, CHANGED or SAME. ``remarks``: what changes in
    it on its way."""

    record: object
    path: tuple
    remarks: tuple
    action: str
    body: list
    content: dict
    language: str
    question: Question | None = None

    def has_same_content(self):
        """In every language of the file."""
        languages = {self.language, *(each.language for each in self.record.translations)}
        return all(get_digest(self.question.version.content, each) == get_digest(self.content, each)
                   for each in languages)


@dataclass(slots=True)
class Outcome:
    """``rows`` are what ``describe`` made of each Row, in the order of the file."""

    rows: list = field(default_factory=list)
    refused: list = field(default_factory=list)
    by_type: Counter = field(default_factory=Counter)
    actions: Counter = field(default_factory=Counter)
    made: dict = field(default_factory=dict)

    @property
    def imported(self):
        return sum(self.by_type.values())

    @property
    def read(self):
        return self.imported + len(self.refused)


def import_questions(*, format, questions, language, base=(), source=None, by=None, owner=None, is_trial=False,
                     describe=lambda row: None, progress=lambda done: None):
    """The Outcome of ``questions``, the ReadResult of a file of a ``format``. ``base``: path of the category in which
    the categories of the file go. ``source``: the QuestionImport that remembers what was made. ``is_trial``: everything
    is looked at and nothing saved. ``progress`` is called with how many are ready; others see none before all are."""
    outcome = Outcome(refused=list(questions.refused))
    saver = _Saver(outcome, format=format, language=language, base=base, source=source, by=by, owner=owner,
                   is_trial=is_trial)
    try:
        with transaction.atomic():
            records, done = iter(questions.questions), 0
            while batch := list(islice(records, BATCH)):
                rows = saver.save(batch)
                outcome.rows += [described for row in rows if (described := describe(row)) is not None]
                done += len(batch)
                progress(done)
            if not is_trial:
                bank.forget()
    except BaseException:
        saver.library.remove_files()
        raise
    outcome.made = {"categories": saver.categories.made, "images": saver.library.made}
    outcome.refused.sort(key=lambda each: each.line)
    return outcome


class _Saver:
    def __init__(self, outcome, *, format, language, base, source, by, owner, is_trial):
        self.outcome, self.format, self.language, self.base = outcome, format, language, tuple(base)
        self.source, self.by, self.owner, self.is_trial = source, by, owner, is_trial
        self.categories, self.library, self.known = Categories(), Library(by), {}

    def save(self, records):
        rows = [row for record in records if (row := self.prepare(record))]
        new = [row for row in rows if row.action == NEW]
        changed = [row for row in rows if row.action == CHANGED]
        if not self.is_trial:
            self.create(new)
            for row in changed:
                self.change(row)
        return rows

    def prepare(self, record):
        """The Row of a record; None when it is refused."""
        path = (*self.base, *record.category) or get_default_path()
        try:
            record = clean(record)
            body, remarks = make_body(record, self.language, None if self.is_trial else self.library.keep)
            content = freeze(Question(body=body).body)
        except QuestionRefused as error:
            self.outcome.refused.append(
                Refused(record.line, record.title, record.kind, error.reason, error.sentence))
            return None
        language = record.language or self.language
        question = self.take_known(record, path, content, language)
        row = Row(record, path, (*record.warnings, *remarks), NEW, body, content, language, question)
        if question:
            row.action = SAME if self.is_same(row) else CHANGED
            if row.action == CHANGED and has_tags_of_its_own(question, record):
                row.remarks += (TAGS_STAY,)
        self.outcome.by_type[record.kind] += 1
        self.outcome.actions[row.action] += 1
        return row

    def take_known(self, record, path, content, language):
        """The question of the bank that this one is, or None. Each is taken once."""
        known = self.get_known(path, language)
        digest = get_digest(content, language)
        found = known.by_id.get(record.id) if record.id else None
        if found is None:
            found = next((each for each in known.by_digest[digest]
                          if not record.id or each.external_id in ("", record.id)), None)
        if found is None:
            return None
        known.remove(found)
        return Question.objects.select_related("version", "origin").get(pk=found.pk)

    def get_known(self, path, language):
        if (path, language) not in self.known:
            self.known[path, language] = Known(self.categories.find(path), language, self.by)
        return self.known[path, language]

    def is_same(self, row):
        question = row.question
        if not row.has_same_content():
            return says_the_same(question, row, self.format)
        origin = getattr(question, "origin", None)
        return origin is None or origin.record == pack(strip_place(row.record))

    def create(self, rows):
        wanted = {code for row in rows if (code := get_code_wanted(row.record))}
        free = wanted - set(Question.objects.filter(code__in=wanted).values_list("code", flat=True))
        made = create_questions([self.make_question(row, free) for row in rows],
                                tags=[row.record.tags for row in rows], by=self.by)
        for row, question in zip(rows, made, strict=True):
            row.question = question
        self.remember(rows, before={})

    def make_question(self, row, free):
        code = get_code_wanted(row.record)
        if code in free:
            free.remove(code)
        else:
            code = make_code(row.record)
        return Question(code=code, category=self.categories.get(row.path), body=row.body,
                        difficulty=row.record.difficulty, owner=self.owner)

    def change(self, row):
        question, origin = row.question, getattr(row.question, "origin", None)
        before = Before(question.body.get_prep_value(),
                        origin and {name: getattr(origin, name) for name in QuestionOrigin.VALUES})
        if not row.has_same_content():
            question.body = merge(before.before, row.body, row.language)
            question.saved_by = self.by
            question.save()
        tags = cut_tags(row.record.tags)
        gone = set(get_tags_of_file(origin)) - set(tags)
        before.tags_added, before.tags_removed = change_tags(question, add=tags, remove=gone)
        self.remember([row], before={question.pk: before})

    def remember(self, rows, before):
        set_origins([QuestionOrigin(
            question=row.question, external_id=row.record.id[:255], language=row.language,
            version_id=row.question.version_id, record=pack(strip_place(row.record))) for row in rows])
        if self.source:
            ImportedQuestion.objects.bulk_create(ImportedQuestion(
                source=self.source, question=row.question, version_id=row.question.version_id,
                **(asdict(before[row.question.pk]) if before else {})) for row in rows)


@dataclass(slots=True)
class Before:
    """What ImportedQuestion remembers of a question that an import changes."""

    before: list
    origin_before: dict | None
    tags_added: list = field(default_factory=list)
    tags_removed: list = field(default_factory=list)


def get_tags_of_file(origin):
    """The tags with which a question came; none where it did not come from a file."""
    return cut_tags(origin.record["Question"].get("tags", ())) if origin else []


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    pk: int
    external_id: str
    ids: tuple
    digest: str


def says_the_same(question, row, format):
    """Does a file of this format say of a question what the bank would say there? It may have no place for all."""
    try:
        record = make_record(question.version.content, row.language,
                             with_translations=bool(row.record.translations))
        _format, found = read(write([record], format, row.language)[0], format)
    except (QuestionRefused, FileUnreadable):
        return False
    return [get_gist(each) for each in found.questions] == [get_gist(row.record)]


def get_gist(record):
    return (record.kind, record.stem, record.parts, record.feedback, record.points,
            tuple(get_gist(each) for each in record.translations))


class Known:
    """The questions of a category that a file may bring again, of those that ``by`` may change (None: all)."""

    def __init__(self, category, language, by):
        self.by_id, self.by_digest = {}, defaultdict(list)
        if category is None:
            return
        questions = Question.objects.editable_by(by) if by else Question.objects.all()
        rows = questions.filter(category=category).order_by("pk").values_list(
            "pk", "code", "origin__external_id", "version__content")
        for pk, code, external_id, content in rows.iterator(chunk_size=500):
            ids = (external_id,) if external_id else (code,)
            known = KnownQuestion(pk, external_id or "", ids, get_digest(content, language))
            for each in ids:
                self.by_id.setdefault(each, known)
            self.by_digest[known.digest].append(known)

    def remove(self, known):
        for each in known.ids:
            if self.by_id.get(each) is known:
                del self.by_id[each]
        self.by_digest[known.digest].remove(known)


def has_tags_of_its_own(question, record):
    """Did somebody give it tags here, that neither this file nor the one before has?"""
    of_files = {*cut_tags(record.tags), *get_tags_of_file(getattr(question, "origin", None))}
    return not of_files.issuperset(question.tags.names())


def get_code_wanted(record):
    """The id of the file, where it can be a code of the bank; else empty."""
    return record.id if len(record.id) <= 100 and slugify(record.id) == record.id else ""


def make_code(record):
    stem = slugify(record.title)[:60].strip("-") or "question"
    return f"{stem}-{get_random_string(8, ascii_lowercase + digits)}"


def merge(before, after, language):
    """The body of a question as the file has it in ``language``, with the texts that it had in the other ones where it
    is of the same kind and shape, and the same ids, by which answers and statistics know its options."""
    if [each["type"] for each in before] != [each["type"] for each in after]:
        return after
    return [{**new, "id": old["id"], "value": _merge(old["value"], new["value"], language)}
            for old, new in zip(before, after, strict=True)]


def _merge(old, new, language):
    if isinstance(old, dict) and isinstance(new, dict):
        if language in new and language in old:
            return {**old, **{code: text for code, text in new.items() if text or code == language}}
        return {name: _merge(old.get(name), value, language) for name, value in new.items()}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [{**each, "id": was["id"], "value": _merge(was["value"], each["value"], language)}
                for was, each in zip(old, new, strict=True)]
    return new

