import pytest
from django.utils.translation import override
from wagtail.models import Page

from courses import progress
from courses.models import CoursePage
from courses.outline import (
    Outline,
    PlannedItem,
    PlannedModule,
    get_outline,
    get_outlines,
    get_required_activities,
    make_plan,
)
from tests.courses.learning import NOW, Learning, SmallCourse, add_many_lessons
from tests.factories import make_lesson, make_module, make_quiz, translate

pytestmark = pytest.mark.django_db


def make_item(key):
    return PlannedItem(key=key, kind="lesson", title=key, url=f"/{key}/", language="es", minutes=5)


def make_outline(**states):
    """An outline with the activities a and b in a module, c in another, and d at the end."""
    a, b, c, d = map(make_item, "abcd")
    modules = [PlannedModule(str(n), "", "", "", items) for n, items in enumerate([[a, b], [c]])]
    return Outline(make_plan(None, modules, [d]), done={key for key in states if states[key] == "done"},
                   visits=dict.fromkeys(states, (10, "", None)))


def get_key(item):
    return item and item.key


# --- Without a database -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("done", "percent"), [("", 0), ("a", 25), ("abc", 75), ("abcd", 100)])
def test_outline_counts_what_is_done(done, percent):
    outline = make_outline(**dict.fromkeys(done, "done"))
    assert (outline.done, outline.total, outline.percent) == (len(done), 4, percent)
    assert [(module.done, module.total) for module in outline.modules] == [
        (len(set("ab") & set(done)), 2), (len(set("c") & set(done)), 1)]


def test_what_stands_before_the_modules_comes_first():
    plan = make_plan(None, [PlannedModule("1", "", "", "", [make_item("b")])], [make_item("c")], [make_item("a")])
    outline = Outline(plan)
    assert [item.key for item in outline.get_all_items()] == ["a", "b", "c"]
    assert ([item.key for item in outline.opening], [item.key for item in outline.items]) == (["a"], ["c"])
    without = Outline(make_plan(None, [], [make_item("c")], [make_item("a")]))
    assert (without.opening, [item.key for item in without.items]) == ([], ["a", "c"])


@pytest.mark.parametrize("language", ["es", "en"])
def test_pre_test_and_what_was_moved_before_the_modules_come_first(language):
    course = SmallCourse(lessons=1)
    pre, post, moved = (make_quiz(parent=course.page, measure=measure) for measure in ("pre", "post", ""))
    first = Page.objects.get(pk=course.page.pk).get_first_child()
    Page.objects.get(pk=moved.pk).move(first, pos="left")
    if language == "en":
        for page in (course.page, moved, course.module, pre, post):
            translate(type(page).objects.get(pk=page.pk))
    path = CoursePage.objects.get(translation_key=course.key, locale__language_code=language).path
    outline = get_outline(course_path=path)
    assert [item.key for item in outline.opening] == [moved.translation_key, pre.translation_key]
    assert post.translation_key in [item.key for item in outline.items]
    assert outline.get_next_to_do().key == moved.translation_key


def test_outline_percent_is_100_only_when_all_is_done():
    plan = make_plan(None, [], [make_item(number) for number in range(300)])
    assert Outline(plan, done=set(range(299))).percent == 99
    assert Outline(plan, done=set(range(300))).percent == 100
    assert Outline(plan, done={*range(300, 400)}).percent == 0  # completed, and withdrawn from the course since
    assert Outline(make_plan(None, [], [])).percent == 0


@pytest.mark.parametrize(("done", "after", "following"), [
    ("", None, "a"), ("a", None, "b"), ("", "a", "b"), ("b", "a", "c"), ("", "d", "a"), ("a", "d", "b"),
    ("abc", "c", "d"), ("bcd", "b", "a"), ("abcd", "a", None), ("", "unknown", "a"),
])
def test_next_to_do_goes_on_and_then_around(done, after, following):
    assert get_key(make_outline(**dict.fromkeys(done, "done")).get_next_to_do(after=after)) == following


@pytest.mark.parametrize(("states", "last", "item"), [
    ({}, None, "a"), ({"b": "started"}, "b", "b"), ({"b": "done"}, "b", "c"), ({"a": "done"}, None, "b"),
    ({}, "withdrawn", "a"), (dict.fromkeys("abcd", "done"), "b", None),
])
def test_item_to_continue_is_the_last_one_or_what_follows_it(states, last, item):
    assert get_key(make_outline(**states).get_item_to_continue(last)) == item


@pytest.mark.parametrize(("key", "neighbours"), [
    ("a", (None, "b")), ("b", ("a", "c")), ("c", ("b", "d")), ("d", ("c", None)), ("z", (None, None))])
def test_neighbours_cross_the_modules(key, neighbours):
    assert tuple(map(get_key, make_outline().get_neighbours(key))) == neighbours


# --- From the pages ---------------------------------------------------------------------------------------------------

