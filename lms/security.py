from csp.utils import build_policy
from django.conf import settings

# Wagtail's admin writes styles and scripts into its pages. It is for signed-in authors only; the pages of the platform
# itself allow neither.
ADMIN_PATH = "/admin/"
ADMIN_ADDITIONS = {
    "script-src": ["'unsafe-inline'", "'unsafe-eval'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["blob:"],
    "frame-src": ["'self'"],
    "worker-src": ["'self'", "blob:"],
}


HEADER = "Content-Security-Policy"


class ContentSecurityPolicyMiddleware:
    """The strict policy of the settings everywhere; below the admin's path, with what Wagtail needs added. There are
    two in all, so they are written once."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy, self.admin_policy = build_policy(), build_policy(update=ADMIN_ADDITIONS)

    def __call__(self, request):
        response = self.get_response(request)
        if settings.DEBUG and response.status_code in (404, 500):
            return response  # Django's own pages for developers bring their styles with them
        response.headers.setdefault(HEADER, self.admin_policy if request.path.startswith(ADMIN_PATH) else self.policy)
        return response
