"""All settings, typed and secure by default. Every setting an operator may change is an environment variable whose
name begins with ``PUENTES_`` and is listed in ``ENVIRONMENT`` below; an unknown or malformed one stops the start."""

import os
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PROJECT_ROOT = Path(__file__).resolve().parent.parent

# name: (type, default). A default of ... means that the variable must be given.
ENVIRONMENT = {
    "PUENTES_SECRET_KEY": (str, ...),
    "PUENTES_IDENTITY_KEYS": (list, ...),
    "PUENTES_BASE_URL": (str, ...),
    "PUENTES_ALLOWED_HOSTS": (list, []),
    "PUENTES_DEBUG": (bool, False),
    "PUENTES_DATA_DIR": (str, str(PROJECT_ROOT / "var")),
    "PUENTES_KEYS_DIR": (str, ""),
    "PUENTES_PKCS11_MODULE": (str, ""),
    "PUENTES_PKCS11_TOKEN": (str, ""),
    "PUENTES_PKCS11_PIN": (str, ""),
    "PUENTES_DATABASE_URL": (str, ""),
    "PUENTES_REDIS_URL": (str, ""),
    "PUENTES_EMAIL_URL": (str, "consolemail://"),
    "PUENTES_EMAIL_FROM": (str, "Puentes <no-reply@localhost>"),
    "PUENTES_OPEN_SIGNUP": (bool, True),
    "PUENTES_TIME_ZONE": (str, "America/Santiago"),
    "PUENTES_TRUSTED_PROXIES": (int, 0),
    "PUENTES_LOG_LEVEL": (str, "INFO"),
    "PUENTES_EMBEDDED": (bool, False),
}


def read_environment():
    """The values of ENVIRONMENT by their names without the prefix.

    Raises ImproperlyConfigured with a sentence that names the variable when one is unknown, missing or malformed."""
    unknown = sorted(name for name in os.environ if name.startswith("PUENTES_") and name not in ENVIRONMENT)
    if unknown:
        raise ImproperlyConfigured(f"Unknown setting {unknown[0]}. Known are: {', '.join(sorted(ENVIRONMENT))}.")
    reader, values = environ.Env(), {}
    for name, (kind, default) in ENVIRONMENT.items():
        raw = os.environ.get(name, "").strip()
        if not raw and default is ...:
            raise ImproperlyConfigured(f"The setting {name} is missing. Give it in the environment.")
        if kind is bool and raw and raw.lower() not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
            raise ImproperlyConfigured(f"The setting {name} must be true or false, not {raw!r}.")
        try:
            values[name.removeprefix("PUENTES_")] = reader.get_value(name, cast=kind) if raw else default
        except ValueError as error:
            raise ImproperlyConfigured(f"The setting {name} must be of type {kind.__name__}: {error}.") from None
    return values


env = read_environment()

DEBUG = env["DEBUG"]
SECRET_KEY = env["SECRET_KEY"]
# Fernet keys for identity documents, newest first; older ones still read (see lms.accounts.identity).
IDENTITY_KEYS = env["IDENTITY_KEYS"]

BASE_URL = env["BASE_URL"].rstrip("/")
_base = urlsplit(BASE_URL)
if _base.scheme not in {"http", "https"} or not _base.hostname:
    raise ImproperlyConfigured("PUENTES_BASE_URL must be an address such as https://puentes.example.")
_loopback = _base.hostname in {"localhost", "127.0.0.1", "::1"}
if _base.scheme == "http" and not _loopback and not env["EMBEDDED"]:
    raise ImproperlyConfigured("PUENTES_BASE_URL must begin with https:// except on this machine itself.")
SECURE = _base.scheme == "https"
ALLOWED_HOSTS = [_base.hostname, *env["ALLOWED_HOSTS"]] + (["localhost", "127.0.0.1", "[::1]"] if _loopback else [])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

DATA_DIR = Path(env["DATA_DIR"])
# The private keys that sign certificates (see certificates.keys). Best on another disk than the data and its backups, or
# in a hardware module: the path of its library, the label of its token and its PIN.
KEYS_DIR = Path(env["KEYS_DIR"]) if env["KEYS_DIR"] else DATA_DIR / "keys"
PKCS11_MODULE, PKCS11_TOKEN, PKCS11_PIN = env["PKCS11_MODULE"], env["PKCS11_TOKEN"], env["PKCS11_PIN"]
# True when one process does everything: no broker, the periodic work in a thread (lms.serving).
EMBEDDED = env["EMBEDDED"]

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "lms.accounts",
    "lms.privacy",
    "lms.reports",
    "courses",
    "assessments",
    "certificates",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "lms.accounts.wagtail_users.WagtailUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "treebeard",
    "django_filters",
    "allauth",
    "allauth.account",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "lms.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.accounts.middleware.AdminLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lms.views.WrongMethodMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.privacy.middleware.PrivacyNoticeMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT_ROOT / "templates", PROJECT_ROOT / "assessments" / "kinds"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["lms.template_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.context.platform",
            ],
        },
    }
]

# --- Database, cache, work --------------------------------------------------------------------------------------------

