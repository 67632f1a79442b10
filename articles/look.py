"""How pages are drawn, as a short name: another release, another template, another site name give another look.

A finished page remembers the look it was drawn with, so that it is drawn anew, when it is next asked for, once that has changed.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.sealing import digest, sha256

# What draws an article; and what draws the rest of the reader's site, too.
ARTICLES = ("articles/**/*.py", "templates/articles/**/*.html", "templates/*.html", "requirements.txt")
SITE = (*ARTICLES, "reviews/**/*.py", "templates/reviews/**/*.html", "cms/*.py")
NOT_FOR_READERS = {"migrations", "management", "admin", "demo_data", "lookup", "seeding", "benchmarking", "desks"}
PRINTED = (
    "SITE_NAME", "SITE_TAGLINE", "SITE_URL", "CONTACT_EMAIL", "ACCENT_COLOUR", "ACCENT_COLOUR_DARK", "REFERENCE_STYLE",
    "TIME_ZONE", "LANGUAGE_CODE", "SHOW_OVERDUE", "FEEDBACK_TEXT_MONTHS", "REPLY_ADDRESS_DAYS", "SHARED_CACHE_SECONDS",
)  # fmt: skip
# What is sent with a page, or signs the addresses in it.
SENT = ("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_REFERRER_POLICY", "SECRET_KEY")
# What builds the page of an article anew from its records: whoever keeps the signatures enters it here.
BUILDERS: list[Callable[[int], Any]] = []


def fingerprint() -> str:
    """The look of articles: code, templates, the names of style sheets, and the settings that are printed."""
    return _of(ARTICLES)


def of_the_site() -> str:
    """The look of every page that readers can open, with what is sent along."""
    return digest([_of(SITE), [str(getattr(settings, name)) for name in SENT]])


@lru_cache(maxsize=2)  # it changes with a release or a setting: with the process
def _of(patterns: tuple[str, ...]) -> str:
    root, manifest = Path(settings.ROOT), Path(settings.STATIC_ROOT) / "staticfiles.json"
    found = sorted({path for pattern in patterns for path in root.glob(pattern)})
    files = [path for path in found if not NOT_FOR_READERS & set(path.relative_to(root).parts)]
    parts = {str(path.relative_to(root)): sha256(path.read_bytes()) for path in files}
    parts["static"] = sha256(manifest.read_bytes()) if manifest.exists() else ""
    return digest([parts, [str(getattr(settings, name)) for name in PRINTED]])[:32]
