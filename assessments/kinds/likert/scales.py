"""Scales that are offered ready-made; their labels are frozen with the question in every language."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

OWN = "own"

PRESETS = {
    "agreement": (_("Agreement, five points"), [
        pgettext_lazy("point of a scale", "Strongly disagree"), pgettext_lazy("point of a scale", "Disagree"),
        pgettext_lazy("point of a scale", "Neither agree nor disagree"), pgettext_lazy("point of a scale", "Agree"),
        pgettext_lazy("point of a scale", "Strongly agree")]),
    "agreement_forced": (_("Agreement, four points without a middle"), [
        pgettext_lazy("point of a scale", "Strongly disagree"), pgettext_lazy("point of a scale", "Disagree"),
        pgettext_lazy("point of a scale", "Agree"), pgettext_lazy("point of a scale", "Strongly agree")]),
    "frequency": (_("Frequency, five points"), [
        pgettext_lazy("point of a scale", "Never"), pgettext_lazy("point of a scale", "Rarely"),
        pgettext_lazy("point of a scale", "Sometimes"), pgettext_lazy("point of a scale", "Often"),
        pgettext_lazy("point of a scale", "Always")]),
    "satisfaction": (_("Satisfaction, five points"), [
        pgettext_lazy("point of a scale", "Very dissatisfied"), pgettext_lazy("point of a scale", "Dissatisfied"),
        pgettext_lazy("point of a scale", "Neither satisfied nor dissatisfied"),
        pgettext_lazy("point of a scale", "Satisfied"), pgettext_lazy("point of a scale", "Very satisfied")]),
    "confidence": (_("Confidence in oneself, five points"), [
        pgettext_lazy("point of a scale", "Not at all confident"),
        pgettext_lazy("point of a scale", "Slightly confident"),
        pgettext_lazy("point of a scale", "Moderately confident"),
        pgettext_lazy("point of a scale", "Very confident"),
        pgettext_lazy("point of a scale", "Completely confident")]),
}


def get_choices():
    return [*((name, label) for name, (label, _points) in PRESETS.items()), (OWN, _("My own labels"))]


def get_labels(preset):
    """The labels of a preset from the lowest point to the highest, each {language: text}."""
    labels = [{} for _point in PRESETS[preset][1]]
    for language, _name in settings.WAGTAIL_CONTENT_LANGUAGES:
        with override(language):
            for label, point in zip(labels, PRESETS[preset][1], strict=True):
                label[language] = str(point)
    return labels
