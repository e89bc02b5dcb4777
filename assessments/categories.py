"""The tree of categories of the bank."""

from django.db import transaction

from assessments.draws import bank
from assessments.models import QuestionCategory

PLACE = ("path", "depth", "numchild")


class CategoryCannotMove(Exception):
    """A category cannot be below itself, nor below one that is gone."""


@transaction.atomic
def place_category(*, category, parent):
    """Save ``category``, new or moved, below ``parent`` (None: at the top), by order of names; its questions and all
    below it go with it. Returns it as the tree has it now. Raises CategoryCannotMove before anything is saved, and
    QuestionCategory.DoesNotExist when somebody deleted it meanwhile."""
    QuestionCategory.lock_tree()
    if parent and (parent := QuestionCategory.objects.filter(pk=parent.pk).first()) is None:
        raise CategoryCannotMove
    if category.pk:
        category.refresh_from_db(fields=PLACE)  # others may have moved it since it was read
        if parent and parent.path.startswith(category.path):
            raise CategoryCannotMove
        category.save()
        if parent:
            category.move(parent, "sorted-child")
        else:
            category.move(QuestionCategory.get_first_root_node(), "sorted-sibling")
    elif parent:
        category = parent.add_child(instance=category)
    else:
        category = QuestionCategory.add_root(instance=category)
    bank.forget()  # treebeard moves with statements that send no signal
    return QuestionCategory.objects.get(pk=category.pk)


@transaction.atomic
def put_category(*, slug, name, parent=None):
    """The category with a slug, made below ``parent`` where it is missing; one that is there keeps its place and gets
    the name."""
    QuestionCategory.lock_tree()
    category = QuestionCategory.objects.filter(slug=slug).first()
    if category is None:
        return place_category(category=QuestionCategory(slug=slug, name=name), parent=parent)
    if category.name != name:
        category.name = name
        return place_category(category=category, parent=category.get_parent())
    return category


@bank.remembered
def get_tree():
    """{primary key: (path, «Course › Module»)} of all categories, in the order of the tree. Shared: do not change
    it."""
    names, tree = {}, {}
    for pk, path, name in QuestionCategory.objects.order_by("path").values_list("pk", "path", "name"):
        above = names.get(path[:-QuestionCategory.steplen])
        names[path] = f"{above} › {name}" if above else name
        tree[pk] = path, names[path]
    return tree


def get_full_names():
    """{primary key: «Course › Module»} of all categories, in the order of the tree."""
    return {pk: name for pk, (_path, name) in get_tree().items()}


def get_full_name(category_id):
    return get_tree().get(category_id, ("", ""))[1]


def get_below(category_id):
    """The primary keys of a category and of all below it; none when there is no such category."""
    path = get_tree().get(category_id, ("", ""))[0]
    return [pk for pk, (place, _name) in get_tree().items() if path and place.startswith(path)]
