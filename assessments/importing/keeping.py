"""A record as JSON, so that a question leaves for another system with all that came with it."""

import hashlib
import json
from dataclasses import MISSING, fields, is_dataclass, replace
from decimal import Decimal

from django.conf import settings

from assessments.formats import model
from assessments.importing.html import clean_html
from assessments.importing.images import get_hash, load_image

LANGUAGES = {code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES}
TYPES = {each.__name__: each for each in vars(model).values() if isinstance(each, type) and is_dataclass(each)}


class ImageGone(Exception):
    """An image that came with a question is not in the library any more."""


def pack(value):
    """JSON of a record or a part of it, without what is as it always is."""
    if isinstance(value, tuple):
        return [pack(each) for each in value]
    if isinstance(value, Decimal):
        return {"Decimal": str(value)}
    if isinstance(value, model.Image):
        return {"Picture": [get_hash(value.data), value.name]}
    if is_dataclass(value):
        kept = {field.name: pack(content) for field in fields(value)
                if (content := getattr(value, field.name)) != field.default or field.default is MISSING}
        return {type(value).__name__: kept}
    return value


def unpack(value):
    """The opposite of ``pack``. Raises ImageGone."""
    if isinstance(value, list):
        return tuple(unpack(each) for each in value)
    if not isinstance(value, dict):
        return value
    (name, content), = value.items()
    if name == "Decimal":
        return Decimal(content)
    if name == "Picture":
        if (image := load_image(*content)) is None:
            raise ImageGone
        return image
    return TYPES[name](**{field: unpack(each) for field, each in content.items()})


def clean(value):
    """A record without what can do harm in another system: its HTML is cleaned."""
    if isinstance(value, tuple):
        return tuple(clean(each) for each in value)
    if not is_dataclass(value):
        return value
    if isinstance(value, model.Text):
        return replace(value, text=clean_html(value.text)) if value.format != "plain" else value
    return replace(value, **{field.name: clean(getattr(value, field.name)) for field in fields(value)})


def strip_place(record):
    """Without what says where in a file it stood."""
    return replace(record, line=0, category=(), warnings=(), language="",
                   translations=tuple(replace(each, line=0, category=(), warnings=()) for each in record.translations))


def get_digest(content, language):
    """Of what a question is in a language: its frozen content without other languages and with places for ids."""
    places = {each: number for number, each in enumerate(_find_ids(content))}
    return hashlib.sha256(json.dumps(_strip(content, language, places), sort_keys=True).encode()).hexdigest()


def _find_ids(value):
    if isinstance(value, list):
        for each in value:
            yield from _find_ids(each)
    elif isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for each in value.values():
            yield from _find_ids(each)


def _strip(value, language, places):
    if isinstance(value, list):
        return [_strip(each, language, places) for each in value]
    if isinstance(value, dict):
        if value and value.keys() <= LANGUAGES:
            return value.get(language) or ""
        return {name: _strip(each, language, places) for name, each in value.items() if name != "images"}
    return places.get(value, value) if isinstance(value, str) else value
