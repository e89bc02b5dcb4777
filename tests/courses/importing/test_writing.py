import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from wagtail.models import Collection, Page
from wagtail_localize.models import TranslationLog

from assessments.models import Question, QuestionCategory
from courses.importing.problems import CourseRejected
from courses.importing.writing import import_course
from courses.models import Activity, Course, CoursePage, Edition, LessonPage, ModulePage, QuizPage
from courses.quizzes import count_questions
from courses.translating import TranslationMismatch
from tests.courses.authors import NEW_SITE
from tests.courses.importing.folders import CourseFolder, both, make_choice
from tests.factories import make_enrolment

pytestmark = pytest.mark.django_db(transaction=True)
APPS = ("courses", "assessments", "wagtailimages", "wagtaildocs", "wagtail_localize")


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    NEW_SITE.restore()
    return CourseFolder(tmp_path / "course")


def get_page(model, language="es", **fields):
    return model.objects.get(locale__language_code=language, **fields)


def get_identifiers():
    """The primary keys of everything an import writes. Revisions and logs are left out: each save adds its own."""
    models = [model for app in APPS for model in apps.get_app_config(app).get_models() if model is not TranslationLog]
    return {model._meta.label: set(model.objects.values_list("pk", flat=True)) for model in models} | {
        "pages": set(Page.objects.values_list("pk", "translation_key", "path")),
        "collections": set(Collection.objects.values_list("pk", "path"))}


def test_import_makes_the_course_in_both_languages(folder):
    page = import_course(folder.write())
    english = get_page(CoursePage, "en")
    assert page == get_page(CoursePage)
    assert (page.title, page.slug, page.description, page.hours, page.live) == (
        "Curso", "curso", "<p>Un <i>párrafo</i>.</p>", 12.5, True)
    assert (english.title, english.slug, english.description, english.hours, english.live) == (
        "Curso (en)", "course", "<p>Un <i>párrafo</i>. (en)</p>", 12.5, True)
    assert english.translation_key == page.translation_key
    assert [outcome.value for outcome in english.outcomes] == ["Escuchar (en)"]
    assert page.cover == english.cover
    for language in ("es", "en"):
        course = get_page(CoursePage, language)
        assert [type(child.specific) for child in course.get_children()] == [ModulePage, QuizPage]
        assert [type(child.specific) for child in course.get_children()[0].get_children()] == [LessonPage, QuizPage]
    assert Page.objects.filter(live=False).count() == 0


def test_import_makes_lessons_whose_blocks_have_the_same_ids_in_each_language(folder):
    import_course(folder.write())
    spanish, english = (get_page(LessonPage, language) for language in ("es", "en"))
    assert [block.id for block in spanish.body] == [block.id for block in english.body]
    assert [block.block_type for block in english.body] == ["text", "callout", "figure", "key_terms"]
    text, callout, figure, terms = (block.value for block in english.body)
    assert text.source == "<p>Listen <b>first</b>.</p>"
    assert (callout["kind"], callout["title"], callout["text"].source) == (
        "tip", "A piece of advice", "<p>Ask what you did not understand.</p>")
    assert (figure["alt"], figure["caption"]) == ("Two people at a counter.", "Who serves listens.")
    assert figure["image"].file.name.endswith("diagram.en.svg")
    assert spanish.body[2].value["image"] != figure["image"]
    assert terms["terms"][0]["term"] == "Listening"


def test_import_makes_quizzes_with_their_rules_and_questions(folder):
    import_course(folder.write())
    quiz, final = get_page(QuizPage, slug="prueba"), get_page(QuizPage, slug="final")
    assert [(block.block_type, block.value.code) for block in quiz.items] == [
        ("question", "prueba-q1"), ("question", "prueba-q2")]
    assert (quiz.pass_mark, quiz.attempts_allowed, quiz.time_limit, quiz.weight) == (60, 0, 0, 0)
    (draw,) = final.items
    assert (draw.value["count"], draw.value["category"].questions.count()) == (2, 3)
    assert (final.pass_mark, final.attempts_allowed, final.time_limit, final.weight) == (70, 2, 30, 1)
    english = get_page(QuizPage, "en", slug="final-test")
    assert english.items.get_prep_value() == final.items.get_prep_value()
    assert (english.title, english.pass_mark, english.time_limit) == ("Prueba final (en)", 70, 30)
    question = Question.objects.get(code="prueba-q2")
    assert (question.kind, question.version.content["stem"]) == ("true_false", both("Es así."))
    assert [option["correct"] for option in question.version.content["options"]] == [True, False]


