"""The form of a survey: what a person sees, what the form posts, and what is missing in it. Nothing of it is kept
before it is sent."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments.kinds.matrix import make_columns, make_scale_rows
from assessments.tallies import LONGEST_TEXT, get_cells
from assessments.texts import LocalText, get_text, localise


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    text: LocalText
    checked: bool


@dataclass(frozen=True, slots=True)
class SurveyQuestion:
    """``number``: None for a text in between. ``view``: what the template of its kind shows."""

    kind: str
    field: str
    stem: str
    language: str
    number: int | None
    is_required: bool
    view: dict
    error: str


def read_answers(content, post):
    """{cell or open item: value} of a posted form; what no form of this survey can send is as if it were empty."""
    answers, cells = {}, get_cells(content)
    for field, item in _name_fields(content):
        if item["kind"] == "scale":
            names = {option["id"]: f"{field}-{option['id']}" for option in item["options"]}
        else:
            names = {item["id"]: field}
        for key, name in names.items():
            value = post.get(name, "").strip().replace("\r\n", "\n")
            if value and (item["kind"] == "open" or value in cells[key]):
                answers[key] = value
    return answers


def find_errors(content, answers):
    """{item id: sentence} of what keeps the form from being sent."""
    errors = {}
    for item in content["items"]:
        if item["kind"] == "scale" and item["required"] and any(
                option["id"] not in answers for option in item["options"]):
            errors[item["id"]] = (_("Choose a point of the scale.") if len(item["options"]) == 1
                                  else _("Choose a point of the scale for each statement."))
        elif item["kind"] == "choice" and item["required"] and item["id"] not in answers:
            errors[item["id"]] = _("Choose one of the options.")
        elif item["kind"] == "open" and len(answers.get(item["id"], "")) > LONGEST_TEXT:
            errors[item["id"]] = _("Write at most %(longest)d characters; there are %(length)d.") % {
                "longest": LONGEST_TEXT, "length": len(answers[item["id"]])}
    return errors


def make_questions(content, answers=None, errors=None):
    """The SurveyQuestions of a survey in the active language, with what was answered so far."""
    answers, errors, number, questions = answers or {}, errors or {}, 0, []
    for field, item in _name_fields(content):
        number += item["kind"] != "text"
        questions.append(SurveyQuestion(
            item["kind"], field, *localise(item["stem"]), None if item["kind"] == "text" else number,
            item.get("required", False), _make_view(item, answers), errors.get(item["id"], "")))
    return questions


def _name_fields(content):
    return [(f"q{place}", item) for place, item in enumerate(content["items"], start=1)]


def _make_view(item, answers):
    if item["kind"] == "scale":
        columns = make_columns(item["labels"])
        points = {option["id"]: int(answers[option["id"]]) for option in item["options"] if option["id"] in answers}
        return {"rows_title": _("Statement"), "columns": columns,
                "rows": make_scale_rows(item["options"], columns, points)}
    if item["kind"] == "choice":
        chosen = answers.get(item["id"])
        return {"input_type": "radio", "options": [
            Option(option["id"], get_text(option["text"]), option["id"] == chosen) for option in item["options"]]}
    return {"text": answers.get(item["id"], ""), "longest": LONGEST_TEXT}
