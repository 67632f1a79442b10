"""The settings of a developer's machine, with fast password hashes: what the tests run under."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("DEBUG", "1")

from cms.settings import *  # noqa: F403

MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="imprimatur-test-media-"))
STATIC_ROOT = Path(tempfile.mkdtemp(prefix="imprimatur-test-static-"))
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SITE_URL = "https://health.example.org"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
