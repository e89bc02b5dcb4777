"""Why work of a certificate is not done, in words for who runs the platform. A row keeps only the name of the error,
because its text may hold an address or a name."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models import Outbox

REASONS = {
    "certificates.snapshot.SnapshotAltered": gettext_lazy(
        "What is stored of the certificate is not what was issued. Restore its row from a backup, then try again."),
    "certificates.templates.TemplateAltered": gettext_lazy(
        "The texts or pictures of its template are not those that were saved. Restore them from a backup, then try "
        "again."),
    "certificates.outbox.ArtifactDamaged": gettext_lazy(
        "A file that goes into it is not the one that was made. Restore it from a backup, then try again."),
    "certificates.key_errors.KeyUnavailable": gettext_lazy(
        "The key of the issuer cannot be used: see whether its file or module is there and may be read."),
    "certificates.credentials.making.CredentialUnsound": gettext_lazy(
        "The digital credential did not stand its own check, so it was not kept. The log says which check."),
    "typst.TypstError": gettext_lazy("The document could not be set. The log says where."),
    "builtins.OSError": gettext_lazy(
        "A file could not be read or written: see whether there is room and whether the platform may write."),
    "builtins.PermissionError": gettext_lazy("The platform may not read or write a file that it needs."),
    "builtins.ConnectionRefusedError": gettext_lazy("A server that is needed, such as that for mail, does not answer."),
    "builtins.TimeoutError": gettext_lazy("A server that is needed, such as that for mail, does not answer in time."),
}


def with_blocking(works):
    """A queryset of Outbox with ``is_blocked``: work before it was given up."""
    return works.annotate(is_blocked=Exists(Outbox.objects.dead().filter(
        certificate=OuterRef("certificate"), stage__lt=OuterRef("stage"))))


def explain(work):
    """One sentence or two about a row of ``with_blocking``; an empty text for what was not tried yet."""
    if work.is_blocked:
        return _("It waits for what comes before it, which was given up.")
    if not work.last_error:
        return ""
    if work.last_error.startswith("smtplib."):
        return _("The mail server did not take the mail.")
    return str(REASONS.get(work.last_error) or _("Something unexpected happened (%(error)s). The log says more.") % {
        "error": work.last_error})
