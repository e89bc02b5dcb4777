"""How often one person may ask for what costs the platform work. Counted in the cache in windows of a minute."""

import time
from functools import wraps

from django.core.cache import cache
from django.shortcuts import render

WINDOW = 60


def limited(*, name, limit):
    """A decorator for views of people who have signed in: more than ``limit`` requests a minute from one person are
    answered 429 with a page. All processes count together where they share a cache."""
    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            now = time.time()
            key = f"limit:{name}:{request.user.pk}:{int(now // WINDOW)}"
            cache.add(key, 0, timeout=2 * WINDOW)
            if cache.incr(key) <= limit:
                return view(request, *args, **kwargs)
            wait = WINDOW - int(now % WINDOW)
            response = render(request, "reports/too_many.html", {"seconds": wait}, status=429)
            response["Retry-After"] = str(wait)
            return response
        return guarded
    return decorate
