"""What the question bank knows of its questions: their text in a language, and where they are used."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from taggit.models import Tag
from wagtail.models import Locale, ReferenceIndex

from assessments import kinds, texts
from assessments.draws import bank
from assessments.models import Answer, Attempt, Competence, Question, QuestionComment, QuestionEdit
from assessments.rights import get_usable

CHUNK = 500


def get_kinds():
    """(value, name) of each kind of question."""
    return [(name, kind.label) for name, kind in kinds.get_kinds().items()]


def get_kind_name(question):
    return kinds.get_kind(question.kind).label


def get_text(question):
    """What the question asks, in the active language or else in the first. ``question`` has its version loaded."""
    return texts.get_text(question.version.content["stem"])


def get_questions(user):
    """The part of the bank that a person may use, for a list: whatever a row shows is loaded with it."""
    comments = QuestionComment.objects.filter(question=OuterRef("pk"), resolved_at__isnull=True).order_by()
    total = comments.values("question").annotate(total=Count("pk")).values("total")
    return get_usable(user).with_rights(user).annotate(open_comments=Coalesce(Subquery(total), 0)).select_related(
        "version", "owner").prefetch_related("gaps").defer("body", "translated_from")


def get_references(question):
    """What refers to a question: the tests that chose it and those that draw from its category or from one above. A
    queryset of ReferenceIndex."""
    references = ReferenceIndex.get_references_to(question)
    for category in [question.category, *question.category.get_ancestors()]:
        references |= _get_references_to_category(category)
    return references


def _get_references_to_category(category):
    bank = ContentType.objects.get_for_model(Question)
    return ReferenceIndex.get_references_to(category).exclude(base_content_type=bank)


def count_uses(questions):
    """{primary key: how many tests chose it by hand} of questions, in one query. Languages count once."""
    references = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(Question), to_object_id__in=[str(pk) for pk in questions])
    sources = {}
    for to, model, source in references.values_list("to_object_id", "base_content_type", "object_id"):
        sources.setdefault(int(to), set()).add((model, source))
    return {pk: len(found) for pk, found in sources.items()}


@bank.remembered
def get_tag_names():
    """The tags that some question has. Shared: do not change them."""
    return tuple(Tag.objects.filter(questions__isnull=False).distinct().order_by("name").values_list("name", flat=True))


@bank.remembered
def get_competences():
    """The competences, in the order of their codes. Shared: do not change them."""
    return tuple(Competence.objects.all())


def count_attempts(digests):
    """{digest: in how many attempts it was answered or shown at the end} of versions."""
    rows = Answer.objects.filter(version__in=digests).order_by().values("version").annotate(total=Count("attempt"))
    return {row["version"]: row["total"] for row in rows}


def get_tests(*, question=None, category=None):
    """The titles of the tests that chose a question, or that draw from a category: each once, in the active language
    where it has one."""
    references = (ReferenceIndex.get_references_to(question) if question else _get_references_to_category(category))
    titles, active = {}, Locale.get_active().pk
    for test, _references in references.group_by_source_object():
        key = getattr(test, "translation_key", test)
        if key not in titles or getattr(test, "locale_id", None) == active:
            titles[key] = str(test)
    return sorted(titles.values())


def find_asked(questions):
    """Those of ``questions`` (primary keys) of which learners were asked any version there was."""
    asked = _get_versions_of_open_attempts()
    edits = QuestionEdit.objects.filter(question__in=questions).annotate(
        has_answers=Exists(Answer.objects.filter(version=OuterRef("version"))))
    return {question for question, version, has_answers in edits.values_list("question", "version", "has_answers")
            if has_answers or version in asked}


def _get_versions_of_open_attempts():
    """Of questions that somebody is being asked now; handed in, each has an answer."""
    forms = Attempt.objects.open().values_list("form", flat=True)
    return {item["version"] for form in forms.iterator(chunk_size=CHUNK) for item in form}