def test_import_makes_settings_draws_difficulties_and_tags(folder):
    folder.course["final"] |= {
        "counting": "last", "layout": "one", "feedback": "now", "delay": 24, "study_hint": both("Lea otra vez."),
        "honour": True, "second_marker": True,
        "draws": [{"count": 1, "difficulty": "hard"}, {"count": 1, "tag": "refugio"}]}
    folder.final[0] |= {"difficulty": "hard", "tags": ["refugio", "acogida"]}
    folder.final[1]["tags"] = ["refugio"]
    import_course(folder.write())
    final, english = get_page(QuizPage, slug="final"), get_page(QuizPage, "en", slug="final-test")
    for page in (final, english):
        assert (page.counting, page.layout, page.feedback, page.delay, page.honour, page.second_marker) == (
            "last", "one", "now", 24, True, True)
        assert (page.anonymous_marking, page.mark_difference) == (False, 20)
    assert (final.study_hint, english.study_hint) == ("Lea otra vez.", "Lea otra vez. (en)")
    assert [(draw.value["difficulty"], draw.value["tag"], draw.value["count"]) for draw in final.items] == [
        ("hard", "", 1), ("", "refugio", 1)]
    final.items.stream_block.clean(final.items)
    question = Question.objects.get(code="prueba-f1")
    assert (question.difficulty, sorted(question.tags.names())) == ("hard", ["acogida", "refugio"])
    assert count_questions(final) == 2

    folder.final[0] |= {"difficulty": "easy", "tags": ["refugio"]}
    folder.final[1] |= {"difficulty": "hard"}
    import_course(folder.write())
    question = Question.objects.get(code="prueba-f1")
    assert (question.difficulty, sorted(question.tags.names())) == ("easy", ["refugio"])


def test_import_makes_one_course_one_edition_and_an_activity_for_each_lesson_and_quiz(folder):
    page = import_course(folder.write())
    assert Course.objects.get().pk == page.translation_key
    assert Edition.objects.get().is_default
    assert sorted(Activity.objects.values_list("kind", flat=True)) == ["lesson", "quiz", "quiz"]


def test_import_again_changes_no_identifier_and_adds_no_row(folder):
    import_course(folder.write())
    before = get_identifiers()
    import_course(folder.write())
    assert get_identifiers() == before


def test_import_again_updates_what_changed_and_keeps_learners(folder):
    page = import_course(folder.write())
    enrolment = make_enrolment(course_page=page)
    before = get_identifiers()
    folder.course["title"] = both("Otro título")
    folder.texts["module-1/listening.en.md"] = folder.texts["module-1/listening.en.md"].replace("first", "always")
    folder.quiz[0] = make_choice(keys=(False, True))
    import_course(folder.write())
    assert (get_page(CoursePage).title, get_page(CoursePage, "en").title) == ("Otro título", "Otro título (en)")
    assert get_page(LessonPage, "en").body[0].value.source == "<p>Listen <b>always</b>.</p>"
    assert [option["correct"] for option in Question.objects.get(code="prueba-q1").version.content["options"]] == [
        False, True]
    enrolment.refresh_from_db()
    assert enrolment.edition.course_id == page.translation_key
    after = get_identifiers()
    assert after["pages"] == before["pages"]
    assert after["courses.Activity"] == before["courses.Activity"]
    assert after["assessments.Question"] == before["assessments.Question"]


def test_import_leaves_a_withdrawn_course_withdrawn_only_until_it_is_loaded_again(folder):
    import_course(folder.write()).unpublish()
    assert import_course(folder.write()).live


def test_import_rejected_writes_nothing(folder):
    before = get_identifiers()
    folder.quiz[0]["kind"] = "essay"
    with pytest.raises(CourseRejected):
        import_course(folder.write())
    assert get_identifiers() == before


def test_import_that_fails_half_way_leaves_no_page(folder):
    before = set(Page.objects.values_list("pk", flat=True))

    class Stop(Exception):
        pass

    def stop(text):
        assert LessonPage.objects.exists()
        assert not CoursePage.objects.live().exists()  # nobody sees half a course
        raise Stop

    with pytest.raises(Stop):
        import_course(folder.write(), report=stop)
    assert set(Page.objects.values_list("pk", flat=True)) == before
    assert Page.find_problems() == ([], [], [], [], [])
    assert import_course(folder.write()).live


def test_import_of_an_existing_course_that_fails_keeps_it(folder):
    import_course(folder.write())
    before = set(Page.objects.values_list("pk", "title"))

    def stop(text):
        raise TranslationMismatch

    with pytest.raises(TranslationMismatch):
        import_course(folder.write(), report=stop)
    assert set(Page.objects.values_list("pk", "title")) == before
    assert get_page(CoursePage).live


def test_import_keeps_the_tree_whole(folder):
    import_course(folder.write())
    assert Page.find_problems() == ([], [], [], [], [])


def test_command_loads_a_course_and_says_what_is_wrong(folder, capsys):
    call_command("import_course", folder.write())
    assert "Curso" in capsys.readouterr().out
    folder.quiz[0]["kind"] = "essay"
    with pytest.raises(CommandError, match=r"Nothing was loaded\.\nmodule-1/quiz\.yaml: Question q1"):
        call_command("import_course", folder.write())
    assert QuestionCategory.objects.count() == 3
