"""What it costs to take a reader's vote, against a bare view that writes one row into the same database; and is each one kept?"""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.core.cache import cache

from articles.models import Page
from articles.sealing import token
from reviews.benchmarking import load
from reviews.benchmarking.figure import Figure, taken
from reviews.benchmarking.load import Answer, Visitor
from reviews.benchmarking.stage import Figures, Stage
from reviews.models import FeedbackReport

ONE_ROW = "a bare insert"
WRITERS = 16
VOTES, MOST_VOTES = 20, 1_000  # of all writers together, for each round, and at once: the site takes 1,200 a minute
AMONG = 200  # articles
NETWORKS = itertools.count()


def figures(stage: Stage) -> Figures:
    yield "vote", partial(_vote, stage)
    yield f"vote, {WRITERS} at once", partial(_crowd, stage)


def _vote(stage: Stage) -> Figure:
    visitor, rounds, ballots = Visitor(stage.server().port), stage.pace.rounds * 3, _ballots()
    rows = partial(_rows, visitor, rounds)
    _sent(visitor, next(ballots)).having(303)  # warms up

    def run() -> list[float]:
        cache.clear()  # the limits, which are for people
        return [statistics.median(load.each((_sent(visitor, next(ballots)) for _ in range(rounds)), 303))]

    return taken(run, rows, stage.pace.runs).as_figure("vote", against=ONE_ROW)


def _crowd(stage: Stage) -> Figure:
    """Sixteen threads of one process write at once; every vote that was sent must be in the table afterwards."""
    visitor, ballots = Visitor(stage.server("crowd").port), _ballots()
    each = max(min(stage.pace.rounds * VOTES, MOST_VOTES) // WRITERS, 1)
    sent, before = 0, FeedbackReport.objects.count()

    def run() -> list[float]:
        nonlocal sent
        cache.clear()
        some = [next(ballots) for _ in range(WRITERS * each)]
        sent += len(some)
        return [_at_once(lambda ballot: _sent(visitor, ballot).having(303), some)]

    bare = partial(_at_once, lambda _: visitor.post("/bare-insert", {"helpful": "yes"}), list(range(WRITERS * each)))
    found = taken(run, bare, stage.pace.runs)
    lost = before + sent - FeedbackReport.objects.count()
    return found.as_figure(f"vote, {WRITERS} at once", against=ONE_ROW, remark=f"lost {lost} of {sent}")


def _at_once(ask: Callable[[Any], object], given: Sequence[Any]) -> float:
    """Seconds for each, while sixteen are under way."""
    started = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(ask, given))
    return (time.perf_counter() - started) / len(given)


def _rows(visitor: Visitor, times: int) -> float:
    return statistics.median(load.each((visitor.post("/bare-insert", {"helpful": "yes"}) for _ in range(times)), 200))


def _ballots() -> Iterator[tuple[str, str]]:
    """Addresses and what the page there would send, in turn."""
    live = Page.objects.live().order_by("-pk").values_list("slug", "publication")[:AMONG]
    return itertools.cycle([(f"/articles/{slug}/feedback/", token("shown", publication)) for slug, publication in live])


def _sent(visitor: Visitor, ballot: tuple[str, str]) -> Answer:
    """From a network of its own each time."""
    address, shown = ballot
    number = next(NETWORKS)
    network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return visitor.post(address, {"shown": shown, "helpful": "yes"}, Sec_Fetch_Site="same-origin", X_Forwarded_For=network)
