"""Keep the languages of a course together: what wagtail-localize is told when a page is published, and what is still to
be translated.

A course is written in the first language. Each page has one source there (TranslationSource: its texts as they were
when it was last told) and a Translation a language."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from wagtail.models import Locale, Page
from wagtail_localize.fields import get_translatable_fields
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.synctree import create_aliases_for_new_page


@dataclass(frozen=True, slots=True)
class Waiting:
    """A page in another language of which something is still to be translated: ``missing`` sentences, or with 0 what
    wagtail-localize has not been told yet."""

    page: Page
    language: str
    missing: int

    @property
    def is_live(self):
        return self.page.live


def follow_publication(*, page, user):
    """After ``page`` was published: pass its new texts to its translations. One of which every sentence is translated
    is saved and published again; of any other, only the fields that all languages share are. Returns
    {Locale: how many sentences are to be translated}. Not inside a transaction (see courses.translating)."""
    source = TranslationSource.objects.get_for_instance_or_none(page)
    if source is None:
        return {}
    source, _changed = TranslationSource.update_or_create_from_instance(page)
    missing = {}
    for translation in source.translations.filter(enabled=True).select_related("target_locale"):
        target = page.get_translation_or_none(translation.target_locale)
        if target is None:
            continue
        total, translated = translation.get_progress()
        if total == translated:
            translation.save_target(user=user, publish=target.live)
        else:
            missing[translation.target_locale] = total - translated
            _share_fields(page, target, user)
    return missing


def _share_fields(page, target, user):
    """Copy the fields that are the same in every language (rules of a test, hours) and publish them where needed."""
    names = [field.field_name for field in get_translatable_fields(type(page))
             if field.is_synchronized(page) and not field.is_overridable(page)]
    changed = [name for name in names if not _is_same(page, target, name)]
    if not changed:
        return
    for name in changed:
        setattr(target, name, getattr(page, name))
    revision = target.save_revision(user=user)
    if target.live:
        revision.publish(user=user)


def _is_same(page, target, name):
    field = page._meta.get_field(name)
    return field.value_to_string(page) == field.value_to_string(target)


def follow_copy(page):
    """Make the copy of a page and of all below it known to the other languages, as a new page is."""
    for copied in page.get_descendants(inclusive=True).order_by("path").specific():
        create_aliases_for_new_page(copied)


def follow_order(parent):
    """Put the children of the translations of ``parent`` in the order of its own. Children it does not have stay
    behind them."""
    order = {key: number for number, key in enumerate(
        parent.get_children().order_by("path").values_list("translation_key", flat=True))}
    for translated in parent.get_translations():
        children = list(translated.get_children().order_by("path"))
        wanted = sorted(children, key=lambda child: order.get(child.translation_key, len(order)))
        if wanted != children:
            for child in wanted:
                Page.objects.get(pk=child.pk).move(Page.objects.get(pk=translated.pk), pos="last-child")


def get_waiting_translations(limit):
    """(the first ``limit`` Waiting pages, how many there are): translations with sentences that are missing or
    whose source was published since without wagtail-localize being told, in the order of the tree."""
    translated = StringTranslation.objects.filter(
        translation_of=OuterRef("string"), context=OuterRef("context"), has_error=False,
        locale=OuterRef(OuterRef("target_locale")))
    missing = StringSegment.objects.filter(~Exists(translated), source=OuterRef("source")).order_by().values(
        "source").annotate(total=Count("pk")).values("total")
    source_pages = Page.objects.filter(translation_key=OuterRef("source__object_id"), locale=OuterRef("source__locale"))
    translations = Translation.objects.filter(enabled=True).annotate(
        missing=Coalesce(Subquery(missing), 0),
        source_page=Subquery(source_pages.values("pk")[:1]),
        source_published_at=Subquery(source_pages.values("last_published_at")[:1]),
        source_path=Subquery(source_pages.values("path")[:1]),
    ).filter(
        Q(missing__gt=0) | Q(source_published_at__gt=F("source__last_updated_at")), source_page__isnull=False,
    ).select_related("source", "target_locale").order_by("source_path", "target_locale")
    found = [translation for translation in translations if translation.missing or _has_changed(translation)]
    targets = _get_targets(found[:limit])
    waiting = [
        Waiting(page=target, language=translation.target_locale.get_display_name(), missing=translation.missing)
        for translation in found[:limit]
        if (target := targets.get((translation.source.object_id, translation.target_locale_id)))
    ]
    return waiting, len(found)


def _has_changed(translation):
    """Whether the texts of the page differ from those that wagtail-localize was last told."""
    page = Page.objects.get(pk=translation.source_page).specific
    return extract_segments(page) != extract_segments(translation.source.as_instance())


def _get_targets(translations):
    keys = [translation.source.object_id for translation in translations]
    pages = Page.objects.filter(translation_key__in=keys)
    return {(page.translation_key, page.locale_id): page for page in pages}


def count_untranslated_pages():
    """How many live pages of the courses another language shows in the first language (a number a Locale, where there
    are any)."""
    aliases = Page.objects.live().filter(alias_of__locale__language_code=settings.LANGUAGE_CODE).order_by()
    counts = dict(aliases.exclude(locale=F("alias_of__locale")).values_list("locale").annotate(total=Count("pk")))
    return [(locale, counts[locale.pk]) for locale in Locale.objects.all() if locale.pk in counts]
