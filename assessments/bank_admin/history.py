"""How the acts of assessments.curating read in a question's history."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

from assessments.models import Question, Sharing


class StateChanged(LogFormatter):
    label = gettext_lazy("Change the state")

    def format_message(self, entry):
        names = dict(Question.State.choices)
        return _("State: from “%(before)s” to “%(after)s”") % {
            "before": names.get(entry.data.get("from"), ""), "after": names.get(entry.data.get("to"), "")}


class Moved(LogFormatter):
    label = gettext_lazy("Move to a category")

    def format_message(self, entry):
        return _("Moved to the category “%(name)s”") % {"name": entry.data.get("to", "")}


class Tagged(LogFormatter):
    label = gettext_lazy("Add tags")

    def format_message(self, entry):
        return _("Tags added: %(names)s") % {"names": ", ".join(entry.data.get("tags", []))}


class Shared(LogFormatter):
    label = gettext_lazy("Share")

    def format_message(self, entry):
        shared = [str(dict(Sharing.choices)[entry.data["sharing"]])] if entry.data.get("sharing") else []
        return _("Sharing: %(with)s") % {"with": "; ".join([*shared, *entry.data.get("institutions", [])])}


class Given(LogFormatter):
    label = gettext_lazy("Change the owner")

    def format_message(self, entry):
        return _("Owner: %(owner)s") % {"owner": entry.data.get("owner") or _("all institutions")}


class Restored(LogFormatter):
    label = gettext_lazy("Restore a version")
    message = gettext_lazy("An earlier version was restored")


ACTS = {"assessments.state": StateChanged, "assessments.move": Moved, "assessments.tag": Tagged,
        "assessments.share": Shared, "assessments.give": Given, "assessments.restore": Restored}
