"""Sixteen readers at once on a SQLite site, by real connections to a real gunicorn: no vote is lost, nobody is sent away."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from django.db import connection

from tests import clusters, worlds
from tests.clusters import Host
from tests.visitor import Forms

AT_ONCE, ROUNDS = 16, 4
SLUG = worlds.TEXT.slug
pytestmark = [
    pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite, which lets one writer in at a time"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def host():
    """Serves a copy of the tests' own database with one article in it."""
    worlds.published(worlds.the_cast())
    with clusters.folder() as folder:
        with sqlite3.connect(folder / "site.sqlite3") as site:
            connection.connection.backup(site)
        settings = {"DEBUG": "1", "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3", "CACHE_URL": (folder / "cache").as_uri()}
        host = Host(folder / "host", settings={**settings, "TRUSTED_PROXIES": "1"}, workers=2, threads=8)
        host.start()
        yield host
        host.kill()


def test_sixteen_votes_at_once_are_sixteen_rows_each_time(host):
    form = Forms(httpx2.get(f"{host.url}/articles/{SLUG}/").text).forms[-1]

    def vote(reader: int) -> int:
        sent = {**form.values, "helpful": "yes" if reader % 3 else "no"}
        address = {"X-Forwarded-For": f"203.0.113.{reader}"}
        return httpx2.post(host.url + form.action, data=sent, headers=address, timeout=30).status_code

    with ThreadPoolExecutor(AT_ONCE) as readers:
        codes = list(readers.map(vote, range(AT_ONCE * ROUNDS)))
    assert codes == [303] * (AT_ONCE * ROUNDS)
    with sqlite3.connect(host.settings["DATABASE_URL"].removeprefix("sqlite:///")) as records:
        stored = records.execute("SELECT count(*) FROM reviews_feedbackreport").fetchone()[0]
    assert stored == AT_ONCE * ROUNDS
