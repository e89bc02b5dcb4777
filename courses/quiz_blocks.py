"""The blocks that a test is made of."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.models import Tag
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from assessments.choosers import QuestionChooserBlock
from assessments.draws import Draw, get_pool
from assessments.models import Question
from lms.accounts.models import Organisation


def get_tag_choices():
    """(name, name) of each tag of a question of the bank."""
    tags = Tag.objects.filter(questions__isnull=False).distinct().order_by("name").values_list("name", flat=True)
    return [(name, name) for name in tags]


def get_institution_choices():
    """(primary key, name) of each institution that has questions of its own."""
    owners = Organisation.objects.institutions().filter(questions__isnull=False).distinct().order_by("name")
    return [(str(pk), name) for pk, name in owners.values_list("pk", "name")]


class DrawBlock(blocks.StructBlock):
    category = SnippetChooserBlock("assessments.QuestionCategory", label=gettext_lazy("Category"), required=False)
    tag = blocks.ChoiceBlock(choices=get_tag_choices, label=gettext_lazy("Tag"), required=False)
    difficulty = blocks.ChoiceBlock(choices=Question.Difficulty.choices, label=gettext_lazy("Difficulty"),
                                    required=False)
    institution = blocks.ChoiceBlock(
        choices=get_institution_choices, label=gettext_lazy("Also the questions of"), required=False,
        help_text=gettext_lazy("A draw takes questions that everybody may use, and with an institution here those that "
                               "this institution may use too. Only approved questions are drawn."))
    count = blocks.IntegerBlock(label=gettext_lazy("How many"), min_value=1, default=10)

    class Meta:
        icon = "rotate"
        label = gettext_lazy("Random draw")
        help_text = gettext_lazy("Each attempt gets other questions: of those that have all that you choose here. A "
                                 "category brings those below it.")

    def clean(self, value):
        value = super().clean(value)
        category, tag, difficulty = value["category"], value["tag"], value["difficulty"]
        institution = int(value["institution"]) if value["institution"] else None
        if not (category or tag or difficulty):
            raise blocks.StructBlockValidationError(block_errors={"category": ValidationError(
                _("Choose a category, a tag or a difficulty, so that it is known what to draw from."))})
        if not get_pool(category.pk if category else None, tag, difficulty, institution):
            raise blocks.StructBlockValidationError(non_block_errors=[
                _("The bank has no approved question with all of this, so nothing could be drawn.")])
        return value


class QuizItemsBlock(blocks.StreamBlock):
    question = QuestionChooserBlock(label=gettext_lazy("Question"))
    draw = DrawBlock()


def read_sections(raw):
    """The questions by primary key and the Draws of raw QuizItems, in order, without a query."""
    sections = []
    for block in raw:
        value = block["value"]
        if block["type"] == "question":
            sections.append(value)
        else:
            institution = value.get("institution")
            draw = Draw(count=value["count"], category=value.get("category"), tag=value.get("tag") or "",
                        difficulty=value.get("difficulty") or "", institution=int(institution) if institution else None)
            if draw.category or draw.tag or draw.difficulty:
                sections.append(draw)
    return tuple(sections)
