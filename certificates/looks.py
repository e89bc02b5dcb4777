"""What a certificate is printed with: the content of its version of a template, read and checked once."""

import json
from dataclasses import dataclass, field
from functools import lru_cache

from certificates.models import TemplateVersion
from certificates.templates import TemplateAltered, read_content, read_picture


@dataclass(frozen=True)
class Look:
    """``pictures`` is what the document reads them from: {name: JSON list of bytes}, of ``logo``, ``second_logo`` and
    ``signature_1`` from the left. The default is how it looks without a template."""

    layout: str = TemplateVersion.Layout.BRIDGE
    texts: dict = field(default_factory=dict)
    pictures: dict = field(default_factory=dict)

    def text(self, name, language):
        return self.texts.get(name, {}).get(language, "")


def get_look(certificate):
    """The Look of an issued certificate, that of its day for ever. Raises TemplateAltered when it is no longer that."""
    sha256 = certificate.snapshot.get("template_sha256", "")
    if certificate.template_version_id:
        return _read(certificate.template_version_id, sha256)
    if sha256:
        raise TemplateAltered(f"Certificate {certificate.pk} has lost its template.")
    return Look()


@lru_cache(maxsize=32)
def _read(version_id, sha256):
    version = TemplateVersion.objects.get(pk=version_id)
    if version.sha256 != sha256:
        raise TemplateAltered(f"Version {version_id} is not the one with which the certificate was issued.")
    return make_look(read_content(version))


def make_look(content):
    """The Look of a templates.Content. Raises TemplateAltered when the image of a signature is not the one saved."""
    pictures = {"logo": content.logo, "second_logo": content.second_logo}
    for position, signatory in enumerate(content.signatories, start=1):
        pictures[f"signature_{position}"] = picture = read_picture(signatory.image)
        if (picture.sha256 if picture else "") != signatory.image_sha256:
            raise TemplateAltered(f"The signature of version {signatory.pk} was altered.")
    written = {name: json.dumps(list(picture.content), separators=(",", ":"))
               for name, picture in pictures.items() if picture}
    return Look(layout=content.layout, texts=content.texts, pictures=written)
