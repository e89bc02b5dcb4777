"""From an address to a page without walking the tree. Wagtail asks twice a level; here the whole path is looked up at
once, and only what is not found so (a routable page, a 404) takes Wagtail's own way."""

from django.conf import settings
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

from lms.kept_queries import kept_query
from lms.page_tree import remembered


@remembered
def get_root_url_paths():
    """{language code: url_path of its home page} of the default site."""
    home = Page.objects.filter(sites_rooted_here__is_default_site=True).first()
    if home is None:
        return {}
    translations = Page.objects.filter(translation_key=home.translation_key)
    return dict(translations.values_list("locale__language_code", "url_path"))


@remembered(most=300)
def find_page(url_path):
    """The live page at ``url_path``, of its own class, or None. It is shared between requests: do not change it."""
    page = Page.objects.live().filter(url_path=url_path).first()
    return page and page.specific


@kept_query
def _find_live(pk):
    return Page.objects.live().filter(pk=pk).values_list("pk")


def serve(request, path):
    root = get_root_url_paths().get(get_language())
    page = root and find_page(f"{root}{path.strip('/')}/" if path.strip("/") else root)
    # Where processes share no cache, one learns late of a page that another withdrew.
    if page and (settings.REDIS_URL or _find_live(page.pk)):
        request._wagtail_route_for_request = RouteResult(page)
    return wagtail_serve(request, path)


def get_page_url(url_path):
    """The address of a page, in its own language, from its ``url_path`` alone: without asking for the page or its site.
    None when it is below no home page."""
    for language, root in get_root_url_paths().items():
        if url_path.startswith(root):
            return f"/{language}/{url_path.removeprefix(root)}"
    return None
