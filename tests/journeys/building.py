"""What the browser tests look at: a course of two lessons and a test, in both languages."""

from django.utils import timezone
from wagtail.models import Locale

from assessments.attempts import Change, get_items
from courses import progress
from courses.models import CoursePage, LessonPage, ModulePage, QuizPage
from courses.quizzes import get_rules
from lms.accounts.models import Organisation
from lms.accounts.organising import assign
from lms.routing import get_page_url
from tests import factories
from tests.snapshots import Snapshot

BLOCKS = [
    {"type": "text", "value": "<h2>Escuchar</h2><p>Primero se <b>escucha</b>.</p><ul><li>Sin prisa</li></ul>"},
    {"type": "callout", "value": {"kind": "tip", "title": "Una idea", "text": "<p>Anote el nombre.</p>"}},
    {"type": "law", "value": {"title": "La cédula", "text": "<p>Sigue vigente.</p>", "source": "Ley 21.325, art. 43",
                              "valid_from": "2022-02-12", "review_by": "2027-06-30"}},
    {"type": "case", "value": {"title": "Lunes", "story": "<p>Llega una persona.</p>", "questions": [
        {"type": "item", "value": "¿Qué haría usted?", "id": factories.stable_id("case question")}]}},
    {"type": "accordion", "value": {"sections": [
        {"type": "item", "value": {"heading": "Chile", "text": "<p>RUT.</p>"}, "id": factories.stable_id("section")}]}},
    {"type": "key_terms", "value": {"terms": [
        {"type": "item", "value": {"term": "Derivar", "definition": "Acompañar a otra puerta."},
         "id": factories.stable_id("term")}]}},
]


def _build_course():
    page = factories.make_course(title="Interculturalidad", slug="interculturalidad")
    module = factories.make_module(course=page, title="Primera atención", slug="primera-atencion")
    body = [{**block, "id": factories.stable_id("block", number)} for number, block in enumerate(BLOCKS)]
    lessons = [factories.make_lesson(module=module, title="Escuchar", slug="escuchar", body=body),
               factories.make_lesson(module=module, title="Derivar", slug="derivar")]
    quiz = factories.make_quiz(parent=module, title="Prueba", slug="prueba", weight=1, shuffle_questions=False,
                               shuffle_options=False, questions=[
        factories.make_question(stem="¿Qué dice primero?", options=[("Buenos días", True), ("Espere", False)]),
        factories.make_question(kind="multiple_choice", stem="¿Qué anota?",
                                options=[("El hecho", True), ("La fecha", True), ("Su opinión", False)]),
        factories.make_question(kind="true_false", stem="La cédula en renovación sigue vigente."),
    ])
    for original, title, slug in ((lessons[0], "Listening", "listening"), (lessons[1], "Referring", "referring"),
                                  (quiz, "Test", "test")):
        factories.translate(original, title=title, slug=slug)
    factories.make_organisation(name="Municipalidad de Quilicura", territory=factories.get_territory("13125"))


COURSE = Snapshot(_build_course, witnesses=["wagtailcore_page", "assessments_question", "accounts_organisation"])


def build_course():
    """{"page", "quiz", "lessons", "organisation", "es": {name: address}, "en": {name: address}}."""
    COURSE.restore()
    page = CoursePage.objects.get(slug="interculturalidad", locale__language_code="es")
    module = ModulePage.objects.get(slug="primera-atencion", locale=page.locale)
    quiz = QuizPage.objects.get(slug="prueba")
    lessons = [LessonPage.objects.get(slug="escuchar"), LessonPage.objects.get(slug="derivar")]
    spanish = {"course": page, "module": module, "lesson": lessons[0], "quiz": quiz}
    return {
        "page": page, "quiz": quiz, "lessons": lessons, "es_module": module,
        "organisation": Organisation.objects.get(name="Municipalidad de Quilicura"),
        "english": Locale.objects.get(language_code="en"),
        "es": {name: get_page_url(each.url_path) for name, each in spanish.items()},
        "en": {name: get_page_url(each.get_translations().get().url_path) for name, each in spanish.items()},
    }


def finish_course(*, learner, course, now=None, skipped=0):
    """``learner`` works at the course's institution and does everything right, except that the last ``skipped``
    questions are left without an answer. Returns the Certificate."""
    now = now or timezone.now()
    assign(user=learner, organisation=course["organisation"], staff_type="planta", since=timezone.localdate(now))
    enrolment = factories.make_enrolment(learner=learner, course_page=course["page"], now=now)
    for lesson in course["lessons"]:
        progress.complete_lesson(enrolment=enrolment, activity=lesson.translation_key, now=now)
    attempt = progress.start_attempt(enrolment=enrolment, activity=course["quiz"].translation_key,
                                     rules=get_rules(course["quiz"]), now=now)
    changes = [Change(position=position, before="",
                      response=[option["id"] for option in item["options"] if option["correct"]])
               for position, item in enumerate(get_items(attempt)) if position < len(attempt.form) - skipped]
    return progress.submit(attempt_id=attempt.pk, learner=learner, changes=changes, now=now)[2]
