from decimal import Decimal

import pytest

from courses.importing.files import read_course
from courses.importing.problems import CourseRejected, Problem
from tests.courses.importing.folders import CourseFolder, both, make_choice, make_statement


@pytest.fixture
def folder(tmp_path):
    return CourseFolder(tmp_path / "course")


def get_problems(folder):
    with pytest.raises(CourseRejected) as refusal:
        read_course(folder.write())
    assert str(refusal.value) == "\n".join(map(str, refusal.value.problems))
    return refusal.value.problems


def test_read_course_holds_all_there_is(folder):
    course = read_course(folder.write())
    assert (course.code, course.texts["title"], course.facts["hours"]) == ("prueba", both("Curso"), Decimal("12.5"))
    assert course.cover == folder.folder / "cover.svg"
    (module,) = course.modules
    assert {code: lesson.title for code, lesson in module.lessons["listening"].items()} == {
        "es": "Escuchar", "en": "Listening"}
    assert (module.quiz.pass_mark, module.quiz.attempts, module.quiz.draws) == (60, 0, [])
    assert [question["id"] for question in module.quiz.questions] == ["q1", "q2"]
    assert (course.final.pass_mark, course.final.attempts, course.final.time_limit) == (70, 2, 30)
    assert course.final.draws == [{"count": 2, "tag": "", "difficulty": ""}]
    assert (module.quiz.settings, course.final.settings) == ({}, {})


SETTINGS = {"counting": "average", "layout": "one", "feedback": "closed", "delay": 24, "honour": True,
            "anonymous_marking": True, "second_marker": True, "mark_difference": 10}


def test_read_course_takes_settings_and_draws_of_a_test(folder):
    folder.course["final"] |= SETTINGS | {"study_hint": both("Lea otra vez."), "draws": [
        {"count": 1, "difficulty": "hard"}, {"count": 2, "tag": "refugio"}]}
    folder.final[0] |= {"difficulty": "hard", "tags": ["refugio", "acogida"]}
    folder.final[1]["tags"] = ["refugio"]
    course = read_course(folder.write())
    assert course.final.settings == SETTINGS
    assert course.final.texts["study_hint"] == both("Lea otra vez.")
    assert course.final.draws == [{"count": 1, "tag": "", "difficulty": "hard"},
                                  {"count": 2, "tag": "refugio", "difficulty": ""}]


@pytest.mark.parametrize(("wrong", "words"), [
    ({"counting": "worst"}, "«counting» must be one of"), ({"layout": "two"}, "«layout» must be one of"),
    ({"feedback": "never"}, "«feedback» must be one of"), ({"honour": "yes"}, "«honour» must be true or false"),
    ({"delay": -1}, "«delay» must be a number"), ({"mark_difference": 101}, "«mark_difference» is at most 100"),
    ({"draws": "all"}, "«draws» must be a list"), ({"draws": [{"count": 1, "tag": "asilo"}]}, "A draw takes 1 of 0"),
    ({"draws": [{"difficulty": "hard"}]}, "A draw takes 0 of 0"), ({"study_hint": {"es": "Lea."}}, "«study_hint»"),
])
def test_settings_of_a_test_are_checked(folder, wrong, words):
    folder.course["final"] |= wrong
    [problem] = get_problems(folder)
    assert (problem.file, words in problem.text) == ("course.yaml", True)


@pytest.mark.parametrize(("wrong", "words"), [
    ({"difficulty": "terrible"}, "the difficulty must be one of"), ({"tags": "refugio"}, "«tags» must be a list"),
    ({"tags": [""]}, "«tags» must be a list"),
])
def test_difficulty_and_tags_of_a_question_are_checked(folder, wrong, words):
    folder.quiz[0] |= wrong
    problem = get_problems(folder)[0]
    assert (problem.file, words in problem.text) == ("module-1/quiz.yaml", True)


