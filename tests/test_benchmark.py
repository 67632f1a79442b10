"""The benchmark measures all that it names over a scratch archive, and leaves the site alone. It says how fast; no test does."""

import contextlib
import json
import os
import sqlite3
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles.models import Article, Event, StoredResponse, User
from reviews.benchmarking import archives, servers, table
from reviews.benchmarking.figure import Figure, taken
from reviews.benchmarking.table import Row

EVERYTHING = {
    "save", "publish", "withdraw", "reader's page", "reader's page, gzip", "reader's page, not modified",
    "reader's page, not in memory", "reader's page, not in memory, gzip", "reader's page, for the first time", "home", "topic",
    "search, common words", "search, rare words", "search, two words", "search, phrases", "search, no such words",
    "vote", "vote, 16 at once", "preview", "editor", "review desk", "publishing checklist",
    "desk, writer", "desk, fact checker", "desk, medical reviewer", "desk, editor", "desk, all roles",
    "list, articles", "list, references", "list, feedback reports", "list, review requests", "list, publications",
}  # fmt: skip


ARTICLES = 100 + os.getpid() % 100  # so that two runs of the tests do not meet on one server
WAITING = 20


def benchmark(**options) -> str:
    out = StringIO()
    call_command("benchmark", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def kept(transactional_db, tmp_path):
    """The folder of a small archive, kept from an earlier run: a copy of the tests' own tables, filled."""
    own = urlsplit(archives.configured())
    kind = archives.kind_of(own._replace(path="/postgres").geturl() if own.scheme else "sqlite", tmp_path)
    if kind.name == archives.SQLITE:
        name = f"{ARTICLES}_{WAITING}"
        with contextlib.closing(sqlite3.connect(tmp_path / f"{name}.sqlite3")) as copy:
            connection.connection.backup(copy)
    else:
        name = f"imprimatur_seed_{ARTICLES}_{WAITING}"
        connection.close()
        kind.make(name, like=connection.settings_dict["NAME"])
    archives.run(servers.development(kind.address(name), tmp_path), "seed", f"--articles={ARTICLES}", f"--open={WAITING}")
    yield tmp_path
    kind.drop(name)
    assert not any(model.objects.exists() for model in (Article, Event, StoredResponse, User)), "ours was not touched"


def test_every_figure_is_a_ratio_and_the_site_itself_is_not_touched(kept):
    file = kept / "figures.json"
    options = {"articles": [ARTICLES], "open": WAITING, "runs": 1, "seconds": 0.05, "rounds": 1, "pages": 5}
    said = benchmark(**options, keep=True, folder=kept, json=file, markdown=True)
    figures = {one["name"]: one for one in json.loads(file.read_text())}
    assert set(figures) >= EVERYTHING
    assert all(one["ratio"] > 0 and one["value"] > 0 for one in figures.values())
    assert figures["vote, 16 at once"]["remark"] == "lost 0 of 16", "every vote that was sent is kept"
    assert "| reader's page | a bare view |" in said


@pytest.mark.parametrize("where", ["sqlite", "configured"])
def test_an_archive_is_a_database_of_its_own_and_gone_afterwards(where, db, tmp_path):
    kind = archives.kind_of(archives.configured() if where == "configured" else where, tmp_path)
    name = f"imprimatur_benchmark_test_{os.getpid()}"
    assert not kind.exists(name)
    kind.make(name)
    archives.run(servers.development(kind.address(name), tmp_path), "showmigrations", "sessions")
    assert kind.exists(name)
    kind.drop(name)
    assert not kind.exists(name)


def test_it_refuses_to_measure_what_is_no_scratch_archive(tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "DATABASE_URL", "sqlite:///mine.sqlite3")
    with pytest.raises(CommandError, match="scratch archives only"):
        benchmark(within=tmp_path)


def test_it_says_which_kinds_of_database_there_are():
    with pytest.raises(CommandError, match="no kind of database"):
        benchmark(database=["mysql://root@localhost/x"])


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"json": "file"}, "something else than figures"),
        ({"folder": "file"}, "cannot be a folder"),
        ({"database": ["postgres://[bad/x"]}, "no address of a database"),
    ],
    ids=["json", "folder", "database"],
)
def test_what_cannot_be_used_is_said_in_words_before_anything_is_measured(tmp_path, options, complaint):
    file = tmp_path / "file"
    file.write_text("neither JSON nor a folder")
    with pytest.raises(CommandError, match=complaint):
        benchmark(**{name: file if value == "file" else value for name, value in options.items()})
    assert file.read_text() == "neither JSON nor a folder"


def test_archives_that_are_kept_on_sqlite_need_a_folder():
    with pytest.raises(CommandError, match="--folder"):
        benchmark(database=["sqlite"], keep=True)


def test_less_than_one_run_measures_nothing():
    with pytest.raises(CommandError, match="nothing to measure"):
        benchmark(runs=0)


def test_each_run_is_compared_with_the_bare_measures_before_and_after_it():
    bare = iter([1.0, 3.0, 2.0, 2.0, 5.0, 5.0])
    runs = iter([[4.0, 8.0], [4.0, 6.0], [50.0, 5.0]])
    figure = taken(lambda: next(runs), lambda: next(bare), 3).as_figure("it", worst=True)
    assert (figure.value, figure.ratio) == (5000.0, 2.5), "per request the median of the runs, then the median of the requests"
    assert (figure.worst, figure.worst_ratio) == (6000.0, 3.0)


def test_a_newer_figure_takes_the_place_of_the_same_one_and_the_table_has_a_column_for_each_archive():
    rows: list[Row] = []
    for articles, ratio in ((1000, 2.0), (20_000, 3.0), (1000, 4.0)):
        rows = table.with_newer(rows, Row(articles, 10, archives.SQLITE, Figure("home", 1.5, "ms", ratio)))
    assert table.markdown(rows).splitlines() == [
        "|  | against | SQLite, 1,000, 10 open | SQLite, 20,000, 10 open |",
        "| --- | --- | --- | --- |",
        "| home | a bare view | 4.00 × (1.5 ms) | 3.00 × (1.5 ms) |",
    ]
