"""Write a checked CourseFile: questions, pages in the first language, then each translation. Identifiers are derived
from the names in the files, so loading the same course again updates what is there and learners keep everything."""

import json
import uuid
from pathlib import Path

from django.conf import settings
from django.core.files import File
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page

from assessments.categories import put_category
from assessments.models import Competence, Question
from courses.importing.files import LANGUAGES, get_tags, read_course
from courses.importing.lessons import to_html
from courses.models import CatalogueIndexPage, CoursePage, LessonPage, ModulePage, QuizPage
from courses.translating import publish_translation

_NAMESPACE = uuid.UUID("6f1f6d0e-8a3e-5b0e-9b53-6a1f3c1d2e01")
SOURCE = settings.LANGUAGE_CODE


def import_course(folder, *, report=lambda text: None):
    """Load the course in ``folder``. Returns its CoursePage in the first language. Raises CourseRejected before
    anything is written. A new course appears in the catalogue only when all of it is there, and one whose loading
    fails is removed again. ``report`` is called with a line for each step."""
    course = read_course(Path(folder))
    writer = _Writer(course, report)
    is_new = not CoursePage.objects.filter(translation_key=writer.key("course")).exists()
    try:
        return writer.write()
    except BaseException:
        if is_new:
            for page in CoursePage.objects.filter(translation_key=writer.key("course")):
                page.delete()
        raise


