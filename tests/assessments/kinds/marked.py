"""Rubrics, raw as a block keeps them and frozen as an item holds them."""

from tests.factories import localized, stable_id

RUBRIC = [("Claridad", 1, [("Confusa", 0), ("Clara", 2)]),
          ("Enfoque", 2, [("Ausente", 0), ("Parcial", 1), ("Pleno", 3)])]


def make_rubric(rubric=RUBRIC):
    """The raw value of criteria: (title, weight, [(level, points), …])."""
    return [{"type": "item", "id": stable_id("criterion", title), "value": {
        "title": localized(title), "weight": weight, "levels": [
            {"type": "item", "id": stable_id("level", title, level), "value": {
                "title": localized(level), "description": localized(f"Cuando es {level.lower()}"), "points": points}}
            for level, points in levels]}} for title, weight, levels in rubric]


def freeze_rubric(rubric=RUBRIC):
    return [{"id": raw["id"], "title": raw["value"]["title"], "weight": raw["value"]["weight"],
             "levels": [{"id": level["id"], **level["value"]} for level in raw["value"]["levels"]]}
            for raw in make_rubric(rubric)]


def get_level_ids(*titles, rubric=RUBRIC):
    """{criterion id: level id} of the levels with these titles, one for each criterion."""
    return {stable_id("criterion", criterion): stable_id("level", criterion, title)
            for (criterion, _weight, _levels), title in zip(rubric, titles, strict=True)}
