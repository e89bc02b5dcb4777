"""The texts of a question, each with all its languages, and how far its translations are.

A question keeps for each translation what it was made from (``known``): {path: {language: "digest of the translation :
digest of its source"}}. A translation is older than its source when it is still the one that was made from another
source. So nothing of this is in the item that attempts freeze."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from wagtail import blocks

from assessments.texts import LocalizedTextBlock

LANGUAGES = [code for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES]


@dataclass(frozen=True, slots=True)
class Text:
    """``path``: names of blocks and ids of the children of lists, such as «options/5c…/text». ``label``: the same for
    a person."""

    path: str
    label: str
    texts: dict

    @property
    def source(self):
        """The first language that has the text, in the order of the settings; None when it is empty in all."""
        return next((code for code in LANGUAGES if self.has(code)), None)

    def has(self, language):
        return bool((self.texts.get(language) or "").strip())


@dataclass(frozen=True, slots=True)
class Gap:
    """A translation that is missing, or (``is_older``) whose source has changed since."""

    text: Text
    language: str
    is_older: bool

    @property
    def language_name(self):
        return dict(settings.WAGTAIL_CONTENT_LANGUAGES)[self.language]


def find_texts(body):
    """The Texts of a question's ``body`` that have to be in every language."""
    block = body[0]
    return list(_walk(block.block, block.value, [], []))


def _walk(block, value, path, labels):
    if isinstance(block, LocalizedTextBlock):
        if block.meta.needs_translation:
            yield Text("/".join(path), " › ".join(map(str, labels)), dict(value))
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _walk(child, value.get(name), [*path, name], [*labels, child.label])
    elif isinstance(block, blocks.ListBlock):
        for number, child in enumerate(value.bound_blocks if value else [], start=1):
            yield from _walk(child.block, child.value, [*path, child.id or str(number)],
                             [*labels[:-1], f"{labels[-1]} {number}"])


def follow(texts, known, *, confirmed=False):
    """(what is known now, Gaps) of ``texts``. ``confirmed``: a person says that all translations fit their sources."""
    now, gaps = {}, []
    for text in texts:
        source = text.source
        for language in LANGUAGES if source else ():
            if language == source:
                continue
            if not text.has(language):
                gaps.append(Gap(text, language, is_older=False))
                continue
            translation, origin = digest(text.texts[language]), digest(text.texts[source])
            before, _colon, before_origin = known.get(text.path, {}).get(language, "").partition(":")
            if before == translation and not confirmed:
                origin, now_origin = before_origin, origin
                if origin != now_origin:
                    gaps.append(Gap(text, language, is_older=True))
            now.setdefault(text.path, {})[language] = f"{translation}:{origin}"
    return now, gaps


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]
