"""Every setting, read from the environment once. README.md has the table of variables.

Without DEBUG the project is a production site: it refuses to start on the development keys, speaks HTTPS only
and sends strict cookies. DEBUG=1 is for one's own machine.
"""

import warnings
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from cms import places
from cms.environment import colour, items, number, switch, text

ROOT = Path(__file__).resolve().parent.parent
DEVELOPMENT_KEY = "for-development-on-one's-own-machine-only-never-in-production"


DEBUG = switch("DEBUG")
SECRET_KEY = text("SECRET_KEY", DEVELOPMENT_KEY if DEBUG else "")
# Signatures, the event log and finished pages are sealed with the first key; the others still verify what they sealed.
SIGNING_KEYS = items("SIGNING_KEYS", DEVELOPMENT_KEY if DEBUG else "")
SITE_NAME = text("SITE_NAME", "Imprimatur")
SITE_TAGLINE = text("SITE_TAGLINE", "Health information, signed by the people who checked it")
# The publisher's colour, on light and on dark screens: #0b5362. Unset, the house's own.
ACCENT_COLOUR = colour("ACCENT_COLOUR")
ACCENT_COLOUR_DARK = colour("ACCENT_COLOUR_DARK")
SITE_URL = text("SITE_URL", "http://127.0.0.1:8000" if DEBUG else "").rstrip("/")
CONTACT_EMAIL = text("CONTACT_EMAIL", "editors@example.org" if DEBUG else "")

if not DEBUG:
    for name, value in (("SECRET_KEY", SECRET_KEY), *(("SIGNING_KEYS", key) for key in SIGNING_KEYS or [""])):
        if value == DEVELOPMENT_KEY or len(value) < 32:
            raise ImproperlyConfigured(
                f"{name} must be set to at least 32 random characters of your own when DEBUG is off. "
                'Make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
    if SECRET_KEY in SIGNING_KEYS:
        raise ImproperlyConfigured("SIGNING_KEYS must differ from SECRET_KEY: one is changed often, the other never lost.")
    if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).hostname:
        raise ImproperlyConfigured("SITE_URL must be the site's public address, such as https://health.example.org.")

ALLOWED_HOSTS = items("ALLOWED_HOSTS", urlsplit(SITE_URL).hostname or "")
if DEBUG:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [] if DEBUG else [f"{urlsplit(SITE_URL).scheme}://{urlsplit(SITE_URL).netloc}"]

