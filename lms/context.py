from django.conf import settings
from django.core.cache import cache
from django.urls import translate_url
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from wagtail.models import Page

from courses.models import CatalogueIndexPage
from lms.accounts.models import RoleGrant
from lms.routing import get_page_url

NAVIGATION_CACHE_SECONDS = 60


def platform(request):
    """What every template may need; each part asks the database only where it is used."""
    return {
        "languages": settings.LANGUAGES,
        "open_signup": settings.OPEN_SIGNUP,
        "language_urls": SimpleLazyObject(lambda: get_language_urls(request)),
        "nav": SimpleLazyObject(lambda: get_navigation(request.user) | {"catalogue_url": get_catalogue_url()}),
    }


def get_language_urls(request):
    """The same place in every language: a list of {code, name, url, is_current}. A page that a language does not have
    leads to the nearest page above it that it has."""
    route = getattr(request, "_wagtail_route_for_request", None)
    urls = _get_page_urls(route.page) if route else {}
    names = {"es": "Español", "en": "English"}
    return [
        {"code": code, "name": names.get(code, str(name)), "is_current": code == get_language(),
         "url": urls.get(code) or translate_url(request.get_full_path(), code)}
        for code, name in settings.LANGUAGES
    ]


def _get_page_urls(page):
    urls = {get_language(): get_page_url(page.url_path)}
    _add_urls(urls, Page.objects.filter(translation_key=page.translation_key))
    if len(urls) < len(settings.LANGUAGES):
        above = [page.path[:end] for end in range(page.steplen * 2, len(page.path), page.steplen)]
        _add_urls(urls, Page.objects.filter(translation_key__in=Page.objects.filter(path__in=above).values(
            "translation_key")).order_by("-depth"))  # deepest first: the nearest that a language has
    return urls


def _add_urls(urls, pages):
    for code, url_path in pages.live().values_list("locale__language_code", "url_path"):
        urls.setdefault(code, get_page_url(url_path))


def get_navigation(user):
    """What the menus offer ``user``: {"is_hr", "is_author"}. Remembered for a minute; the views ask again."""
    if not user.is_authenticated:
        return {"is_hr": False, "is_author": False}
    return cache.get_or_set(f"navigation:{user.pk}", lambda: {
        "is_hr": user.is_superuser or user.role_grants.filter(role=RoleGrant.Role.HR_OFFICER).exists(),
        "is_author": user.has_perm("wagtailadmin.access_admin"),
    }, NAVIGATION_CACHE_SECONDS)


def get_catalogue_url():
    """The catalogue in the active language; an empty text before there is one."""
    def find():
        url_path = CatalogueIndexPage.objects.live().filter(locale__language_code=get_language()).values_list(
            "url_path", flat=True).first()
        return (url_path and get_page_url(url_path)) or ""

    return cache.get_or_set(f"catalogue:{get_language()}", find, NAVIGATION_CACHE_SECONDS)
