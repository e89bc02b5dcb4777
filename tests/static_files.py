from functools import lru_cache

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

_find = lru_cache(finders.find)


class FoundStaticFilesStorage(StaticFilesStorage):
    """Serves static files from where they are written, yet refuses a name that does not exist, as the hashed storage of
    the platform does."""

    def url(self, name):
        if name and not name.endswith("/") and not _find(name):
            raise ValueError(f"There is no static file {name!r}.")
        return super().url(name)
