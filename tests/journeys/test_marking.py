"""From a text and a file that are handed in to the result that the learner reads, in a browser."""

from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from assessments.models import Answer, Attempt, HandedInFile
from courses import marking, progress
from courses.quizzes import get_rules
from tests.assessments.marked_questions import PDF, make_file_upload, make_long_text
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import Learning, SmallCourse
from tests.courses.marking import Essay
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def start(django_capture_on_commit_callbacks):
    """An open attempt at a test of a long text and a file."""
    make_site(django_capture_on_commit_callbacks)
    course = SmallCourse(quiz={"questions": [make_long_text(minimum=2), make_file_upload(types=["pdf"])],
                               "shuffle_questions": False})
    learning = Learning(course, learner=make_user(preferred_language="es"), now=timezone.now())
    return learning, progress.start_attempt(enrolment=learning.enrolment, activity=course.quizzes[0].translation_key,
                                            rules=get_rules(course.quizzes[0]), now=timezone.now())


def get_url(name, *args, language="es"):
    with override(language):
        return reverse(name, args=args)


def words(text, language="es"):
    with override(language):
        return gettext(text)


def get_saved(attempt):
    return dict(Answer.objects.filter(attempt=attempt).values_list("position", "response"))


@pytest.fixture
def sitting(django_capture_on_commit_callbacks):
    return start(django_capture_on_commit_callbacks)


@pytest.mark.parametrize("language", ["es", "en"])
def test_text_and_file_are_saved_while_they_are_given(sitting, new_page, sign_in, axe, language):
    learning, attempt = sitting
    page = new_page(width=360)
    sign_in(page, learning.learner)
    page.goto(get_url("attempt", attempt.pk, language=language))
    text = page.get_by_label(words("Your answer", language))
    text.fill("Escuchar primero, después preguntar.")
    expect(page.locator("[data-words]")).to_contain_text("4")
    page.locator('input[type="file"]').set_input_files(
        {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": PDF})
    expect(page.get_by_role("link", name="informe.pdf")).to_be_visible()
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")
    file = HandedInFile.objects.get()
    page.wait_for_function("() => document.querySelector('#save-state').dataset.state === 'saved'")
    assert get_saved(attempt) == {0: "Escuchar primero, después preguntar.", 1: {"file": str(file.pk)}}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    axe(page)
    page.reload()
    expect(page.get_by_role("link", name="informe.pdf")).to_be_visible()
    assert HandedInFile.objects.count() == 1


def test_file_that_is_refused_is_said_and_changes_nothing(sitting, page, sign_in, problems):
    learning, attempt = sitting
    sign_in(page, learning.learner)
    page.goto(get_url("attempt", attempt.pk))
    page.locator('input[type="file"]').set_input_files(
        {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": b"MZ no PDF"})
    expect(page.locator("[data-file-state]")).not_to_be_empty()
    expect(page.locator("[data-file-state]")).not_to_have_text(words("Sending the file…"))
    problems.expect("400")
    assert get_saved(attempt) == {}


def test_trainer_marks_by_keyboard_and_learner_reads_it(sitting, new_page, sign_in, axe):
    learning, attempt = sitting
    learner_page, page = new_page(javascript=False), new_page(locale="en-GB")
    sign_in(learner_page, learning.learner)
    learner_page.goto(get_url("attempt", attempt.pk))
    learner_page.locator("textarea").fill("Escuchar primero.")
    learner_page.locator('input[type="file"]').set_input_files(
        {"name": "informe.pdf", "mimeType": "application/pdf", "buffer": PDF})
    learner_page.locator('#attempt-form [value="review"]').click()
    learner_page.locator('[value="submit"]').click()
    expect(learner_page.get_by_text("Escuchar primero.")).to_be_visible()

    sign_in(page, make_trainer(preferred_language="en"))
    page.goto(reverse("marking"))
    assert page.locator("table.listing tbody tr").count() == 2
    page.get_by_role("link", name="¿Qué corresponde hacer? (en)").first.click()
    axe(page)
    page.get_by_label("Ausente (en)").focus()
    page.keyboard.press("ArrowDown")  # the level after it
    page.get_by_label("Confusa (en)").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-sum]")).to_have_text("1.5 of 3 points")
    page.get_by_label("Comment to the learner").fill("Falta un caso.")
    page.get_by_role("button", name="Keep the comment as a phrase").click()
    expect(page.get_by_label("Clara (en)")).to_be_checked()
    page.get_by_label("Comment to the learner").fill("")
    page.get_by_role("button", name="Insert the phrase: Falta un caso.").press("Enter")
    expect(page.get_by_label("Comment to the learner")).to_have_value("Falta un caso.")
    page.get_by_label("Comment to the learner").press("Control+Enter")
    expect(page.get_by_role("link", name="informe.pdf")).to_be_visible()
    page.locator('[name="points"]').fill("2")
    page.locator('[name="points"]').press("Enter")
    page.wait_for_url("**/admin/marking/")
    attempt.refresh_from_db()
    assert (str(attempt.score), attempt.passed) == ("3.5000", True)

    sign_in(learner_page, learning.learner)
    learner_page.goto(get_url("result", attempt.pk))
    expect(learner_page.get_by_text("Falta un caso.")).to_be_visible()
    expect(learner_page.get_by_text("Cuando es clara")).to_be_visible()


@pytest.mark.parametrize("language", ["es", "en"])
def test_mark_is_corrected_with_a_reason(django_capture_on_commit_callbacks, new_page, sign_in, check_widths, language):
    make_site(django_capture_on_commit_callbacks)
    trainer, essay = make_trainer(preferred_language=language), Essay(now=timezone.now())
    marking.mark(answer_id=essay.get_answer().pk, marker=trainer, fraction=Fraction(0), levels={}, comment="",
                 now=timezone.now())
    page = new_page(locale=language)
    sign_in(page, trainer)
    page.goto(reverse("correct_mark", args=[essay.get_answer().pk]))
    expect(page.get_by_text("Un ejemplo concreto")).to_be_visible()
    check_widths(page)
    page.locator('[name="points"]').fill("3")
    page.get_by_role("button", name=words("Correct the mark", language)).click()
    expect(page.locator("#id_reason")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text(words("This field is required.", language))).to_be_visible()
    assert Attempt.objects.get().passed is False
    check_widths(page)
    page.get_by_label(words("Why the mark is corrected", language)).fill("Me equivoqué de línea.")
    page.get_by_role("button", name=words("Correct the mark", language)).click()
    page.wait_for_url("**/admin/marking/?state=done")
    expect(page.get_by_text(words("The mark was corrected. The result changed, and the learner gets a mail.",
                                  language))).to_be_visible()
    assert Attempt.objects.get().passed is True
