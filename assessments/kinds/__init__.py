"""The kinds of question. Each is one folder with the same interface (assessments.kinds.base.Kind), and
settings.QUESTION_KINDS lists them. docs/question-kinds.md shows how to add one."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def get_kinds():
    """{name: Kind}, in the order of the settings."""
    kinds = [import_string(path)() for path in settings.QUESTION_KINDS]
    return {kind.name: kind for kind in kinds}


def get_kind(name):
    return get_kinds()[name]


def get_graders():
    """{name: module of pure functions}, as assessments.grading takes it."""
    return {name: kind.grading for name, kind in get_kinds().items()}
