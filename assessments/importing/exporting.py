"""Questions of the bank into a file."""

from dataclasses import dataclass, replace

from assessments.formats.model import QuestionRefused, Refused
from assessments.importing.categories import get_path
from assessments.importing.keeping import unpack
from assessments.importing.records import make_record
from assessments.importing.sources import write
from assessments.models import QuestionCategory

IN_ALL_LANGUAGES = ("xlsx",)


@dataclass(frozen=True, slots=True)
class Exported:
    """``data``: the bytes of the file. ``refused`` questions are not in it, ``changed`` are, without what their reason
    names; ``total``: how many are."""

    data: bytes
    total: int
    refused: tuple
    changed: tuple


def export_questions(questions, *, format, language, base=()):
    """The Exported of a queryset of questions, in the order of categories and codes. A category is written as its path
    below that of ``base``, and not at all for the questions of that one."""
    paths = {}
    records, refused = [], []
    rows = questions.select_related("version", "origin").prefetch_related("tags").order_by("category__path", "pk")
    for question in rows.iterator(chunk_size=500):
        path = paths.get(question.category_id)
        if path is None:
            full = get_path(QuestionCategory.objects.get(pk=question.category_id))
            path = paths[question.category_id] = full[len(base):] if full[:len(base)] == tuple(base) else full
        try:
            records.append(get_record(question, language, path, with_translations=format in IN_ALL_LANGUAGES))
        except QuestionRefused as error:
            refused.append(Refused(0, str(question), question.kind, error.reason, error.sentence))
    data, written = write(records, format, language)
    return Exported(data, len(records) - len(written.refused), (*refused, *written.refused), written.changed)


def get_record(question, language, path, *, with_translations):
    """The record of a question: the one it came with, while it is still what it was. Raises QuestionRefused."""
    origin = getattr(question, "origin", None)
    labels = {"id": (origin and origin.external_id) or question.code, "category": path,
              "tags": tuple(sorted(tag.name for tag in question.tags.all())), "difficulty": question.difficulty}
    if origin:
        came = unpack(origin.record)
        if origin.version_id == question.version_id and origin.language == language and not with_translations:
            return replace(came, language=language, **labels)
        labels |= {"name": came.name, "extras": came.extras}
    return make_record(question.version.content, language, with_translations=with_translations, **labels)

