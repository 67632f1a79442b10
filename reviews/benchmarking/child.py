"""The process that measures one archive. Started over that archive by `manage.py benchmark`."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from articles.models import Article
from reviews.benchmarking import answering, behind_nginx, deeds, memory, office, reading, searching, servers
from reviews.benchmarking.bare import BareRow
from reviews.benchmarking.figure import Figure
from reviews.benchmarking.load import Unexpected
from reviews.benchmarking.stage import Measure, Pace, Stage

# What changes the site comes first: after it no page is stored as readers get it now. The longest walk comes last.
PARTS = (deeds, reading, behind_nginx, searching, answering, office, memory)
SCRATCH = "BENCHMARK_SCRATCH"  # set to the address of the archive by whoever made it


@dataclass(frozen=True)
class Failed:
    """A figure that could not be taken, and why."""

    name: str
    why: str


class NoScratch(Exception):
    """This is no scratch archive: nothing may be measured here, because measuring writes."""


def figures(articles: int, pace: Pace, only: Sequence[str], folder: Path) -> Iterator[Figure | Failed]:
    """Each as soon as it is measured; `folder` is where the style sheets were collected, and where servers may write."""
    database = os.environ["DATABASE_URL"]
    if os.environ.get(SCRATCH) != database:
        raise NoScratch("Figures are taken of scratch archives only. Leave --within out.")
    _prepare(articles)
    stage = Stage(pace, database, folder, _server_core())
    try:
        for part in PARTS:
            for name, measure in part.figures(stage):
                if not only or any(name.startswith(wanted) for wanted in only):
                    yield _measured(stage, name, measure)
    finally:
        stage.close()


def _measured(stage: Stage, name: str, measure: Measure) -> Figure | Failed:
    """What cannot be measured is told, and the others are measured all the same."""
    try:
        return measure()
    except (Unexpected, OSError) as fault:
        return Failed(name, f"{fault}\n{stage.complaints()}")


def _prepare(articles: int) -> None:
    """As in production; no mail, and the table of the bare insert."""
    settings.DEBUG = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    if (held := Article.objects.count()) < articles:
        raise NoScratch(f"The archive holds {held:,} articles instead of {articles:,}: drop it, so that it is made again.")
    if BareRow._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(BareRow)


def _server_core() -> int | None:
    """Where the machine has two, this process, which asks, keeps off the core of the server that answers."""
    found = servers.cores()
    if found is None:
        return None
    os.sched_setaffinity(0, {found[1]})
    return found[0]
