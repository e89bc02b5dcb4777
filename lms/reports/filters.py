"""What an HR officer may narrow the completion list by. Every choice comes from what the officer may see: an
organisation, course or edition out of that is not a choice, whatever the address says."""

import re
from datetime import datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from courses.text_search import fold
from lms.accounts.roles import get_hr_organisations
from lms.reports.records import (
    State,
    Validity,
    belonging_to,
    completion_records,
    get_edition_names,
    in_state,
    with_validity,
)

# The marked letters of Spanish and its neighbours' names, of each plain one.
MARKED = {"a": "áàâäã", "e": "éèêë", "i": "íìîï", "o": "óòôöõ", "u": "úùûü", "n": "ñ", "c": "ç"}


def get_pattern(word):
    """A regular expression for texts that hold ``word`` (folded), with whatever case and accents. One expression, not a
    replacement for each letter: those, one in another, are too deep for SQLite."""
    return "".join(f"[{letter}{MARKED[letter]}{MARKED[letter].upper()}]" if letter in MARKED else re.escape(letter)
                   for letter in word)


class CompletionFiltersForm(forms.Form):
    def clean(self):
        cleaned = super().clean()
        for event in ("completed", "enrolled"):
            first, last = cleaned.get(f"{event}_from"), cleaned.get(f"{event}_to")
            if first and last and last < first:
                self.add_error(f"{event}_to", _("The last day cannot be before the first."))
        return cleaned


def _day(label):
    return django_filters.DateFilter(
        label=label, method="filter_day", help_text=_("For example 31-12-2026."),
        error_messages={"invalid": _("This is not a date. Write day, month and year, for example 31-12-2026.")},
        widget=forms.DateInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))


def _choice(label, every, method=None, **kwargs):
    return django_filters.ChoiceFilter(
        label=label, empty_label=every, method=method,
        error_messages={"invalid_choice": _("This is not one of the choices you have. Choose another.")}, **kwargs)


class CompletionFilters(django_filters.FilterSet):
    """``data`` is what the address says. ``qs`` is the list: what ``viewer`` may see at ``now``, narrowed by a valid
    choice; an invalid one gives an empty list and errors on the form, never a wider list."""

    q = django_filters.CharFilter(label=_("Name, e-mail or certificate folio"), method="filter_text", max_length=100)
    organisation = _choice(_("Organisation"), _("All"), method="filter_organisation")
    course = _choice(_("Course"), _("All"), field_name="edition__course")
    edition = _choice(_("Edition"), _("All"))
    state = _choice(_("State"), _("All"), method="filter_state", choices=State.choices)
    validity = _choice(_("Certificate"), _("All"), method="filter_validity", choices=Validity.choices)
    completed_from = _day(_("Completed from"))
    completed_to = _day(_("Completed until"))
    enrolled_from = _day(_("Enrolled from"))
    enrolled_to = _day(_("Enrolled until"))

    class Meta:
        form = CompletionFiltersForm

    def __init__(self, data, *, viewer, now, language):
        self.organisations = list(get_hr_organisations(viewer).order_by("path"))
        super().__init__(data, completion_records(viewer=viewer, now=now, organisations=self.organisations))
        self.is_bound = True  # an empty address is a choice too: everything
        self.now = now
        self.editions = get_edition_names(self.queryset, language=language)
        top = min((organisation.depth for organisation in self.organisations), default=1)
        self._choose("organisation", [(organisation.pk, "– " * (organisation.depth - top) + organisation.name)
                                      for organisation in self.organisations])
        self._choose_courses()

    def _choose(self, name, choices):
        self.filters[name].extra["choices"] = choices

    def _choose_courses(self):
        named = sorted(self.editions.items(), key=lambda item: (item[1].title, item[0]))
        self._choose("course", list(dict.fromkeys((edition.course, edition.title) for _pk, edition in named)))
        self._choose("edition", [(pk, f"{edition.title} · {edition.name}") for pk, edition in named])

    @property
    def qs(self):
        return super().qs if self.is_valid() else self.queryset.none()

    def filter_text(self, queryset, name, value):
        person = Concat(*(part for field in ("given_names", "first_surname", "second_surname", "email")
                          for part in (F(f"learner__{field}"), Value(" "))), output_field=CharField())
        wanted = Q(*(Q(person__iregex=get_pattern(word)) for word in fold(value).split()))
        if folio := re.fullmatch(r"(.+)-0*([1-9]\d{0,8})", value.strip()):
            found = Certificate.objects.filter(series__iexact=folio[1], number=int(folio[2]))
            wanted |= Q(pk__in=found.of_completion().issued().values("award"))
        return queryset.alias(person=person).filter(wanted)

    def filter_organisation(self, queryset, name, value):
        chosen = next(organisation for organisation in self.organisations if str(organisation.pk) == value)
        below = [organisation for organisation in self.organisations if organisation.path.startswith(chosen.path)]
        return queryset.filter(belonging_to(below, now=self.now))

    def filter_state(self, queryset, name, value):
        return queryset.filter(in_state(value, now=self.now))

    def filter_validity(self, queryset, name, value):
        return queryset.filter(with_validity(value, now=self.now))

    def filter_day(self, queryset, name, value):
        event, end = name.split("_")
        if event == "completed":
            queryset = queryset.filter(in_state(State.COMPLETED, now=self.now))
        midnight = timezone.make_aware(datetime.combine(value + timedelta(days=end == "to"), time.min))
        return queryset.filter(**{f"{event}_at__{'lt' if end == 'to' else 'gte'}": midnight})

    def get_chosen(self):
        """[(label, value)] of the filters in use, in words. For a valid form."""
        chosen = []
        for name, value in self.form.cleaned_data.items():
            if not value:
                continue
            if choices := self.filters[name].extra.get("choices"):
                value = next(str(text).lstrip("– ") for key, text in choices if str(key) == value)
            elif name != "q":
                value = date_format(value, "SHORT_DATE_FORMAT")
            chosen.append((self.form.fields[name].label, value))
        return chosen

    def get_facts(self):
        """The filters in use for the audit log: no personal data, so that a text is only said to have been there."""
        cleaned = self.form.cleaned_data.items()
        return {name: True if name == "q" else str(value) for name, value in cleaned if value}
