"""What `manage.py check` says of the keys of the issuer; with `--database default` also whether there are any."""

from django.conf import settings
from django.core import checks
from django.db import connections
from django.utils import timezone

from certificates.models import IssuerKey


@checks.register(checks.Tags.security)
def check_key_folder(app_configs, **kwargs):
    folder = settings.KEYS_DIR
    if folder.is_dir() and folder.stat().st_mode & 0o077:
        return [checks.Error(f"Others may use {folder}, which holds the private keys of the issuer: nothing is signed.",
                             hint=f"Run: chmod 700 {folder}", id="certificates.E001")]
    return []


@checks.register(checks.Tags.database)
def check_keys(app_configs, databases=None, **kwargs):
    if not databases or IssuerKey._meta.db_table not in connections[databases[0]].introspection.table_names():
        return []
    purposes = set(IssuerKey.objects.using(databases[0]).usable(timezone.now()).values_list("purpose", flat=True))
    missing = {
        IssuerKey.Purpose.PDF: ("Documents are unsigned: the issuer has no key to seal them.", "certificates.W001"),
        IssuerKey.Purpose.CREDENTIAL: ("Certificates have no digital credential: the issuer has no key to sign it.",
                                       "certificates.W002"),
    }
    return [checks.Warning(sentence, hint="Run: manage.py create_issuer_keys", id=identifier)
            for purpose, (sentence, identifier) in missing.items() if purpose not in purposes]
