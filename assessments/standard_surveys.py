"""The surveys that every installation begins with, from the file beside this one."""

import uuid
from pathlib import Path

import yaml
from django.conf import settings

from assessments.models import Survey

FILE = Path(__file__).with_suffix(".yaml")
_NAMESPACE = uuid.UUID("0b8f2a34-2f0e-5a3c-9d27-3f8a4c5d6e01")
LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


def put_standard_surveys():
    """Make those that are missing; nothing that people changed is changed back."""
    for data in yaml.safe_load(FILE.read_text(encoding="utf-8")):
        purpose = data["purpose"]
        if not Survey.objects.filter(code=data["code"]).exists():
            Survey.objects.create(
                code=data["code"], title=data["title"][settings.LANGUAGE_CODE], purpose=purpose,
                is_standard=not Survey.objects.filter(purpose=purpose, is_standard=True).exists(),
                body=[_make_item(data["code"], *item) for entry in data["items"] for item in entry.items()])


def _make_item(code, kind, data):
    value = {"stem": _get_text(data["stem"]), "required": data.get("required", False)}
    if kind == "scale":
        value |= {"scale": data["scale"], "labels": [], "statements": [
            _make_entry((code, data["id"], each["id"]),
                        {"text": _get_text(each), "satisfaction": each.get("satisfaction", False)})
            for each in data["statements"]]}
    elif kind == "choice":
        value["options"] = [_make_entry((code, data["id"], each["id"]), _get_text(each)) for each in data["options"]]
    else:
        del value["required"]
    return {"type": kind, "id": _make_id(code, data["id"]), "value": value}


def _make_entry(names, value):
    return {"type": "item", "id": _make_id(*names), "value": value}


def _make_id(*names):
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


def _get_text(texts):
    return {code: texts.get(code, "") for code in LANGUAGES}
