"""How pages are drawn, as one short name: another release, another template, another site name give another look.

A finished page remembers the look it was drawn with, so that it is drawn anew, when it is next asked for, once that has changed.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from articles.sealing import digest, sha256

DRAWN_BY = ("articles/**/*.py", "reviews/**/*.py", "cms/*.py", "templates/**/*.html", "requirements.txt")
NOT_DRAWN_BY = {"migrations", "management", "admin", "demo_data"}
PRINTED = (
    "SITE_NAME", "SITE_TAGLINE", "SITE_URL", "CONTACT_EMAIL", "ACCENT_COLOUR", "ACCENT_COLOUR_DARK", "REFERENCE_STYLE",
    "TIME_ZONE", "LANGUAGE_CODE", "SHOW_OVERDUE", "FEEDBACK_TEXT_MONTHS", "REPLY_ADDRESS_DAYS", "SHARED_CACHE_SECONDS",
)  # fmt: skip
# What builds the page of an article anew from its records: whoever keeps the signatures enters it here.
BUILDERS: list[Callable[[int], Any]] = []


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Of the code, the templates, the style sheets' names and the settings that are printed; worked out once by each process."""
    root = Path(settings.ROOT)
    files = sorted({path for pattern in DRAWN_BY for path in root.glob(pattern)})
    drawn_by = [path for path in files if not NOT_DRAWN_BY & set(path.relative_to(root).parts)]
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    parts = {str(path.relative_to(root)): sha256(path.read_bytes()) for path in drawn_by}
    parts["static"] = sha256(manifest.read_bytes()) if manifest.exists() else ""
    return digest([parts, [str(getattr(settings, name)) for name in PRINTED]])[:32]
