"""The platform's own settings in an environment of the tests' own: nothing of the developer's environment leaks in.

``tests.servers`` says in TEST_TEMPLATE_URL, TEST_BROKER_URL and TEST_DATA_DIR what is there."""

import os
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TEMPLATE_URL = os.environ["TEST_TEMPLATE_URL"]
BROKER_URL = os.environ["TEST_BROKER_URL"]
DATA_DIR = Path(os.environ["TEST_DATA_DIR"]) / WORKER
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)

for name in [name for name in os.environ if name.startswith("PUENTES_")]:
    del os.environ[name]
os.environ |= {
    "PUENTES_SECRET_KEY": "only-for-the-tests-0123456789-0123456789-0123456789",
    "PUENTES_IDENTITY_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "PUENTES_BASE_URL": "http://localhost:8000",
    "PUENTES_DATA_DIR": str(DATA_DIR),
    "PUENTES_DATABASE_URL": TEMPLATE_URL,
    "PUENTES_LOG_LEVEL": "WARNING",
}

from lms.settings import *  # noqa: E402, F403
from lms.settings import DATABASES, PROJECT_ROOT, QUESTION_KINDS, STORAGES, TEMPLATES  # noqa: E402

# A kind of question from outside: tests/assessments/kinds/test_from_outside.py.
QUESTION_KINDS.append("tests.kinds.estimate.Estimate")
TEMPLATES[0]["DIRS"].append(PROJECT_ROOT / "tests" / "kinds")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A test's database is dropped and copied again: no connection may outlive the request or test that made it.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if name := os.environ.get("TEST_DATABASE_NAME"):  # in a Celery worker that a test started
    DATABASES["default"]["NAME"] = name

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_ALWAYS_EAGER = "TEST_DATABASE_NAME" not in os.environ

STORAGES["staticfiles"] = {"BACKEND": "tests.static_files.FoundStaticFilesStorage"}
