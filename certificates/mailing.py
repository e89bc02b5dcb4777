from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy, override

from certificates import wording
from certificates.codes import grouped
from certificates.models import CorrectionRequest
from certificates.snapshot import read_snapshot

SUBJECTS = {
    "issued": gettext_lazy("Your certificate: %(course)s"),
    "corrected": gettext_lazy("Your certificate has a new version: %(course)s"),
    "revoked": gettext_lazy("Your certificate no longer holds: %(course)s"),
    "refused": gettext_lazy("The name on your certificate stays as it is: %(course)s"),
    "right": gettext_lazy("The name on your certificate is right already: %(course)s"),
    "expires_60": gettext_lazy("Your certificate expires on %(date)s: %(course)s"),
    "expires_7": gettext_lazy("Your certificate expires on %(date)s: %(course)s"),
    "expired": gettext_lazy("Your certificate has expired: %(course)s"),
}
ABOUT_A_REQUEST = ("refused_", "right_")


def send_mail(*, certificate, occasion):
    """Tell the holder, in the language of the holder, what happened to the certificate; ``occasion`` is one of
    SUBJECTS, those about a request for a correction with its number. Nothing is sent to a closed account."""
    holder = certificate.learner
    if not holder.is_active:
        return
    snapshot = read_snapshot(certificate)
    topic, number = occasion, None
    if occasion.startswith(ABOUT_A_REQUEST):
        topic, number = occasion.split("_")
    template = "expires" if topic.startswith("expires_") else topic
    with override(holder.preferred_language):
        context = {
            "language": holder.preferred_language,
            "name": holder.get_short_name(),
            "course": snapshot.course_title(holder.preferred_language),
            "kind": certificate.get_kind_display(),
            "folio": certificate.folio,
            "code": grouped(certificate.code),
            "hours": wording.hours(snapshot),
            "address": f"{settings.BASE_URL}{certificate.get_absolute_url()}",
            "issuer": snapshot.issuer,
            "correction": (certificate.corrections.order_by("asked_at")[int(number) - 1] if number
                           else _get_accepted(certificate)),
            "reason": _get_reason(certificate),
            "version": certificate.version,
            "expires_on": snapshot.expires_on and wording.day(snapshot.expires_on),
            "renew_address": f"{settings.BASE_URL}{resolve_url(settings.LOGIN_REDIRECT_URL)}",
        }
        context["subject"] = SUBJECTS[topic] % {"course": " ".join(context["course"].split()),
                                                "date": context["expires_on"]}
        message = EmailMultiAlternatives(
            subject=context["subject"],
            body=render_to_string(f"certificates/mail/{template}.txt", context),
            to=[holder.email],
            # The same at every attempt, so that a mail sent twice is shown once.
            headers={"Message-ID": f"<certificate.{certificate.pk}.{occasion}@{settings.ALLOWED_HOSTS[0]}>"},
        )
        message.attach_alternative(render_to_string(f"certificates/mail/{template}.html", context), "text/html")
    message.send()


def _get_accepted(certificate):
    """The CorrectionRequest that made this version, or None."""
    return CorrectionRequest.objects.filter(
        certificate__code=certificate.code, state=CorrectionRequest.State.ACCEPTED,
        decided_at=certificate.issued_at).first() if certificate.supersedes_id else None


def _get_reason(certificate):
    """Why it ended; of a version that holds, why it took the place of the one before it."""
    ended = certificate if certificate.reason else certificate.supersedes
    return ended.get_reason_display() if ended else ""
