"""The blocks a lesson is written in. Ids of blocks survive translation: a reading position is a block id."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

INLINE = ["bold", "italic", "link", "document-link"]
TEXT = [*INLINE, "h2", "h3", "ol", "ul"]


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.TextBlock(label=_("Alternative text"), rows=2,
                           help_text=_("What the picture says, for people who do not see it."))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "blocks/figure.html"


class CaptionsBlock(blocks.StructBlock):
    language = blocks.ChoiceBlock(label=_("Language"), choices=settings.WAGTAIL_CONTENT_LANGUAGES)
    file = DocumentChooserBlock(label=_("Captions"), help_text=_("A WebVTT file (.vtt)."))


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    file = DocumentChooserBlock(label=_("Video"), help_text=_("A WebM or MP4 file. It is served from here: no outside "
                                                              "site learns who watches."))
    captions = blocks.ListBlock(CaptionsBlock(), label=_("Captions"), min_num=1,
                                help_text=_("At least one language. People who do not hear need them."))
    transcript = blocks.RichTextBlock(label=_("Transcript"), features=INLINE, required=False)

    class Meta:
        icon = "media"
        label = _("Video")
        template = "blocks/video.html"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(label=_("Kind"), default="remember", choices=[
        ("remember", _("Remember")), ("tip", _("Tip")), ("warning", _("Careful")),
    ])
    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(label=_("Text"), features=[*INLINE, "ol", "ul"])

    class Meta:
        icon = "info-circle"
        label = _("Call-out")
        template = "blocks/callout.html"


class LawBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    text = blocks.RichTextBlock(label=_("Text"), features=[*INLINE, "ol", "ul"])
    source = blocks.CharBlock(label=_("Source"), help_text=_("Law and article, or the publication."))
    valid_from = blocks.DateBlock(label=_("In force from"))
    review_by = blocks.DateBlock(label=_("To be reviewed by"))

    class Meta:
        icon = "clipboard-list"
        label = _("Legal fact")
        template = "blocks/law.html"


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    story = blocks.RichTextBlock(label=_("Story"), features=[*INLINE, "ul"])
    questions = blocks.ListBlock(blocks.CharBlock(label=_("Question")), label=_("Questions to think about"))

    class Meta:
        icon = "group"
        label = _("Case study")
        template = "blocks/case.html"


class AccordionBlock(blocks.StructBlock):
    sections = blocks.ListBlock(blocks.StructBlock([
        ("heading", blocks.CharBlock(label=_("Heading"))),
        ("text", blocks.RichTextBlock(label=_("Text"), features=[*INLINE, "ol", "ul"])),
    ]), label=_("Sections"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Accordion")
        template = "blocks/accordion.html"


class KeyTermsBlock(blocks.StructBlock):
    terms = blocks.ListBlock(blocks.StructBlock([
        ("term", blocks.CharBlock(label=_("Term"))),
        ("definition", blocks.TextBlock(label=_("Definition"), rows=2)),
    ]), label=_("Terms"), min_num=1)

    class Meta:
        icon = "tag"
        label = _("Key terms")
        template = "blocks/key_terms.html"


class DownloadBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    description = blocks.CharBlock(label=_("Description"), required=False)
    file = DocumentChooserBlock(label=_("File"))

    class Meta:
        icon = "download"
        label = _("Download")
        template = "blocks/download.html"


class LessonBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT, icon="pilcrow", template="blocks/text.html")
    figure = FigureBlock()
    video = VideoBlock()
    callout = CalloutBlock()
    law = LawBlock()
    case = CaseBlock()
    accordion = AccordionBlock()
    key_terms = KeyTermsBlock()
    download = DownloadBlock()
