"""Opens a PDF that a stranger brought. It runs by itself (``python -I pdf_inspection.py < file``), as a process of its
own with little memory and time: such a file may be made to eat both. It knows neither the platform nor its secrets.

Prints JSON: {"refused": why} or {"signatures": [{"certificate": DER in base64, "intact": is it a signature of what it
covers, "whole": is that the whole file}], "credentials": [attached files called credential.json in base64], "links":
[addresses that its pages lead to]}."""

import base64
import contextlib
import hashlib
import json
import resource
import sys
from io import BytesIO

from pyhanko.pdf_utils import misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

SECONDS = 5
MEMORY = 512 * 1024 * 1024
MOST_SIGNATURES, MOST_NODES, MOST_LINKS = 5, 200, 50
LARGEST_CREDENTIAL = 256 * 1024
CREDENTIAL = "credential.json"
WHITE_SPACE = b"\0\t\n\f\r "


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def inspect(content):
    """What is printed, of the bytes of a file."""
    try:
        # A reader looks for the end of a file in its last bytes; what was added after it is told by the signature.
        reader = PdfFileReader(BytesIO(content.rstrip(WHITE_SPACE)), strict=False)
        if reader.encrypted:
            return {"refused": "encrypted"}
        return {"signatures": [read_signature(each, content)
                               for each in reader.embedded_signatures[:MOST_SIGNATURES]],
                "credentials": [base64.b64encode(each).decode() for each in find_credentials(reader.root)],
                "links": find_links(reader.root)}
    except (MemoryError, RecursionError):
        return {"refused": "too_complex"}
    except Exception:  # a broken file breaks a reader in any way it can
        return {"refused": "unreadable"}


def read_signature(signature, content):
    nothing = {"certificate": "", "intact": False, "whole": False}
    try:
        certificate = signature.signer_cert
        start, length, after, rest = map(int, signature.byte_range)
        # All but the signature itself, as it is written between < and >: nothing can hide beside it.
        hole = content[length:after]
        whole = (start, after + rest) == (0, len(content)) and hole[:1] + hole[-1:] == b"<>" and (
            bytes.fromhex(hole[1:-1].decode()) == bytes(signature.pkcs7_content))
        digest = hashlib.sha256(content[start:start + length] + content[after:after + rest]).digest()
        intact, valid = validate_sig_integrity(signature.signer_info, certificate, "data", actual_digest=digest)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # a signature that cannot be read holds nothing
        return nothing
    return {"certificate": base64.b64encode(certificate.dump()).decode(), "intact": bool(intact and valid),
            "whole": whole}


def find_credentials(root):
    """The bytes of the attached files of that name, two at most; of a larger one nothing."""
    found = []
    for node in walk(root.get("/Names", {}).get("/EmbeddedFiles", {})):
        for specification in entries(node, "/Names")[1::2]:
            if CREDENTIAL in {str(specification.get("/UF", "")), str(specification.get("/F", ""))}:
                data = specification["/EF"]["/F"].data
                found.append(data if len(data) <= LARGEST_CREDENTIAL else b"")
                if len(found) == 2:  # one too many already
                    return found
    return found


def find_links(root):
    found = set()
    for node in walk(root["/Pages"]):
        for annotation in entries(node, "/Annots"):
            with contextlib.suppress(AttributeError, KeyError, TypeError, misc.PdfError):
                found.add(str(annotation["/A"]["/URI"]))
    return sorted(found)[:MOST_LINKS]


def walk(root):
    """The nodes of a tree, as far as it is no larger than ours could be."""
    nodes = [root]
    for node in nodes:  # grows while it is read
        nodes += entries(node, "/Kids")[:MOST_NODES - len(nodes)]
    return nodes


def entries(node, name):
    array = node.get(name, ())
    return [array[number] for number in range(min(len(array), MOST_NODES))]


if __name__ == "__main__":
    limit()
    print(json.dumps(inspect(sys.stdin.buffer.read())))  # noqa: T201 (what it is for)
