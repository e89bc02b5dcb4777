"""A story in which each choice leads to the next situation, up to one of several endings."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format as format_number
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

from assessments.kinds.base import Kind, format_points
from assessments.kinds.branching_scenario import grading
from assessments.kinds.branching_scenario.block import OUTCOMES, BranchingScenarioBlock, freeze_nodes
from assessments.kinds.branching_scenario.graph import find_extremes, is_ending
from assessments.texts import get_text
from lms.typography import use_minus

RENDITION = "max-960x640"
GO_ON, RESTART = "on", "restart"  # the values of the buttons «q3-go»


@dataclass(slots=True)
class Step:
    """A situation, what was chosen there and what followed; ``points`` only on a review, empty where the choice had
    counted before."""

    situation: str
    choice: str
    consequence: str
    points: str = ""


@dataclass(slots=True)
class Ending:
    title: str
    outcome: str

    @property
    def outcome_label(self):
        return dict(OUTCOMES)[self.outcome]


class BranchingScenario(Kind):
    """Its response is the way through the story, see grading. A choice is taken by the button of the question alone, so
    a page that saves by itself takes none."""

    name = "branching_scenario"
    label = _("Branching scenario")
    hint = _("Choose what you would do and press “Go on”.")
    block = BranchingScenarioBlock
    grading = grading

    def freeze_parts(self, value):
        nodes = freeze_nodes(value)
        best = max((most for _least, most in find_extremes(nodes).values()), default=0)
        return {"nodes": nodes, "restart": bool(value["restart"]), "best": format_points(best)}

    def get_texts(self, item):
        for node in item["nodes"]:
            yield from (node["text"], node["alt"])
            if node["ending"]:
                yield node["ending"]["title"]
            for choice in node["choices"]:
                yield from (choice["text"], choice["consequence"])

    def read(self, post, name, item):
        path = [step for step in post.get(f"{name}-path", "").split(",") if step]
        pressed = post.get(f"{name}-go")
        if pressed == RESTART and item["restart"]:
            return {"path": []}
        if pressed == GO_ON and (chosen := post.get(f"{name}-choice")):
            path.append(chosen)
        return {"path": path}

    def may_replace(self, item, saved, response):
        """Nobody goes back on the way unless the trainer lets learners start again."""
        path = (saved or {}).get("path", [])
        return item["restart"] or response.get("path", [])[:len(path)] == path

    def is_finished(self, item, response):
        return bool(response) and is_ending(grading.follow(item, response["path"])[1])

    def describe_missing(self, item, response):
        return "" if self.is_finished(item, response) else gettext("It earns points once it reaches an ending.")

    def present(self, item, response):
        path = response.get("path", [])
        steps, node = grading.follow(item, path)
        is_full = len(path) >= grading.MOST_STEPS
        return {
            "path": ",".join(path), "steps": [make_step(*step) for step in steps],
            "situation": get_text(node["text"]), "image": get_rendition(node["image"]), "alt": get_text(node["alt"]),
            "choices": [] if is_full else [(choice["id"], get_text(choice["text"])) for choice in node["choices"]],
            "ending": make_ending(node), "is_full": is_full and not is_ending(node),
            "can_restart": item["restart"] and bool(path)}

    def review(self, item, response, details, *, show_key):
        steps, node = grading.follow(item, response.get("path", []))
        shown, counted = [], set()
        for at, choice in steps:
            shown.append(make_step(at, choice, "" if choice["id"] in counted else format_change(choice["points"])))
            counted.add(choice["id"])
        return {
            "steps": shown, "situation": get_text(node["text"]), "ending": make_ending(node) if shown else None,
            "total": format_fraction(Fraction(details["total"])),
            "best": format_figure(item["best"]) if show_key else "",
            "other_endings": [make_ending(other) for other in item["nodes"]
                              if show_key and is_ending(other) and other["code"] != details["ending"]]}

    def tally(self, item, response):
        return list(dict.fromkeys(response.get("path", [])))


def make_step(node, choice, points=""):
    return Step(get_text(node["text"]), get_text(choice["text"]), get_text(choice["consequence"]), points)


def make_ending(node):
    return Ending(get_text(node["ending"]["title"]), node["ending"]["outcome"]) if node["ending"] else None


def format_fraction(total):
    """A sum of points, which have two decimals at most, in figures of the active language."""
    return format_figure(Decimal(total.numerator) / total.denominator)


def format_figure(value):
    return use_minus(format_number(format_points(value)))


def format_signed(points):
    """«+2», «−0,5», «0»."""
    return f"{'+' if Decimal(points) > 0 else ''}{format_figure(points)}"


def format_change(points):
    """«+2 points», «−1 point», «No points»."""
    value = Decimal(points)
    if not value:
        return gettext("No points")
    return ngettext("%(points)s point", "%(points)s points", 1 if abs(value) == 1 else 2) % {
        "points": format_signed(value)}


def get_rendition(image_id):
    """The picture as it is shown, or None where it or its file has been deleted."""
    image = get_image_model().objects.filter(pk=image_id).first() if image_id else None
    try:
        return image and image.get_rendition(RENDITION)
    except SourceImageIOError:
        return None
