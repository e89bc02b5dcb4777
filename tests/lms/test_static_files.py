import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.test import override_settings

from lms import settings as platform_settings
from lms.static_files import combine
from tests.servers import ROOT

STATIC_TAG = re.compile(r"""\{%\s*static\s+["']([^"']+)["']""")
COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The folder that ``collectstatic`` makes with the platform's own storage, and its manifest."""
    folder = tmp_path_factory.mktemp("static")
    storages = {**platform_settings.STORAGES, "staticfiles": {"BACKEND": "lms.static_files.StaticFilesStorage"}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", "--no-input", verbosity=0)
    return folder, json.loads((folder / "staticfiles.json").read_text())["paths"]


def test_site_css_is_one_file_with_all_components(collected):
    folder, paths = collected
    css = (folder / paths["css/site.css"]).read_text()
    assert "@import" not in css
    for component in (ROOT / "lms" / "static" / "css" / "components").glob("*.css"):
        first_rule = next(line for line in component.read_text().splitlines() if line.rstrip().endswith("{"))
        assert first_rule.strip() in css, f"{component.name} is not imported in site.css"


def test_combined_css_moves_relative_addresses_and_drops_comments(tmp_path):
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "css" / "all.css").write_text('@import url("parts/icon.css") layer(parts);\n')
    (tmp_path / "css" / "parts" / "icon.css").write_text(
        "/* why */\na { background: url(../../icon.svg), url('data:image/gif;base64,R0') }\n")
    storage = FileSystemStorage(tmp_path)
    paths = {name: (storage, name) for name in ("css/all.css", "css/parts/icon.css")}
    assert combine("css/all.css", paths) == (
        '@layer parts {\na { background: url("../icon.svg"), url(\'data:image/gif;base64,R0\') }\n}\n')


def test_collected_files_are_compressed(collected):
    folder, paths = collected
    assert (folder / f"{paths['css/site.css']}.gz").is_file()


def test_every_static_file_of_a_template_exists():
    templates = [COMMENT.sub("", path.read_text()) for path in (ROOT / "templates").rglob("*.html")]
    names = {name for template in templates for name in STATIC_TAG.findall(template)}
    assert names
    assert [name for name in sorted(names) if not finders.find(name)] == []
