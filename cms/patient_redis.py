"""A Redis that may die: what finds it away goes on as if nothing had ever been kept, and for some seconds nobody asks again.

So feedback is taken uncounted, sessions are read from the database, and nobody waits.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
TOLD_EVERY = 60.0  # seconds
REST = 5.0  # seconds for which a Redis that failed is not asked again


class Breaker:
    """Whether it is any use to ask; one for all threads of a process."""

    def __init__(self) -> None:
        self.closed_until = float("-inf")
        self._is_away = False
        self._refused_at = float("-inf")
        self._lock = threading.Lock()

    def is_open_to_questions(self) -> bool:
        return time.monotonic() >= self.closed_until

    def failed(self, error: Exception) -> None:
        with self._lock:
            self.closed_until = time.monotonic() + REST
            if not self._is_away:
                log.error("Redis does not answer: feedback is not limited, sessions are read from the database. %s", error)
            self._is_away = True

    def refused(self, error: Exception) -> None:
        """It answers, but does not do what it is asked: told once in a while."""
        with self._lock:
            if time.monotonic() - self._refused_at < TOLD_EVERY:
                return
            self._refused_at = time.monotonic()
        log.error("Redis refuses what it is asked: feedback is not limited, sessions are read from the database. %s", error)

    def answered(self) -> None:
        if self._is_away:
            self._is_away = False
            log.warning("Redis answers again.")


breaker = Breaker()


class PatientRedis(redis.Redis):
    def execute_command(self, *args: Any, **options: Any) -> Any:
        if not breaker.is_open_to_questions():
            raise redis.ConnectionError("Redis failed a moment ago and is left alone.")
        try:
            answer = super().execute_command(*args, **options)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            breaker.failed(error)
            raise
        breaker.answered()
        return answer


class PlainValues:
    """Numbers and JSON, not Django's pickles: whoever could write into Redis could otherwise run code here."""

    def dumps(self, value: Any) -> int | str:
        return value if type(value) is int else json.dumps(value)

    def loads(self, stored: bytes) -> Any:
        return json.loads(stored)


class _Client(RedisCacheClient):
    """Tries once more if a connection breaks, which it does when Redis was started anew; but not if nothing comes in time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, retry=Retry(NoBackoff(), 1, (redis.ConnectionError,)), **options)
        self._client = PatientRedis


class PatientRedisCache(RedisCache):
    """What is asked of the cache in this project, each with the answer of an empty one."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return _tried(lambda: super(PatientRedisCache, self).get(key, default, version), default)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return _tried(lambda: super(PatientRedisCache, self).add(key, value, timeout, version), True)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        return _tried(lambda: super(PatientRedisCache, self).set(key, value, timeout, version), None)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return _tried(lambda: super(PatientRedisCache, self).incr(key, delta, version), delta)

    def delete(self, key: str, version: int | None = None) -> bool:
        return _tried(lambda: super(PatientRedisCache, self).delete(key, version), False)

    def has_key(self, key: str, version: int | None = None) -> bool:
        return _tried(lambda: super(PatientRedisCache, self).has_key(key, version), False)


def _tried(ask: Callable[[], Any], otherwise: Any) -> Any:
    try:
        return ask()
    except redis.ResponseError as error:  # it is full, or may not be written to
        breaker.refused(error)
        return otherwise
    except redis.RedisError:  # of which the breaker has told
        return otherwise
