"""Questions by the hundred, as Question.save keeps one."""

from collections import Counter

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from taggit.models import Tag, TaggedItem
from wagtail.models import ReferenceIndex
from wagtail.search.backends import get_search_backends
from wagtail.signal_handlers import disable_reference_index_auto_update

from assessments.models import Question, QuestionEdit, QuestionOrigin, QuestionVersion, TranslationGap
from assessments.question_field import freeze
from assessments.question_texts import find_texts, follow

LONGEST_TAG = 100
BATCH = 500


def create_questions(questions, *, tags, by=None):
    """Save new questions, each with its list of ``tags``; returns them. In a transaction. Whoever calls it tells
    draws.bank."""
    versions = {}
    gaps = []
    for question in questions:
        content = freeze(question.body)
        digest = QuestionVersion.digest_of(content)
        versions.setdefault(digest, QuestionVersion(digest=digest, content=content))
        question.kind, question.version = content["kind"], versions[digest]
        question.translated_from, found = follow(find_texts(question.body), {})
        gaps += make_gaps(question, found)
    QuestionVersion.objects.bulk_create(versions.values(), ignore_conflicts=True)
    Question.objects.bulk_create(questions)
    QuestionEdit.objects.bulk_create(
        QuestionEdit(question=question, version=question.version, body=question.body.get_prep_value(), by=by)
        for question in questions)
    TranslationGap.objects.bulk_create(gaps)
    put_tags(questions, tags)
    put_references(questions)
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(Question, questions)
    return questions


def make_gaps(question, found):
    counts = Counter((gap.language, gap.is_older) for gap in found)
    return [TranslationGap(question=question, language=language, missing=counts[language, False],
                           older=counts[language, True]) for language in {gap.language for gap in found}]


def put_references(questions):
    """As ReferenceIndex.create_or_update_for_object puts those of one object, which asks and writes for each; only
    Wagtail's own functions know what refers to what."""
    content_type = ContentType.objects.get_for_model(Question, for_concrete_model=False)
    make_hash = ReferenceIndex._get_content_path_hash
    ReferenceIndex.objects.bulk_create(
        (ReferenceIndex(content_type=content_type, base_content_type=content_type, object_id=question.pk,
                        to_content_type_id=to_type, to_object_id=to_object, model_path=model_path,
                        content_path=content_path, content_path_hash=make_hash(content_path))
         for question in questions
         for to_type, to_object, model_path, content_path in set(
             ReferenceIndex._extract_references_from_object(question))), ignore_conflicts=True)


def cut_tags(names):
    """Names of tags, each once, as long as one may be."""
    return list(dict.fromkeys(name[:LONGEST_TAG] for name in names))


def put_tags(questions, tags):
    tags = [cut_tags(each) for each in tags]
    names = dict.fromkeys(name for each in tags for name in each)
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    for name in names:
        if name not in found:
            found[name] = Tag.objects.create(name=name)
    content_type = ContentType.objects.get_for_model(Question)
    TaggedItem.objects.bulk_create(
        TaggedItem(tag=found[name], content_type=content_type, object_id=question.pk)
        for question, each in zip(questions, tags, strict=True) for name in each)


def change_tags(question, *, add, remove):
    """Returns what changed: (names that it has now and had not, names that it had and has not now)."""
    before = set(question.tags.names())
    after = (before - set(remove)) | set(add)
    if after != before:
        question.tags.set(sorted(after))
    return sorted(after - before), sorted(before - after)


def remove_questions(questions):
    """Delete those with the primary keys ``questions``, as Question.delete does one, but without asking what refers to
    each thing that belongs to each. In a transaction. Whoever calls it tells draws.bank."""
    kind, keys = ContentType.objects.get_for_model(Question), list(questions)
    for start in range(0, len(keys), BATCH):
        batch = keys[start:start + BATCH]
        with disable_reference_index_auto_update():
            Question.objects.filter(pk__in=batch).delete()
        names = [str(pk) for pk in batch]
        ReferenceIndex.objects.filter(Q(base_content_type=kind, object_id__in=names)
                                      | Q(to_content_type=kind, to_object_id__in=names)).delete()


def set_origins(origins):
    """Save origins, each in place of the one that its question has."""
    QuestionOrigin.objects.filter(question__in=[origin.question for origin in origins]).delete()
    QuestionOrigin.objects.bulk_create(origins)
