"""A branching scenario as a trainer writes it."""

from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests.factories import localized, make_question, stable_id


def list_value(*values, name=""):
    return [{"type": "item", "id": stable_id(name, number), "value": value} for number, value in enumerate(values)]


def situation(code, *choices, ending="", outcome="", **fields):
    """``choices``: (text, target, points) triples."""
    choices = [{"text": localized(text), "target": target, "consequence": localized(f"Tras {text.lower()}"),
                "points": points} for text, target, points in choices]
    return {"code": code, "text": localized(f"Está en {code}"), "image": None, "alt": {"es": "", "en": ""},
            "choices": list_value(*choices, name=code), "outcome": outcome,
            "ending": localized(ending) if ending else {"es": "", "en": ""}, **fields}


START = situation("start", ("Escuchar", "well", "2"), ("Gritar", "yard", "-1"))
YARD = situation("yard", ("Volver", "start", "0"), ("Irse", "badly", "0.50"))
WELL = situation("well", ending="Se va tranquila", outcome="good")
BADLY = situation("badly", ending="No vuelve", outcome="bad")
ID = {name: stable_id(name.split()[0], int(name.split()[1])) for name in ("start 0", "start 1", "yard 0", "yard 1")}


def value(*situations, **fields):
    return {"nodes": list_value(*situations), "restart": False, "points": "2", **fields}


def make_scenario(*situations, **fields):
    return make_question(kind="branching_scenario", stem="Una mañana en la oficina",
                         value=value(*(situations or (START, YARD, WELL, BADLY)), **fields))


def make_picture():
    return get_image_model().objects.create(title="Patio", file=get_test_image_file(size=(2000, 1000)))
