"""Read and check the folder of a course (docs/course-files.md). Everything is checked before anything is written; what
is wrong comes back all at once, with file and line."""

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml
from django.conf import settings

from assessments.models import Question
from courses.importing.lessons import Lesson, LessonProblem, describe_shape, parse_lesson
from courses.importing.problems import CourseRejected, Problem
from courses.models import CoursePage, QuizPage
from courses.models.enrolment import HoursKind

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]
REQUIRED_FACTS = ("code", "hours", "hours_kind", "level", "modality", "modules")
CHOICES = {"hours_kind": HoursKind.values, "level": CoursePage.Level.values, "modality": CoursePage.Modality.values}
QUIZ_CHOICES = {"counting": QuizPage.Counting.values, "layout": QuizPage.Layout.values,
                "feedback": QuizPage.Feedback.values}
QUIZ_SWITCHES = ("honour", "anonymous_marking", "second_marker")
COMPETENCE = re.compile(r"[a-z0-9-]{1,50}")
QUESTION_KINDS = ("single_choice", "multiple_choice", "true_false")


@dataclass(slots=True)
class QuizFile:
    """A quiz: its texts by language, its rules, its questions (plain dictionaries) in files. ``settings``: other fields
    of its QuizPage that the files give. ``draws``: dictionaries of count, tag and difficulty, of its own questions."""

    texts: dict
    pass_mark: Decimal
    attempts: int
    time_limit: int
    questions: list[dict]
    draws: list[dict] = field(default_factory=list)
    settings: dict = field(default_factory=dict)


@dataclass(slots=True)
class ModuleFile:
    name: str
    texts: dict
    lessons: dict[str, dict[str, Lesson]] = field(default_factory=dict)  # {stem: {language: Lesson}}
    quiz: QuizFile | None = None


@dataclass(slots=True)
class CourseFile:
    folder: Path
    code: str
    texts: dict
    facts: dict
    cover: Path | None
    modules: list[ModuleFile] = field(default_factory=list)
    final: QuizFile | None = None
    competences: dict[str, dict] = field(default_factory=dict)  # {code: {language: name}}

    def find(self, module, name, language):
        """The file that a lesson means by ``name``: that of the language, else the one for all; None when missing."""
        stem, dot, suffix = name.rpartition(".")
        for candidate in (f"{stem}.{language}{dot}{suffix}", name):
            path = self.folder / module / candidate
            if is_file_inside(self.folder, path):
                return path
        return None


def is_file_inside(folder, path):
    """Nothing outside of a course's folder is ever read, whatever its files say."""
    return path.is_file() and path.resolve().is_relative_to(folder.resolve())


def read_course(folder):
    """The CourseFile in ``folder`` (a Path). Raises CourseRejected with every problem found."""
    reader = _Reader(Path(folder))
    course = reader.read()
    if reader.problems:
        raise CourseRejected(reader.problems)
    return course


def get_tags(question):
    tags = question.get("tags") or []
    return [str(tag).strip() for tag in tags] if isinstance(tags, list) else []


