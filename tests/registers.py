"""A pretended internet for tests of look-ups: a clock that only moves when told, names, and answers. No socket is opened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx2

from articles.lookup.wire import Wire

PUBLIC = "93.184.215.14"


@dataclass
class Clock:
    now: float = 1000.0
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


@dataclass
class Internet:
    """Answers by method and address; remembers what was asked of whom."""

    answer: Callable[[httpx2.Request], httpx2.Response]
    names: Mapping[str, list[str]] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    asked: list[httpx2.Request] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    def wire(self) -> Wire:
        return Wire(resolver=self._resolve, transport=httpx2.MockTransport(self._handle), clock=self.clock)

    def _resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        return self.names.get(host, [PUBLIC])

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return self.answer(request)

    @property
    def paths(self) -> list[str]:
        return [request.url.raw_path.decode() for request in self.asked]


def site(request: httpx2.Request) -> str:
    """The address as the site sees it: its own name, not the number that was connected to."""
    return f"{request.url.scheme}://{request.headers['host']}{request.url.raw_path.decode()}"


def text(status: int, body: str = "", **headers: str) -> httpx2.Response:
    return httpx2.Response(status, content=body.encode(), headers={b"content-type": b"text/plain", **_named(headers)})


def json(body: object, status: int = 200, **headers: str) -> httpx2.Response:
    return httpx2.Response(status, json=body, headers=_named(headers))


def xml(body: str, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, content=body.encode(), headers={"content-type": "text/xml; charset=UTF-8"})


def _named(headers: Mapping[str, str]) -> dict[bytes, bytes]:
    """As bytes: sites put anything into Location."""
    return {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
