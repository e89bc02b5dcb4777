from django.conf import settings


def platform(request):
    """What every template needs. No query."""
    return {"languages": settings.LANGUAGES, "open_signup": settings.OPEN_SIGNUP}
