"""All settings, read from the environment once. Names and defaults: docs/settings.md."""

import os
import secrets
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from config import environment, look

warnings.filterwarnings("ignore", message="The 'django-fsm' package", category=UserWarning)

BASE_DIR = Path(__file__).resolve().parent.parent


def secret_key(file: Path) -> str:
    """The key kept in `file`; made on first use, whole at once, readable by its owner alone."""
    if not file.exists():
        handle, beside = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "w") as new:
            new.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(beside, file)
        Path(beside).unlink()
    return file.read_text()


BINDERY_DATA = Path(environment.text("BINDERY_DATA", str(BASE_DIR / "var"))).resolve()
BINDERY_DATA.mkdir(parents=True, exist_ok=True)

SECRET_KEY = environment.text("DJANGO_SECRET_KEY") or secret_key(BINDERY_DATA / "secret_key")
DEBUG = environment.switch("DJANGO_DEBUG")
ALLOWED_HOSTS = environment.words("DJANGO_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words("DJANGO_CSRF_TRUSTED_ORIGINS", [])

LOGIN_URL = LOGOUT_REDIRECT_URL = "login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "config.login.powers.Powers",
]
CSRF_FAILURE_VIEW = "config.console.refusals.stale_form"
UNFOLD = look.UNFOLD

# The site behind https: docs/operations.md. Off, it works over http on this machine.
BINDERY_BEHIND_PROXY = environment.switch("BINDERY_BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BINDERY_BEHIND_PROXY else None
SECURE_SSL_REDIRECT = environment.switch("DJANGO_HTTPS_ONLY")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT
SECURE_HSTS_SECONDS = environment.amount("DJANGO_HSTS_SECONDS")
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.switch("DJANGO_HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS

BINDERY_ACTOR = environment.text("BINDERY_ACTOR") or environment.user()
BINDERY_ALLOW_SELF_APPROVAL = environment.switch("BINDERY_ALLOW_SELF_APPROVAL")
BINDERY_CHAIN_LIMIT = environment.count("BINDERY_CHAIN_LIMIT", 8)
BINDERY_DUE_HOURS = environment.count("BINDERY_DUE_HOURS", 48)
BINDERY_HUMAN_LEASE_HOURS = environment.count("BINDERY_HUMAN_LEASE_HOURS", 72, most=14 * 24)
BINDERY_MAX_BODY_BYTES = environment.count("BINDERY_MAX_BODY_BYTES", 5_000_000)
BINDERY_MAX_CHAPTER_BYTES = environment.count("BINDERY_MAX_CHAPTER_BYTES", 5_000_000)
BINDERY_MAX_STREAMS = environment.count("BINDERY_MAX_STREAMS", 500)
BINDERY_MAX_UPLOAD_BYTES = environment.count("BINDERY_MAX_UPLOAD_BYTES", 200_000_000)
BINDERY_STREAM_HEARTBEAT_SECONDS = environment.count("BINDERY_STREAM_HEARTBEAT_SECONDS", 15)
BINDERY_METRICS_PUBLIC = environment.switch("BINDERY_METRICS_PUBLIC")
BINDERY_WORKER_LEASE_SECONDS = environment.count("BINDERY_WORKER_LEASE_SECONDS", 60)
WEBHOOK_ALLOW_PRIVATE = environment.switch("WEBHOOK_ALLOW_PRIVATE")
WEBHOOK_TIMEOUT_SECONDS = environment.count("WEBHOOK_TIMEOUT_SECONDS", 15)

MAIL = environment.email("EMAIL_URL")
globals().update(MAIL)  # EMAIL_BACKEND, EMAIL_HOST and what else the URL says
EMAIL_TIMEOUT = 10  # seconds that a sweep waits for the mail server
DEFAULT_FROM_EMAIL = environment.address("DEFAULT_FROM_EMAIL", environment.sender(MAIL))

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates it replaces
    "unfold.contrib.forms",
    "unfold.contrib.filters",
    "config.apps.BinderyAdmin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "books",
    "artifacts",
    "workflows",
    "events",
    "triggers",
    "config.apps.ConfigApp",
]

MIDDLEWARE = [
    "config.serving.health.health",  # before those that look at the host's name
    "config.metrics.durations.durations",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.serving.policy.policy",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

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
            ],
        },
    },
]

