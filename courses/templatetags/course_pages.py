from django import template

from lms.routing import get_page_url

register = template.Library()


@register.simple_tag
def address(page):
    """The address of a page. Unlike Wagtail's ``pageurl`` it asks neither for the site nor for anything else."""
    return get_page_url(page.url_path)
