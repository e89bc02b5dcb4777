from django.contrib.auth.decorators import login_required
from django.shortcuts import render


@login_required
def profile(request):
    return render(request, "accounts/profile.html")


def locked_out(request, credentials=None, *args, **kwargs):
    """What axes shows after too many failed sign-ins."""
    return render(request, "accounts/locked_out.html", status=429)
