from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from assessments.rights import is_in_bank, may_import


class ImportMenuItem(MenuItem):
    def is_shown(self, request):
        return may_import(request.user)


class ExportMenuItem(MenuItem):
    def is_shown(self, request):
        return is_in_bank(request.user)


def get_importing_menu_items():
    return [ImportMenuItem(_("Import"), reverse("question_imports"), name="import-questions", icon_name="upload",
                           order=900),
            ExportMenuItem(_("Export"), reverse("assessments_export"), name="export-questions", icon_name="download",
                           order=901)]
