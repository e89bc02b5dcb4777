"""Questions of the bank into a file."""

import tempfile
from contextlib import suppress
from dataclasses import dataclass, replace

from wagtail.images import get_image_model

from assessments.formats.model import QuestionRefused, Refused
from assessments.importing.categories import get_paths
from assessments.importing.images import read_image
from assessments.importing.keeping import ImageGone, unpack
from assessments.importing.records import make_record
from assessments.importing.sources import write_to

IN_ALL_LANGUAGES = ("xlsx",)
WITH_IMAGES = ("moodle-xml",)
IN_MEMORY = 10_000_000  # bytes; larger files are on the disk
NO_IMAGES = "The format has no images: it is written without them."


@dataclass(frozen=True, slots=True)
class Exported:
    """``file``: finished, at its beginning, on the disk where it is large; whoever takes it closes it. ``refused``
    questions are not in it, ``changed`` are, without what their reason names; ``total``: how many are."""

    file: tempfile.SpooledTemporaryFile
    total: int
    refused: tuple
    changed: tuple

    @property
    def data(self):
        """All of it, as bytes."""
        self.file.seek(0)
        return self.file.read()


def export_questions(questions, *, format, language, base=()):
    """The Exported of a queryset of questions, in the order of categories and codes. A category is written as its path
    below that of ``base``, and not at all for the questions of that one."""
    records = _Records(questions, format, language, tuple(base))
    file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - whoever takes it closes it
    written = write_to(file, iter(records), format, language)
    file.seek(0)
    return Exported(file, records.total - len(written.refused), (*records.refused, *written.refused),
                    (*records.changed, *written.changed))


class _Records:
    """The records of a queryset of questions, made as they are asked for; what became of them stands in its lists."""

    def __init__(self, questions, format, language, base):
        self.questions, self.format, self.language, self.base = questions, format, language, base
        self.total, self.refused, self.changed = 0, [], []

    def __iter__(self):
        paths = get_paths()
        rows = self.questions.select_related("version", "origin").prefetch_related("tags")
        for question in rows.order_by("category__path", "pk").iterator(chunk_size=500):
            path = paths[question.category_id]
            if path[:len(self.base)] == self.base:
                path = path[len(self.base):]
            try:
                record = get_record(question, self.language, path, self.format)
            except QuestionRefused as error:
                self.refused.append(Refused(0, str(question), question.kind, error.reason, error.sentence))
                continue
            if question.version.content.get("images") and self.format not in WITH_IMAGES:
                self.changed.append(Refused(0, str(question), question.kind, "images", NO_IMAGES))
            self.total += 1
            yield record


def get_record(question, language, path, format):
    """The record of a question: the one it came with, while it is still what it was and the format can say it. Raises
    QuestionRefused."""
    content, origin, came = question.version.content, getattr(question, "origin", None), None
    labels = {"id": (origin and origin.external_id) or question.code, "category": path,
              "tags": tuple(sorted(tag.name for tag in question.tags.all())), "difficulty": question.difficulty}
    if origin:
        with suppress(ImageGone):
            came = unpack(origin.record)
    if came:
        is_as_it_came = origin.version_id == question.version_id and origin.language == language
        if is_as_it_came and format not in IN_ALL_LANGUAGES and (format in WITH_IMAGES or not content.get("images")):
            return replace(came, language=language, **labels)
        labels |= {"name": came.name, "extras": came.extras}
    images = load_images(content) if format in WITH_IMAGES else {}
    return make_record(content, language, with_translations=format in IN_ALL_LANGUAGES, images=images, **labels)


def load_images(content):
    """{primary key: Image} of the images of a question that the library has, each with a name of its own."""
    keys = [each["image"] for each in content.get("images", ())]
    images = {}
    for found in get_image_model().objects.filter(pk__in=keys):
        suffix = found.file.name.rpartition(".")[2]
        if image := read_image(found, f"{found.pk}.{suffix}"):
            images[found.pk] = image
    return images
