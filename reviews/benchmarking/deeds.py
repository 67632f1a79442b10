"""What the verbs cost that change what readers see, in a process beside the server, with everything that they commit."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from articles.drafting import save_draft
from articles.models import Revision
from reviews import publishing
from reviews.benchmarking import writing
from reviews.benchmarking.figure import Figure, taken
from reviews.benchmarking.people import People
from reviews.benchmarking.stage import Figures, Stage
from reviews.benchmarking.writing import approved, next_words, redrafted

EACH_NTH = 4  # an approval before each takes longer than what is measured


def figures(stage: Stage) -> Figures:
    for name, run in (("save", _saves), ("publish", _publications), ("withdraw", _withdrawals)):
        yield name, partial(_measured, stage, name, run)


def _measured(stage: Stage, name: str, run: Callable[[People, Revision, int], list[float]]) -> Figure:
    people = People()
    revision = writing.started(people)
    times = max(stage.pace.rounds // EACH_NTH, 1)
    latest = partial(_newest, revision)
    run(people, latest(), 1)  # warms up
    found = taken(lambda: run(people, latest(), times), stage.bare(), stage.pace.runs)
    return found.as_figure(name)


def _newest(revision: Revision) -> Revision:
    return Revision.objects.filter(article=revision.article_id).order_by("-number")[0]


def _saves(people: People, revision: Revision, times: int) -> list[float]:
    took = []
    for _ in range(times):
        seconds, revision = _timed(
            partial(save_draft, revision.article_id, next_words(revision), base=revision.pk, by=people.wren)
        )
        took.append(seconds)
    return took


def _publications(people: People, revision: Revision, times: int) -> list[float]:
    """Each a newer version of an article that is live."""
    took = []
    for _ in range(times):
        revision = approved(redrafted(revision, people), people)
        took.append(_timed(partial(publishing.publish, revision, by=people.ed))[0])
    return took


def _withdrawals(people: People, revision: Revision, times: int) -> list[float]:
    took = []
    for _ in range(times):
        revision = approved(redrafted(revision, people), people)
        live = publishing.publish(revision, by=people.ed)
        took.append(_timed(partial(publishing.withdraw, live, reason="It was only measured.", by=people.ed))[0])
    return took


def _timed(deed: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    result = deed()
    return time.perf_counter() - started, result
