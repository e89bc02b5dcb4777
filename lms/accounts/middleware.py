"""The language of the Wagtail admin, whose addresses name none: that of the person who has signed in."""

from django.urls import reverse
from django.utils.translation import activate


class AdminLanguageMiddleware:
    """Put before it what knows who has signed in. What somebody chose in the preferences of the admin still wins."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(reverse("wagtailadmin_home")) and request.user.is_authenticated:
            activate(request.user.preferred_language)
            request.LANGUAGE_CODE = request.user.preferred_language
        return self.get_response(request)
