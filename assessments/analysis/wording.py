"""What the figures say and advise, in sentences."""

import math

from django.utils.formats import number_format
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from assessments.analysis.dif import MINIMUM
from lms.typography import use_minus

ADVICE = {
    "check_key": _("People who know more get it wrong more often than people who know less. Check the key first: is "
                   "the right answer marked as right? If it is, the question or one of its options misleads."),
    "very_easy": _("Nearly everybody gets it right, so it says little about who knows more. Keep it when everybody has "
                   "to know it; otherwise make it harder or replace it."),
    "very_hard": _("Fewer than a quarter of its points are earned. Check that the course teaches it, that the key is "
                   "right and that it can be understood."),
    "weak": _("It hardly tells who knows more from who knows less. Look at its options: can one of the wrong ones be "
              "defended?"),
    "good": _("It works well: nothing to do."),
    "": _("Nothing stands out."),
}
OPTION_ADVICE = {
    "attracts_best": _("Those who chose it did better in the test than those who chose the right answer. Is it right "
                       "too, or is the key wrong?"),
    "unused": _("Hardly anybody chose it. Make it more plausible or take it out."),
    "": "",
}
METHODS = {
    "kr20": _("Reliability (KR-20)"),
    "alpha": _("Reliability (Cronbach’s alpha)"),
    "nested": _("Reliability (of questions drawn for each person)"),
    "": _("Reliability"),
}
GRADES = {"A": _("A: negligible"), "B": _("B: moderate"), "C": _("C: large"), "": ""}
DIF_METHODS = {"mantel_haenszel": _("Mantel-Haenszel"), "mantel": _("Mantel (partial credit)")}


def get_language_name(code):
    """In the active language."""
    return get_language_info(code)["name_translated"] if code else gettext("Not known")


def explain_dif(code, dif):
    """One sentence on an item in the language ``code``, compared with the first one."""
    names = {"language": get_language_name(code), "reference": dif.n_reference, "focal": dif.n_focal,
             "minimum": MINIMUM}
    if dif.problem == "too_few":
        return gettext("%(language)s: too few people to compare. Answers of at least %(minimum)d people in each "
                       "language are needed; there are %(reference)d and %(focal)d.") % names
    if dif.problem:
        return gettext("%(language)s: cannot be compared, because the two groups have no results in common or do not "
                       "differ at all.") % names
    if not dif.is_flagged:
        return gettext("%(language)s: no difference that matters was found.") % names
    if dif.is_harder:
        return gettext("Harder in %(language)s for people who are equally good at the test as a whole. Read both "
                       "texts side by side: an unusual word, a longer sentence or an example from elsewhere may be "
                       "why.") % names
    return gettext("Easier in %(language)s for people who are equally good at the test as a whole. Read both texts "
                   "side by side: one may give the answer away, or the other may be unclear.") % names


def format_p(p):
    if p is None:
        return ""
    return "< " + number_format(0.001, 3) if p < 0.001 else number_format(p, 3)


def format_effect(effect):
    if effect is None:
        return ""
    if math.isinf(effect):
        return "∞" if effect > 0 else "−∞"
    return use_minus(number_format(effect, 2))
