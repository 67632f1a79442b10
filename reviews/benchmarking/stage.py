"""What all figures of one archive share: how long to measure, the servers, and where the archive's pages are."""

import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from articles.models import Page
from reviews.benchmarking import load, servers
from reviews.benchmarking.figure import Figure, taken
from reviews.benchmarking.load import Visitor
from reviews.benchmarking.servers import Server

# By name, what differs from the usual: each process keeps pages in memory, and has one thread.
KINDS: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
    "warm": ({}, ()),
    "cold": ({"PAGE_MEMORY_MB": "0"}, ()),
    "crowd": ({}, ("--worker-class", "gthread", "--threads", "16")),
}
Measure = Callable[[], Figure]
Figures = Iterator[tuple[str, Measure]]


@dataclass(frozen=True)
class Pace:
    """How often and how long; `rounds` is how many requests are made one by one."""

    runs: int = 3
    seconds: float = 2.0
    rounds: int = 20
    pages: int = 20_000


@dataclass
class Stage:
    """One archive with the servers over it, which are started when they are first asked for."""

    pace: Pace
    database: str
    folder: Path
    server_core: int | None
    _running: dict[str, Server] = field(default_factory=dict)

    def server(self, kind: str = "warm") -> Server:
        if kind not in self._running:
            self._running[kind] = self.fresh(kind)
        return self._running[kind]

    def fresh(self, kind: str) -> Server:
        """One more, that has served nothing yet; whoever asks for it stops it."""
        more, options = KINDS[kind]
        environment = servers.production(self.database, self.folder, **more)
        return Server(environment, self.server_core, self.folder / f"{kind}.log", *options)

    def close(self) -> None:
        for server in self._running.values():
            server.stop()

    def complaints(self) -> str:
        """The last lines of what the servers said."""
        return "".join(server.said()[-1500:] for server in self._running.values())

    def bare(self, kind: str = "warm") -> Callable[[], float]:
        """The bare view, asked by one visitor: what work in the office is measured against."""
        return partial(load.unhurried, Visitor(self.server(kind).port), "/bare", max(self.pace.rounds, 5))

    def loaded(self, name: str, kind: str, path: str, headers: Mapping[str, str] | None = None) -> Figure:
        """A page that is asked for as often as the server can take."""
        origin, seconds = f"http://127.0.0.1:{self.server(kind).port}", self.pace.seconds
        Visitor(self.server(kind).port, headers).get(path).having(200, 304)  # warms up
        plain = partial(load.rate, f"{origin}/bare", {}, seconds)
        asked = partial(load.rate, f"{origin}{path}", headers or {}, seconds)
        return taken(lambda: [asked()], plain, self.pace.runs).as_figure(name)

    def repeated(self, name: str, ask: Callable[[], load.Answer], kind: str = "warm") -> Figure:
        """The same request one by one, as a single person makes it."""
        ask().having(200)  # warms up
        rounds = self.pace.rounds
        deed = partial(_each_again, ask, rounds)
        return taken(lambda: [statistics.median(deed())], self.bare(kind), self.pace.runs).as_figure(name)

    @cached_property
    def pages(self) -> list[str]:
        """The addresses of live pages, newest last; as many as the longest walk needs."""
        slugs = Page.objects.live().order_by("-pk").values_list("slug", flat=True)[: self.pace.pages]
        return [f"/articles/{slug}/" for slug in reversed(slugs)]


def _each_again(ask: Callable[[], load.Answer], times: int) -> list[float]:
    return load.each((ask() for _ in range(times)), 200)