class _Reader:
    def __init__(self, folder):
        self.folder = folder
        self.problems = []
        self.question_ids = set()
        self.competences = {}

    def refuse(self, file, text, line=None):
        self.problems.append(Problem(file=str(file), line=line, text=text))

    def read_text(self, name):
        """Raises FileNotFoundError and UnicodeDecodeError."""
        path = self.folder / name
        if not is_file_inside(self.folder, path):
            raise FileNotFoundError
        return path.read_text(encoding="utf-8")

    def load(self, name):
        try:
            return yaml.safe_load(self.read_text(name))
        except FileNotFoundError:
            self.refuse(name, "This file is missing.")
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            self.refuse(name, f"It cannot be read: {error}", line=mark and mark.line + 1)
        return None

    def texts(self, file, values, *names):
        """{name: {language: text}}; each must have every language."""
        result = {}
        for name in names:
            value = values.get(name)
            if not isinstance(value, dict) or not all(str(value.get(code) or "").strip() for code in LANGUAGES):
                self.refuse(file, f"«{name}» needs a text in {' and '.join(LANGUAGES)}.")
                value = dict.fromkeys(LANGUAGES, "-")
            result[name] = {code: str(value[code]).strip() for code in LANGUAGES}
        return result

    def number(self, file, values, name, default=None):
        """A Decimal that is not negative."""
        try:
            number = Decimal(str(values.get(name, default)))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            self.refuse(file, f"«{name}» must be a number, 0 or more.")
            return Decimal(0)
        return number

    def read(self):
        data = self.load("course.yaml")
        if not isinstance(data, dict):
            raise CourseRejected(self.problems or [Problem("course.yaml", None, "It holds no course.")])
        texts = self.texts("course.yaml", data, "title", "slug", "summary", "description", "audience")
        outcomes = data.get("outcomes") or []
        texts["outcomes"] = [self.texts("course.yaml", {"outcomes": outcome}, "outcomes")["outcomes"]
                             for outcome in outcomes]
        missing = [name for name in REQUIRED_FACTS if not data.get(name)]
        if missing:
            self.refuse("course.yaml", f"«{missing[0]}» is missing.")
            raise CourseRejected(self.problems)
        cover = self.folder / data["cover"] if data.get("cover") else None
        if cover and not is_file_inside(self.folder, cover):
            self.refuse("course.yaml", f"The cover {data['cover']} is missing.")
        for name, choices in CHOICES.items():
            if data[name] not in choices:
                self.refuse("course.yaml", f"«{name}» must be one of {', '.join(choices)}.")
        facts = {name: data[name] for name in CHOICES} | {"hours": self.number("course.yaml", data, "hours")}
        course = CourseFile(folder=self.folder, code=data["code"], texts=texts, facts=facts, cover=cover)
        course.competences = self.read_competences(data)
        course.modules = [module for name in data["modules"] if (module := self.read_module(course, name))]
        if data.get("final"):
            course.final = self.read_quiz("course.yaml", data["final"], data["final"].get("files") or [])
        return course

    def read_competences(self, data):
        rows = data.get("competences") or {}
        if not isinstance(rows, dict) or not all(COMPETENCE.fullmatch(str(code)) for code in rows):
            self.refuse("course.yaml", "«competences» must be names in each language by a short code.")
            return {}
        self.competences = {code: self.texts("course.yaml", rows, code)[code] for code in rows}
        return self.competences

    def read_module(self, course, name):
        file = f"{name}/module.yaml"
        data = self.load(file)
        if not isinstance(data, dict):
            return None
        module = ModuleFile(name=name, texts=self.texts(file, data, "title", "slug", "summary"))
        for stem in data.get("lessons") or []:
            read = {code: self.read_lesson(course, name, stem, code) for code in LANGUAGES}
            module.lessons[stem] = {code: lesson for code, lesson in read.items() if lesson}
            self.compare(name, stem, module.lessons[stem])
        if data.get("quiz"):
            module.quiz = self.read_quiz(file, data["quiz"], [f"{name}/{data['quiz'].get('file')}"])
        return module

    def read_lesson(self, course, module, stem, language):
        file = f"{module}/{stem}.{language}.md"
        try:
            lesson = parse_lesson(self.read_text(file))
        except FileNotFoundError:
            return self.refuse(file, "This file is missing.")
        except UnicodeDecodeError:
            return self.refuse(file, "This file is not UTF-8.")
        except LessonProblem as problem:
            return self.refuse(file, problem.text, line=problem.line)
        for block in lesson.blocks:
            if isinstance(block.value, dict):
                for key in {"image", "file", "captions"} & block.value.keys():
                    if course.find(module, block.value[key], language) is None:
                        self.refuse(file, f"The file {block.value[key]} is missing.", line=block.line)
        return lesson

    def compare(self, module, stem, lessons):
        """Each language must have the same blocks, with as many parts, as the first."""
        if LANGUAGES[0] not in lessons:
            return
        source = lessons[LANGUAGES[0]].blocks
        for code, lesson in lessons.items():
            file = f"{module}/{stem}.{code}.md"
            for original, block in zip(source, lesson.blocks, strict=False):
                if describe_shape(original) != describe_shape(block):
                    self.refuse(file, f"This {block.kind} does not have the same parts as the {original.kind} in "
                                      f"{LANGUAGES[0]}, line {original.line}.", line=block.line)
                    break
            else:
                if len(source) != len(lesson.blocks):
                    self.refuse(file, f"It has {len(lesson.blocks)} blocks; in {LANGUAGES[0]} there are {len(source)}.")

    def read_quiz(self, file, data, question_files):
        questions = []
        for name in question_files:
            before, rows = len(self.problems), self.load(name)
            if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
                questions += [row for row in rows if self.check_question(name, row)]
            elif len(self.problems) == before:
                self.refuse(name, "It does not hold a list of questions.")
        if not questions:
            self.refuse(file, "A test has no questions.")
        names = ["title", "slug", "introduction"] + (["study_hint"] if data.get("study_hint") else [])
        return QuizFile(
            texts=self.texts(file, data, *names),
            pass_mark=self.number(file, data, "pass_mark", 60), attempts=int(self.number(file, data, "attempts", 0)),
            time_limit=int(self.number(file, data, "time_limit", 0)), questions=questions,
            draws=self.read_draws(file, data, questions), settings=self.read_settings(file, data))

    def read_settings(self, file, data):
        """Fields of QuizPage, as far as the file gives them."""
        settings = {name: data[name] for name in (*QUIZ_CHOICES, *QUIZ_SWITCHES) if name in data}
        for name, choices in QUIZ_CHOICES.items():
            if name in data and data[name] not in choices:
                self.refuse(file, f"«{name}» must be one of {', '.join(choices)}.")
        for name in QUIZ_SWITCHES:
            if name in data and not isinstance(data[name], bool):
                self.refuse(file, f"«{name}» must be true or false.")
        for name, most in (("delay", 10_000), ("mark_difference", 100)):
            if name in data:
                settings[name] = int(self.number(file, data, name))
                if settings[name] > most:
                    self.refuse(file, f"«{name}» is at most {most}.")
        return settings

    def read_draws(self, file, data, questions):
        """«draw» is a number of all questions; «draws» a list, each of those with a tag or a difficulty."""
        rows = data.get("draws") or ([{"count": data["draw"]}] if data.get("draw") else [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.refuse(file, "«draws» must be a list, each with a «count».")
            return []
        draws = []
        for row in rows:
            draw = {"count": int(self.number(file, row, "count", 0)), "tag": str(row.get("tag") or ""),
                    "difficulty": row.get("difficulty") or ""}
            found = [question for question in questions
                     if (not draw["tag"] or draw["tag"] in get_tags(question))
                     and draw["difficulty"] in ("", question.get("difficulty"))]
            if not 1 <= draw["count"] <= len(found):
                self.refuse(file, f"A draw takes {draw['count']} of {len(found)} questions: it must take at least one "
                                  "and at most all.")
            draws.append(draw)
        return draws

    def check_question(self, file, question):
        before = len(self.problems)
        name = question.get("id") or "?"
        if not question.get("id") or name in self.question_ids:
            self.refuse(file, f"The id of question «{name}» is missing or not unique in the course.")
        self.question_ids.add(name)
        kind = question.get("kind")
        if kind not in QUESTION_KINDS:
            self.refuse(file, f"Question {name}: the kind must be one of {', '.join(QUESTION_KINDS)}.")
            return False
        self.texts(f"{file} {name}", question, "stem", "feedback")
        if question.get("difficulty") not in (None, *Question.Difficulty.values):
            self.refuse(file, f"Question {name}: the difficulty must be one of "
                              f"{', '.join(Question.Difficulty.values)}.")
        if question.get("competence") not in (None, *self.competences):
            self.refuse(file, f"Question {name}: the competence must be one of course.yaml.")
        tags = question.get("tags") or []
        if not isinstance(tags, list) or not all(str(tag).strip() and len(str(tag)) <= 100 for tag in tags):
            self.refuse(file, f"Question {name}: «tags» must be a list of short words.")
        if kind == "true_false":
            self.texts(f"{file} {name}", question, "when_true", "when_false")
            if not isinstance(question.get("answer"), bool):
                self.refuse(file, f"Question {name}: the answer must be true or false.")
        else:
            options = [option for option in question.get("options") or [] if isinstance(option, dict)]
            for option in options:
                self.texts(f"{file} {name}", option, "text", "feedback")
            right = sum(bool(option.get("correct")) for option in options)
            if len(options) < 2 or not right or (kind == "single_choice" and right != 1):
                self.refuse(file, f"Question {name}: it has {len(options)} options, {right} of them correct.")
        return len(self.problems) == before
