"""How often one reader, and all of them together, may send us something; and that one vote is counted once a day.

Nothing of it is in the database. The cache holds counters under keyed hashes of addresses, made with a random secret
that is itself only in the cache, and for a minute in memory, and is another one each day: by tomorrow nobody can tell
who they were.
"""

import hashlib
import hmac
import logging
import secrets
import time
from collections.abc import Callable

from django.core.cache import cache
from django.utils import timezone

log = logging.getLogger(__name__)
MINUTE, DAY = 60, 86_400
PER_CLIENT_A_MINUTE, PER_CLIENT_A_DAY = 10, 100
PER_ARTICLE_A_MINUTE, OF_THE_SITE_A_MINUTE = 300, 1200


def admitted(client: str, article: int | str) -> bool:
    """Whether one more report may come in now. Where the cache is away it may: a warning of harm is not turned away."""
    return _with_cache(lambda: _admitted(_mark(client), article), otherwise=True)


def may_look_up(client: str) -> bool:
    """Whether one more receipt may be looked up. It is counted apart, so that it takes nothing from reports."""
    return _with_cache(lambda: _count(f"receipts:{_mark(client)}", MINUTE) <= PER_CLIENT_A_MINUTE, otherwise=True)


def first_vote(client: str, publication: int) -> bool:
    """Whether no vote on this publication came from this address today; from now on, one has."""
    return _with_cache(lambda: bool(cache.add(_vote(client, publication), 1, DAY)), otherwise=True)


def forget_vote(client: str, publication: int) -> None:
    """It could not be stored after all, and may be sent again."""
    _with_cache(lambda: bool(cache.delete(_vote(client, publication))), otherwise=False)


def _admitted(client: str, article: int | str) -> bool:
    """The client's own limits first, so that a flood from one address takes nothing from anybody else."""
    limits = (
        (client, MINUTE, PER_CLIENT_A_MINUTE),
        (client, DAY, PER_CLIENT_A_DAY),
        (f"article:{article}", MINUTE, PER_ARTICLE_A_MINUTE),
        ("site", MINUTE, OF_THE_SITE_A_MINUTE),
    )
    return all(_count(name, seconds) <= most for name, seconds, most in limits)


def _count(name: str, seconds: int) -> int:
    """How many there were in this minute or day, this one with them."""
    key = f"feedback:{name}:{seconds}:{int(time.time() // seconds)}"
    if cache.add(key, 1, seconds * 2):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired in between
        return 1


def _vote(client: str, publication: int) -> str:
    return f"feedback:vote:{_mark(f'{client} {publication}')}"


def _mark(text: str) -> str:
    """A keyed hash that means nothing tomorrow."""
    return hmac.new(_secret(timezone.localdate().isoformat()), text.encode(), hashlib.sha256).hexdigest()[:32]


class _Known:
    secret = ("", float("-inf"), b"")  # of which day, until when it is known, and what it is


def _secret(day: str) -> bytes:
    """Today's. If the cache is lost and begins anew, all processes agree on the next one within a minute."""
    known, until, secret = _Known.secret
    if known != day or time.monotonic() > until:
        secret = str(cache.get_or_set(f"feedback:secret:{day}", lambda: secrets.token_hex(32), DAY * 2)).encode()
        _Known.secret = (day, time.monotonic() + MINUTE, secret)
    return secret


def _with_cache(ask: Callable[[], bool], *, otherwise: bool) -> bool:
    try:
        return ask()
    except Exception as error:  # whatever a cache raises when it is away: no reader shall suffer for it
        log.warning("The cache does not answer, so feedback is not limited: %s", error)
        return otherwise