# How each database is opened; which one is decided by DATABASE_URL alone (DESIGN: execution).
DATABASE_OPTIONS: dict[str, dict[str, Any]] = {
    "django.db.backends.sqlite3": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    },
    "django.db.backends.postgresql": {"pool": {"min_size": 0, "max_size": 20, "timeout": 30}},
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.database("DATABASE_URL", f"sqlite:///{BINDERY_DATA}/bindery.sqlite3")
}
DATABASES["default"]["OPTIONS"] = {
    **DATABASE_OPTIONS.get(DATABASES["default"]["ENGINE"], {}),
    **DATABASES["default"].get("OPTIONS", {}),
}
# A connection of the pool is tried before it is used: the server may have been restarted since.
DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = {
    "default": {
        "BACKEND": "artifacts.storage.ContentStorage",
        "OPTIONS": {"location": str(BINDERY_DATA / "store")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Documents and parts of them, by the digest of what they were made from (artifacts.building).
    "builds": {
        "BACKEND": "config.keeping.Keeping",
        "LOCATION": str(BINDERY_DATA / "builds"),
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    # What changed between two texts, by the digests of both (config.console.redlines).
    "redlines": {
        "BACKEND": "config.keeping.Keeping",
        "LOCATION": str(BINDERY_DATA / "redlines"),
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    # Pictures of pages, by the digest of their PDF (artifacts.previews.pages).
    "previews": {
        "BACKEND": "config.keeping.Keeping",
        "LOCATION": str(BINDERY_DATA / "previews"),
        "TIMEOUT": 30 * 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

# Who may do what stands in config/access.py, every refusal in config/errors.py.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "workflows.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["config.access.ByTable"],
    "DEFAULT_PARSER_CLASSES": ["books.api.plain.PlainParser"],
    "DEFAULT_RENDERER_CLASSES": ["books.api.plain.PlainRenderer"],
    "DEFAULT_PAGINATION_CLASS": "books.api.pages.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.schema.operations.Operation",
    "EXCEPTION_HANDLER": "config.errors.answer",
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Bindery",
    "DESCRIPTION": "Books from manuscript to print, with people and agents side by side. "
    "What holds for all addresses is told in docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,  # what is asked is stricter than what is answered
    "COMPONENT_SPLIT_PATCH": False,  # a PATCH has a body of its own
    "ENUM_SUFFIX": "Word",
    "ENUM_NAME_OVERRIDES": {
        f"{name.rpartition('.')[2]}Word": name
        for name in (
            "artifacts.models.ArtifactType",
            "books.models.BookStatus",
            "books.models.BookType",
            "books.models.SettingStatus",
            "events.models.DeliveryStatus",
            "events.models.EscalationAction",
            "events.models.EscalationStatus",
            "events.models.EventType",
            "events.models.RejectionType",
            "triggers.models.Condition",
            "triggers.models.Result",
            "workflows.gates.Decision",
            "workflows.models.Cause",
            "workflows.models.Executor",
            "workflows.models.Outcome",
            "workflows.models.PauseReason",
            "workflows.models.RunStatus",
            "workflows.models.StepKind",
            "workflows.models.StepStatus",
        )
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.components.add_components",
    ],
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # served from where the apps have them: nothing to collect
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

DATA_UPLOAD_MAX_MEMORY_SIZE = BINDERY_MAX_BODY_BYTES  # of forms; config/asgi.py limits the rest

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Warnings go to stderr; a worker adds a line for each step it does.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    # What is refused is the caller's matter.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "CRITICAL"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
