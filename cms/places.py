"""Where things are kept: records in a database and its replica, counters and sessions in Redis, files in object storage.

Each of them is for one machine until the environment names a place that several machines share.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from cms.environment import number, switch, text

ON_SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    # recursive_triggers: without it INSERT OR REPLACE would not fire the locks that refuse deletion.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON;",
}
ON_POSTGRESQL = {
    # A database that is away or silent is noticed within seconds, so that /healthz can say so.
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 1,
    "tcp_user_timeout": 10_000,
}
TIMES = "-c statement_timeout=30000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=60000"
# What was committed is on the disk before anybody can see it; and a replica that has come so far has it, too.
DURABLE = "-c synchronous_commit=on"
# A replica gives way sooner, because the primary can be asked instead; and is never written to, even if it is none.
ON_A_REPLICA = {**ON_POSTGRESQL, "tcp_user_timeout": 3_000}
TIMES_OF_A_REPLICA, READ_ONLY = "-c statement_timeout=10000", "-c default_transaction_read_only=on"


def databases(root: Path) -> dict[str, Any]:
    """The primary and, where REPLICA_URL names one, a streaming replica that answers readers."""
    primary = _database(text("DATABASE_URL", f"sqlite:///{root / 'imprimatur.sqlite3'}"))
    on_sqlite = primary["ENGINE"].endswith("sqlite3")
    primary["OPTIONS"] = ON_SQLITE if on_sqlite else _options(ON_POSTGRESQL, TIMES, primary, DURABLE)
    if not text("REPLICA_URL"):
        return {"default": primary}
    replica = _database(text("REPLICA_URL"))
    if on_sqlite or replica["ENGINE"].endswith("sqlite3"):
        raise ImproperlyConfigured("REPLICA_URL must be a PostgreSQL server that streams from the one in DATABASE_URL.")
    replica["OPTIONS"] = _options(ON_A_REPLICA, TIMES_OF_A_REPLICA, replica, READ_ONLY)
    replica["TEST"] = {"MIRROR": "default"}
    return {"default": primary, "replica": replica}


def _options(usual: dict[str, Any], usually: str, given: dict[str, Any], always: str) -> dict[str, Any]:
    """What the address says counts more than what is usual; of two that contradict each other PostgreSQL takes the later one."""
    own = given.get("OPTIONS", {})
    return {**usual, **own, "options": " ".join(filter(None, [usually, own.get("options", ""), always]))}


def _database(url: str) -> dict[str, Any]:
    keep = number("DATABASE_KEEP_SECONDS", 60)
    pooled = switch("DATABASE_POOLER")
    parsed = dj_database_url.parse(url, conn_max_age=keep, conn_health_checks=True, disable_server_side_cursors=pooled)
    return dict(parsed)


def cache(url: str) -> dict[str, Any]:
    """A folder that the workers of one machine share, or a Redis that all machines share."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return {"BACKEND": "cms.counter_file.CounterFileCache", "LOCATION": unquote(parts.path)}
    if parts.scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("CACHE_URL must be redis://host:6379/0, or file:///a/folder that only the site may write to.")
    options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "serializer": "cms.patient_redis.PlainValues"}
    return {"BACKEND": "cms.patient_redis.PatientRedisCache", "LOCATION": url, "OPTIONS": options}


def storages(site_url: str, *, debug: bool) -> dict[str, Any]:
    """Folders, or an S3 bucket for pictures and, with S3_STATIC, for style sheets and scripts."""
    collected = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    folders = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if debug else collected},
    }
    if not text("S3_BUCKET"):
        if switch("S3_STATIC"):
            raise ImproperlyConfigured("S3_STATIC needs a bucket: set S3_BUCKET, or leave both out.")
        return folders
    bucket = _bucket()
    pictures = {"BACKEND": "cms.bucket.Pictures", "OPTIONS": {**bucket, "location": "media", "file_overwrite": False}}
    if not switch("S3_STATIC"):
        return {**folders, "default": pictures}
    # The policy of our pages lets nothing in from another host: the proxy in front hands /static/ on to the bucket.
    own = urlsplit(site_url)
    at = {"location": "static", "custom_domain": own.netloc, "url_protocol": f"{own.scheme}:"}
    lasting = {"CacheControl": "public, max-age=315360000, immutable"}
    styles = {
        "BACKEND": "cms.bucket.Styles",
        "OPTIONS": {**bucket, **at, "object_parameters": lasting},
    }
    return {"default": pictures, "staticfiles": styles}


def _bucket() -> dict[str, Any]:
    """Nothing is made public, and no address leads past us: pictures of drafts are shown by our own view, which asks who sees."""
    key, secret, endpoint = text("S3_ACCESS_KEY"), text("S3_SECRET_KEY"), text("S3_ENDPOINT")
    if bool(key) != bool(secret):
        raise ImproperlyConfigured(
            "S3_ACCESS_KEY and S3_SECRET_KEY belong together: set both, or neither if the machine has a role."
        )
    if endpoint and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise ImproperlyConfigured("S3_ENDPOINT must be an address, such as https://s3.example.org; leave it out for Amazon's.")
    return {
        "bucket_name": text("S3_BUCKET"),
        "endpoint_url": endpoint or None,
        "region_name": text("S3_REGION") or None,
        "access_key": key or None,
        "secret_key": secret or None,
        "querystring_auth": False,
        "default_acl": None,
        "signature_version": "s3v4",
        "addressing_style": "path" if endpoint else "auto",
    }
