"""What a page costs that readers ask for: from memory, from its stored row, and made for the first time."""

import random
from functools import partial

from django.db.models import Count

from articles import site_version
from articles.models import Page, StoredResponse, Topic
from articles.renewing import renewed
from reviews.benchmarking import load
from reviews.benchmarking.figure import Figure, taken
from reviews.benchmarking.load import Visitor
from reviews.benchmarking.stage import Figures, Stage

GZIP = {"Accept-Encoding": "gzip"}


def figures(stage: Stage) -> Figures:
    page = stage.pages[len(stage.pages) // 2]
    live = Topic.objects.filter(articles__page__withdrawal=None, articles__page__isnull=False)
    topic = live.annotate(number=Count("articles")).order_by("-number").values_list("slug", flat=True)[0]
    yield "reader's page", partial(stage.loaded, "reader's page", "warm", page)
    yield "reader's page, gzip", partial(stage.loaded, "reader's page, gzip", "warm", page, GZIP)
    yield "reader's page, not modified", partial(_not_modified, stage, page)
    yield "reader's page, not in memory", partial(stage.loaded, "reader's page, not in memory", "cold", page)
    yield "reader's page, not in memory, gzip", partial(stage.loaded, "reader's page, not in memory, gzip", "cold", page, GZIP)
    yield "reader's page, for the first time", partial(_first, stage)
    yield "home", partial(stage.loaded, "home", "warm", "/")
    yield "topic", partial(stage.loaded, "topic", "warm", f"/topics/{topic}/")


def _not_modified(stage: Stage, page: str) -> Figure:
    """Asked with what the first answer said of itself."""
    etag = Visitor(stage.server().port).get(page).having(200).headers["ETag"]
    return stage.loaded("reader's page, not modified", "warm", page, {"If-None-Match": etag})


def _first(stage: Stage) -> Figure:
    """Different pages in each run, drawn by this release, that nobody has read since the site last changed."""
    visitor, rounds, unread = Visitor(stage.server("cold").port), stage.pace.rounds, _unread(stage)

    def run() -> list[float]:
        some, unread[:] = unread[:rounds], unread[rounds:] + unread[:rounds]
        for page in Page.objects.with_latest().filter(slug__in=[address.split("/")[2] for address in some]):
            renewed(page)
        return load.each((visitor.get(address) for address in some), 200)

    found = taken(run, stage.bare("cold"), stage.pace.runs)
    return found.as_figure("reader's page, for the first time", worst=True)


def _unread(stage: Stage) -> list[str]:
    """Pages without a stored answer, as far as there are any, in no order."""
    kept = set(StoredResponse.objects.filter(version=site_version.current()).values_list("address", flat=True))
    mixed = random.Random(1).sample(stage.pages, len(stage.pages))
    return sorted(mixed, key=lambda page: f"http:{page}" in kept)
