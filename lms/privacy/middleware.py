from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from lms.privacy.notices import SESSION_KEY, get_current_number, has_acknowledged

# What a person may always do without having read the notice.
EXEMPT = frozenset({
    "privacy_notice", "privacy_acknowledge", "account_logout", "health", "certificate", "certificate_short",
    "certificate_check", "certificate_check_file", "certificate_check_list", "certificate_credential",
    "certificate_badge", "issuer_roots", "did", "status_list",
})


class PrivacyNoticeMiddleware:
    """Show a signed-in person the notice in force before the first page they open. Only pages that are opened are
    held up: what is being sent, such as answers, never is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        # Who it is is asked last: an answer that depends on nobody may be kept by caches.
        if (request.method != "GET" or request.resolver_match.url_name in EXEMPT
                or request.headers.get("Sec-Fetch-Dest", "document") != "document"
                or not request.user.is_authenticated):
            return None
        number = get_current_number()
        if not number or request.session.get(SESSION_KEY) == number:
            return None
        if has_acknowledged(person=request.user, number=number):
            request.session[SESSION_KEY] = number
            return None
        return redirect(f"{reverse('privacy_acknowledge')}?{urlencode({'next': request.get_full_path()})}")
