"""The StreamField blocks of the question bank. A question is one language-neutral record: its texts carry all their
languages side by side, so two languages cannot differ in options or key."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError


class LocalizedTextBlock(blocks.StructBlock):
    """One text in every configured language: {"es": "…", "en": "…"}. The first language is required when ``required``
    is; a missing translation falls back to it when it is shown."""

    def __init__(self, *, required=True, rows=2, **kwargs):
        languages = [
            (code, blocks.TextBlock(label=name, rows=rows, required=required and code == settings.LANGUAGE_CODE))
            for code, name in settings.WAGTAIL_CONTENT_LANGUAGES
        ]
        super().__init__(languages, **kwargs)

    class Meta:
        form_classname = "localized-text struct-block"


class OptionBlock(blocks.StructBlock):
    text = LocalizedTextBlock(label=_("Text"), rows=1)
    correct = blocks.BooleanBlock(label=_("Correct"), required=False)
    feedback = LocalizedTextBlock(label=_("Feedback"), required=False,
                                  help_text=_("Why it is right or wrong. Shown after the attempt."))

    class Meta:
        icon = "list-ul"
        label = _("Option")


class ChoiceBlock(blocks.StructBlock):
    """What single and multiple choice share; ``clean`` refuses a key that no answer could satisfy."""

    stem = LocalizedTextBlock(label=_("Question"))
    options = blocks.ListBlock(OptionBlock(), label=_("Options"), min_num=2, max_num=12)
    feedback = LocalizedTextBlock(label=_("General feedback"), required=False)

    def clean(self, value):
        value = super().clean(value)
        right = sum(bool(option["correct"]) for option in value["options"])
        if message := self.get_key_error(right, len(value["options"])):
            raise blocks.StructBlockValidationError(
                block_errors={"options": ListBlockValidationError(non_block_errors=[ValidationError(message)])}
            )
        return value


class SingleChoiceBlock(ChoiceBlock):
    def get_key_error(self, right, total):
        return _("Exactly one option must be correct.") if right != 1 else None

    class Meta:
        icon = "radio-full"
        label = _("Single choice")


class MultipleChoiceBlock(ChoiceBlock):
    def get_key_error(self, right, total):
        return _("At least one option must be correct.") if not right else None

    class Meta:
        icon = "tick"
        label = _("Multiple choice")


class TrueFalseBlock(blocks.StructBlock):
    stem = LocalizedTextBlock(label=_("Statement"))
    answer = blocks.ChoiceBlock(label=_("The statement is"), choices=[("true", _("True")), ("false", _("False"))])
    when_true = LocalizedTextBlock(label=_("Feedback to “true”"), required=False)
    when_false = LocalizedTextBlock(label=_("Feedback to “false”"), required=False)
    feedback = LocalizedTextBlock(label=_("General feedback"), required=False)

    class Meta:
        icon = "circle-check"
        label = _("True or false")


class QuestionBlock(blocks.StreamBlock):
    """Exactly one child: its type is the kind of the question."""

    single_choice = SingleChoiceBlock()
    multiple_choice = MultipleChoiceBlock()
    true_false = TrueFalseBlock()

    class Meta:
        min_num = 1
        max_num = 1


def freeze_question(kind, value):
    """The plain JSON of a question: everything a learner sees in every language, with its key.

    ``value`` is the struct value of one of the blocks above. Grading and rendering read this and nothing else."""
    frozen = {"kind": kind, "stem": dict(value["stem"]), "feedback": dict(value["feedback"])}
    if kind == "true_false":
        frozen["options"] = [
            {"id": answer, "text": None, "correct": value["answer"] == answer,
             "feedback": dict(value[f"when_{answer}"])}
            for answer in ("true", "false")
        ]
    else:
        frozen["options"] = [
            {"id": option.id, "text": dict(option.value["text"]), "correct": bool(option.value["correct"]),
             "feedback": dict(option.value["feedback"])}
            for option in value["options"].bound_blocks
        ]
    return frozen
