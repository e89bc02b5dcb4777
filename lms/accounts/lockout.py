"""Who is locked out after failed sign-ins, and until when. django-axes counts for each pair of account and address."""

from axes.helpers import get_client_ip_address, get_cool_off
from axes.models import AccessAttempt
from django.db.models import Max


def get_account(request, credentials=None):
    """The account an attempt is about, in small letters, or None: allauth names it ``email`` when it checks a
    password and ``login`` in its form, Wagtail's own form ``username``."""
    source = credentials or request.POST
    account = source.get("login") or source.get("email") or source.get("username")
    return account.strip().lower() if account else None


def get_lockout_end(request, credentials=None):
    """When the sender of ``request`` may try the account again, or None when nothing is counted against them."""
    last = AccessAttempt.objects.filter(
        username=get_account(request, credentials), ip_address=get_client_ip_address(request)
    ).aggregate(last=Max("attempt_time"))["last"]
    return last + get_cool_off(request) if last else None
