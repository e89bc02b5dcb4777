import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r"""@import url\(["']?([^"')]+)["']?\)(?: layer\((\w+)\))?;\n?""")


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed static files, with the imports of ``css/site.css`` written into it.

    Each component keeps its own CSS file and no bundler is needed: while developing the browser follows the imports,
    once collected a page asks for one file."""

    BUNDLES = ("css/site.css",)

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for bundle in self.BUNDLES:
                if bundle in paths:
                    self._inline_imports(bundle)
        yield from super().post_process(paths, dry_run, **options)

    def _inline_imports(self, bundle):
        folder = bundle.rpartition("/")[0]

        def read(match):
            with self.open(f"{folder}/{match[1]}") as file:
                css = file.read().decode()
            return f"@layer {match[2]} {{\n{css}}}\n" if match[2] else css

        with self.open(bundle) as file:
            source = file.read().decode()
        combined = _IMPORT.sub(read, source)
        if combined != source:
            self.delete(bundle)
            self._save(bundle, ContentFile(combined.encode()))
