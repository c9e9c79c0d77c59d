"""Every setting of the project, read once from the environment (docs/running.md lists them)."""

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from toiltracker import environment
from toiltracker.broker import celery_address, private_socket

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
EVERY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - recognised here, and bound to only when asked for

# Where it runs

DEBUG = environment.flag("DEBUG", default=False)
HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.whole_number("PORT", 8000, low=1, high=65535)
DATA_DIR = environment.folder("DATA_DIR", BASE_DIR / "var")
DATABASE_ADDRESS = environment.database("DATABASE_URL")
SECRET_KEY = environment.secret_key("SECRET_KEY", DATA_DIR, is_required=DATABASE_ADDRESS is not None)
DEMO = environment.flag("DEMO", default=DATABASE_ADDRESS is None and HOST in LOOPBACK)
MAX_UPLOAD = environment.size("MAX_UPLOAD", "100M")
TRUSTED_PROXIES = environment.whole_number("TRUSTED_PROXIES", 0, low=0, high=10)

_reachable_name = socket.gethostname() if HOST in EVERY_ADDRESS else HOST
_reachable_name = f"[{_reachable_name}]" if ":" in _reachable_name else _reachable_name
BASE_URL = environment.web_address("BASE_URL", f"http://{_reachable_name}:{PORT}")
IS_HTTPS = BASE_URL.startswith("https://")
_known_names = ("localhost", "127.0.0.1", "[::1]", _reachable_name, urlsplit(BASE_URL).hostname or "")
ALLOWED_HOSTS = environment.names("ALLOWED_HOSTS") or list(dict.fromkeys(_known_names))

# Processes

WEB_PROCESSES = environment.whole_number("WEB_PROCESSES", 2, low=1, high=64)
WEB_THREADS = environment.whole_number("WEB_THREADS", 8, low=1, high=128)
WORKER_PROCESSES = environment.whole_number("WORKER_PROCESSES", 2, low=1, high=64)

# Rooms

INSTALLED_APPS = [
    "toiltracker",
    "teams",
    "boards",
    "imports",
    "reports",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "template_partials",
]
MIDDLEWARE = [
    "toiltracker.metrics.measure_requests",
    "toiltracker.probes.answer_probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "toiltracker.privacy.keep_private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "teams.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "toiltracker.error_views.explain_forms_address",
]
ROOT_URLCONF = "toiltracker.urls"
WSGI_APPLICATION = "toiltracker.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "toiltracker.context.frame",
            ],
        },
    },
]

# Database

_sqlite = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "toiltracker.sqlite3",
    "OPTIONS": {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        # Without it a transaction that reads and then writes fails at once when another one wrote in between.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    },
    # Opening the file anew for every request costs more than most requests do.
    "CONN_MAX_AGE": 600,
}
_pool = {"min_size": 1, "max_size": WEB_THREADS + 2, "timeout": 20}
DATABASES: dict[str, dict[str, Any]] = {
    "default": {**DATABASE_ADDRESS, "OPTIONS": {**DATABASE_ADDRESS.get("OPTIONS", {}), "pool": _pool}}
    if DATABASE_ADDRESS
    else _sqlite,
}

# Broker, cache, rate limits

REDIS_URL = environment.redis("REDIS_URL") or f"unix://{private_socket(DATA_DIR)}?db=0"
IS_BROKER_PRIVATE = not environment.redis("REDIS_URL")
REDIS_KEY_PREFIX = "toiltracker:"
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_KEY_PREFIX + "cache",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
    }
}

CELERY_BROKER_URL = celery_address(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    # After `kill -9` of a worker its tasks come back when this is over: every task's time limit lies well below it.
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 2,
    "global_keyprefix": REDIS_KEY_PREFIX,
    "socket_connect_timeout": 5,
    "retry_policy": {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.5},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.5}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
WORKER_STOPS_WITHIN = 8.0
CELERY_WORKER_POOL = "prefork"
CELERY_WORKER_CONCURRENCY = WORKER_PROCESSES
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
# Beat only knocks: each room's task looks in the database for what is due. A knock that nobody answers is dropped.
CELERY_BEAT_SCHEDULE = {
    name: {"task": f"{name}.tasks.tick", "schedule": seconds, "options": {"expires": seconds}}
    for name, seconds in {"imports": 5.0, "reports": 10.0, "boards": 60.0, "teams": 60.0}.items()
}

# People

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "teams.adapter.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "teams.forms.accounts.ResetPasswordForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "teams.rest.authentication.TokenAuthentication",
        "teams.rest.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["teams.rest.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "teams.rest.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` says what is sent or exported, not how an answer is rendered
    "EXCEPTION_HANDLER": "teams.rest.errors.handle_exception",
    "DATETIME_FORMAT": "iso-8601",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Toil Tracker",
    "DESCRIPTION": "Boards, work items, imports and the toil share of a team.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "teams.rest.schema.describe_errors",
    ],
    # Where two rooms have fields of one name with other choices, the schema names each by its class.
    "ENUM_NAME_OVERRIDES": {
        "Classification": "boards.models.Classification",
        "Priority": "boards.models.Priority",
        "DeliveryState": "reports.models.DeliveryState",
        "ImportState": "imports.models.State",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_UPLOAD
# A board of several thousand cards, all of them selected: refused with a sentence, and not for its many fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "toiltracker.uploads.LimitedFileUploadHandler",
]

# Safety

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 30 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = IS_HTTPS and TRUSTED_PROXIES > 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Mail

_mail_server = environment.mail("EMAIL_URL")
EMAIL_BACKEND = "teams.mailbox.KeptMailBackend"
IS_MAIL_SENT = _mail_server is not None
if _mail_server:
    globals().update(_mail_server)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.sender("EMAIL_FROM", f"Toil Tracker <toiltracker@{urlsplit(BASE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# What is posted to addresses on the web

OUTGOING_NETWORKS = environment.networks("OUTGOING_NETWORKS")

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "toiltracker.storage.ModuleAwareStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Log

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"redacted": {"()": "toiltracker.redaction.RedactAddresses"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redacted"]}},
    "root": {"handlers": ["stderr"], "level": "DEBUG" if DEBUG else "INFO"},
    "loggers": {
        "django": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "gunicorn.http.wsgi": {"level": "ERROR"},  # it warns of every answer to HEAD
    },
}
