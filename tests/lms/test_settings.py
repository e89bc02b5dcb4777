import os
import re
import subprocess
import sys

import pytest

from lms import settings as platform_settings
from tests.servers import ROOT

COMPLETE = {
    "PUENTES_SECRET_KEY": "only-for-the-tests-0123456789-0123456789-0123456789",
    "PUENTES_IDENTITY_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "PUENTES_BASE_URL": "https://puentes.example",
}


def read_setting(expression, **environment):
    """The value of an expression over the settings in a process of its own, as text; its error where it stops."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PUENTES_")}
    result = subprocess.run(
        [sys.executable, "-c", f"from lms import settings; print({expression})"],
        cwd=ROOT, env={**outside, **environment}, capture_output=True, text=True)
    return result.stdout.strip() or result.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_settings_name_what_is_missing(name):
    given = {key: value for key, value in COMPLETE.items() if key != name}
    assert f"The setting {name} is missing." in read_setting("1", **given)


def test_settings_refuse_an_unknown_name():
    assert "Unknown setting PUENTES_DEBUGG." in read_setting("1", **COMPLETE, PUENTES_DEBUGG="true")


@pytest.mark.parametrize(("name", "value"), [("PUENTES_DEBUG", "perhaps"), ("PUENTES_TRUSTED_PROXIES", "one")])
def test_settings_name_what_is_malformed(name, value):
    assert f"The setting {name} must be" in read_setting("1", **COMPLETE, **{name: value})


def test_settings_refuse_plain_http_away_from_this_machine():
    given = {**COMPLETE, "PUENTES_BASE_URL": "http://puentes.example"}
    assert "must begin with https://" in read_setting("1", **given)


def test_settings_are_secure_by_default():
    names = ("DEBUG", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS > 0",
             "ALLOWED_HOSTS", "CELERY_TASK_ALWAYS_EAGER")
    shown = read_setting(", ".join(f"settings.{name}" for name in names), **COMPLETE, PUENTES_REDIS_URL="redis://localhost")
    assert shown == "False True True True True ['puentes.example'] False"


def test_settings_trust_the_forwarded_scheme_only_behind_a_proxy():
    assert read_setting("settings.SECURE_PROXY_SSL_HEADER", **COMPLETE) == "None"
    behind = read_setting("settings.SECURE_PROXY_SSL_HEADER", **COMPLETE, PUENTES_TRUSTED_PROXIES="1")
    assert behind == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_readme_explains_every_setting():
    explained = re.findall(r"^\| `(PUENTES_\w+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(platform_settings.ENVIRONMENT)


def test_time_zones_offered_in_the_admin_are_those_that_browsers_know():
    assert "America/Santiago" in platform_settings.WAGTAIL_USER_TIME_ZONES
    assert "localtime" not in platform_settings.WAGTAIL_USER_TIME_ZONES
