"""No faster than a register allows: the gap between two questions, and how long to hold back after a refusal.

Crossref states its limits in every answer (x-rate-limit-limit, x-rate-limit-interval, x-concurrency-limit, x-api-pool).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_INTERVAL: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)\s*(ms|s|m)?", re.ASCII)
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, None: 1.0}
_LONGEST_GAP: Final = 60.0


class TooLong(Exception):
    """The wait would be longer than the person in front of the screen has patience for."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


class Pace:
    def __init__(self, gap: float, patience: float, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self.gap = gap
        self.pool = ""  # Crossref: "public", "polite" or "plus"
        self.concurrency = 1  # what is allowed; a Fetcher never has more than one question open
        self._patience = patience
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    def wait(self) -> None:
        """Returns when the next question may be asked."""
        wait = self._next - self._clock()
        if wait > self._patience:
            raise TooLong(wait)
        if wait > 0:
            self._sleep(wait)
        self._next = max(self._next, self._clock()) + self.gap

    def hold(self, seconds: float) -> None:
        """Nothing more for so long, whoever asks."""
        self._next = max(self._next, self._clock() + seconds)

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the register at its word, each time: limits change without notice."""
        limit = headers.get("x-rate-limit-limit", "").strip()
        interval = _INTERVAL.fullmatch(headers.get("x-rate-limit-interval", "1s").strip().lower())
        if limit.isascii() and limit.isdigit() and len(limit) <= 6 and int(limit) and interval:
            self.gap = min(float(interval[1]) * _SECONDS[interval[2]] / int(limit), _LONGEST_GAP)
        allowed = headers.get("x-concurrency-limit", "").strip()
        if allowed.isascii() and allowed.isdigit() and len(allowed) <= 6:
            self.concurrency = int(allowed)
        self.pool = headers.get("x-api-pool", self.pool)[:20]


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, from a number or a date; None when the answer does not say, or says it unreadably."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        then = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())
