"""Asking a register of publications, politely: known hosts over https only, paced, and with patience.

Whatever goes wrong ends as one `LookupFailed`, whose words a writer can act on; nothing of an answer is used then.
"""

import json
import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

import httpx2

from articles.lookup.pace import Pace, TooLong, retry_after
from articles.lookup.wire import Answer, NoAnswer, Wire

LARGEST_ANSWER: Final = 1024 * 1024
_TRIES: Final = 3
_MOST_REDIRECTS: Final = 2
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})


class LookupFailed(Exception):
    """A register gave no usable answer. The text is for the person who asked."""


class TooBig(LookupFailed):
    """More came than may be read; asking for less may help."""


class Fetcher:
    """One register: where it may be asked, who we say we are, and how fast."""

    def __init__(
        self,
        service: str,
        hosts: frozenset[str],
        *,
        user_agent: str,
        params: Mapping[str, str] | None = None,
        gap: float = 1.0,
        patience: float = 4.0,
        wire: Wire | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.service = service
        self._hosts = hosts
        self._headers = {"User-Agent": one_line(user_agent), "Accept": "application/json, text/xml;q=0.9, */*;q=0.1"}
        self._params = dict(params or {})
        self._wire = wire or Wire()
        self.pace = Pace(gap, patience, self._wire.clock, sleep)
        self._patience = patience
        self._one_at_a_time = Lock()

    def get(self, url: str, params: Mapping[str, str] | None = None, cap: int = LARGEST_ANSWER) -> Answer:
        """The answer of any status that is an answer: the caller reads status and content type before the rest."""
        try:
            target = httpx2.URL(url).copy_merge_params({**self._params, **(params or {})})
        except httpx2.InvalidURL as error:
            raise self.failed("was not asked: the question makes no valid address.") from error
        if not self._one_at_a_time.acquire(timeout=max(self._patience, self._wire.seconds)):
            raise self.failed("is busy with other questions; nothing was changed. Try again in a moment.")
        try:
            return self._patiently(target, cap)
        except TooLong as wait:
            seconds = max(1, round(wait.seconds))
            raise self.failed(f"asks us to wait {seconds} seconds; nothing was changed. Try again later.") from wait
        except NoAnswer as trouble:
            raise self._in_words(trouble, cap) from trouble
        finally:
            self._one_at_a_time.release()

    def failed(self, what: str) -> LookupFailed:
        return LookupFailed(f"{self.service} {what}")

    def unreadable(self) -> LookupFailed:
        return self.failed("sent an answer that could not be read; nothing was changed. Try again later.")

    def object_in(self, answer: Answer) -> dict[str, Any]:
        """The JSON object of an answer that says it is JSON."""
        if answer.content_type != "application/json":
            raise self.unreadable()
        try:
            read = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise self.unreadable() from error
        if not isinstance(read, dict):
            raise self.unreadable()
        return read

    def expect_ok(self, answer: Answer) -> None:
        if answer.status != 200:
            raise self.failed(f"answered with an error ({answer.status}); nothing was changed. Try again later.")

    def _patiently(self, url: httpx2.URL, cap: int) -> Answer:
        for attempt in range(_TRIES):
            answer = self._following(url, cap)
            if answer.status not in _BUSY:
                return answer
            asked_for = retry_after(answer.headers)
            self.pace.hold(2.0**attempt if asked_for is None else asked_for)
        if answer.status == 429:
            raise self.failed("has too many questions to answer just now; nothing was changed. Try again later.")
        raise self.failed(f"answered with an error ({answer.status}); nothing was changed. Try again later.")

    def _following(self, url: httpx2.URL, cap: int) -> Answer:
        """A register may send us on within its own house, as for a DOI that has another; never elsewhere."""
        for _ in range(_MOST_REDIRECTS + 1):
            self._refuse_elsewhere(url)
            self.pace.wait()
            answer = self._wire.ask("GET", url, self._headers, cap)
            self.pace.learn(answer.headers)
            if answer.status not in _MOVED:
                break
            try:
                url = url.join(answer.headers.get("location", ""))
            except httpx2.InvalidURL as error:
                raise self.unreadable() from error
        else:
            raise self.failed("sends us from one address to the next; nothing was changed. Try again later.")
        if not answer.whole:
            raise NoAnswer("too big")
        return answer

    def _refuse_elsewhere(self, url: httpx2.URL) -> None:
        if url.scheme != "https" or url.host not in self._hosts or url.port not in (None, 443) or url.userinfo:
            raise self.failed("is asked at its own address only, and over https; nothing else was contacted.")

    def _in_words(self, trouble: NoAnswer, cap: int) -> LookupFailed:
        if trouble.why == "too big":
            size = f"{cap // LARGEST_ANSWER} MB" if cap >= LARGEST_ANSWER else f"{cap} bytes"
            return TooBig(f"{self.service} sent more than {size}, which was not read; nothing was changed.")
        if trouble.why == "refused":
            return self.failed(
                "was not contacted: its address leads into a private network. Tell whoever runs this site; nothing was changed."
            )
        if trouble.why == "slow":
            seconds = f"{self._wire.seconds:g}"
            return self.failed(f"did not answer within {seconds} seconds; nothing was changed. Try again later.")
        if trouble.why == "broken":
            return self.unreadable()
        return self.failed("could not be reached; nothing was changed. Try again later.")


def one_line(text: str) -> str:
    """Words that may stand in a header: printable ASCII on one line."""
    return " ".join("".join(char if " " <= char <= "~" else " " for char in text).split())
