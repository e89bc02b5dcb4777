"""Real objects, made by plain functions: ``make_user(email="ana@puentes.test")``. Every argument has a usable default
and is given by name."""

import datetime as dt
import io
import uuid
from decimal import Decimal
from itertools import count

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw
from wagtail.models import Locale, Page, Site

from assessments.models import Question, QuestionCategory, Survey
from certificates import templates
from certificates.issuing import create_version, issue_certificate
from certificates.models import Certificate, CertificateTemplate, EarlierRecord, Signatory
from certificates.pictures import Picture
from certificates.snapshot import Snapshot
from courses.enrolling import enrol
from courses.models import (
    CatalogueIndexPage,
    Course,
    CoursePage,
    Edition,
    HomePage,
    LearningPath,
    LearningPathCourse,
    LessonPage,
    ModulePage,
    QuizPage,
    SurveyPage,
)
from lms.accounts.models import Assignment, Organisation, StaffType, Territory, User

PASSWORD = "correcto-caballo-bateria"
_numbers = count(1)


# --- People and organisations -----------------------------------------------------------------------------------------

def make_user(**fields):
    """A learner. ``document``: (kind, number)."""
    number = next(_numbers)
    document = fields.pop("document", None)
    password = fields.pop("password", PASSWORD)
    user = User(**{"email": f"person{number}@puentes.test", "given_names": f"Ana {number}", "first_surname": "Soto",
                   "second_surname": "Rojas", **fields})
    user.set_password(password)
    if document:
        user.set_document(kind=document[0], number=document[1])
    user.save()
    return user


def get_territory(code="13101", country_code="CL"):
    """A row of the official reference data; by default the commune of Santiago."""
    return Territory.objects.get(country_code=country_code, code=code)


def make_organisation(*, parent=None, **fields):
    """An institution, or with ``parent`` a directorate or a unit of it."""
    fields.setdefault("name", f"Organisation {next(_numbers)}")
    if parent:
        parent.refresh_from_db()
        return parent.add_child(**fields)
    return Organisation.add_root(**{"kind": Organisation.Kind.MUNICIPALITY, **fields})


def make_assignment(*, user=None, organisation=None, **fields):
    return Assignment.objects.create(**{
        "user": user or make_user(), "organisation": organisation or make_organisation(),
        "staff_type": StaffType.PLANTA, "position": "Atención de público", "since": dt.date(2024, 3, 1), **fields})


# --- Questions --------------------------------------------------------------------------------------------------------

def localized(text, english=None):
    """{"es": …, "en": …}; the English text says so when none is given."""
    return {"es": text, "en": f"{text} (en)" if english is None else english}


def make_category(*, parent=None, **fields):
    """A category of the bank, or with ``parent`` one below it."""
    number = next(_numbers)
    fields = {"name": f"Category {number:06}", "slug": f"category-{number}", **fields}
    if parent:
        parent.refresh_from_db()
        return parent.add_child(**fields)
    return QuestionCategory.add_root(**fields)


def stable_id(*parts):
    """The same identifier for the same parts, as a block keeps its own."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(map(str, parts))))


def choice_value(*, code, stem, options):
    """The raw value of a single or multiple choice. ``options``: (text, is it correct) pairs."""
    rows = [{"type": "item", "id": stable_id(code, number),
             "value": {"text": localized(text), "correct": correct, "feedback": localized(f"Sobre «{text}»")}}
            for number, (text, correct) in enumerate(options)]
    return {"stem": localized(stem), "options": rows, "feedback": localized("")}


def make_question(*, kind="single_choice", code=None, category=None, stem="¿Qué corresponde hacer?", options=None,
                  answer="true", value=None, **fields):
    """A question of the bank, approved. ``options`` for the two kinds of choice, ``answer`` for ``true_false``;
    ``value`` is the raw value of any other kind's block; ``fields``: others of Question."""
    code = code or f"question-{next(_numbers)}"
    if value is not None:
        value = {"stem": localized(stem), "feedback": localized(""), **value}
    elif kind == "true_false":
        value = {"stem": localized(stem), "answer": answer, "when_true": localized("Si dice verdadero"),
                 "when_false": localized("Si dice falso"), "feedback": localized("")}
    else:
        several = kind == "multiple_choice"
        options = options or [("Correcta", True), ("Equivocada", False), ("Otra", several)]
        value = choice_value(code=code, stem=stem, options=options)
    body = [{"type": kind, "id": stable_id(code), "value": value}]
    return Question.objects.create(**{"code": code, "category": category or make_category(), "body": body,
                                      "state": Question.State.APPROVED, **fields})


