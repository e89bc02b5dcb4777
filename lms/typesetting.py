"""Documents on paper from Typst templates: PDF/A-3a and PDF/UA-1 at once, so that they can be kept and read aloud."""

import json
import logging
import threading

import typst

STANDARDS = ["a-3a", "ua-1"]

logger = logging.getLogger(__name__)
_of_this_thread = threading.local()


def typeset(template, *, data, at):
    """The bytes of the PDF that ``template`` (a Path) makes of ``data`` (a JSON value); the same for the same moment.

    Data goes in as JSON (``sys.inputs.data``): text in a name can never become Typst code."""
    arguments = {"sys_inputs": {"data": json.dumps(data)}, "timestamp": int(at.timestamp())}
    try:
        return _get_compiler(template, embedded_only=True).compile(pdf_standards=STANDARDS, **arguments)
    except typst.TypstError as error:
        # A script that the embedded fonts lack, such as Chinese: PDF/A forbids a missing glyph. The person gets the
        # document with the fonts of this machine, and without that promise.
        if "could not be displayed" not in error.message:
            raise
        logger.warning("A document of %s has characters outside the embedded fonts.", template.name)
        return _get_compiler(template, embedded_only=False).compile(**arguments)


def _get_compiler(template, *, embedded_only):
    """One compiler a thread: it keeps fonts and template in memory and must not be shared."""
    compilers = _of_this_thread.__dict__.setdefault("compilers", {})
    if (template, embedded_only) not in compilers:
        compilers[template, embedded_only] = typst.Compiler(str(template), root=str(template.parent),
                                                            ignore_system_fonts=embedded_only)
    return compilers[template, embedded_only]