class _Writer:
    def __init__(self, course, report):
        self.course = course
        self.report = report
        self.locales = {code: Locale.objects.get(language_code=code) for code in LANGUAGES}
        self.collection = _get_collection(course.texts["title"][SOURCE])

    def key(self, *names):
        """The same UUID for the same place in the same course, for ever."""
        return uuid.uuid5(_NAMESPACE, "/".join([self.course.code, *map(str, names)]))

    def write(self):
        course = self.course
        self.competences = {code: Competence.objects.get_or_create(code=code, defaults={"names": names})[0]
                            for code, names in course.competences.items()}
        catalogue = CatalogueIndexPage.objects.get(locale=self.locales[SOURCE])
        page = self.put(catalogue, CoursePage, "course", self.get_course_values, live=False)
        for module in course.modules:
            module_page = self.put(page, ModulePage, module.name, lambda code, m=module: _in_language(m.texts, code))
            for stem, lessons in module.lessons.items():
                self.put(module_page, LessonPage, f"{module.name}/{stem}",
                         lambda code, m=module, s=stem, ls=lessons: self.get_lesson_values(m, s, ls[code], code))
            if module.quiz:
                self.put_quiz(module_page, module.quiz, f"{module.name}/quiz", weight=0)
            self.report(module.texts["title"][SOURCE])
        if course.final:
            self.put_quiz(page, course.final, "final", weight=1)
            self.report(course.final.texts["title"][SOURCE])
        for code in LANGUAGES:
            CoursePage.objects.get(translation_key=page.translation_key, locale=self.locales[code]).get_latest_revision(
                ).publish()
        return CoursePage.objects.get(pk=page.pk)

    def put(self, parent, model, name, get_values, *, live=True):
        """Create or update the page called ``name`` in every language. ``get_values(language)`` gives its fields."""
        page = model.objects.filter(translation_key=self.key(name), locale=self.locales[SOURCE]).first()
        values = get_values(SOURCE)
        if page is None:
            page = Page.objects.get(pk=parent.pk).add_child(instance=model(
                translation_key=self.key(name), locale=self.locales[SOURCE], live=live, **values))
        else:
            for field, value in values.items():
                setattr(page, field, value)
        revision = page.save_revision()
        publish = live or page.live
        if publish:
            revision.publish()
        page.refresh_from_db()
        for code in LANGUAGES:
            if code != SOURCE:
                translated = model(translation_key=page.translation_key, locale=self.locales[code], **get_values(code))
                publish_translation(page=page, translated=translated, locale=self.locales[code], publish=publish)
        return page

    def put_quiz(self, parent, quiz, name, *, weight):
        category = put_category(slug=f"{self.course.code}-{name.replace('/', '-')}"[:150],
                                name=quiz.texts["title"][SOURCE][:150], parent=self.get_category_of_course())
        questions = [self.put_question(category, question) for question in quiz.questions]
        if quiz.draws:
            items = [{"type": "draw", "value": {"category": category.pk, "institution": None, **draw},
                      "id": str(self.key(name, "draw", number) if number else self.key(name, "draw"))}
                     for number, draw in enumerate(quiz.draws)]
        else:
            items = [{"type": "question", "value": question.pk, "id": str(self.key(name, question.code))}
                     for question in questions]
        self.put(parent, QuizPage, name, lambda code: _in_language(quiz.texts, code) | {
            "items": json.dumps(items), "pass_mark": quiz.pass_mark, "attempts_allowed": quiz.attempts,
            "time_limit": quiz.time_limit, "weight": weight, **quiz.settings})

    def get_category_of_course(self):
        return put_category(slug=self.course.code[:150], name=self.course.texts["title"][SOURCE][:150])

    def put_question(self, category, data):
        code = f"{self.course.code}-{data['id']}"
        value = {name: data[name] for name in ("stem", "feedback")}
        if data["kind"] == "true_false":
            value |= {"answer": "true" if data["answer"] else "false", "when_true": data["when_true"],
                      "when_false": data["when_false"]}
        else:
            value["options"] = [
                {"type": "item", "id": str(self.key(data["id"], number)),
                 "value": {"text": option["text"], "correct": bool(option.get("correct")),
                           "feedback": option["feedback"]}}
                for number, option in enumerate(data["options"])
            ]
        question = Question.objects.filter(code=code).first() or Question(code=code, state=Question.State.APPROVED)
        question.category = category
        question.body = json.dumps([{"type": data["kind"], "value": value, "id": str(self.key(data["id"]))}])
        question.difficulty = data.get("difficulty") or ""
        question.competence = self.competences.get(data.get("competence")) or question.competence
        question.save()
        question.tags.set(get_tags(data))
        return question

    def get_course_values(self, code):
        texts = dict(self.course.texts)
        outcomes = [{"type": "outcome", "value": outcome[code], "id": str(self.key("outcome", number))}
                    for number, outcome in enumerate(texts.pop("outcomes"))]
        values = _in_language(texts, code)
        values["description"] = to_html(values["description"])
        cover = self.course.cover
        return values | self.course.facts | {
            "outcomes": json.dumps(outcomes), "cover": self.get_image(cover, values["title"]) if cover else None}

    def get_lesson_values(self, module, stem, lesson, code):
        body = [
            {"type": block.kind, "id": str(self.key(module.name, stem, number)),
             "value": self.get_block_value(module.name, (stem, number), block, code)}
            for number, block in enumerate(lesson.blocks)
        ]
        return {"title": lesson.title, "slug": lesson.slug, "summary": lesson.summary, "minutes": lesson.minutes,
                "body": json.dumps(body)}

    def get_block_value(self, module, place, block, code):
        value = block.value
        if block.kind == "figure":
            path = self.course.find(module, value["image"], code)
            return value | {"image": self.get_image(path, value["caption"]).pk}
        if block.kind == "download":
            return value | {"file": self.get_document(self.course.find(module, value["file"], code), value["title"]).pk}
        if block.kind == "video":
            return self.get_video_value(module, place, value, code)
        if isinstance(value, dict):
            return {name: self.identify(part, (*place, name)) for name, part in value.items()}
        return value

    def get_video_value(self, module, place, value, code):
        """Every language's captions go with every language's video."""
        captions = [
            {"language": language, "file": self.get_document(path, f"{value['title']} ({path.name})").pk}
            for language in LANGUAGES if (path := self.course.find(module, value["captions"], language))
        ]
        video = self.get_document(self.course.find(module, value["file"], code), value["title"])
        return value | {"file": video.pk, "captions": self.identify(captions, (*place, "captions"))}

    def identify(self, value, place):
        """A list as a ListBlock keeps it, each item with an id of its own; anything else as it is."""
        if not isinstance(value, list):
            return value
        return [{"type": "item", "value": item, "id": str(self.key(*place, number))}
                for number, item in enumerate(value)]

    def get_image(self, path, title):
        return self._get_file(get_image_model(), path, title)

    def get_document(self, path, title):
        return self._get_file(get_document_model(), path, title)

    def _get_file(self, model, path, title):
        """The library's picture or document with these bytes, made when it is new."""
        with path.open("rb") as file:
            instance = model(title=title[:255], collection=self.collection)
            instance.file = File(file, name=path.name)
            instance._set_file_hash()
            if existing := model.objects.filter(file_hash=instance.file_hash, collection=self.collection).first():
                return existing
            instance.save()
        return instance


def _in_language(texts, code):
    return {name: values[code] for name, values in texts.items()}


def _get_collection(name):
    """The library's folder of a course. Its documents are for people who are signed in."""
    collection = Collection.objects.filter(name=name[:255], depth=2).first()
    if collection is None:
        collection = Collection.get_first_root_node().add_child(name=name[:255])
        CollectionViewRestriction.objects.create(collection=collection,
                                                 restriction_type=CollectionViewRestriction.LOGIN)
    return collection
