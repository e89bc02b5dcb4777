import random
from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.base import Kind, KindBlock
from assessments.kinds.choices import refuse
from assessments.kinds.ordering import grading
from assessments.kinds.wording import get_repeated_error
from assessments.texts import LocalizedTextBlock, get_text

SCORINGS = [("positions", _("A part for each item in its place")),
            ("adjacent", _("A part for each item that is followed by the right one")),
            ("exact", _("All or nothing"))]


class OrderingBlock(KindBlock):
    options = blocks.ListBlock(
        LocalizedTextBlock(label=_("Item")), label=_("Items"), min_num=2, max_num=30,
        help_text=_("In the right order, the first one first. Each learner gets them in another order."))
    scoring = blocks.ChoiceBlock(label=_("Scoring"), choices=SCORINGS, default="positions", required=True)

    def clean(self, value):
        value = super().clean(value)
        if message := get_repeated_error(value["options"]):
            raise refuse("options", message)
        return value

    class Meta:
        icon = "list-ol"
        label = _("Ordering")


@dataclass(slots=True)
class Place:
    """An item in an answer. ``place`` is what was given to it, or None; ``right_place`` is told with the key alone."""

    id: str
    text: str
    place: int | None
    is_right: bool = False
    is_shared: bool = False
    right_place: int | None = None


class Ordering(Kind):
    """An item has ``options`` and their right ``order``, a list of their ids; a response is {option id: place}, which
    may lack places and repeat them: a form without script can send that."""

    name = "ordering"
    label = _("Ordering")
    hint = _("Put them in order: 1 is the first.")
    block = OrderingBlock
    grading = grading
    scripts = ("js/ordering.js",)

    def freeze_parts(self, value):
        options = value["options"].bound_blocks
        return {"scoring": value["scoring"] or "positions", "order": [option.id for option in options],
                "options": [{"id": option.id, "text": dict(option.value)} for option in options]}

    def arrange(self, item, rng):
        """Always shuffled, because as they are they would be the key. The right order may come out as any other does;
        without ``rng`` everybody gets the same one, and never that."""
        order = super().arrange(item, rng or random.Random(" ".join(item["order"])))  # noqa: S311
        return order[::-1] if rng is None and order == item["order"] else order

    def read(self, post, name, item):
        places = {str(place): place for place in range(1, len(item["order"]) + 1)}
        posted = {each: post.get(f"{name}-{each}") or None for each in item["order"]}
        return {each: places.get(value, value) for each, value in posted.items()}

    def list_places(self, item, response):
        """The Places in the order of the response; what has no place comes last, in the order it was shown."""
        own = grading.get_places(response)
        items = [Place(option["id"], get_text(option["text"]), place := response.get(option["id"]),
                       is_shared=place is not None and option["id"] not in own) for option in item["options"]]
        return sorted(items, key=lambda each: each.place or len(items) + 1)

    def describe_missing(self, item, response):
        is_whole = len(grading.get_places(response)) == len(item["order"])
        return "" if is_whole else gettext("Not everything has a place of its own.")

    def present(self, item, response):
        return {"items": self.list_places(item, response), "places": range(1, len(item["order"]) + 1),
                "is_incomplete": bool(response) and len(grading.get_places(response)) < len(item["order"])}

    def review(self, item, response, details, *, show_key):
        items = self.list_places(item, response)
        for each in items:
            each.is_right = each.id in details["right"]
            each.right_place = item["order"].index(each.id) + 1 if show_key else None
        is_all_right = [each.id for each in items if each.place and not each.is_shared] == item["order"]
        return {"items": items, "last": len(items), "by_neighbours": item["scoring"] == "adjacent",
                "right_order": sorted(items, key=lambda each: each.right_place) if show_key and not is_all_right
                else []}

    def tally(self, item, response):
        return [f"{each}/{place}" for each, place in response.items()]
