"""Surveys in the Wagtail admin, to use in any number of courses."""

from django.db import router
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet

from assessments.models import Survey


class SurveyViewSet(SnippetViewSet):
    model = Survey
    icon = "list-ul"
    menu_label = _("Surveys")
    menu_name = "surveys"
    menu_order = 212
    add_to_admin_menu = True
    copy_view_enabled = False  # a copy would have the same code and the same ids, and its figures would be mixed
    list_display = [
        "title", "code", Column("purpose", label=_("Purpose"), accessor="get_purpose_display", sort_key="purpose"),
        BooleanColumn("is_standard", label=_("Standard"))]
    list_filter = ["purpose"]
    search_fields = ["title", "code"]
    list_per_page = 50


def get_reason_to_keep(survey):
    """Why a survey cannot be deleted, as a sentence; None when it can."""
    try:
        Collector(using=router.db_for_write(Survey), origin=survey).collect([survey])
    except ProtectedError:
        return gettext("The survey “%(title)s” was not deleted, because courses or editions use it. Choose another "
                       "survey there first.") % {"title": survey.title}
    return None
