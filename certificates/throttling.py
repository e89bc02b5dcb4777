"""How often one address may ask. Counted in the cache in windows of a minute; the address itself is not kept."""

import time
from functools import wraps
from hashlib import sha256
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.shortcuts import render

WINDOW = 60


def throttled(*, name, limit):
    """A view decorator: more than ``limit`` requests a minute from one address are answered 429 with a page."""
    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            now = time.time()
            if _count(f"{name}:{_origin(request)}:{int(now // WINDOW)}") <= limit:
                return view(request, *args, **kwargs)
            wait = WINDOW - int(now % WINDOW)
            response = render(request, "certificates/too_many.html", {"seconds": wait}, status=429)
            response["Retry-After"] = str(wait)
            return response
        return guarded
    return decorate


def _origin(request):
    """A fingerprint of the address behind the trusted proxies; of IPv6 its /64, which one person has whole."""
    address = ip_address(get_adapter().get_client_ip(request))
    origin = address if address.version == 4 else ip_network((address, 64), strict=False)
    return sha256(str(origin).encode()).hexdigest()[:32]


def _count(key):
    cache.add(key, 0, timeout=2 * WINDOW)
    return cache.incr(key)
