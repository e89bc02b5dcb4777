"""Fill wagtail-localize's translation of a page with texts that exist already, so that authors find every sentence in
the translation editor, each beside its source, and are told when the source changes.

wagtail-localize publishes after the commit with the page tree it read before (a parent and its child translated in one
transaction corrupt the tree): never call this inside a transaction."""

import json
from collections import defaultdict

from django.db import connection
from wagtail.models import Locale
from wagtail_localize.models import (
    OverridableSegment,
    SegmentOverride,
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
)
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments


class TranslationMismatch(Exception):
    """The translated page does not have the same sentences at the same places as its source."""


def publish_translation(*, page, translated, locale: Locale, publish=True):
    """Publish ``page`` in ``locale`` (or keep it as a draft) with the texts of ``translated``, an unsaved page of the
    same class whose blocks have the same ids. Safe to repeat. Returns the page in ``locale``. Raises
    TranslationMismatch."""
    if connection.in_atomic_block and not _is_test_transaction():
        raise RuntimeError("publish_translation cannot run inside a transaction.")
    source, _created = TranslationSource.update_or_create_from_instance(page)
    translation, _created = Translation.objects.update_or_create(
        source=source, target_locale=locale, defaults={"enabled": True})
    strings, overrides = _sort_segments(translated)
    _write_strings(source, locale, strings)
    _write_overrides(source, locale, overrides)
    translation.save_target(publish=publish)
    return translation.get_target_instance()


def _is_test_transaction():
    return any(getattr(entry, "_from_testcase", False) for entry in connection.atomic_blocks)


def _sort_segments(translated):
    strings, overrides = defaultdict(list), {}
    for segment in extract_segments(translated):
        if isinstance(segment, StringSegmentValue):
            strings[segment.path].append(segment.string.data)
        elif isinstance(segment, OverridableSegmentValue):
            overrides[segment.path] = segment.data
    return strings, overrides


def _write_strings(source, locale, strings):
    by_path = defaultdict(list)
    for segment in StringSegment.objects.filter(source=source).select_related("context").order_by("order"):
        by_path[segment.context.path].append(segment)
    rows = {}
    for path, segments in by_path.items():
        if len(segments) != len(strings[path]):
            raise TranslationMismatch(f"{path}: {len(segments)} sentences, {len(strings[path])} in the translation.")
        for segment, data in zip(segments, strings[path], strict=True):
            rows[(segment.string_id, segment.context_id)] = data
    StringTranslation.objects.bulk_create(
        [StringTranslation(translation_of_id=string, context_id=context, locale=locale, data=data,
                           translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL)
         for (string, context), data in rows.items()],
        update_conflicts=True, unique_fields=["locale", "translation_of", "context"], update_fields=["data"])


def _write_overrides(source, locale, overrides):
    """Pictures and files that a language has of its own."""
    for segment in OverridableSegment.objects.filter(source=source).select_related("context"):
        path = segment.context.path
        if path in overrides and overrides[path] != segment.data:
            SegmentOverride.objects.update_or_create(
                locale=locale, context=segment.context, defaults={"data_json": json.dumps(overrides[path])})
