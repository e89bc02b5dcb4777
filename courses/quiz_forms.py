"""The form of a test in the Wagtail admin."""

from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from assessments.models import Question
from assessments.models.sharing import get_institutions


class QuizPageForm(WagtailAdminPageForm):
    """Refuses what its author may not use: questions of other institutions, and draws from them. What the test had
    before stays, whoever saves it, and so does a question that was retired since."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen_before = _get_choices(self.instance.items) if self.instance.pk else (set(), set())

    def clean(self):
        cleaned = super().clean()
        if self.for_user and cleaned.get("items"):
            questions, institutions = (now - before for now, before in zip(
                _get_choices(cleaned["items"]), self.chosen_before, strict=True))
            offered = Question.objects.filter(pk__in=questions, state=Question.State.APPROVED).usable_by(self.for_user)
            if refused := questions - set(offered.values_list("pk", flat=True)):
                names = Question.objects.filter(pk__in=refused).usable_by(self.for_user).values_list("code", flat=True)
                self.add_error("items", _("Only approved questions that your institution may use can be chosen. Take "
                                          "these out: %(codes)s.") % {"codes": ", ".join(names) or _("not yours")})
            own = set(get_institutions(self.for_user).values_list("pk", flat=True))
            if not self.for_user.is_superuser and institutions - own:
                self.add_error("items", _("You can draw from the questions of your own institution only."))
        return cleaned


def _get_choices(items):
    """(primary keys of the questions, of the institutions that draws name) of the items of a test."""
    questions, institutions = set(), set()
    for block in items or ():
        if block.block_type == "question" and block.value:
            questions.add(block.value.pk)
        elif block.block_type == "draw" and block.value["institution"]:
            institutions.add(int(block.value["institution"]))
    return questions, institutions
