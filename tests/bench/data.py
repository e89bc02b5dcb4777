"""A course of any size and any number of people in it, for the benchmarks. Made on the database of the settings."""

import datetime as dt
import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from assessments.models import Question, QuestionVersion
from courses.models import Enrolment
from courses.models.enrolment import HoursKind
from lms.accounts.models import RoleGrant, Sex, StaffType, User
from tests import factories

SENTENCE = "Escuchar primero, preguntar después y explicar con palabras sencillas qué se puede hacer hoy. "
PARAGRAPH = f"<p>{SENTENCE * 6}</p>"


def make_big_course(*, modules=20, lessons=20, questions=30):
    """A course page with a lesson in the middle of it and a quiz of ten questions in its first module."""
    course = factories.make_course(title="Curso grande", slug="curso-grande")
    category = factories.make_category()
    for number in range(questions):
        kind = ("single_choice", "multiple_choice", "true_false")[number % 3]
        factories.make_question(kind=kind, category=category, stem=f"Pregunta {number}: ¿qué corresponde hacer?")
    quiz = None
    for _module in range(modules):
        module = factories.make_module(course=course)
        for _lesson in range(lessons):
            body = [{"type": "text", "id": str(uuid.uuid4()), "value": PARAGRAPH} for _block in range(8)]
            lesson = factories.make_lesson(module=module, body=body)
        lesson.save_revision().publish()  # as authors do, at least those that are measured
        if quiz is None:
            first_lesson = lesson
            quiz = factories.make_quiz(parent=module, draws=[(category, 10)], attempts_allowed=0)
    return course, first_lesson, quiz


def make_learners(number):
    """Users without a password, in one statement."""
    run = uuid.uuid4().hex[:8]
    return User.objects.bulk_create([
        User(email=f"{run}-{index}@puentes.test", given_names=f"Ana {index}", first_surname="Soto", password="!",
             sex=Sex.FEMALE) for index in range(number)], batch_size=5000)


def make_enrolments(*, edition, learners, organisation, completed=True):
    """Enrolments with the facts of a completion, at different times over two years."""
    now = timezone.now()
    facts = {"organisation": organisation, "territory": organisation.territory, "staff_type": StaffType.PLANTA,
             "sex": Sex.FEMALE, "hours": Decimal(24), "hours_kind": HoursKind.CHRONOLOGICAL, "percentage": Decimal(85),
             "facts": {"titles": factories.localized("Curso grande", "Big course"), "institution": organisation.name,
                       "unit": "", "organisation": organisation.name, "territory": "Santiago", "country": "CL",
                       "position": "", "edition": "", "modality": "online", "pass_mark": "60.00",
                       "rule": "weighted_mean_of_best_attempts", "modules": []}} if completed else {}
    return Enrolment.objects.bulk_create([
        Enrolment(learner=learner, edition=edition, enrolled_at=now - dt.timedelta(days=731),
                  completed_at=now - dt.timedelta(minutes=10 * index % 1_000_000) if completed else None, **facts)
        for index, learner in enumerate(learners)], batch_size=5000)


def make_hr_officer(organisation):
    officer = factories.make_user()
    RoleGrant.objects.create(user=officer, role=RoleGrant.Role.HR_OFFICER, organisation=organisation)
    return officer


def make_session(user):
    """The cookies of a person who has signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {settings.SESSION_COOKIE_NAME: session.session_key}


def make_stored_question(item, *, category):
    """A question of the bank with the frozen content ``item``, without what its trainer would have filled in."""
    digest = QuestionVersion.digest_of(item)
    version, _created = QuestionVersion.objects.get_or_create(digest=digest, defaults={"content": item})
    question = Question(code=f"q-{uuid.uuid4()}", category=category, kind=item["kind"], version=version, body=[],
                        state=Question.State.APPROVED)
    return Question.objects.bulk_create([question])[0]
