"""Sessions in the database, with a copy in Redis that all machines read: the database is the truth.

Django's own store of this kind fails where its cache does. This one goes on: nobody is logged out because Redis died, and
nobody stays logged in for long because Redis did not hear of their leaving.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore
from django.core.cache import caches

log = logging.getLogger(__name__)
COPY_SECONDS = 60  # how long a copy is believed at most


class _Copies:
    """The cache as a session may use it: what fails is as if it were not there."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def get(self, key: str) -> Any:
        return self._tried(lambda: self._cache.get(key))

    def set(self, key: str, session: Any, timeout: int) -> None:
        self._tried(lambda: self._cache.set(key, session, min(timeout, COPY_SECONDS)))

    def delete(self, key: str) -> None:
        self._tried(lambda: self._cache.delete(key))

    def __contains__(self, key: str) -> bool:
        return False  # whether a key is taken is for the database to say

    def _tried(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Exception as error:  # whatever a cache raises when it is away
            log.debug("The database is asked for a session: %s", error)
            return None


class SessionStore(CachedStore):
    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache = _Copies(caches["default"])
