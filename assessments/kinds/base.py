"""What a kind of question is, and what most kinds share."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from assessments.texts import LocalizedTextBlock


class ImageBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt = LocalizedTextBlock(label=_("What the image shows, in words"), rows=1, required=False,
                             help_text=_("For people who do not see the image. Leave it empty for an ornament."))

    class Meta:
        icon = "image"
        label = _("Image")


class ImagesBlock(blocks.ListBlock):
    def value_from_datadict(self, data, files, prefix):
        """Empty for a form that was opened before questions had images."""
        return super().value_from_datadict(data, files, prefix) if f"{prefix}-count" in data else self.empty_value()


class KindBlock(blocks.StructBlock):
    """How a question is written; a kind adds its own fields, which stand between the stem and the feedback."""

    stem = LocalizedTextBlock(label=_("Question"))
    images = ImagesBlock(ImageBlock(), label=_("Images"), default=[], max_num=12, help_text=_(
        "They are shown below the question, with numbers when they are several."))
    feedback = LocalizedTextBlock(label=_("General feedback"), required=False)
    points = blocks.DecimalBlock(label=_("Points"), default=1, min_value=0, max_value=100, max_digits=5,
                                 decimal_places=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("feedback", "points"):
            if name in self.child_blocks:
                self.child_blocks[name] = self.child_blocks.pop(name)


class Kind:
    """One kind of question. An item is its frozen JSON (``freeze``), with its ``options`` in the order in which they
    are shown; a response is JSON as ``grading.check`` returns it.

    ``grading`` is a module without Django: ``check(item, response)`` returns the response, any JSON, as it is kept
    (empty when nothing was answered) or raises AnswerRefused; ``grade(item, response)`` returns a Credit.

    ``question_template`` shows the fields of the answer, ``review_template`` what was answered; both get ``question``
    (assessments.presenting.Question) with ``question.view`` = what ``present`` or ``review`` returned."""

    name = ""
    label = ""
    hint = ""  # how to answer, one sentence below the stem
    block = None  # class of the block that trainers fill in
    grading = None
    is_marked = False  # True: a person decides how many points
    takes_files = False  # True: a file can be sent with its answer, in the field «file3» (assessments.handing_in)
    scripts = ()  # static files of JavaScript modules that make its fields nicer

    @property
    def question_template(self):
        return f"{self.name}/question.html"

    @property
    def review_template(self):
        return f"{self.name}/review.html"

    def freeze(self, value):
        """The plain JSON of a question, from the value of ``block``: everything a learner sees in every language, with
        its key. Grading and pages read this and nothing else."""
        frozen = {"kind": self.name, "stem": dict(value["stem"]), "feedback": dict(value["feedback"]),
                  "points": format_points(value.get("points", 1)), **self.freeze_parts(value)}
        if images := freeze_images(value.get("images") or ()):
            frozen["images"] = images
        return frozen

    def freeze_parts(self, value):
        """What this kind adds: at least ``options``, a list of {"id": …}, where something can be shuffled."""
        raise NotImplementedError

    def get_texts(self, item):
        """The {language: text} of the item beside its stem, for the search and for what is not yet translated."""
        return [text for option in item.get("options", []) if (text := option.get("text"))]

    def arrange(self, item, rng):
        """The ids of the options in the order to show. ``rng``: a random.Random, or None to leave them as they are."""
        order = [option["id"] for option in item.get("options", [])]
        if rng:
            rng.shuffle(order)
        return order

    def read(self, post, name, item):
        """The response in a posted form, as any JSON; ``name`` begins the names of this question's fields
        (``q3``, ``q3-…``). ``post``: a QueryDict."""
        raise NotImplementedError

    def is_kept(self, response, *, attempt, position):
        """Is what the response refers to really this attempt's own? Asked before it is saved."""
        return True

    def may_replace(self, item, saved, response):
        """May ``response`` take the place of the one that is ``saved`` (None before the first)?"""
        return True

    def is_finished(self, item, response):
        """Is there an answer that can be shown to be right or wrong before the attempt is handed in?"""
        return bool(response)

    def describe_missing(self, item, response):
        """A sentence in the active language: what ``response``, which is not empty, still lacks. An empty text when
        nothing does. It may be handed in all the same."""
        return ""

    def present(self, item, response):
        """What ``question_template`` needs, with texts in the active language. Never tells the key."""
        raise NotImplementedError

    def review(self, item, response, details, *, show_key):
        """What ``review_template`` needs. ``details``: of the Credit. The key only with ``show_key``."""
        raise NotImplementedError

    def tally(self, item, response):
        """What the response adds to the statistics of the item: texts such as the ids of the chosen options."""
        raise NotImplementedError


def freeze_images(images):
    """[{"image": primary key, "alt": texts}] of those that the library still has."""
    return [{"image": each["image"].pk, "alt": dict(each["alt"])} for each in images if each["image"]]


def format_points(value):
    """«1», «0.5»: the same text for the same number, whoever wrote it."""
    return format(Decimal(value).normalize(), "f")
