"""Form fields that the pages of the bank share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.categories import get_full_names
from assessments.models import QuestionCategory
from assessments.models.sharing import get_institutions
from lms.accounts.models import Organisation


class CategoryField(forms.ModelChoiceField):
    """A category by its full name, in the order of the tree."""

    def __init__(self, **kwargs):
        super().__init__(QuestionCategory.objects.all(), **{"label": _("Category"), **kwargs})

    def label_from_instance(self, category):
        return get_full_names().get(category.pk, category.name)


def get_own_institutions(user):
    """The institutions to which a person may give a question; a queryset."""
    institutions = Organisation.objects.institutions() if user.is_superuser else get_institutions(user)
    return institutions.order_by("name")


class InstitutionsField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"class": "puentes-checks"})

    def __init__(self, **kwargs):
        super().__init__(Organisation.objects.institutions().order_by("name"), **{"required": False, **kwargs})
