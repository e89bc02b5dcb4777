import re
from functools import cached_property
from posixpath import dirname, join, normpath, relpath

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r"""@import url\(["']?([^"')]+)["']?\)(?: layer\((\w+)\))?;\n?""")
_RELATIVE_URL = re.compile(r"""url\(["']?(?!data:|https?:|/|#)([^"')]+)["']?\)""")
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files, with the imports of ``css/site.css`` written into it.

    Each component keeps its own CSS file and no bundler is needed: while developing the browser follows the imports,
    once collected a page asks for one file."""

    BUNDLES = ("css/site.css",)

    @cached_property
    def _urls(self):
        return {}

    def url(self, name, force=False):
        """Worked out once a process, which reads the names of the collected files once too."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for name in self.BUNDLES:
                if name in paths:
                    self.delete(name)
                    self._save(name, ContentFile(combine(name, paths).encode()))
                    paths[name] = (self, name)  # hashed from what was written, not from its source
        yield from super().post_process(paths, dry_run, **options)


def combine(name, paths):
    """The CSS of ``name`` with what it imports in place and without comments. ``paths``: {name: (storage, path)} of
    the sources, as collectstatic has them."""

    def read(name):
        storage, path = paths[name]
        with storage.open(path) as file:
            return file.read().decode()

    def write_out(match):
        imported = normpath(join(dirname(name), match[1]))
        css = _RELATIVE_URL.sub(lambda url: f'url("{_move(url[1], imported, name)}")', read(imported))
        return f"@layer {match[2]} {{\n{css}}}\n" if match[2] else css

    return _COMMENT.sub("", _IMPORT.sub(write_out, read(name)))


def _move(url, old, new):
    """An address relative to the file ``old`` as one relative to ``new``."""
    return relpath(join(dirname(old), url), dirname(new) or ".")
