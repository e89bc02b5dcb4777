import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from assessments.models import Question
from courses.models import QuizPage
from tests.assessments.marked_questions import make_long_text
from tests.courses.authors import make_site, make_trainer
from tests.courses.gaining import GainCourse, make_items
from tests.courses.learning import SmallCourse
from tests.factories import make_category, make_module, make_question, make_quiz, stable_id

pytestmark = pytest.mark.django_db
HEAVY = {"points": "2", "rubric": [], "minimum": 0, "maximum": 0, "guide": {"es": "", "en": ""}}


@pytest.fixture
def edit(client, django_capture_on_commit_callbacks):
    """Publish a test page with these fields as its editor does. Returns the errors of its form, {} when published."""
    make_site(django_capture_on_commit_callbacks)
    client.force_login(make_trainer(preferred_language="en"))  # the texts in the code

    def post(page, *, items=(), form_a=(), form_b=(), **fields):
        data = {"title": page.title, "slug": page.slug, "introduction": "", "pass_mark": "60", "attempts_allowed": "3",
                "time_limit": "0", "weight": "0", "counting": "best", "layout": "all", "feedback": "end",
                "delay": "0", "study_hint": "", "mark_difference": "20", "measure": "",
                "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "action-publish": "1", "seo_title": "",
                "search_description": ""} | fields
        for name, blocks in (("items", items), ("form_a", form_a), ("form_b", form_b)):
            data[f"{name}-count"] = len(blocks)
            for number, block in enumerate(blocks):
                value = block["value"]
                values = {f"-{key}": each for key, each in value.items()} if isinstance(value, dict) else {"": value}
                data |= {f"{name}-{number}-value{key}": each for key, each in values.items()} | {
                    f"{name}-{number}-deleted": "", f"{name}-{number}-order": number,
                    f"{name}-{number}-type": block["type"], f"{name}-{number}-id": block["id"]}
        response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
        post.told = [str(message).strip() for message in get_messages(response.wsgi_request)
                     if message.level_tag == "warning"]
        return {} if response.status_code == 302 else dict(response.context["form"].errors)

    return post


def draw(category, count):
    return {"type": "draw", "id": stable_id("draw", category.pk, count),
            "value": {"category": category.pk, "count": count, "tag": "", "difficulty": "", "institution": ""}}


def test_test_with_two_equal_forms_is_published(edit):
    course = GainCourse(with_forms=False)
    assert edit(course.pre, measure="pre", form_a=make_items(course.only_a), form_b=make_items(course.only_b)) == {}
    page = QuizPage.objects.get(pk=course.pre.pk)
    assert not page.items
    assert [block.value.pk for block in [*page.form_a, *page.form_b]] == [course.only_a.pk, course.only_b.pk]


# --- What is told when it is saved -----------------------------------------------------------------------------------

@pytest.mark.parametrize(("asked", "size", "sentence"), [
    (3, 2, "A random draw asks for 3 questions, but the bank has only 2. Attempts get those."),
    (3, 1, "A random draw asks for 3 questions, but the bank has only 1. Attempts get that one.")])
def test_draw_that_finds_too_few_questions_is_told_and_saved(edit, asked, size, sentence):
    category, course = make_category(), SmallCourse()
    for _number in range(size):
        make_question(category=category)
    assert edit(course.quizzes[0], items=[draw(category, asked)]) == {}
    assert edit.told == [sentence]
    assert QuizPage.objects.get(pk=course.quizzes[0].pk).items[0].value["count"] == asked


def test_draws_that_take_from_each_other_are_told_once(edit):
    category, course = make_category(), SmallCourse()
    for _number in range(3):
        make_question(category=category)
    assert edit(course.quizzes[0], items=[draw(category, 2), draw(category, 3)]) == {}
    assert edit.told == ["Its random draws take from the same questions of the bank, which are not enough for all of "
                         "them. Each attempt has 3 questions in place of 5."]