INSTALLED_APPS = [
    "articles.apps.EditorialAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "markdownx",
    "articles",
    "reviews",
]
MIDDLEWARE = [
    "cms.security.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
# Templates of form widgets may be overridden in templates/, which the markdown editor's is.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "articles.furniture.publisher",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Records -------------------------------------------------------------------------------------------------------
DATABASES = places.databases(ROOT)
if "replica" in DATABASES:
    DATABASE_ROUTERS = ["articles.replica.ReadersRouter"]
    MIDDLEWARE.append("articles.replica.ReadersMiddleware")
# By how many seconds a replica may be behind; one that is further behind, or away, is not read.
REPLICA_LAG_SECONDS = number("REPLICA_LAG_SECONDS", 1)
if REPLICA_LAG_SECONDS < 1:
    raise ImproperlyConfigured("REPLICA_LAG_SECONDS must be 1 or more. To read no replica, leave REPLICA_URL out.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Counters that slow a flood of feedback and, in Redis, copies of sessions; all workers of a machine share it, or all machines.
CACHE_URL = text("CACHE_URL", (ROOT / "cache").as_uri())
CACHES = {"default": places.cache(CACHE_URL)}

# --- People --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "articles.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SESSION_ENGINE = "cms.sessions" if CACHE_URL.startswith("redis") else "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = number("SESSION_HOURS", 12, least=1) * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# A stranger's wrong guesses close the door for that name from that address only, and for a while only.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "cms.security.client_address"
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# How long the link is good by which a specialist from outside comes in.
INVITATION_DAYS = number("INVITATION_DAYS", 14, least=1)
# How long after it was verified a credential has to be looked up in its register again.
CREDENTIAL_RECHECK_MONTHS = number("CREDENTIAL_RECHECK_MONTHS", 12)
# How many proxies of your own stand before gunicorn; the address is taken that many steps from the right.
TRUSTED_PROXIES = number("TRUSTED_PROXIES", 0)

# --- Words, pictures, mail -----------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = text("TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
# A folder of the publisher's own, looked through first: articles/logo.svg in it takes the place of ours.
STATICFILES_DIRS = [Path(text("SITE_STATIC"))] if text("SITE_STATIC") else []
STATIC_ROOT = Path(text("STATIC_ROOT", str(ROOT / "staticfiles")))
MEDIA_ROOT = Path(text("MEDIA_ROOT", str(ROOT / "media")))
STORAGES = places.storages(SITE_URL, debug=DEBUG)
WHITENOISE_USE_FINDERS = DEBUG
if DEBUG:  # style sheets come straight from the source, so that nothing has been collected
    warnings.filterwarnings("ignore", message="No directory at", category=UserWarning)
MARKDOWNX_EDITOR_RESIZABLE = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # larger than any box takes, so that its own words can refuse
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if text('EMAIL_HOST') else 'console'}.EmailBackend"
EMAIL_HOST = text("EMAIL_HOST")
EMAIL_PORT = number("EMAIL_PORT", 587)
EMAIL_HOST_USER = text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = switch("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", CONTACT_EMAIL or "imprimatur@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who hears at once when somebody fails to sign again and again (21 CFR 11.300(d)).
SECURITY_CONTACT = text("SECURITY_CONTACT", CONTACT_EMAIL)
ADMINS = [parseaddr(address) for address in items("ADMINS")]
# The hour, in TIME_ZONE, from which each day's digest is made.
DIGEST_HOUR = number("DIGEST_HOUR", 7)
if not 0 <= DIGEST_HOUR <= 23:
    raise ImproperlyConfigured("DIGEST_HOUR must be an hour of the day, from 0 to 23.")
# Who sends a mail once its deed holds: the same process at once, a worker (manage.py db_worker), or only manage.py tend.
TASKS_BACKEND = text("TASKS_BACKEND", "immediate")
if TASKS_BACKEND not in {"immediate", "database", "none"}:
    raise ImproperlyConfigured("TASKS_BACKEND must be immediate, database or none.")
if TASKS_BACKEND == "database":
    INSTALLED_APPS += ["django_tasks", "django_tasks_db"]
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
else:
    TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

# --- Changes -------------------------------------------------------------------------------------------------------
# Names of drugs and brands, besides those known, that no minor change may touch.
DRUG_NAMES = items("DRUG_NAMES")

# --- Pages ---------------------------------------------------------------------------------------------------------
# How many megabytes of finished pages each process keeps in memory; 0 keeps none, and each is read from the database.
PAGE_MEMORY_MB = number("PAGE_MEMORY_MB", 32)
# For how long a cache that many readers share may answer for us before it asks again whether a page still stands.
SHARED_CACHE_SECONDS = number("SHARED_CACHE_SECONDS", 5)

# --- Readers -------------------------------------------------------------------------------------------------------
# How long readers' words, and the addresses they may leave for a reply, are kept.
FEEDBACK_TEXT_MONTHS = number("FEEDBACK_TEXT_MONTHS", 12)
REPLY_ADDRESS_DAYS = number("REPLY_ADDRESS_DAYS", 90)
# Whether a page says so when its next medical review is overdue.
SHOW_OVERDUE = switch("SHOW_OVERDUE", default=True)
# Within how many days an editor decides about a report, and about one of harm.
REPORT_DUE_DAYS = number("REPORT_DUE_DAYS", 7)
HARM_DUE_DAYS = number("HARM_DUE_DAYS", 1)

# --- Sources -------------------------------------------------------------------------------------------------------
# "nlm" (Citing Medicine) or "ama" (AMA Manual of Style, 11th edition).
REFERENCE_STYLE = text("REFERENCE_STYLE", "nlm")
if REFERENCE_STYLE not in {"nlm", "ama"}:
    raise ImproperlyConfigured("REFERENCE_STYLE must be nlm or ama.")
# Which registers may be asked over the network: crossref, pubmed. None until you say so.
LOOKUPS = items("LOOKUPS")
PUBMED_API_KEY = text("PUBMED_API_KEY")
CHECK_LINKS = switch("CHECK_LINKS")

# --- The wire ------------------------------------------------------------------------------------------------------
if not DEBUG:
    SECURE_SSL_REDIRECT = switch("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = number("SECURE_HSTS_SECONDS", 31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = switch("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
    SECURE_HSTS_PRELOAD = switch("SECURE_HSTS_PRELOAD", default=True)
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = switch("SECURE_COOKIES", default=True)
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": text("LOG_LEVEL", "INFO")},
    "filters": {"without_invitations": {"()": "cms.unlogged.WithoutInvitations"}},
    "loggers": {
        "axes": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django.request": {"filters": ["without_invitations"]},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
