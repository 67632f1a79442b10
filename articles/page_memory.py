"""The finished answers that one process has in memory: those that were asked for last, as many as there is room for."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

Headers = list[tuple[str, str]]
OVERHEAD = 3_000  # bytes that an answer takes besides its body


@dataclass(frozen=True, slots=True)
class Ready:
    """An answer in one form, ready to be sent."""

    status: str
    sha256: str
    modified: int  # seconds since 1970
    headers: Headers
    unchanged: Headers  # what a 304 says
    body: bytes


class PageMemory:
    """Holds answers of one version of the site; those of another are dropped as soon as one of it is put in."""

    def __init__(self, room: int) -> None:
        """`room` is counted in bytes."""
        self.room, self.used, self._version = room, 0, ""
        self._answers: OrderedDict[tuple[str, str], Ready] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, address: str, form: str, version: str) -> Ready | None:
        with self._lock:
            if version != self._version or (found := self._answers.get((address, form))) is None:
                return None
            self._answers.move_to_end((address, form))
            return found

    def put(self, address: str, form: str, version: str, answer: Ready) -> None:
        with self._lock:
            if version != self._version:
                self._answers.clear()
                self._version, self.used = version, 0
            if earlier := self._answers.pop((address, form), None):
                self.used -= _size(earlier)
            self._answers[address, form] = answer
            self.used += _size(answer)
            while self.used > self.room:
                _, oldest = self._answers.popitem(last=False)
                self.used -= _size(oldest)


def _size(answer: Ready) -> int:
    return len(answer.body) + OVERHEAD
