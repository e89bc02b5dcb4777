"""What the list of questions can be narrowed to."""

import django_filters
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet

from assessments.bank import get_competences, get_kinds, get_tag_names
from assessments.categories import get_full_names
from assessments.draws import bank
from assessments.models import Question
from assessments.rights import get_usable
from assessments.searching import below_category
from lms.accounts.models import Organisation, User


def get_tag_choices():
    return [(name, name) for name in get_tag_names()]


def get_competence_choices():
    return [(competence.pk, str(competence)) for competence in get_competences()]


def get_gap_choices():
    """«en:older» and the like, for each language."""
    return [choice for code, name in settings.WAGTAIL_CONTENT_LANGUAGES for choice in (
        (f"{code}:missing", _("%(language)s: something is missing") % {"language": name}),
        (f"{code}:older", _("%(language)s: something is older than its source") % {"language": name}))]


@bank.remembered
def get_owner_choices(user_id):
    """The institutions whose questions a person may use. Shared: do not change it."""
    owners = get_usable(User.objects.get(pk=user_id)).order_by().values("owner").distinct()
    return tuple(Organisation.objects.institutions().filter(pk__in=owners).order_by("name").values_list("pk", "name"))


class QuestionFilterSet(WagtailFilterSet):
    category = django_filters.ChoiceFilter(choices=lambda: list(get_full_names().items()), method="filter_category",
                                           label=gettext_lazy("Category"))
    kind = django_filters.ChoiceFilter(choices=get_kinds, label=gettext_lazy("Kind"))
    state = django_filters.ChoiceFilter(choices=Question.State.choices, label=gettext_lazy("State"))
    tag = django_filters.ChoiceFilter(choices=get_tag_choices, method="filter_tag", label=gettext_lazy("Tag"))
    difficulty = django_filters.ChoiceFilter(choices=Question.Difficulty.choices, label=gettext_lazy("Difficulty"))
    competence = django_filters.ChoiceFilter(choices=get_competence_choices, label=gettext_lazy("Competence"))
    owner = django_filters.ChoiceFilter(label=gettext_lazy("Owner"))
    translation = django_filters.ChoiceFilter(choices=get_gap_choices, method="filter_translation",
                                              label=gettext_lazy("Texts to translate"))

    class Meta:
        model = Question
        fields = ["category", "kind", "state", "tag", "difficulty", "competence", "owner", "translation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["owner"].extra["choices"] = get_owner_choices(self.request.user.pk)

    def filter_category(self, questions, _name, category):
        return below_category(questions, category)

    def filter_tag(self, questions, _name, tag):
        return questions.filter(pk__in=Question.objects.filter(tags__name=tag).values("pk"))

    def filter_translation(self, questions, _name, choice):
        language, _colon, what = choice.partition(":")
        return questions.filter(gaps__language=language, **{f"gaps__{what}__gt": 0})
