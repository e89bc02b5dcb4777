"""Paths of categories, as in «$course$/top/Compras/Ley 19.886», in which a slash of a name is doubled."""

import re

from assessments.formats.decoding import drop_nonsense

SLASH = re.compile(r"(?<!/)/(?!/)")
CONTEXT = re.compile(r"\$[a-z]+[0-9]*\$")
TOP = "top"


def split_path(path):
    """The names, without the context and the category «top» that Moodle writes before them."""
    names = [" ".join(name.replace("//", "/").split()) for name in SLASH.split(path)]
    if CONTEXT.fullmatch(names[0]):
        names = names[1:]
    if names and names[0] == TOP:
        names = names[1:]
    return tuple(name for name in names if name)


def join_path(names):
    """The opposite of ``split_path``."""
    names = [name for name in (" ".join(drop_nonsense(name).split()) for name in names) if name]
    if not names or names[0] == TOP or CONTEXT.fullmatch(names[0]):
        names = [TOP, *names]
    return "/".join(double_slashes(name) for name in names)


def double_slashes(name):
    doubled = name.replace("/", "//")
    return f"{' ' * doubled.startswith('/')}{doubled}{' ' * doubled.endswith('/')}"
