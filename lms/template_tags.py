from functools import cache, lru_cache

from django import template
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from lms.typography import use_minus

register = template.Library()
register.filter("minus", use_minus)  # {{ number|floatformat:2|minus }}


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


@register.simple_tag
def include_kept(template_name, **values):
    """Like ``{% include … only %}`` of a template that depends on nothing but ``values`` and the language: each process
    renders it once for each of them. The values are hashable and small: texts, numbers, named tuples."""
    return _render(template_name, get_language(), tuple(values.items()))


@register.simple_tag
def include_each(template_name, name, rows, **values):
    """``{% include_kept template_name name=row … %}`` of each of ``rows``, one after the other."""
    language, values = get_language(), tuple(values.items())
    return mark_safe("".join(_render(template_name, language, ((name, row), *values)) for row in rows))  # noqa: S308


@lru_cache(maxsize=5000)
def _render(template_name, language, values):
    return get_template(template_name).render(dict(values))
