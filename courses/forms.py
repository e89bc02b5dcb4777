from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.pages import CopyForm


class CoursePageCopyForm(CopyForm):
    """Copies a course or a part of it. A copy is something new with records of its own, so it is never an alias, and
    it stays in the tree of its language."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)

    def clean(self):
        cleaned_data = super().clean()
        parent = cleaned_data.get("new_parent_page")
        if parent and parent.locale_id != self.page.locale_id:
            self.add_error("new_parent_page", _("Choose a place in the same language. To have the page in another "
                                                "language, use “Translate this page”."))
        return cleaned_data