def test_find_prefers_the_file_of_the_language(folder):
    folder.texts["module-1/shared.svg"] = "<svg/>"
    course = read_course(folder.write())
    assert course.find("module-1", "diagram.svg", "en").name == "diagram.en.svg"
    assert course.find("module-1", "shared.svg", "en").name == "shared.svg"
    assert course.find("module-1", "none.svg", "en") is None


def change(path, value):
    """A function that sets the value at a path of a CourseFolder; ``...`` removes it."""
    def apply(folder):
        *above, last = path
        place = folder
        for step in above:
            place = getattr(place, step) if isinstance(place, CourseFolder) else place[step]
        if value is ...:
            del place[last]
        elif isinstance(place, CourseFolder):
            setattr(place, last, value)
        else:
            place[last] = value
    return apply


LESSON_EN = "module-1/listening.en.md"


@pytest.mark.parametrize(("damage", "file", "line", "words"), [
    (change(["texts", "course.yaml"], None), "course.yaml", None, "missing"),
    (change(["texts", "course.yaml"], "title: {\n"), "course.yaml", 2, "cannot be read"),
    (change(["texts", "course.yaml"], "- a\n"), "course.yaml", None, "no course"),
    (change(["course", "title"], {"es": "Curso"}), "course.yaml", None, "«title» needs a text in es and en"),
    (change(["course", "title"], "Curso"), "course.yaml", None, "«title»"),
    (change(["course", "outcomes"], [{"es": "x"}]), "course.yaml", None, "«outcomes»"),
    (change(["course", "hours"], ...), "course.yaml", None, "«hours» is missing"),
    (change(["course", "hours"], "many"), "course.yaml", None, "«hours» must be a number"),
    (change(["course", "level"], "hard"), "course.yaml", None, "«level» must be one of introductory"),
    (change(["course", "hours_kind"], "long"), "course.yaml", None, "«hours_kind» must be one of"),
    (change(["course", "cover"], "none.svg"), "course.yaml", None, "cover none.svg is missing"),
    (change(["course", "final", "draw"], 4), "course.yaml", None, "A draw takes 4 of 3"),
    (change(["course", "final", "pass_mark"], "all"), "course.yaml", None, "«pass_mark» must be a number"),
    (change(["course", "final", "files"], ...), "course.yaml", None, "no questions"),
    (change(["texts", "module-1/module.yaml"], None), "module-1/module.yaml", None, "missing"),
    (change(["texts", "module-1/module.yaml"], b"\xff\xfe"), "module-1/module.yaml", None, "cannot be read"),
    (change(["module", "summary"], ...), "module-1/module.yaml", None, "«summary»"),
    (change(["module", "quiz", "attempts"], -1), "module-1/module.yaml", None, "«attempts» must be a number"),
    (change(["texts", "module-1/quiz.yaml"], None), "module-1/quiz.yaml", None, "missing"),
    (change(["texts", "module-1/quiz.yaml"], "a: 1\n"), "module-1/quiz.yaml", None, "list of questions"),
    (change(["texts", "module-1/quiz.yaml"], "- a\n"), "module-1/quiz.yaml", None, "list of questions"),
    (change(["texts", LESSON_EN], None), LESSON_EN, None, "missing"),
    (change(["texts", LESSON_EN], b"\xff\xfe"), LESSON_EN, None, "not UTF-8"),
    (change(["texts", LESSON_EN], "Hello\n"), LESSON_EN, 1, "must begin with"),
    (change(["texts", "module-1/diagram.en.svg"], None), LESSON_EN, 13, "diagram.svg is missing"),
])
def test_problem_is_named_with_its_file(folder, damage, file, line, words):
    damage(folder)
    problem = get_problems(folder)[0]
    assert (problem.file, problem.line) == (file, line)
    assert words in problem.text


