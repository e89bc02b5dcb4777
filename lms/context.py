from functools import cache as kept
from functools import partial

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from courses.models import CatalogueIndexPage
from lms.accounts.models import RoleGrant
from lms.kept_queries import kept_query
from lms.page_tree import remembered
from lms.routing import get_page_url

NAVIGATION_CACHE_SECONDS = 60
MENU = {"home": ("wagtail_serve", [""]), "my_courses": ("my_courses", []), "completion_list": ("completion_list", []),
        "profile": ("profile", []), "admin": ("wagtailadmin_home", []), "email": ("account_email", []),
        "password": ("account_change_password", []), "sign_in": ("account_login", []),
        "sign_out": ("account_logout", []), "check": ("certificate_check", []), "privacy": ("privacy_notice", [])}
LANGUAGE_NAMES = {code: get_language_info(code)["name_local"].capitalize() for code, _name in settings.LANGUAGES}


def platform(request):
    """What every template may need; each part asks the database only where it is used."""
    return {
        "languages": settings.LANGUAGES,
        "open_signup": settings.OPEN_SIGNUP,
        "language_urls": SimpleLazyObject(lambda: get_language_urls(request)),
        "menu": get_menu(get_language()),
        "here": partial(get_here, request),
        "nav": SimpleLazyObject(lambda: get_navigation(request.user)),
        "catalogue_url": SimpleLazyObject(lambda: get_catalogue_url(get_language())),
    }


def get_language_urls(request):
    """The same place in every language: a list of {code, name, url, full_url, is_current}. A page that a language does
    not have leads to the nearest page above it that it has."""
    address, active = request.get_full_path(), get_language()
    route = getattr(request, "_wagtail_route_for_request", None)
    of_page = get_page_urls(route.page.path, route.page.steplen) if route else {}
    origin, languages = f"{request.scheme}://{request.get_host()}", []
    for code, name in LANGUAGE_NAMES.items():
        url = of_page.get(code) or (address if route else change_language(address, code))
        languages.append({"code": code, "name": name, "is_current": code == active, "url": url,
                          "full_url": f"{origin}{url}"})
    return languages


def change_language(address, code):
    """The same address in another language. Unlike Django's translate_url it knows that nothing in it is translated but
    the code at its beginning, where it has one."""
    prefix = f"/{get_language()}/"
    return f"/{code}/{address.removeprefix(prefix)}" if address.startswith(prefix) else address


@remembered
def get_page_urls(path, steplen):
    """{language code: address} of the page at ``path`` or, where a language does not have it, of the nearest above."""
    above = [path[:end] for end in range(steplen * 2, len(path) + 1, steplen)]
    keys = Page.objects.filter(path__in=above).values("translation_key")
    urls = {}
    for code, url_path in Page.objects.live().filter(translation_key__in=keys).order_by("-depth").values_list(
            "locale__language_code", "url_path"):  # deepest first
        urls.setdefault(code, get_page_url(url_path))
    return urls


@kept
def get_menu(language):
    """{name: address} of what the header and the footer lead to, in a language: the active one."""
    return {name: reverse(view, args=arguments) for name, (view, arguments) in MENU.items()}


def get_here(request):
    """The address of this page, if it is one that the header leads to; else an empty text."""
    language = get_language()
    is_in_header = request.path in get_menu(language).values() or request.path == get_catalogue_url(language)
    return request.path if is_in_header else ""


def get_navigation(user):
    """What the menus offer ``user``: {"is_hr", "is_author"}. Remembered for a minute; the views ask again."""
    if not user.is_authenticated:
        return {"is_hr": False, "is_author": False}
    return cache.get_or_set(f"navigation:{user.pk}", lambda: {
        "is_hr": user.is_superuser or bool(_find_hr_grants(user.pk)),
        "is_author": user.is_superuser or bool(_find_access_to_admin(user.pk)),
    }, NAVIGATION_CACHE_SECONDS)


@kept_query
def _find_hr_grants(user):
    return RoleGrant.objects.filter(user=user, role=RoleGrant.Role.HR_OFFICER).values_list("pk")[:1]


@kept_query
def _find_access_to_admin(user):
    permissions = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    return permissions.filter(Q(user=user) | Q(group__user=user)).order_by().values_list("pk")[:1]


@remembered
def get_catalogue_url(language):
    """The catalogue in ``language``; an empty text before there is one."""
    url_path = CatalogueIndexPage.objects.live().filter(locale__language_code=language).values_list(
        "url_path", flat=True).first()
    return (url_path and get_page_url(url_path)) or ""
