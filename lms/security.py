from csp.middleware import CSPMiddleware

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


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The strict policy of the settings everywhere; below the admin's path, with what Wagtail needs added."""

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if request.path.startswith(ADMIN_PATH):
            parts.update = ADMIN_ADDITIONS
        return parts
