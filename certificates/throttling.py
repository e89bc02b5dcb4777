"""How often one address may ask. Counted in the cache, which all processes share, in windows of a minute or more; the
address itself is not kept."""

import time
from functools import wraps
from hashlib import sha256
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.shortcuts import render

MINUTE, HOUR = 60, 3600


class TooMany(Exception):
    """More was asked than may be; ``seconds`` until it may again."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


def spend(*, name, subject, limit, window=MINUTE, amount=1):
    """Count ``amount`` for ``subject`` (a text) in the window of ``window`` seconds that runs. Raises TooMany."""
    now = time.time()
    key = f"{name}:{sha256(subject.encode()).hexdigest()[:32]}:{int(now // window)}"
    cache.add(key, 0, timeout=2 * window)
    if cache.incr(key, amount) > limit:
        raise TooMany(window - int(now % window))


def throttled(*, name, limit, methods=None):
    """A view decorator: more than ``limit`` requests a minute from one address are answered 429 with a page, and so is
    a view that raises TooMany itself. ``methods``: those that count; without it, all."""
    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            try:
                if methods is None or request.method in methods:
                    spend(name=name, subject=origin(request), limit=limit)
                return view(request, *args, **kwargs)
            except TooMany as too_many:
                seconds = too_many.seconds
            response = render(request, "certificates/too_many.html", {"seconds": seconds}, status=429)
            response["Retry-After"] = str(seconds)
            return response
        return guarded
    return decorate


def origin(request):
    """The address behind the trusted proxies; of IPv6 its /64, which one person has whole."""
    address = ip_address(get_adapter().get_client_ip(request))
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))
