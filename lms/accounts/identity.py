"""Identity documents: how a number is validated, written, and kept unreadable at rest.

A number is stored twice: encrypted, to be shown to those who may see it, and as a keyed fingerprint, so that the same
document cannot be registered twice and can be found without decrypting anything. Sources: python-stdnum `cl.rut`
(weights 2-7, modulo 11) and `mx.curp`; CURP admits the sex X since 2023, which python-stdnum does not know."""

import hashlib
import hmac
import re
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from stdnum.cl import rut
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.mx import curp


class DocumentKind(models.TextChoices):
    RUT = "rut", _("RUT (Chile)")
    CURP = "curp", _("CURP (Mexico)")
    PASSPORT = "passport", _("Passport")
    OTHER = "other", _("Another document")


def normalise_document(*, kind, number):
    """The canonical form of ``number``: a RUT as ``12345678-5``, a CURP as 18 capitals, others in capitals.

    Raises django's ValidationError, with a sentence for the person, when the number cannot be right."""
    number = number.strip()
    if kind == DocumentKind.RUT:
        try:
            compact = rut.validate(number)
        except StdnumError:
            raise ValidationError(
                _("This RUT is not valid. Check the digits and the one after the dash, for example 12.345.678-5."),
                code="document_invalid",
            ) from None
        return f"{compact[:-1].lstrip('0')}-{compact[-1]}"
    if kind == DocumentKind.CURP:
        compact = curp.compact(number)
        try:
            # The check digit is computed on the number as it is; the other rules with a sex python-stdnum knows.
            if len(compact) == 18 and compact[10] == "X":
                curp.validate(compact[:10] + "H" + compact[11:], validate_check_digits=False)
                if curp.calc_check_digit(compact[:-1]) != compact[-1]:
                    raise StdnumError
            else:
                curp.validate(compact)
        except (StdnumError, ValueError):
            raise ValidationError(
                _("This CURP is not valid. It has 18 letters and digits; check each of them."), code="document_invalid"
            ) from None
        return compact
    compact = re.sub(r"[\s.]", "", number).upper()
    if not re.fullmatch(r"[A-Z0-9/-]{4,30}", compact):
        raise ValidationError(
            _("Write the number with 4 to 30 letters, digits or dashes."), code="document_invalid"
        )
    return compact


@cache
def _fernet(keys):
    return MultiFernet([Fernet(key) for key in keys])


def _ring():
    return _fernet(tuple(settings.IDENTITY_KEYS))


def encrypt(number):
    return _ring().encrypt(number.encode()).decode() if number else ""


def decrypt(token):
    """The number, or an empty text when there is none or the key that wrote it is gone."""
    try:
        return _ring().decrypt(token.encode()).decode() if token else ""
    except InvalidToken:
        return ""


def fingerprint(*, kind, number):
    """Keyed HMAC-SHA256 of a normalised number, 64 hexadecimal digits. It survives a rotation of the Fernet keys,
    because it is keyed by the oldest of them."""
    key = settings.IDENTITY_KEYS[-1].encode()
    return hmac.new(key, f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()


def mask(number):
    """``12345678-5`` as ``••••5678-5``: enough for a person to know their own, too little for anybody else."""
    if not number:
        return ""
    visible = 6 if "-" in number else 4
    return "•" * max(len(number) - visible, 2) + number[-visible:] if len(number) > visible else "•" * len(number)
