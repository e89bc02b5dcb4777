"""From an address to a page with one query. Wagtail walks the tree, two queries a level; here the whole path is looked
up at once, and only what is not found so (a routable page, a 404) takes Wagtail's own way."""

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.utils.translation import get_language
from wagtail.models import Page
from wagtail.url_routing import RouteResult
from wagtail.views import serve as wagtail_serve

ROOTS_CACHE_SECONDS = 30


def get_root_url_paths():
    """{language code: url_path of its home page} of the default site."""
    roots = cache.get("root_url_paths")
    if roots is None:
        home = Page.objects.filter(sites_rooted_here__is_default_site=True).first()
        roots = {}
        if home:
            translations = Page.objects.filter(translation_key=home.translation_key)
            roots = dict(translations.values_list("locale__language_code", "url_path"))
        cache.set("root_url_paths", roots, ROOTS_CACHE_SECONDS)
    return roots


def serve(request, path):
    root = get_root_url_paths().get(get_language())
    if root:
        url_path = f"{root}{path.strip('/')}/" if path.strip("/") else root
        found = Page.objects.filter(url_path=url_path, live=True).values_list("pk", "content_type_id")[:1]
        for pk, type_id in found:
            page = ContentType.objects.get_for_id(type_id).get_object_for_this_type(pk=pk)
            request._wagtail_route_for_request = RouteResult(page)
    return wagtail_serve(request, path)


def get_page_url(url_path, roots=None):
    """The address of a page, in its own language, from its ``url_path`` alone: without asking for the page or its site.
    None when it is below no home page. ``roots`` as get_root_url_paths gives them, for a caller with many pages."""
    for language, root in (roots or get_root_url_paths()).items():
        if url_path.startswith(root):
            return f"/{language}/{url_path.removeprefix(root)}"
    return None