@pytest.mark.parametrize(("question", "words"), [
    (make_choice("q2"), "«q2» is missing or not unique"),
    (make_choice("f1"), "«f1» is missing or not unique"),
    (make_choice(""), "missing or not unique"),
    (make_choice(kind="essay"), "the kind must be one of"),
    (make_choice(keys=(True, True)), "2 options, 2 of them correct"),
    (make_choice(keys=(False, False)), "2 options, 0 of them correct"),
    (make_choice(kind="multiple_choice", keys=(False, False)), "2 options, 0 of them correct"),
    (make_choice(keys=(True,)), "1 options"),
    ({**make_choice(), "options": ["a", "b"]}, "0 options"),
    ({**make_choice(), "stem": {"es": "x"}}, "«stem» needs a text"),
    ({**make_choice(), "feedback": both("") | {"es": " "}}, "«feedback» needs a text"),
    ({**make_statement("q1"), "answer": "yes"}, "must be true or false"),
    ({**make_statement("q1"), "when_true": None}, "«when_true» needs a text"),
])
def test_problem_of_a_question(folder, question, words):
    folder.quiz = [question, make_statement("q2")]
    assert words in str(get_problems(folder)[0])


def test_all_problems_come_at_once(folder):
    folder.texts["cover.svg"] = None
    folder.texts[LESSON_EN] = "Hello\n"
    folder.quiz[0]["kind"] = "essay"
    assert {problem.file for problem in get_problems(folder)} == {"course.yaml", LESSON_EN, "module-1/quiz.yaml"}


@pytest.mark.parametrize(("old", "new", "line", "words"), [
    ("Listen **first**.", "Listen.\n\nThen answer.", 7, "same parts as the text in es, line 7"),
    ("Listen **first**.\n", "", 8, "same parts as the text in es, line 7"),
    ("**Listening**: to", "**Ear**: an organ.\n\n**Listening**: to", 18, "same parts as the key_terms in es, line 18"),
])
def test_languages_must_have_the_same_blocks(folder, old, new, line, words):
    folder.texts[LESSON_EN] = folder.texts[LESSON_EN].replace(old, new)
    (problem,) = get_problems(folder)
    assert (problem.file, problem.line) == (LESSON_EN, line)
    assert words in problem.text


def test_languages_must_have_as_many_blocks(folder):
    folder.texts[LESSON_EN] += "\nOne more paragraph.\n"
    assert [str(problem) for problem in get_problems(folder)] == [
        f"{LESSON_EN}: It has 5 blocks; in es there are 4."]


@pytest.mark.parametrize("outside", ["../secret", "/{outside}", "link"])
@pytest.mark.parametrize("place", [["course", "cover"], ["course", "final", "files", 0], ["module", "quiz", "file"],
                                   ["course", "modules", 0], ["module", "lessons", 0], ["image"]])
def test_nothing_outside_of_the_folder_is_read(folder, tmp_path, outside, place):
    other = CourseFolder(tmp_path / "secret")
    for source in (other.write() / "final.yaml", other.folder / "cover.svg"):
        (tmp_path / f"secret{source.suffix}").write_bytes(source.read_bytes())
    (folder.folder / "module-1").mkdir(parents=True)
    (folder.folder / "link").symlink_to(tmp_path / "secret")
    (folder.folder / "module-1" / "link").symlink_to(tmp_path / "secret")
    name = str(tmp_path / "secret") if outside.startswith("/") else outside
    if place[-1] in ("cover", "image"):
        name += "/cover.svg"
    elif place[-1] == "file" or "files" in place:
        name += "/final.yaml"
    elif place[-2] == "lessons":
        name += "/module-1/listening"
    elif place[-2] == "modules":
        name += "/module-1"
    if place == ["image"]:
        folder.texts[LESSON_EN] = folder.texts[LESSON_EN].replace("diagram.svg", name)
    else:
        change(place, name)(folder)
    assert any("is missing" in problem.text for problem in get_problems(folder))


@pytest.mark.parametrize(("problem", "text"), [
    (Problem("a.md", 3, "Wrong."), "a.md:3: Wrong."), (Problem("a.md", None, "Wrong."), "a.md: Wrong.")])
def test_problem_reads_as_one_line(problem, text):
    assert str(problem) == text
