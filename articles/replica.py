"""Which database answers a reader: a replica for as long as it is known to be up to date, the primary otherwise.

Only readers are answered by a replica: whoever has no session, asks under no address of the office, and changes nothing.
A thread in each process compares both databases some times in a second, so that no reader ever waits to learn that a
replica is away. Where none is configured, nothing of this is switched on.
"""

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
View = Callable[..., HttpResponseBase]

PRIMARY, REPLICA = "default", "replica"
LOOKS = 4  # at both databases, within the time that a replica may be behind
AWAY = 2  # seconds until a replica that did not answer is asked again
# As numbers, so that positions can be compared here. A replica that was promoted is no replica, and has no row.
POSITION = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')"
SAME_CLUSTER = "SELECT system_identifier FROM pg_control_system()"
# One that follows nobody any more may be further than the new primary is, on a history that ended.
REPLAYED = """SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')
    WHERE pg_is_in_recovery() AND EXISTS (SELECT FROM pg_stat_wal_receiver)"""

_reading: ContextVar[str] = ContextVar("reading", default=PRIMARY)


def for_readers() -> str:
    """The database to answer a reader from now. Costs no query."""
    return REPLICA if REPLICA in settings.DATABASES and watch.is_fresh() else PRIMARY


@contextmanager
def reading(alias: str | None = None) -> Iterator[None]:
    """What is read inside is read from this database, or from the one that is for readers now."""
    before = _reading.set(alias or for_readers())
    try:
        yield
    finally:
        _reading.reset(before)


def in_use() -> str:
    """The database that is read from here: the primary again inside a transaction, which must see its own rows."""
    return PRIMARY if connections[PRIMARY].in_atomic_block else _reading.get()


def answered(ask: Callable[[], Answer]) -> Answer:
    """What it returns when it reads from the database for readers; asked again of the primary if a replica fails."""
    if for_readers() == REPLICA:
        try:
            with reading(REPLICA):
                return ask()
        except (OperationalError, InterfaceError) as error:
            watch.gave_up(error)
        except Error as error:  # a table, it may be, that has not come over yet
            log.warning("The replica could not answer, so the primary is asked: %s", error)
    with reading(PRIMARY):
        return ask()


def pin() -> None:
    """From now on readers here are answered by the primary, until the replica has all that was committed by now.

    For whoever has just committed, or learnt of, something that readers can see.
    """
    watch.pinned_at = time.monotonic()


def why_unusable() -> str:
    """What keeps the replica from being read, if anything does, as far as it can be told at once."""
    try:
        _number(REPLICA, REPLAYED)
        is_ours = _number(PRIMARY, SAME_CLUSTER) == _number(REPLICA, SAME_CLUSTER)
    except Error as error:
        return str(error)
    return "" if is_ours else "REPLICA_URL follows another server than the one in DATABASE_URL."


def never_from_a_replica(view: View) -> View:
    """For a page that shows a reader what they have just sent."""
    view.reads_the_primary = True  # type: ignore[attr-defined]
    return view


class ReadersRouter:
    """Tells Django's models where to read. Everything is written to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return in_use()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return None if db == PRIMARY else False


class ReadersMiddleware:
    """Innermost, so that everything else has had its say about the request before the view is called."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not is_a_reader(request) or getattr(view, "reads_the_primary", False):
            return None
        return answered(lambda: view(request, *args, **kwargs))


def is_a_reader(request: HttpRequest) -> bool:
    """Whether nobody can be logged in here and nothing can be changed: such a request may be answered from a replica."""
    anonymous = settings.SESSION_COOKIE_NAME not in request.COOKIES
    return request.method in {"GET", "HEAD"} and anonymous and not request.path_info.startswith(reverse("admin:index"))


class Watch:
    """How fresh the replica is. Moments are those of the process's own clock, so no two clocks have to agree."""

    def __init__(self) -> None:
        self.fresh_as_of = -math.inf  # the replica has everything that was committed before this moment
        self.pinned_at = -math.inf  # and must have what was committed before this one
        self._marks: deque[tuple[float, int]] = deque(maxlen=64)  # when the primary was at which position
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._was_fresh = False

    def is_fresh(self) -> bool:
        if self._thread is None or not self._thread.is_alive():  # a fork takes no threads along
            self._start()
        return self.fresh_as_of > max(time.monotonic() - settings.REPLICA_LAG_SECONDS, self.pinned_at)

    def mark(self, at: float, position: int) -> None:
        """At this moment or a little later, the primary had come to this position."""
        self._marks.append((at, position))

    def replayed(self, position: int) -> None:
        """The replica has come to this position: it has what the primary had when it was last seen there or before."""
        while self._marks and self._marks[0][1] <= position:
            self.fresh_as_of = self._marks.popleft()[0]

    def gave_up(self, error: Exception) -> None:
        """The replica failed: it is not read until it has been looked at again."""
        self.fresh_as_of = -math.inf
        connections[REPLICA].close()
        self._say(False, f"it failed: {error}".strip())

    def _start(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self.fresh_as_of = -math.inf
                self._marks.clear()
                self._thread = threading.Thread(target=self._look_for_ever, name="replica", daemon=True)
                self._thread.start()

    def _look_for_ever(self) -> None:
        while True:
            pause = settings.REPLICA_LAG_SECONDS / LOOKS
            try:
                self._look()
            except Exception as error:  # whatever it is: the thread goes on, and the primary answers
                self.gave_up(error)
                connections.close_all()
                pause = AWAY
            time.sleep(pause)

    def _look(self) -> None:
        at = time.monotonic()
        self.mark(at, _number(PRIMARY, POSITION))
        self.replayed(_number(REPLICA, REPLAYED))
        self._say(time.monotonic() - self.fresh_as_of < settings.REPLICA_LAG_SECONDS, "it is behind")

    def _say(self, is_fresh: bool, why: str) -> None:
        if is_fresh != self._was_fresh:
            self._was_fresh = is_fresh
            log.warning("Readers are answered by %s", "the replica." if is_fresh else f"the primary, not by the replica: {why}")


def _number(alias: str, sql: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise OperationalError("REPLICA_URL names a server that is no replica, or follows none now.")
    return int(row[0])


watch = Watch()
