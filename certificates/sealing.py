"""The seal of a document: a digital signature of the issuer by PAdES, baseline B-B (ETSI EN 319 142-1). It covers the
whole file, what is attached too, and allows no change after it.

To import this takes a third of a second, for pyHanko: whoever does not seal should not."""

from functools import lru_cache
from io import BytesIO

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from asn1crypto.algos import SignedDigestAlgorithm
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.keys import sign
from certificates.models import IssuerKey

FIELD = "Seal"
# What the signature may take: a certificate and its root are 1.3 kB, and in a document a byte is two digits.
ROOM = 8192
# The field cannot be seen. Outside of the page, neither PDF/A nor PDF/UA ask for it to look like something.
NOWHERE = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


class IssuerSigner(Signer):
    """Signs for pyHanko with a key of ours, wherever it is kept."""

    def __init__(self, key):
        self.key = key
        leaf, *above = (asn1_x509.Certificate.load(der) for _type, _headers, der in pem.unarmor(
            key.public_key.encode(), multiple=True))
        registry = SimpleCertificateStore()
        registry.register_multiple(above)
        super().__init__(signing_cert=leaf, cert_registry=registry,
                         signature_mechanism=SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}))

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        return bytes(72) if dry_run else sign(key=self.key, data=data)


def seal_pdf(*, content, key, language):
    """The PDF ``content`` (bytes) with the seal of ``key``, an IssuerKey. What it says of itself is in ``language``.

    Raises KeyUnavailable."""
    # Typst ends its files without a new line: what pyHanko adds would not be PDF/A any more.
    document = IncrementalPdfFileWriter(BytesIO(content + b"\n"))
    with override(language):
        reason, field = _("Certificate issued by the platform"), _("Seal of the issuer")
    metadata = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=settings.CERTIFICATE_ISSUER,
        reason=reason, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    spec = SigFieldSpec(sig_field_name=FIELD, readable_field_name=field, invis_sig_settings=NOWHERE)
    signer = PdfSigner(metadata, _get_signer(key.key_id, key.storage, key.public_key), new_field_spec=spec)
    return signer.sign_pdf(document, bytes_reserved=ROOM, in_place=True).getvalue()


@lru_cache(maxsize=8)
def _get_signer(key_id, storage, public_key):
    """Certificates are parsed once a process."""
    return IssuerSigner(IssuerKey(key_id=key_id, storage=storage, public_key=public_key,
                                  purpose=IssuerKey.Purpose.PDF))
