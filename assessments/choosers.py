from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.chooser import ChooserViewSet

from assessments.models import Question


class QuestionChooserViewSet(ChooserViewSet):
    model = Question
    icon = "help"
    choose_one_text = _("Choose a question")
    choose_another_text = _("Choose another question")
    url_filter_parameters = ["category"]
    preserve_url_parameters = ["multiple", "category"]


question_chooser = QuestionChooserViewSet("question_chooser")
QuestionChooserBlock = question_chooser.get_block_class(name="QuestionChooserBlock", module_path="assessments.choosers")
