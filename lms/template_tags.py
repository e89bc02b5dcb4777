from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html

register = template.Library()


@register.simple_tag
def icon(name, label=""):
    """An icon of the sprite ``static/icons.svg``, by the id of its symbol. Beside words it says nothing by itself: give
    ``label`` only where it stands alone."""
    return _icon(str(name), str(label))


@cache
def _icon(name, label):
    # Made once for each name: pages hold dozens, and a template for each would cost more than their words.
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon icon--{}" focusable="false" role="img" aria-label="{}">'
                           '<use href="{}"></use></svg>', name, label, href)
    return format_html('<svg class="icon icon--{}" focusable="false" aria-hidden="true"><use href="{}"></use></svg>',
                       name, href)
