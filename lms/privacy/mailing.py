"""Mails about a person's data, in the language of that person."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override


def send_request_received(erasure):
    _send(erasure, "received", erasure.person.email)


def send_answer(erasure, *, address, name):
    """``address`` and ``name`` are those from before the erasure: afterwards nobody knows them."""
    _send(erasure, "erased" if erasure.state == erasure.State.DONE else "refused", address, name=name)


def _send(erasure, template, address, *, name=None):
    with override(erasure.person.preferred_language):
        context = {"name": name or erasure.person.get_short_name(), "erasure": erasure,
                   "address": settings.BASE_URL + reverse("own_data"), "issuer": settings.CERTIFICATE_ISSUER}
        send_mail(subject=_("Your request to erase your data"), recipient_list=[address], from_email=None,
                  message=render_to_string(f"privacy/mail/{template}.txt", context))
