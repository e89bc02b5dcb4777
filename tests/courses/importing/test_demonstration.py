"""What the platform shows itself with. It is loaded once for all these tests, because that takes seconds."""

import datetime as dt
from collections import Counter

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, ReferenceIndex

from assessments.models import Question
from certificates import outbox
from certificates.models import Certificate, Outbox
from courses.demonstration.loading import ACCOUNTS, PASSWORD, is_loaded, load_demonstration
from courses.models import CoursePage, LessonPage, ModulePage, QuizPage
from courses.outline import get_outline
from courses.quizzes import count_questions
from lms.accounts.models import User

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])
NOW = timezone.now()


@pytest.fixture(scope="module", autouse=True)
def _demonstration(django_db_setup, django_db_blocker, tmp_path_factory):
    folders = {name: tmp_path_factory.mktemp(name.lower()) for name in ("MEDIA_ROOT", "KEYS_DIR")}
    with override_settings(**folders), django_db_blocker.unblock():
        load_demonstration(now=NOW)
        yield
        django_db_setup.create()


def get_course(language):
    return CoursePage.objects.live().get(hours=20, locale__language_code=language)


def get_live(model, language):
    return model.objects.live().descendant_of(get_course(language))


@LANGUAGES
def test_course_is_whole_in_each_language(language):
    course = get_course(language)
    assert get_live(ModulePage, language).count() == 4
    assert get_live(LessonPage, language).count() == 12
    assert get_live(QuizPage, language).filter(measure="").count() == 5
    assert not Page.objects.filter(path__startswith=course.path, alias_of__isnull=False).exists()


def test_final_test_draws_15_of_at_least_30_questions_with_feedback_for_each_option():
    final = QuizPage.objects.child_of(get_course("es")).get(measure="")
    (draw,) = final.items
    questions = Question.objects.filter(category=draw.value["category"])
    assert (count_questions(final), questions.count() >= 30) == (15, True)
    for question in Question.objects.all():
        for option in question.version.content["options"]:
            assert all(option["feedback"][code] for code, _name in settings.LANGUAGES), question.code


def test_languages_hold_the_same_blocks_and_other_words():
    for lesson in get_live(LessonPage, "es"):
        english = lesson.get_translations().get().specific
        assert [(block.id, block.block_type) for block in lesson.body] == [
            (block.id, block.block_type) for block in english.body]
        texts, translated = (Counter(block.value.source for block in page.body if block.block_type == "text")
                             for page in (lesson, english))
        # A heading that is a name, such as «Chile», is the same in both.
        assert all(len(text) < 60 for text in texts & translated)


@LANGUAGES
def test_every_page_answers_and_is_of_the_right_size(client, language, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("a@puentes.test", given_names="A", first_surname="B"))
    course = get_course(language)
    for page in Page.objects.filter(path__startswith=course.path):
        response = client.get(page.get_url())
        assert response.status_code == 200, page.get_url()
        assert page.title in response.content.decode().replace("&#x27;", "'"), page.get_url()
    assert get_outline(course_path=course.path).total == 20


def test_tree_is_whole_and_indexed():
    assert Page.find_problems() == ([], [], [], [], [])
    assert CoursePage.objects.live().search("mostrador").count() == 2  # «atención municipal» and «datos personales»
    cover = get_course("es").cover
    assert cover.get_usage().count() == ReferenceIndex.get_references_to(cover).values("base_content_type", "object_id"
                                                                                      ).distinct().count() > 0


# --- People -----------------------------------------------------------------------------------------------------------

def sign_in(client, email):
    learner = User.objects.get(email=email)
    client.force_login(learner)
    return learner


def get_my_courses(client):
    return client.get("/es/learn/").content.decode()


def test_each_account_that_is_printed_can_sign_in():
    assert is_loaded()
    verified = User.objects.filter(emailaddress__verified=True).in_bulk(field_name="email")
    for email, _description in ACCOUNTS:
        assert verified[email].check_password(PASSWORD)


def test_folios_follow_the_dates_of_the_certificates():
    issued = list(Certificate.objects.order_by("series", "number").values_list("issued_at", flat=True))
    assert issued == sorted(issued)
    assert issued[-1] < NOW


def test_every_certificate_has_a_digital_credential():
    planned = Outbox.objects.filter(kind=Outbox.CREDENTIAL).values("certificate")
    assert Certificate.objects.count() == Certificate.objects.filter(pk__in=planned).count() == 32


def test_document_of_the_first_certificate_is_sealed_and_holds_its_credential(client):
    certificate = Certificate.objects.order_by("series", "number").first()
    pdf = outbox.get_pdf(certificate=certificate, language="es", now=NOW)
    assert b"/ByteRange" in pdf
    assert outbox.get_credential(certificate) is not None
    page = client.get(reverse("certificate", args=[certificate.code])).content.decode()
    assert reverse("certificate_credential", args=[certificate.code]) in page


def test_official_is_offered_to_renew_a_certificate_that_expires_in_two_months(client):
    learner = sign_in(client, "funcionaria@puentes.example")
    certificate = Certificate.objects.get(learner=learner)
    assert dt.timedelta(days=0) < certificate.expires_at - NOW < dt.timedelta(days=60)
    assert reverse("renew_certificate", args=[certificate.award]) in get_my_courses(client)


def test_official_who_completed_the_learning_path_has_its_certificate(client):
    learner = sign_in(client, "camila.araya@puentes.example")
    certificate = Certificate.objects.get(learner=learner, kind="path")
    page = get_my_courses(client)
    assert reverse("certificate", args=[certificate.code]) in page
    assert "Atención municipal con derechos" in page