def test_outline_follows_the_order_of_the_tree_and_ends_with_the_courses_own_activities():
    course = SmallCourse(lessons=2, weights=(1,))  # its quiz comes before the second module in the tree
    second = make_module(course=course.page, summary="La segunda parte")
    lesson, quiz = make_lesson(module=second, minutes=25), make_quiz(parent=second)
    outline = get_outline(course_path=course.page.path)
    assert [(module.key, module.summary) for module in outline.modules] == [
        (course.module.translation_key, ""), (second.translation_key, "La segunda parte")]
    assert [(item.key, item.kind, item.minutes) for item in outline.get_all_items()] == [
        *((page.translation_key, "lesson", 15) for page in course.lessons),
        (lesson.translation_key, "lesson", 25), (quiz.translation_key, "quiz", None),
        (course.quizzes[0].translation_key, "quiz", None)]
    assert [item.url for item in outline.get_all_items()] == [
        page.get_url() for page in (*course.lessons, lesson, quiz, course.quizzes[0])]


def test_outline_leaves_out_what_is_not_published():
    course = SmallCourse(lessons=2)
    course.lessons[0].unpublish()
    assert [item.key for item in get_outline(course_path=course.page.path).modules[0].items] == [
        course.lessons[1].translation_key]


def test_outline_tells_the_states_of_one_learner():
    course = SmallCourse(lessons=3)
    learning, other = Learning(course), Learning(course)
    learning.read(course.lessons[0])
    progress.save_position(enrolment=learning.enrolment, activity=course.lessons[1].translation_key, block="",
                           percent_read=40, media_second=None, now=NOW)
    other.pass_quiz()
    outline = get_outline(course_path=course.page.path, enrolment=learning.enrolment)
    assert [(item.state, item.percent_read) for item in outline.get_all_items()] == [
        ("done", 100), ("started", 40), ("todo", 0), ("todo", 0)]
    assert [item.state for item in get_outline(course_path=course.page.path).get_all_items()] == ["todo"] * 4


def test_outline_marks_where_one_is():
    course = SmallCourse(lessons=2)
    other = make_module(course=course.page)
    key = course.lessons[1].translation_key
    outline = get_outline(course_path=course.page.path, current=key)
    assert [item.key for item in outline.get_all_items() if item.is_current] == [key]
    assert outline.current_module is outline.modules[0]
    outline = get_outline(course_path=course.page.path, current=other.translation_key)
    assert outline.current_module is outline.modules[1]


def test_outline_in_another_language_has_the_same_keys_and_says_what_is_not_translated():
    course = SmallCourse(lessons=2)
    translate(course.lessons[0], title="Listening")
    english_course = course.page.get_translations().get()
    english_module = course.module.get_translations().get()
    course.lessons[1].create_alias(parent=english_module, update_locale=english_module.locale,
                                   reset_translation_key=False)
    with override("en"):
        items = get_outline(course_path=english_course.path).get_all_items()
    assert [(item.key, item.title, item.language) for item in items] == [
        (course.lessons[0].translation_key, "Listening", "en"),
        (course.lessons[1].translation_key, course.lessons[1].title, "es")]
    assert all(item.url.startswith("/en/") for item in items)


def test_outlines_of_several_courses_do_not_mix(django_assert_num_queries):
    first, second = SmallCourse(lessons=1), SmallCourse(lessons=2)
    learning = Learning(first).read_all()
    get_outline(course_path=first.page.path)  # the roots of the site are remembered
    with django_assert_num_queries(2):
        outlines = get_outlines(course_pages=[first.page, second.page],
                                enrolments={first.key: learning.enrolment})
    assert {key: (outline.done, outline.total) for key, outline in outlines.items()} == {
        first.key: (1, 2), second.key: (0, 3)}


def test_outline_costs_the_same_with_400_lessons(django_assert_num_queries):
    course = SmallCourse()
    learning = Learning(course).read_all()
    get_outline(course_path=course.page.path)  # the pages are remembered
    with django_assert_num_queries(1):
        get_outline(course_path=course.page.path, enrolment=learning.enrolment)
    add_many_lessons(course.page, modules=20, lessons=20)
    with django_assert_num_queries(4):  # the pages and the roots of the site anew
        get_outline(course_path=course.page.path, enrolment=learning.enrolment)
    with django_assert_num_queries(1):
        outline = get_outline(course_path=course.page.path, enrolment=learning.enrolment)
    assert (outline.total, outline.done, len(outline.modules)) == (402, 1, 21)


def test_required_activities_are_the_published_ones_of_the_first_language_with_their_weights():
    course = SmallCourse(lessons=2, weights=(3, 0))
    translate(course.lessons[0])
    course.lessons[1].unpublish()
    other = SmallCourse()
    assert get_required_activities(course.key) == {
        course.lessons[0].translation_key: 0, course.quizzes[0].translation_key: 3,
        course.quizzes[1].translation_key: 0}
    assert other.lessons[0].translation_key in get_required_activities(other.key)
    assert get_required_activities(other.lessons[0].translation_key) == {}