# --- Pages ------------------------------------------------------------------------------------------------------------

def make_home(**fields):
    """The Spanish home page, as the root of the site."""
    home = Page.get_first_root_node().add_child(instance=HomePage(**{"title": "Puentes", "slug": "inicio", **fields}))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": home})
    Site.clear_site_root_paths_cache()
    return home


def make_catalogue(*, home=None, **fields):
    return (home or make_home()).add_child(
        instance=CatalogueIndexPage(**{"title": "Cursos", "slug": "cursos", **fields}))


def make_course(*, catalogue=None, **fields):
    number = next(_numbers)
    return (catalogue or make_catalogue()).add_child(instance=CoursePage(**{
        "title": f"Curso {number}", "slug": f"curso-{number}", "summary": "Un curso de prueba.", "hours": 12,
        "description": "<p>Para quienes atienden público.</p>", "audience": "Personal municipal", **fields}))


def make_module(*, course=None, **fields):
    number = next(_numbers)
    return (course or make_course()).add_child(instance=ModulePage(**{
        "title": f"Módulo {number}", "slug": f"modulo-{number}", **fields}))


def make_lesson(*, module=None, **fields):
    number = next(_numbers)
    return (module or make_module()).add_child(instance=LessonPage(**{
        "title": f"Lección {number}", "slug": f"leccion-{number}",
        "body": [{"type": "text", "id": stable_id("text", number), "value": "<p>Escuchar primero.</p>"}], **fields}))


def make_quiz(*, parent=None, questions=None, draws=(), **fields):
    """A test below a module or a course. ``draws``: (category, count) pairs."""
    number = next(_numbers)
    questions = [make_question()] if questions is None and not draws else questions or []
    items = [{"type": "question", "id": stable_id("item", number, question.pk), "value": question.pk}
             for question in questions]
    items += [{"type": "draw", "id": stable_id("draw", number, category.pk),
               "value": {"category": category.pk, "count": size}} for category, size in draws]
    return (parent or make_module()).add_child(instance=QuizPage(**{
        "title": f"Prueba {number}", "slug": f"prueba-{number}", "items": items, **fields}))


def translate(page, language="en", **fields):
    """The published translation of a page and, where missing, of its ancestors."""
    locale, _created = Locale.objects.get_or_create(language_code=language)
    parent = page.get_parent().specific
    if not parent.is_root() and not parent.has_translation(locale):
        translate(parent, language)
    copy = page.copy_for_translation(locale)
    for name, value in {"title": f"{page.title} ({language})", **fields}.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    copy.refresh_from_db()
    return copy


def make_learning_path(*course_pages, **fields):
    path = LearningPath.objects.create(**{"titles": localized("Ruta de primera atención", "First attention path"),
                                          **fields})
    for number, page in enumerate(course_pages):
        LearningPathCourse.objects.create(path=path, course_id=page.translation_key, sort_order=number)
    return path


# --- Enrolments -------------------------------------------------------------------------------------------------------

def get_edition(course_page):
    """The edition of a course that is always open."""
    return Edition.objects.get(course=course_page.translation_key, is_default=True)


def make_edition(*, course_page=None, **fields):
    course = Course.objects.get(pk=(course_page or make_course()).translation_key)
    return Edition.objects.create(**{"course": course, "name": f"Edition {next(_numbers)}", **fields})


def make_enrolment(*, learner=None, edition=None, course_page=None, now=None):
    """A learner in an edition, by default in the always-open one of ``course_page``."""
    return enrol(learner=learner or make_user(), edition=edition or get_edition(course_page or make_course()),
                 now=now or timezone.now(), assigned=True)


# --- Certificates -----------------------------------------------------------------------------------------------------

def make_snapshot(**facts):
    return Snapshot(**{
        "holder": "María Ñancupil Gutiérrez", "identity_kind": "rut", "identity_masked": "••••5678-5",
        "organisation": "Municipalidad de Las Acacias", "commune": "Santiago", "staff_type": StaffType.PLANTA,
        "course": localized("Interculturalidad en la atención municipal", "Intercultural public service"),
        "hours": Decimal("24.50"), "hours_kind": "chronological", "modality": "online",
        "started_on": dt.date(2026, 10, 3), "completed_on": dt.date(2026, 11, 22), "percentage": Decimal("90.0000"),
        "grade": Decimal("6.3"), "grade_rule": "chile-60", "issuer": "Puentes", "language": "es",
        "contents": [localized("Movilidad humana", "Human mobility")], **facts})


