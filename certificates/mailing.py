from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from certificates import wording
from certificates.codes import grouped
from certificates.snapshot import read_snapshot


def send_mail(*, certificate):
    """Tell the holder, in the language of the holder, where the certificate is. Nothing is sent to a closed account."""
    holder = certificate.learner
    if not holder.is_active:
        return
    snapshot = read_snapshot(certificate)
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
        }
        message = EmailMultiAlternatives(
            subject=_("Your certificate: %(course)s") % {"course": " ".join(context["course"].split())},
            body=render_to_string("certificates/mail/issued.txt", context),
            to=[holder.email],
            # The same at every attempt, so that a mail sent twice is shown once.
            headers={"Message-ID": f"<certificate.{certificate.pk}@{settings.ALLOWED_HOSTS[0]}>"},
        )
        message.attach_alternative(render_to_string("certificates/mail/issued.html", context), "text/html")
    message.send()
