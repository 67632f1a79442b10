"""Which version of the site readers get now: by the newest deed that they can see, the day, and the look of its pages.

A finished answer is good for one version and for no other. Each process asks the database for it at most once a second; the
process in which a deed was done asks again at once.
"""

import logging
import threading
import time
from functools import lru_cache

from django.db import Error, OperationalError, close_old_connections, connections
from django.utils import timezone

from articles import replica
from articles.look import of_the_site
from articles.models import Event
from articles.sealing import digest

log = logging.getLogger(__name__)
ASKED_EVERY = 1.0  # seconds: how long another machine may go on showing what was withdrawn
MOST_FORGED = 100  # events that another hand wrote: of more the site gives up, and every page is asked of its records
GRACE = 10.0  # seconds for which a database that does not answer is forgiven: a fail-over shall not shut the site


def edition() -> str:
    """Names what the site shows by now: the seal of the newest event after which readers could see something else.

    An event that this site did not write is passed over: otherwise whoever put it in could hold the site at its version.
    """
    newest = Event.objects.seen_by_readers().first()
    if newest is None or newest.is_genuine():
        return newest.seal if newest else ""
    log.critical("Event row %s was not written by this site: run verify_records.", newest.pk)
    genuine = (event.seal for event in Event.objects.seen_by_readers()[:MOST_FORGED] if event.is_genuine())
    found = next(genuine, None)
    if found is None:
        raise OperationalError("The newest events were not written by this site, so that nobody knows what it shows by now.")
    return found


def believed(row: int, seal: str) -> str:
    """The edition that another query named by the newest event, if that is an event of ours."""
    return seal if _is_ours(row, seal) else edition()


@lru_cache(maxsize=8)
def _is_ours(row: int, seal: str) -> bool:
    event = Event.objects.filter(pk=row, seal=seal).first()
    return event is not None and event.is_genuine()


class _Known:
    """What this process knows; times are those of a clock that nobody sets."""

    version = ""
    learnt = asked = float("-inf")
    asking = threading.Lock()


def current() -> str:
    """The version, at most a second old. Raises django.db.Error when it could not be learnt for longer than the grace."""
    if not _is_recent():
        with _Known.asking:
            if not _is_recent():
                _ask()
    if not _Known.version:
        raise OperationalError("The database did not answer a moment ago, and is not asked again at once.")
    return _Known.version


def forget() -> None:
    """Ask again at once, and read no replica that may not know yet."""
    _Known.asked = float("-inf")
    replica.pin()


def _is_recent() -> bool:
    return time.monotonic() - _Known.asked < ASKED_EVERY


def _ask() -> None:
    """Notes the time first: what another thread commits and forgets meanwhile is asked again."""
    _Known.asked = started = time.monotonic()
    _drop_old_connections()
    try:
        with replica.reading(replica.PRIMARY):
            version = digest([edition(), timezone.localdate().isoformat(), of_the_site()])[:32]
        if version != _Known.version:
            replica.pin()  # or an older answer could be taken for one of this version
        _Known.version, _Known.learnt = version, started
    except Error as error:
        log.warning("The version of the site could not be learnt: %s", error)
        _drop_old_connections()
        _Known.asked = time.monotonic()  # it may have taken seconds to learn that nobody answers: not each reader shall wait
        if _Known.asked - _Known.learnt > GRACE:
            _Known.version = ""


def _drop_old_connections() -> None:
    """Django does that with each request, and not every answer is a request to Django. One in a transaction is in use."""
    if not connections[replica.PRIMARY].in_atomic_block:
        close_old_connections()
