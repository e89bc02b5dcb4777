"""The trainers' pages in the Wagtail admin in a browser: correct and full of errors, in both languages, wide and on a
telephone; and marking with the keys alone."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from assessments.models import Attempt
from courses.models import Accommodation, QuizWindow
from tests import factories
from tests.assessments.kinds.stories import make_scenario, situation
from tests.assessments.test_regrading import OPTIONS, correct_key
from tests.courses.authors import make_site, make_trainer
from tests.courses.learning import Learning, SmallCourse
from tests.courses.marking import Essay
from tests.journeys.test_keyboard import Keyboard

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = [1280, 360]
LOCALES = {"es": "es-CL", "en": "en-GB"}
# What reaches over the edge of the window, of the parts that are ours to arrange.
OUTSIDE = """() => {
    const parts = [...document.querySelectorAll("#main :is(.w-field, .puentes-scroll, .scenario-map, .marking)")];
    const { clientWidth } = document.documentElement;
    return parts.filter((part) => part.getBoundingClientRect().right > clientWidth).map((part) => part.className);
}"""


@pytest.fixture(autouse=True)
def site(django_capture_on_commit_callbacks):
    return make_site(django_capture_on_commit_callbacks)


@pytest.fixture(params=["es", "en"])
def language(request):
    return request.param


@pytest.fixture
def trainer(language):
    return make_trainer(preferred_language=language)


@pytest.fixture
def trainer_page(new_page, sign_in, trainer, language):
    page = new_page(locale=LOCALES[language])
    sign_in(page, trainer)
    return page


@pytest.fixture
def words(language):
    """``words(text)``: a text of the platform in the language of the test."""

    def words(text):
        with override(language):
            return gettext(text)

    return words


@pytest.fixture
def check(trainer_page, axe):
    def check():
        """The page as it stands, wide and narrow: nothing sticks out, the rules hold."""
        for width in WIDTHS:
            trainer_page.set_viewport_size({"width": width, "height": 900})
            axe(trainer_page)
            assert trainer_page.evaluate("document.documentElement.scrollWidth") <= width
            assert trainer_page.evaluate(OUTSIDE) == []

    return check


def send(page, form):
    """Send a form past what the browser itself would refuse."""
    form.evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    page.wait_for_load_state()


# --- Grading again ----------------------------------------------------------------------------------------------------

def test_grading_again_is_previewed_refused_without_a_reason_and_done(trainer_page, check, words):
    page, question = trainer_page, factories.make_question(options=OPTIONS)
    course = SmallCourse(quiz={"questions": [question], "shuffle_options": False})
    Learning(course).finish()
    without = Learning(course, now=timezone.now())
    attempt = without.submit(without.start())[0]
    correct_key(question, 1)

    page.goto(reverse("regrade_versions", args=[question.pk]))
    check()
    page.get_by_role("link", name=words("See who would change")).click()
    expect(page.locator(".puentes-scroll tbody tr")).to_have_count(2)
    check()
    page.locator("[name=include]").check()
    send(page, page.locator("form:has([name=reason])"))
    expect(page.locator(".error-message").first).to_be_visible()
    expect(page.locator("[name=include]")).to_be_checked()
    assert Attempt.objects.get(pk=attempt.pk).passed
    check()
    page.locator("[name=reason]").fill("La clave era otra.")
    page.get_by_role("button", name=words("Grade again by the corrected key")).click()
    page.wait_for_url(f"**{reverse('regrade_versions', args=[question.pk])}")
    expect(page.get_by_text("La clave era otra.")).to_be_visible()
    assert not Attempt.objects.filter(passed=True).exists()
    check()


# --- Forms in error ---------------------------------------------------------------------------------------------------

def test_draw_of_nothing_is_refused_where_it_stands(trainer_page, check, problems):
    page, category = trainer_page, factories.make_category()
    factories.make_question(category=category)
    quiz = factories.make_quiz(parent=SmallCourse().page, draws=[(category, 1)])
    page.goto(reverse("wagtailadmin_pages:edit", args=[quiz.pk]))
    page.locator("[name=items-0-value-difficulty]").select_option("hard")
    send(page, page.locator("form:has([name=items-count])"))
    expect(page.locator("[data-contentpath=items] :is(.help-critical, .error-message)").first).to_be_visible()
    check()
    # Wagtail saves the draft by itself meanwhile, or tries to.
    problems[:] = [problem for problem in problems if "400" not in problem]


def test_dates_of_a_test_that_closes_before_it_opens_are_refused(trainer_page, check):
    page, course = trainer_page, SmallCourse()
    edition = factories.make_edition(course_page=course.page, time_zone="America/Mexico_City")
    QuizWindow.objects.create(edition=edition, activity_id=course.quizzes[0].translation_key,
                              opens_at="2027-03-02T16:00Z", closes_at="2027-03-03T16:00Z")
    page.goto(reverse("editions:edit", args=[edition.pk]))
    expect(page.locator("#id_quiz_windows-0-opens_at")).to_have_value("2027-03-02 10:00")  # as it is in Mexico
    page.locator("#id_quiz_windows-0-closes_at").fill("2027-03-02 09:00")
    page.locator("#id_exigency").fill("300")
    send(page, page.locator("form:has(#id_exigency)"))
    for name in ("id_quiz_windows-0-closes_at", "id_exigency"):
        expect(page.locator(f"#{name}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_quiz_windows-0-closes_at")).to_have_value("2027-03-02 09:00")
    check()


def test_accommodation_says_at_each_field_what_is_wrong(trainer_page, trainer, check):
    page, course = trainer_page, SmallCourse()
    edition = factories.make_edition(course_page=course.page, trainer=trainer)
    page.goto(reverse("accommodations:add"))
    check()
    page.locator("#id_edition").select_option(str(edition.pk))
    page.locator("#id_email").fill("nadie@puentes.test")
    page.locator("#id_extra_time").fill("500")
    page.locator("#id_opens_at").fill("2027-03-02 10:00")
    page.locator("#id_closes_at").fill("2027-03-02 09:00")
    send(page, page.locator("form:has(#id_email)"))
    for name in ("email", "extra_time", "closes_at", "reason"):
        expect(page.locator(f"#id_{name}")).to_have_attribute("aria-invalid", "true")
    assert not Accommodation.objects.exists()
    check()


# --- The map of a scenario --------------------------------------------------------------------------------------------

def test_map_of_a_scenario_tells_what_is_amiss_and_scrolls_in_its_own_box(trainer_page, check):
    page = trainer_page
    scenario = make_scenario(
        situation("start", ("Escuchar", "well", "2"), ("Gritar", "yard", "-1")),
        situation("yard", ("Volver", "start", "0"), ("Irse", "well", "1")), situation("nowhere", ("Ir", "well", "0")),
        situation("well", ending="Se va tranquila", outcome="good"))
    page.goto(reverse("scenario_map", args=[scenario.pk]))
    expect(page.get_by_role("img", name="Mapa").or_(page.get_by_role("img", name="Map"))).to_be_visible()
    expect(page.locator(".scenario-map__findings strong")).to_have_count(1)
    check()
    assert page.locator(".scenario-map").evaluate("box => box.scrollWidth > box.clientWidth")


# --- Marking ----------------------------------------------------------------------------------------------------------

def test_marking_with_the_keys_alone(trainer_page, axe, words):
    """From the list through a mark that is refused to the next answer and back to the list."""
    page, keys = trainer_page, Keyboard(trainer_page)
    page.set_viewport_size({"width": 1280, "height": 1400})  # a text field may be taller than what is left of a window
    essays = [Essay(now=timezone.now()) for _number in range(2)]
    page.goto(reverse("marking"))
    axe(page)
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/marking/\d+/$"))
    form = page.locator("[data-marking]")
    form.locator("input[type=radio]").first.focus()
    keys.go_to(form.get_by_role("button", name=words("Save and next"), exact=True).last)
    page.keyboard.press("Enter")
    expect(page.locator(".error-message").first).to_be_visible()
    axe(page)
    page.locator("[data-marking] input[type=radio]").first.focus()
    for _criterion in range(2):
        keys.press("ArrowDown")
        keys.press("Tab")
    expect(page.locator("[name=points]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".messages .success")).to_be_visible()
    page.wait_for_url(re.compile(r"/marking/\d+/$"))
    page.locator("[name=points]").focus()
    page.keyboard.type("2")
    keys.press("Tab")
    page.keyboard.type("Bien.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**{reverse('marking')}")
    assert [Attempt.objects.get(pk=essay.attempt.pk).is_graded for essay in essays] == [True, True]