def make_certificate(*, learner=None, award=None, kind="approval", now=None, **facts):
    """An issued certificate whose documents and mail are still to be made. ``facts``: of its snapshot."""
    return issue_certificate(learner=learner or make_user(), award=award or uuid.uuid4(), kind=kind,
                             snapshot=make_snapshot(**facts), now=now or timezone.now())


@transaction.atomic
def make_next_version(certificate, *, reason="name", now=None, **facts):
    """The version that takes the place of ``certificate``, without the act that certificates.ending is."""
    now = now or timezone.now()
    Certificate.objects.filter(pk=certificate.pk).update(state="superseded", ended_at=now, reason=reason)
    same = {name: getattr(certificate, name) for name in (
        "learner", "award", "kind", "cycle", "series", "number", "code", "expires_at", "identity_fingerprint")}
    return create_version(Certificate(version=certificate.version + 1, supersedes=certificate, **same),
                          snapshot=make_snapshot(**facts), now=now, mail="mail_corrected")


def make_picture(text="Puentes", *, size=(400, 160)):
    """A Picture of the kind that is kept: ``text`` in blue on nothing."""
    image = Image.new("RGBA", size)
    ImageDraw.Draw(image).text((10, 10), text, fill="#1D4E89", font_size=60)
    content = io.BytesIO()
    image.save(content, "PNG")
    return Picture(content.getvalue())


def make_signatory(*, organisation=None, name="Rosa Catrileo Paine", role=None, image=None, by=None, now=None):
    """The SignatoryVersion of a person who signs certificates."""
    return templates.save_signatory(
        signatory=Signatory(organisation=organisation), name=name, image=image, by=by, now=now or timezone.now(),
        role=role or localized("Directora de Desarrollo Comunitario", "Director of Community Development"))


def make_template(*, organisation=None, name=None, is_default=False, by=None, now=None, **content):
    """The TemplateVersion of a new template. ``content``: of its templates.Content."""
    version = templates.save_template(
        template=CertificateTemplate(organisation=organisation, name=name or f"Template {next(_numbers)}"),
        content=templates.Content(**content), by=by, now=now or timezone.now())
    if is_default:
        templates.make_default(template=version.template, by=by)
    return version


def make_earlier_record(*, learner=None, **fields):
    """A course that the person took elsewhere, on paper."""
    learner = learner or make_user()
    fields = {"titles": {"es": "Atención a personas migrantes"}, "issuer": "Academia Municipal",
              "hours": Decimal("16.00"), "hours_kind": "pedagogical", "completed_on": dt.date(2019, 8, 30),
              "source": EarlierRecord.Source.PAPER, "evidence_reference": "Carpeta 12, hoja 3",
              "added_by": learner, "added_at": timezone.now(), **fields}
    return EarlierRecord.objects.create(
        learner=learner, title_key=EarlierRecord.make_title_key(fields["titles"]["es"]), **fields)


# --- Surveys ----------------------------------------------------------------------------------------------------------

def survey_body(code="survey"):
    """A scale of two statements, of which the first measures satisfaction and must be answered, a choice and an open
    question."""
    def item(kind, value):
        return {"type": kind, "id": stable_id(code, kind), "value": value}

    def entry(number, value):
        return {"type": "item", "id": stable_id(code, number), "value": value}

    return [
        item("text", {"text": localized("Sobre el curso")}),
        item("scale", {
            "stem": localized("¿Qué tan satisfecho está?"), "scale": "satisfaction", "labels": [], "required": True,
            "statements": [entry("overall", {"text": localized("El curso en general"), "satisfaction": True}),
                           entry("content", {"text": localized("Los contenidos"), "satisfaction": False})]}),
        item("choice", {"stem": localized("¿Desde dónde estudió?"), "required": False,
                        "options": [entry("office", localized("La oficina")), entry("home", localized("La casa"))]}),
        item("open", {"stem": localized("¿Qué cambiaría?")}),
    ]


def make_survey(*, code=None, **fields):
    code = code or f"survey-{next(_numbers)}"
    return Survey.objects.create(**{"code": code, "title": f"Encuesta {code}", "body": survey_body(code), **fields})


def make_survey_page(*, parent=None, survey=None, **fields):
    number = next(_numbers)
    return (parent or make_module()).add_child(instance=SurveyPage(**{
        "title": f"Encuesta {number}", "slug": f"encuesta-{number}", "survey": survey or make_survey(), **fields}))
