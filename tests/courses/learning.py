"""Courses to take in a test, and a learner who takes them by the domain's own functions."""

import datetime as dt
import uuid

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Page

from courses import progress
from courses.models import Activity, CatalogueIndexPage, LessonPage, ModulePage
from courses.quizzes import get_rules
from tests.assessments.taking import answer
from tests.factories import make_catalogue, make_course, make_enrolment, make_lesson, make_module, make_quiz, make_user
from tests.snapshots import kept

NOW = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)


def get_catalogue():
    return CatalogueIndexPage.objects.filter(locale__language_code="es").first() or make_catalogue()


class SmallCourse:
    """A module with ``lessons`` lessons, and below the course a quiz of the rules ``quiz`` for each of ``weights``."""

    def __init__(self, *, lessons=1, weights=(1,), quiz=None, **fields):
        self.page, self.module, self.lessons, self.quizzes = _make_pages(
            lessons=lessons, weights=weights, quiz=quiz or {}, fields=fields)
        self.key = self.page.translation_key


@kept(witnesses=["wagtailcore_page", "wagtailcore_locale", "wagtailcore_site", "assessments_question"])
def _make_pages(*, lessons, weights, quiz, fields):
    page = make_course(catalogue=get_catalogue(), **fields)
    module = make_module(course=page)
    return (page, module, [make_lesson(module=module) for _number in range(lessons)],
            [make_quiz(parent=page, weight=weight, **quiz) for weight in weights])


class Learning:
    """A learner enrolled in a SmallCourse."""

    def __init__(self, course=None, *, learner=None, edition=None, now=NOW):
        self.now = now
        self.course = course or SmallCourse()
        self.learner = learner or make_user()
        self.enrolment = make_enrolment(learner=self.learner, course_page=self.course.page, edition=edition, now=now)

    def read(self, lesson=None, now=None):
        lesson = lesson or self.course.lessons[0]
        return progress.complete_lesson(enrolment=self.enrolment, activity=lesson.translation_key,
                                        now=now or self.now)

    def read_all(self):
        for lesson in self.course.lessons:
            self.read(lesson)
        return self

    def start(self, quiz=None, now=None):
        quiz = quiz or self.course.quizzes[0]
        return progress.start_attempt(enrolment=self.enrolment, activity=quiz.translation_key, rules=get_rules(quiz),
                                      now=now or self.now)

    def submit(self, attempt, *, right=True, positions=None, now=None):
        changes = answer(attempt, right=right, positions=positions)
        return progress.submit(attempt_id=attempt.pk, learner=self.learner, changes=changes,
                               now=now or self.now)

    def pass_quiz(self, quiz=None, now=None):
        return self.submit(self.start(quiz, now=now), now=now)

    def finish(self):
        """Do everything. Returns the Certificate."""
        self.read_all()
        certificates = [self.pass_quiz(quiz)[2] for quiz in self.course.quizzes]
        self.enrolment.refresh_from_db()
        return certificates[-1]


def add_many_lessons(course_page, *, modules, lessons):
    """``modules`` more modules of ``lessons`` lessons each, row by row because the tree's own way takes long."""
    types = ContentType.objects.get_for_models(ModulePage, LessonPage)

    def make_rows(model, parents, size):
        pages = []
        for parent in parents:
            for number in range(parent.numchild + 1, parent.numchild + size + 1):
                slug = f"{model._meta.model_name}-{number}"
                pages.append(Page(
                    title=f"{slug} {parent.title}", draft_title=slug, slug=slug, url_path=f"{parent.url_path}{slug}/",
                    path=f"{parent.path}{Page._int2str(number).rjust(Page.steplen, '0')}", depth=parent.depth + 1,
                    content_type=types[model], locale_id=parent.locale_id, translation_key=uuid.uuid4()))
            parent.numchild += size
        Page.objects.bulk_update(parents, ["numchild"])
        pages = Page.objects.bulk_create(pages)
        for page in pages:
            row = model(page_ptr_id=page.pk)
            row.__dict__.update({field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields})
            row.save_base(raw=True)
        return pages

    course = Page.objects.get(pk=course_page.pk)
    pages = make_rows(LessonPage, make_rows(ModulePage, [course], modules), lessons)
    Activity.objects.bulk_create(Activity(pk=page.translation_key, kind=Activity.Kind.LESSON) for page in pages)
    course_page.refresh_from_db()
    return pages
