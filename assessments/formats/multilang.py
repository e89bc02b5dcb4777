"""Texts in several languages at once, as Moodle's filters have them. Core has

    <span lang="es" class="multilang">Hola</span> <span lang="en" class="multilang">Hello</span>

of which two or more stand one after the other, and the plugin «Multi-Language Content (v2)» has

    {mlang es}Hola{mlang}{mlang en}Hello{mlang}{mlang other}…{mlang}

What stands outside is in every language."""

import re
from dataclasses import fields, is_dataclass, replace

from assessments.formats.model import EMPTY, Text

LANGUAGES = ("es", "en")
OTHER = "other"
MARK = re.compile(r"mlang|multilang", re.IGNORECASE)
TAG = re.compile(r"\{\s{0,5}mlang(?:\s{1,5}([a-z0-9_,\- ]{1,80}))?\s{0,5}\}", re.IGNORECASE)
SPAN = re.compile(r"<span\b([^<>]{1,200})>|</span\s{0,5}>", re.IGNORECASE)
IS_MULTILANG = re.compile(r"""\bclass\s{0,5}=\s{0,5}["']?multilang\b""", re.IGNORECASE)
LANG = re.compile(r"""\blang\s{0,5}=\s{0,5}["']?([a-z0-9_-]{2,20})""", re.IGNORECASE)


def divide(question, languages=LANGUAGES):
    """``question`` in the first of ``languages`` that its texts have, with the others as translations; as it is when
    they have none."""
    marked = [text for text in find_strings(question) if MARK.search(text)]
    found = {code for text in marked for codes, _text in split(text) for code in codes}
    order = [code for code in languages if code in found]
    if not order:
        return question
    first, *others = ((code, localise(question, code)) for code in order)
    translations = tuple(replace(translation, language=code, warnings=()) for code, translation in others)
    return replace(first[1], language=first[0], translations=translations)


def find_strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from find_strings(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from find_strings(getattr(value, field.name))


def localise(value, language):
    """A record, or a part of it, with its texts in one language."""
    if isinstance(value, str):
        return choose(value, language) if MARK.search(value) else value
    if isinstance(value, tuple):
        return tuple(localise(each, language) for each in value)
    if not is_dataclass(value):
        return value
    changed = {field.name: new for field in fields(value)
               if (new := localise(old := getattr(value, field.name), language)) is not old and new != old}
    if not changed:
        return value
    value = replace(value, **changed)
    return EMPTY if isinstance(value, Text) and not value.text else value


def choose(text, language):
    """``text`` in a language; "" when it is in others alone."""
    pieces, is_told, has_own = [], False, False
    for codes, piece in split(text):
        if not codes:
            pieces.append(piece)
            has_own = has_own or bool(piece.strip())
        elif language in codes or (OTHER in codes and not is_told):
            pieces.append(piece)
            is_told = has_own = True
    return "".join(pieces).strip() if has_own else ""


def split(text):
    """[(set of languages, text)]; an empty set for what is in every language."""
    return [each for codes, piece in split_tags(text) for each in ([(codes, piece)] if codes else split_spans(piece))]


def split_tags(text):
    found, place, opened = [], 0, None
    for tag in TAG.finditer(text):
        if opened is None and tag[1]:
            found.append((frozenset(), text[place:tag.start()]))
            opened = get_codes(tag[1])
        elif opened is not None and not tag[1]:
            found.append((opened, text[place:tag.start()]))
            opened = None
        else:
            continue
        place = tag.end()
    if opened is not None:
        return [(frozenset(), text)]
    return [*found, (frozenset(), text[place:])]


def split_spans(text):
    """A span alone is no translation, but says in which language a word is."""
    spans, opened = [], None
    for tag in SPAN.finditer(text):
        if opened is None:
            if tag[1] and IS_MULTILANG.search(tag[1]) and (code := LANG.search(tag[1])):
                opened = tag.start(), tag.end(), get_codes(code[1])
        elif tag[1] is None:
            spans.append((*opened, tag.start(), tag.end()))
            opened = None
    found, place = [], 0
    for number, (start, inner, codes, inner_end, end) in enumerate(spans):
        follows = number and not text[spans[number - 1][4]:start].strip()
        is_followed = number + 1 < len(spans) and not text[end:spans[number + 1][0]].strip()
        if follows or is_followed:
            if not follows:
                found.append((frozenset(), text[place:start]))
            found.append((codes, text[inner:inner_end]))
            place = end
    return [*found, (frozenset(), text[place:])]


def get_codes(written):
    """«es», «es_mx,en»: the languages without their countries."""
    return frozenset(re.split("[_-]", code.strip().lower())[0] for code in written.split(",") if code.strip())

