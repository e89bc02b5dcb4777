"""The trainers' panels on the first page of the Wagtail admin."""

from django.utils import timezone
from wagtail.admin.ui.components import Component

from courses.editions import get_counted_editions
from courses.legal_review import get_laws_to_review
from courses.translations import count_untranslated_pages, get_waiting_translations

ROWS = 10


class EditionsPanel(Component):
    name = "my_editions"
    template_name = "courses/admin/editions_panel.html"
    order = 10

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        return {"editions": get_counted_editions().filter(trainer=user), "now": timezone.now()}


class TranslationsPanel(Component):
    name = "waiting_translations"
    template_name = "courses/admin/translations_panel.html"
    order = 20

    def get_context_data(self, parent_context):
        waiting, total = get_waiting_translations(ROWS)
        return {"waiting": waiting, "total": total, "more": total - len(waiting),
                "untranslated": count_untranslated_pages()}


class LegalFactsPanel(Component):
    name = "legal_facts"
    template_name = "courses/admin/legal_facts_panel.html"
    order = 30

    def get_context_data(self, parent_context):
        today = timezone.localdate()
        laws = get_laws_to_review(today)
        return {"laws": laws[:ROWS], "more": max(len(laws) - ROWS, 0), "today": today}
