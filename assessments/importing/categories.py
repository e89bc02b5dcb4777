"""Categories of the bank by the path of their names, such as ("Compras", "Ley 19.886")."""

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.categories import place_category
from assessments.formats.gift.categories import join_path, split_path
from assessments.models import Question, QuestionCategory

__all__ = ["Categories", "find_category", "get_path", "in_category", "join_path", "split_path"]
LONGEST = 150
DEEPEST = 60  # categories one in another; the tree has room for three more


def get_default_path():
    """Where questions go for which neither the file nor the person says a category; one for all, so in one language."""
    with override(settings.LANGUAGE_CODE):
        return (_("Imported questions"),)


def cut(path):
    """A path as the tree can have it."""
    return tuple(name[:LONGEST] for name in path[:DEEPEST])


class Categories:
    """Finds categories by path, and makes those that are missing. ``made``: their primary keys."""

    def __init__(self):
        self.found, self.made = {}, []

    def find(self, path):
        """The category, or None."""
        path = cut(path)
        if path not in self.found:
            self.found[path] = self._find(path)
        return self.found[path]

    def _find(self, path):
        if len(path) == 1:
            return QuestionCategory.get_root_nodes().filter(name=path[0]).order_by("path").first()
        parent = self.find(path[:-1])
        return parent and parent.get_children().filter(name=path[-1]).order_by("path").first()

    def get(self, path):
        """The category, made where it is missing, with those above it."""
        path = cut(path)
        if (category := self.find(path)) is None:
            parent = self.get(path[:-1]) if path[1:] else None
            category = place_category(category=QuestionCategory(name=path[-1], slug=make_slug(path)), parent=parent)
            self.made.append(category.pk)
            self.found[path] = category
        return category


def make_slug(path):
    stem = slugify("-".join(path))[:130] or "category"
    slug, number = stem, 1
    while QuestionCategory.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def find_category(path):
    return Categories().find(path) if path else None


def get_path(category):
    """The path of names of a category."""
    return (*(each.name for each in category.get_ancestors()), category.name)


def get_paths():
    """{primary key: path of names} of all categories, in one query."""
    found, paths = {}, {}
    for pk, path, name in QuestionCategory.objects.order_by("path").values_list("pk", "path", "name"):
        found[path] = paths[pk] = (*found.get(path[:-QuestionCategory.steplen], ()), name)
    return paths


def in_category(category):
    """The questions of a category and of those below it; a queryset."""
    return Question.objects.filter(category__path__startswith=category.path)
