"""Documents on paper from Typst templates: PDF/A-3a and PDF/UA-1 at once, so that they can be kept and read aloud."""

import logging
import threading

import segno
import typst

STANDARDS = ["a-3a", "ua-1"]

logger = logging.getLogger(__name__)
_of_this_thread = threading.local()


def typeset(template, *, inputs, at):
    """The bytes of the PDF that ``template`` (a Path) makes of ``inputs``; the same for the same moment.

    ``inputs``: {name: text} that the template reads as ``sys.inputs``. Give data as JSON: text in a name can never
    become Typst code."""
    arguments = {"sys_inputs": inputs, "timestamp": int(at.timestamp())}
    try:
        return _get_compiler(template, embedded_only=True).compile(pdf_standards=STANDARDS, **arguments)
    except typst.TypstError as error:
        # A script that the embedded fonts lack, such as Chinese: PDF/A forbids a missing glyph. The person gets the
        # document with the fonts of this machine, and without that promise.
        if "could not be displayed" not in error.message:
            raise
        logger.warning("A document of %s has characters outside the embedded fonts.", template.name)
        return _get_compiler(template, embedded_only=False).compile(**arguments)


def draw(template, *, inputs, kind, ppi):
    """The pages of a document as a list of pictures, bytes of ``kind`` "png" or "svg"."""
    pages = _get_compiler(template, embedded_only=True).compile(format=kind, ppi=ppi, sys_inputs=inputs)
    return pages if isinstance(pages, list) else [pages]


def draw_qr(address):
    """A QR code of ``address`` as SVG. Its mask is given: to look for the best of eight takes three milliseconds, four
    times what all the rest does, and every reader undoes whichever it is."""
    return segno.make(address, error="m", micro=False, mask=6).svg_inline(scale=4, border=0, dark="#1F2A37")


def _get_compiler(template, *, embedded_only):
    """One compiler a thread: it keeps fonts and template in memory and must not be shared."""
    compilers = _of_this_thread.__dict__.setdefault("compilers", {})
    if (template, embedded_only) not in compilers:
        compilers[template, embedded_only] = typst.Compiler(str(template), root=str(template.parent),
                                                            ignore_system_fonts=embedded_only)
    return compilers[template, embedded_only]