if env["DATABASE_URL"]:
    DATABASES = {"default": environ.Env.db_url_config(env["DATABASE_URL"])}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(DATA_DIR / "puentes.sqlite3")}}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # deferred transactions ended in "database is locked" under writes
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    # Every thread keeps its own connection. A pool, which takes one for each request, cost a millisecond more.
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    # What a connection has asked three times stays prepared: it saves PostgreSQL half of its work on a page. Behind a
    # PgBouncer that shares connections between transactions it must know prepared statements (1.21, max_prepared_statements).
    DATABASES["default"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=3)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env["REDIS_URL"]
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "lms.caching.RedisCache", "LOCATION": REDIS_URL}}
else:
    # With one process a local cache is shared by all; with several, rate limits need a common place.
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = REDIS_URL or "memory://localhost"
# A broker that does not answer is asked once, not for six seconds: nobody waits for it. What must happen is a row in the
# database, which the sweep finds; where a task asks for more attempts they are its own.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0}
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 600
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "certificates.deliver_due": {"task": "certificates.tasks.deliver_due", "schedule": 60.0},
    "certificates.publish_status_lists": {"task": "certificates.tasks.publish_status_lists", "schedule": 60.0},
    "certificates.reissue_compromised": {"task": "certificates.tasks.reissue_compromised", "schedule": 60.0},
    "certificates.remind_of_expiry": {"task": "certificates.tasks.remind_of_expiry",
                                      "schedule": crontab(hour=13, minute=15)},
    "courses.close_overdue_attempts": {"task": "courses.tasks.close_overdue_attempts", "schedule": 60.0},
    "courses.send_notices": {"task": "courses.tasks.send_notices", "schedule": 60.0},
    "courses.send_follow_ups": {"task": "courses.tasks.send_follow_ups", "schedule": crontab(hour=13, minute=5)},
    "privacy.apply_retention": {"task": "lms.privacy.tasks.apply_retention", "schedule": crontab(hour=4, minute=40)},
    "reports.discard_abandoned_imports": {"task": "lms.reports.tasks.discard_abandoned_imports",
                                          "schedule": crontab(hour=4, minute=25)},
    "reports.make_archives": {"task": "lms.reports.tasks.make_archives", "schedule": 60.0},
    "accounts.clear_sessions": {"task": "lms.accounts.tasks.clear_sessions", "schedule": crontab(hour=4, minute=10)},
}

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "lms.accounts.backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ["email", "given_names", "first_surname"]}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_courses"

ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "lms.accounts.forms.LoginForm",
    "signup": "lms.accounts.forms.SignupForm",
    "add_email": "lms.accounts.forms.AddEmailForm",
    "change_password": "lms.accounts.forms.ChangePasswordForm",
    "reset_password": "lms.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "lms.accounts.forms.ResetPasswordKeyForm",
    "set_password": "lms.accounts.forms.SetPasswordForm",
    "reauthenticate": "lms.accounts.forms.ReauthenticateForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
# allauth stops bursts; axes locks a pair of address and account after repeated failures.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env["TRUSTED_PROXIES"]
OPEN_SIGNUP = env["OPEN_SIGNUP"]

AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "lms.accounts.lockout.get_account"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the page says when to try again: it stays true
AXES_DISABLE_ACCESS_LOG = True  # who signed in from where is nobody's business; last_login is enough
AXES_LOCKOUT_CALLABLE = "lms.accounts.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_SENSITIVE_PARAMETERS = ["login", "email", "username", "ip_address"]
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = env["TRUSTED_PROXIES"]

# --- Languages --------------------------------------------------------------------------------------------------------

# Texts in the code are English; the first language of the platform and of its content is Spanish.
LANGUAGE_CODE = "es"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
# The second one corrects and completes what other packages say; makemessages leaves it alone.
LOCALE_PATHS = [PROJECT_ROOT / "lms" / "locale", PROJECT_ROOT / "lms" / "locale_of_packages"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = env["TIME_ZONE"]
FORMAT_MODULE_PATH = ["lms.formats"]
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- Wagtail ----------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Puentes"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# The name that some systems give their own zone is none that browsers know.
WAGTAIL_USER_TIME_ZONES = sorted(available_timezones() - {"localtime"})
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt", "csv", "zip", "webm", "mp4", "vtt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES = ["application/pdf", "video/webm", "video/mp4", "text/vtt"]
WAGTAILEMBEDS_FINDERS = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

# --- Files, mail, logs ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PROJECT_ROOT / "lms" / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Certificates' documents: never under MEDIA_ROOT, they are served only by a view that asks who is looking.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lms.static_files.StaticFilesStorage"},
    "private": {"BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": str(DATA_DIR / "private"), "base_url": None}},
}
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

EMAIL_TIMEOUT = 15  # seconds; a mail server that is silent must not hold a request or a worker
EMAIL_CONFIG = environ.Env.email_url_config(env["EMAIL_URL"])
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env["EMAIL_FROM"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "lms.logs.Formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": env["LOG_LEVEL"]},
    "loggers": {
        "axes": {"level": "ERROR"},  # its warnings hold addresses and account names
        "fontTools": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "wagtail": {"level": "WARNING"},
    },
}

# --- Security ---------------------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
SECURE_SSL_REDIRECT = SECURE and env["TRUSTED_PROXIES"] == 0
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env["TRUSTED_PROXIES"] else None
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "lms.views.csrf_failure"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview is a frame of our own pages
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}

# --- Learning ---------------------------------------------------------------------------------------------------------

# Classes of assessments.kinds; docs/question-kinds.md shows how to add one. The order is that of the trainers' menu.
QUESTION_KINDS = [
    "assessments.kinds.single_choice.SingleChoice",
    "assessments.kinds.multiple_choice.MultipleChoice",
    "assessments.kinds.true_false.TrueFalse",
    "assessments.kinds.gap_fill.GapFill",
    "assessments.kinds.short_text.ShortText",
    "assessments.kinds.numeric.Numeric",
    "assessments.kinds.matching.Matching",
    "assessments.kinds.ordering.Ordering",
    "assessments.kinds.branching_scenario.BranchingScenario",
    "assessments.kinds.situational_judgement.SituationalJudgement",
    "assessments.kinds.likert.Likert",
    "assessments.kinds.long_text.LongText",
    "assessments.kinds.file_upload.FileUpload",
]
CERTIFICATE_ISSUER = "Puentes"
