"""Does a web source still open? Asked gently: HEAD, then GET, at most five redirects, each hop checked like the first.

A site that turns programs away is not dead, and one bad day is not a death: whoever calls keeps count of the failures.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import httpx2

from articles.lookup.addresses import Refused
from articles.lookup.fetching import one_line
from articles.lookup.pace import Pace, TooLong, retry_after
from articles.lookup.wire import Answer, NoAnswer, Wire

Status: TypeAlias = Literal["ok", "suspect", "blocked", "missing", "failed", "refused"]

MOST_REDIRECTS: Final = 5
_ENOUGH: Final = 64 * 1024
_GAP: Final = 1.0  # seconds between two questions to one site
_PATIENCE: Final = 30.0
_MOST_SITES: Final = 1000
_PORTS: Final = (None, 80, 443, 8080, 8443)
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_NO_PROGRAMS: Final = frozenset({401, 402, 403, 405, 406, 407, 429, 451, 999})
_GONE: Final = frozenset({404, 410})
_DOI_SITES: Final = frozenset({"doi.org", "www.doi.org", "dx.doi.org"})
_LONGEST_ADDRESS: Final = 4000
_TITLE: Final = re.compile(rb"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_SAYS_GONE: Final = re.compile(
    rb"\b404\b|not (?:be )?found|no longer (?:available|exists|online)|page (?:unavailable|missing)|doesn.t exist|does not exist",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LinkResult:
    status: Status
    final_url: str
    reason: str  # in words an editor can act on; "" when there is nothing to say
    hops: tuple[str, ...] = ()  # every address on the way, the first one first

    @property
    def counts_as_failure(self) -> bool:
        """Whether this brings a link nearer to being called dead."""
        return self.status in ("missing", "failed")


@dataclass
class LinkChecker:
    user_agent: str = "Imprimatur link check"
    wire: Wire = field(default_factory=Wire)
    sleep: Callable[[float], None] = time.sleep
    _paces: dict[str, Pace] = field(default_factory=dict)

    def check(self, url: str) -> LinkResult:
        """Never raises, whatever the address is and whatever the site does."""
        trail: list[str] = []
        try:
            return self._check(url, trail)
        except Refused as refusal:
            return LinkResult("refused", trail[-1] if trail else url, str(refusal), tuple(trail))
        except NoAnswer as trouble:
            status: Status = "refused" if trouble.why == "refused" else "failed"
            return LinkResult(status, trail[-1], _in_words(trouble, self.wire.seconds), tuple(trail))
        except TooLong:
            return LinkResult("blocked", trail[-1], "The site asks us to come back later.", tuple(trail))

    def _check(self, url: str, trail: list[str]) -> LinkResult:
        try:
            found = self._follow("HEAD", url, trail)
            if not _worth_reading(found):
                return _verdict(found, trail)
        except NoAnswer as trouble:
            # Some sites choke on HEAD alone.
            if trouble.why not in ("slow", "broken"):
                raise
        trail.clear()
        return _verdict(self._follow("GET", url, trail), trail)

    def _follow(self, method: str, url: str, trail: list[str]) -> Answer:
        target = _target(url)
        for _ in range(MOST_REDIRECTS + 1):
            trail.append(str(target))
            pace = self._pace(target.host)
            pace.wait()
            headers = {"User-Agent": one_line(self.user_agent), "Accept": "text/html, */*;q=0.5"}
            answer = self.wire.ask(method, target, headers, _ENOUGH)
            if answer.status == 429:
                pace.hold(retry_after(answer.headers) or _GAP)
            if answer.status not in _MOVED or not answer.headers.get("location"):
                return answer
            onward = _target(answer.headers["location"], target)
            if target.host in _DOI_SITES and onward.host not in _DOI_SITES:
                # The DOI works; what the publisher thinks of programs is not asked.
                trail.append(str(onward))
                return Answer(200, {}, b"")
            target = onward
        raise NoAnswer("broken", f"The site sends us on more than {MOST_REDIRECTS} times.")

    def _pace(self, host: str) -> Pace:
        if host not in self._paces and len(self._paces) >= _MOST_SITES:
            del self._paces[next(iter(self._paces))]
        return self._paces.setdefault(host, Pace(_GAP, _PATIENCE, self.wire.clock, self.sleep))


def _target(raw: str, base: httpx2.URL | None = None) -> httpx2.URL:
    """An address we may ask: http or https, no user name, a port of the web. Its machine is checked when asked."""
    try:
        if len(raw) > _LONGEST_ADDRESS:
            raise Refused("This address is too long.")
        url = (base.join(raw) if base else httpx2.URL(raw)).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError) as error:
        raise Refused(str(error) if isinstance(error, Refused) else "This is not a web address.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise Refused("This is not an address of the web, so it was not opened.")
    if url.userinfo:
        raise Refused("This address contains a user name, so it was not opened.")
    if url.port not in _PORTS:
        raise Refused(f"This address names the unusual port {url.port}, so it was not opened.")
    return url


def _worth_reading(head: Answer) -> bool:
    """After HEAD: pages are read for what they say, and other answers are asked for again properly."""
    if head.status == 429:
        return False
    return head.status >= 300 or head.content_type in ("text/html", "application/xhtml+xml")


def _verdict(answer: Answer, trail: list[str]) -> LinkResult:
    last = trail[-1]
    status, reason = _judged(answer, trail)
    return LinkResult(status, last, reason, tuple(trail))


def _judged(answer: Answer, trail: list[str]) -> tuple[Status, str]:
    if answer.status in _NO_PROGRAMS:
        return "blocked", f"The site does not let programs in ({answer.status}). Open the link yourself to see."
    if answer.status in _GONE:
        return "missing", f"The site says that this page is not there ({answer.status})."
    if not 200 <= answer.status < 300:
        return "failed", f"The site answered with an error ({answer.status})."
    title = _TITLE.search(answer.body)
    if title and _SAYS_GONE.search(title[1]):
        return "suspect", "The page opens, but its title says that it was not found. Open the link yourself to see."
    if _sent_home(trail):
        return "suspect", "The site sends us to its front page instead. Open the link yourself to see."
    if trail[-1] != trail[0]:
        return "ok", f"The page is now at {trail[-1]}"
    return "ok", ""


def _sent_home(trail: list[str]) -> bool:
    first, last = httpx2.URL(trail[0]), httpx2.URL(trail[-1])
    return len(first.path) > 1 and last.path in ("", "/") and not last.query and not first.host.endswith("doi.org")


def _in_words(trouble: NoAnswer, seconds: float) -> str:
    if trouble.why == "slow":
        return f"The site did not answer within {seconds:g} seconds."
    if trouble.why == "unreachable":
        return "The site could not be reached."
    return str(trouble) if str(trouble) != trouble.why else "The site's answer could not be read."
