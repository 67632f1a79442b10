"""Sessions in the database, with a copy in Redis that all machines read: the database is the truth.

Nobody is logged out because Redis died; and because a copy is believed for a minute at most, nobody stays logged in for
longer because Redis did not hear of their leaving.
"""

from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache

COPY_SECONDS = 60


class _Copies:
    """The cache as sessions use it."""

    def __init__(self, cache: BaseCache) -> None:
        self.get, self.delete = cache.get, cache.delete
        self._cache = cache

    def set(self, key: str, session: Any, timeout: int) -> None:
        self._cache.set(key, session, min(timeout, COPY_SECONDS))

    def __contains__(self, key: str) -> bool:
        return False  # whether a key is taken is for the database to say


class SessionStore(CachedStore):
    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache = _Copies(caches["default"])
