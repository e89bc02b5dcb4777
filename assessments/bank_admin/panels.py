"""What the form of a question says before its fields."""

from wagtail.admin.panels import Panel

from assessments.bank import get_tests
from assessments.models import Question


class NoticesPanel(Panel):
    """That a retired question is still used, and by which tests; which texts wait to be translated."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "assessments/admin/bank/notices.html"

        def get_context_data(self, parent_context=None):
            question = self.instance
            gaps = question.find_gaps() if question.pk else []
            is_retired = question.state == Question.State.RETIRED
            return super().get_context_data(parent_context) | {
                "is_retired": is_retired, "tests": get_tests(question=question) if is_retired else [],
                "missing": [gap for gap in gaps if not gap.is_older], "older": [gap for gap in gaps if gap.is_older],
                "pairs": [[gap.language, gap.text.texts[gap.text.source], gap.text.texts[gap.language]]
                          for gap in gaps if gap.is_older]}
