from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from assessments.kinds.file_upload import grading
from assessments.kinds.marked import MarkedBlock, MarkedKind

TYPES = [("pdf", "PDF"), ("docx", "Word (docx)"), ("odt", "OpenDocument (odt)"), ("jpg", "JPEG (jpg)"),
         ("png", "PNG")]
MEGABYTE = 1024 * 1024


class FileUploadBlock(MarkedBlock):
    types = blocks.MultipleChoiceBlock(label=_("Kinds of file"), choices=TYPES, default=["pdf", "docx", "odt"],
                                       help_text=_("What a file is, is decided by what it holds, not by its name."))
    megabytes = blocks.IntegerBlock(label=_("Megabytes at most"), default=10, min_value=1, max_value=50)

    class Meta:
        icon = "upload"
        label = _("File, marked by a person")


class FileUpload(MarkedKind):
    """Its response names a HandedInFile (assessments.handing_in)."""

    name = "file_upload"
    label = _("File, marked by a person")
    hint = _("Hand in one file. A person will look at it and mark it.")
    block = FileUploadBlock
    grading = grading
    scripts = ("js/file_upload.js",)
    takes_files = True

    def freeze_parts(self, value):
        return super().freeze_parts(value) | {"types": [name for name, _label in TYPES if name in value["types"]],
                                              "largest": value["megabytes"] * MEGABYTE}

    def read(self, post, name, item):
        return {} if post.get(f"{name}-remove") else {"file": post.get(name, "")}

    def is_kept(self, response, *, attempt, position):
        # The models import the kinds.
        from assessments.models import HandedInFile

        return not response or HandedInFile.objects.filter(pk=response["file"], attempt=attempt,
                                                           position=position).exists()

    def present(self, item, response):
        return super().present(item, response) | {
            "file": response.get("file", ""),
            "types": ", ".join(label for name, label in TYPES if name in item["types"]),
            "accept": ",".join(f".{name}" for name in item["types"]), "megabytes": item["largest"] // MEGABYTE}

    def review(self, item, response, details, *, show_key):
        return super().review(item, response, details, show_key=show_key) | {"file": response.get("file", "")}

    def tally(self, item, response):
        return ["handed_in"] if response else []