def test_shortage_of_one_form_is_told(edit):
    course, category = GainCourse(), make_category()
    make_question(category=category)
    forms = {"form_a": [draw(category, 2)], "form_b": make_items(make_question())}
    assert edit(course.pre, measure="pre", **forms) == {}
    assert edit.told == ["A random draw asks for 2 questions, but the bank has only 1. Attempts get that one."]


def test_test_with_enough_questions_is_saved_without_a_warning(edit):
    category, course = make_category(), SmallCourse()
    make_question(category=category)
    assert edit(course.quizzes[0], items=[draw(category, 1), *make_items(make_question())]) == {}
    assert edit.told == []


# --- What is refused --------------------------------------------------------------------------------------------------

def test_test_needs_questions_somewhere(edit):
    assert list(edit(SmallCourse().quizzes[0])) == ["items"]


@pytest.mark.parametrize("missing", ["form_a", "form_b"])
def test_one_form_alone_is_refused(edit, missing):
    course = GainCourse()
    forms = {"form_a": make_items(course.only_a), "form_b": make_items(course.only_b), missing: ()}
    assert list(edit(course.pre, measure="pre", items=make_items(course.common), **forms)) == [missing]


def test_forms_belong_to_a_pre_test_or_a_post_test(edit):
    course = GainCourse()
    assert list(edit(course.pre, form_a=make_items(course.only_a), form_b=make_items(course.only_b))) == ["measure"]


def test_forms_with_different_points_are_refused(edit):
    course = GainCourse()
    errors = edit(course.pre, measure="pre", items=make_items(course.common), form_a=make_items(course.only_a),
                  form_b=make_items(make_long_text(points="2")))
    assert errors == {"form_b": [
        "Both forms need as many questions and as many points. Form A has 2 questions and 2 points, form B 2 and 3."]}


def test_forms_with_different_numbers_of_questions_are_refused(edit):
    course = GainCourse()
    two, heavy = [make_question(), make_question()], make_long_text(points="2")
    assert list(edit(course.pre, measure="pre", form_a=make_items(*two), form_b=make_items(heavy))) == ["form_b"]


def test_question_of_both_forms_counts_once_in_each(edit):
    course = GainCourse()
    assert edit(course.pre, measure="pre", items=make_items(course.common), form_b=make_items(course.only_b),
                form_a=make_items(course.common, course.only_a)) == {}


def test_forms_that_draw_are_compared_by_what_is_drawn(edit):
    course, category = GainCourse(), make_category()
    for _number in range(3):
        make_question(category=category)
    two = make_items(make_question(), make_question())
    assert edit(course.pre, measure="pre", form_a=[draw(category, 2)], form_b=two) == {}
    assert list(edit(course.pre, measure="pre", form_a=[draw(category, 3)], form_b=two)) == ["form_b"]
    make_question(category=category, kind="long_text", value=HEAVY)
    assert list(edit(course.pre, measure="pre", form_a=[draw(category, 2)], form_b=two)) == ["form_a"]


def test_second_pre_test_of_a_course_is_refused(edit):
    course = GainCourse()
    other = make_quiz(parent=make_module(course=course.page))
    errors = edit(other, measure="pre", items=make_items(course.common))
    assert errors == {"measure": [f"“{course.pre.title}” is the one of this course already."]}
    assert edit(make_quiz(parent=SmallCourse().page), measure="pre", items=make_items(course.common)) == {}


@pytest.mark.parametrize("name", ["items", "form_a", "form_b"])
def test_questions_that_are_not_approved_are_refused_in_every_form(edit, name):
    course = GainCourse()
    draft = make_question(state=Question.State.DRAFT)
    fields = {"form_a": make_items(course.only_a), "form_b": make_items(course.only_b)} | {name: make_items(draft)}
    assert list(edit(course.pre, measure="pre", **fields)) == [name]
