"""The report of texts to translate: which questions lack a text in a language, or have one older than its source."""

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from assessments.bank import get_text
from assessments.categories import get_full_name, get_full_names
from assessments.models import Question, TranslationGap
from assessments.rights import IN_BANK, get_usable, policy
from assessments.searching import below_category

NAMES = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
WHAT = [("missing", _("Missing")), ("older", _("Older than its source"))]


class GapFilterSet(WagtailFilterSet):
    language = django_filters.ChoiceFilter(choices=settings.WAGTAIL_CONTENT_LANGUAGES, label=_("Language"))
    what = django_filters.ChoiceFilter(choices=WHAT, method="filter_what", label=_("What"))
    category = django_filters.ChoiceFilter(choices=lambda: list(get_full_names().items()), method="filter_category",
                                           label=_("Category"))

    class Meta:
        model = TranslationGap
        fields = ["language", "what", "category"]

    def filter_what(self, gaps, _name, what):
        return gaps.filter(**{f"{what}__gt": 0})

    def filter_category(self, gaps, _name, category):
        return gaps.filter(question__in=below_category(Question.objects.order_by(), category).values("pk"))


class UntranslatedView(ReportView):
    permission_policy = policy
    any_permission_required = IN_BANK
    page_title = _("Texts to translate")
    header_icon = "wagtail-localize-language"
    index_url_name = "untranslated"
    index_results_url_name = "untranslated_results"
    filterset_class = GapFilterSet
    model = TranslationGap
    default_ordering = "since"
    list_export = ["question.code", "language", "missing", "older", "since"]
    export_filename = "texts-to-translate"
    columns = [
        TitleColumn("code", label=_("Code"), accessor="question.code", get_url=lambda gap: get_url(gap)),
        Column("text", label=_("Question"), accessor=lambda gap: get_text(gap.question)),
        Column("category", label=_("Category"), accessor=lambda gap: get_full_name(gap.question.category_id)),
        Column("language", label=_("Language"), accessor=lambda gap: NAMES.get(gap.language, gap.language)),
        Column("missing", label=_("Missing"), sort_key="missing"),
        Column("older", label=_("Older than its source"), sort_key="older"),
        DateColumn("since", label=_("Since"), sort_key="since"),
    ]

    @property
    def no_results_message(self):
        return super().no_results_message if self.is_filtering else _("Every question says the same in all languages.")

    def get_queryset(self):
        user = self.request.user
        gaps = TranslationGap.objects.filter(question__in=get_usable(user).order_by().values("pk")).annotate(
            may_edit=Exists(Question.objects.filter(pk=OuterRef("question")).editable_by(user)))
        return self.order_queryset(gaps.select_related("question__version").defer(
            "question__body", "question__translated_from"))


def get_url(gap):
    """Where to translate, or for whoever may not change the question, where to see it."""
    if gap.may_edit:
        return reverse(Question.snippet_viewset.get_url_name("edit"), args=[gap.question_id])
    return reverse("question_preview", args=[gap.question_id])
