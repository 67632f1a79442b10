"""Two hosts that share a PostgreSQL with a replica, and a Redis: what one does the other shows, and what dies takes nobody along.

Each part is a process of its own, as it would be on machines of their own, and is killed with SIGKILL.
"""

import itertools
import json
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

from tests import clusters, worlds
from tests.clusters import Host, PostgreSQL, Redis, until
from tests.visitor import Forms

pytestmark = pytest.mark.ops
NAME = "imprimatur"
READY = 4  # articles that were signed and wait to go out
A_SECOND = 1.0
MACHINE = 0.6  # and what a machine adds on which two hosts, two databases and the tests share two cores
MAKES_THE_WORLD = "from tests import test_two_hosts; test_two_hosts.tell_of_an_office()"
ADDRESSES = itertools.count(1)
KEYS = {"SECRET_KEY": "the-key-of-two-hosts-in-a-test-1", "SIGNING_KEYS": "the-seal-of-two-hosts-in-a-test-"}


def tell_of_an_office() -> None:
    """The world, made by a command of the site: one article is live, some wait to go out."""
    cast = worlds.the_cast()
    live = worlds.published(cast)
    drafts = [worlds.drafted(cast, slug=f"ready-{number}", title=f"Ready {number}") for number in range(READY)]
    ready = {draft.slug: worlds.approved(cast, draft).pk for draft in drafts}
    sys.stdout.write(json.dumps({"live": live.revision.slug, "ready": ready}))


class Browser:
    """Somebody at a network address of their own, who may turn to either host."""

    def __init__(self) -> None:
        self.address = f"203.0.113.{next(ADDRESSES)}"
        self._client = httpx2.Client(headers={"X-Forwarded-For": self.address}, timeout=10)

    def get(self, host: Host, path: str) -> Any:
        return self._client.get(host.url + path)

    def send(self, host: Host, path: str, at: int = -1, **fields: Any) -> Any:
        """Fills in the last form of a page, or the one at this place, and sends it."""
        form = Forms(self.get(host, path).text).forms[at]
        where = form.action if form.action.startswith("/") else path
        return self._client.post(host.url + where, data={**form.values, **fields})

    def log_in(self, host: Host, name: str) -> "Browser":
        assert self.send(host, "/admin/login/", username=name, password=worlds.PASSWORD).status_code == 302
        return self

    def is_in(self, host: Host) -> bool:
        return bool(self.get(host, "/admin/").status_code == 200)


@dataclass
class Machines:
    primary: PostgreSQL
    replica: PostgreSQL
    redis: Redis
    a: Host
    b: Host
    world: SimpleNamespace
    settings: dict[str, str]

    def all_up(self) -> None:
        """Whatever a test has killed."""
        for part in (self.redis, self.a, self.b):
            if part.running is None:
                part.start()
        until(lambda: self.primary.ask("SELECT 1") == 1)
        if not self.replica_runs():
            self.replica.start()

    def replica_runs(self) -> bool:
        try:
            return bool(self.replica.ask("SELECT NOT pg_is_wal_replay_paused()"))
        except Exception:
            return False

    def is_read(self) -> bool:
        """Whether a reader of either host was answered by the replica: what it was last asked says so."""
        theirs = "query LIKE '%FROM \"articles\\_%' OR query LIKE '%EXECUTE prepared\\_%'"
        ours = f"FROM pg_stat_activity WHERE ({theirs}) AND pid <> pg_backend_pid()"
        return bool(self.replica.ask(f"SELECT count(*) {ours}", NAME))


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    clusters.program("initdb", "postgresql")
    clusters.program("redis-server", "redis-server")
    with clusters.folder() as folder, ThreadPoolExecutor() as pool:
        primary, replica = PostgreSQL(folder / "primary"), PostgreSQL(folder / "replica")
        redis = Redis(folder / "redis")
        settings = {
            **KEYS,
            "SITE_URL": "http://127.0.0.1",
            "CONTACT_EMAIL": "editors@example.org",
            "DATABASE_URL": primary.url(NAME),
            "REPLICA_URL": replica.url(NAME),
            "CACHE_URL": f"redis://127.0.0.1:{redis.port}/0",
            "SECURE_SSL_REDIRECT": "0",
            "SECURE_COOKIES": "0",
            "TRUSTED_PROXIES": "1",
            "MEDIA_ROOT": str(folder / "media"),
        }
        hosts = [Host(folder / name, settings={**settings, "STATIC_ROOT": str(folder / name / "static")}) for name in "ab"]
        collected = pool.submit(clusters.manage, hosts[0].settings, "collectstatic", "--noinput")
        try:
            primary.make()
            primary.start()
            primary.ask(f"CREATE DATABASE {NAME}")
            clusters.manage(settings, "migrate")
            redis.start()
            collected.result()
            told = clusters.manage(hosts[0].settings, "shell", "-v0", "-c", MAKES_THE_WORLD)
            replica.copy(primary)
            replica.start()
            shutil.copytree(folder / "a/static", folder / "b/static")
            for host in hosts:
                host.start()
            world = SimpleNamespace(**json.loads(told.strip().splitlines()[-1]))
            yield Machines(primary, replica, redis, *hosts, world, settings)
        finally:
            for process in (*hosts, redis):
                process.kill()
            replica.stop()
            primary.stop()


@pytest.fixture
def up(machines: Machines) -> Machines:
    """Everything runs, and readers are answered by the replica."""
    machines.all_up()
    return machines


def checklist(up: Machines, slug: str) -> str:
    return f"/admin/reviews/publication/checklist/{up.world.ready[slug]}/"


def status(host: Host, slug: str) -> int:
    """What a new reader gets. The connection is a new one too, so that each worker is met."""
    return int(Browser().get(host, f"/articles/{slug}/").status_code)


def every_worker_says(host: Host, slug: str, code: int) -> bool:
    return {status(host, slug) for _ in range(8)} == {code}


def within_a_second(host: Host, slug: str, code: int) -> bool:
    """Every process learns of it within a second of its own, so that after it each of them says so."""
    took = until(lambda: status(host, slug) == code, what=f"{code} at {slug}")
    time.sleep(max(0.0, A_SECOND + MACHINE - took))
    return took <= A_SECOND + MACHINE and every_worker_says(host, slug, code)


def publish(up: Machines, slug: str, ed: Browser, host: Host) -> Any:
    return ed.send(host, checklist(up, slug), at=1)


def withdraw(up: Machines, slug: str, ed: Browser, host: Host) -> Any:
    pk = up.primary.ask(f"SELECT max(publication_id) FROM articles_page WHERE slug = '{slug}'", NAME)
    return ed.send(host, f"/admin/reviews/publication/{pk}/withdraw/", reason="The source was retracted.")


def vote(host: Host, reader: Browser, slug: str) -> Any:
    return reader.send(host, f"/articles/{slug}/", helpful="yes")


def votes(up: Machines) -> int:
    return int(up.primary.ask("SELECT count(*) FROM reviews_feedbackreport", NAME))


def publications(up: Machines, slug: str) -> int:
    return int(up.primary.ask(f"SELECT count(*) FROM articles_page WHERE slug = '{slug}'", NAME))


def test_what_one_host_publishes_and_withdraws_the_other_shows_within_a_second(up):
    ed = Browser().log_in(up.a, "ed")
    assert every_worker_says(up.b, "ready-0", 404)
    assert publish(up, "ready-0", ed, up.a).status_code == 302
    assert ed.get(up.b, "/articles/ready-0/").status_code == 200, "an editor sees it at once, wherever"
    assert within_a_second(up.b, "ready-0", 200)
    assert withdraw(up, "ready-0", ed, up.a).status_code == 302
    assert ed.get(up.b, "/articles/ready-0/").status_code == 410
    assert within_a_second(up.b, "ready-0", 410)


def test_a_replica_that_falls_behind_keeps_nothing_from_readers(up):
    ed = Browser().log_in(up.a, "ed")
    assert publish(up, "ready-1", ed, up.a).status_code == 302
    assert within_a_second(up.b, "ready-1", 200)
    up.replica.ask("SELECT pg_wal_replay_pause()")
    try:
        assert withdraw(up, "ready-1", ed, up.a).status_code == 302
        assert within_a_second(up.b, "ready-1", 410)
        assert within_a_second(up.a, "ready-1", 410)
    finally:
        up.replica.ask("SELECT pg_wal_replay_resume()")


def test_a_replica_that_is_none_is_named_by_the_check(up):
    check = ("check", "--database", "default", "--fail-level", "CRITICAL")
    assert "no issues" in clusters.manage(up.settings, *check)
    assert "a server that is no replica" in clusters.manage({**up.settings, "REPLICA_URL": up.primary.url(NAME)}, *check)


def test_who_logs_in_on_one_host_is_logged_in_on_the_other(up):
    ed = Browser().log_in(up.a, "ed")
    assert ed.is_in(up.b)
    ed.send(up.b, "/admin/", at=0)  # the button to log out
    assert not ed.is_in(up.a)


def test_both_hosts_count_together_what_one_network_sends(up):
    reader, before = Browser(), votes(up)
    answers = [vote(host, reader, up.world.live) for host in (up.a, up.b)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert "again" in answers[1].headers["Location"], "the other host knows of the vote"
    assert votes(up) == before + 1
    codes = [vote((up.a, up.b)[number % 2], reader, up.world.live).status_code for number in range(9)]
    assert codes == [303] * 8 + [429]


def test_a_host_killed_in_the_middle_leaves_nothing_half_done_and_the_other_goes_on(up):
    ed = Browser().log_in(up.a, "ed")
    with up.primary.session(NAME) as holder:
        holder.execute("BEGIN")
        holder.execute("SELECT 1 FROM articles_article FOR UPDATE")
        sent = threading.Thread(target=gets_no_answer, args=(up, "ready-2", ed, up.a))
        sent.start()
        until(lambda: up.primary.ask("SELECT count(*) FROM pg_locks WHERE NOT granted", NAME))
        up.a.kill()
        sent.join(timeout=10)
        assert status(up.b, up.world.live) == 200
        holder.execute("COMMIT")
    until(lambda: not up.primary.ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'", NAME))
    assert publications(up, "ready-2") == 0
    assert publish(up, "ready-2", ed, up.b).status_code == 302
    assert within_a_second(up.b, "ready-2", 200)
    assert publications(up, "ready-2") == 1
    clusters.manage(up.a.settings, "verify_records")  # which fails if a record does not hold


def gets_no_answer(up: Machines, slug: str, ed: Browser, host: Host) -> None:
    with pytest.raises(httpx2.HTTPError):
        publish(up, slug, ed, host)


def test_readers_do_not_notice_that_the_replica_dies_and_it_is_read_again_when_it_comes_back(up):
    until(lambda: reads(up) and up.is_read(), what="the replica's use")
    up.replica.crash()
    codes = [reads(up) for _ in range(20)]
    assert all(codes), "no request fails"
    began = time.monotonic()
    assert reads(up)
    assert time.monotonic() - began < 1, "and none waits"
    up.replica.start()
    until(lambda: reads(up) and up.is_read(), what="the replica's use")


def reads(up: Machines) -> bool:
    """Both hosts are asked for something that nobody keeps, and find it."""
    path = f"/search/?q=cramps+-word{next(ADDRESSES)}"
    answers = [Browser().get(host, path) for host in (up.a, up.b)]
    return all(answer.status_code == 200 and up.world.live in answer.text for answer in answers)


def test_nobody_is_logged_out_and_every_report_is_taken_while_redis_is_dead(up):
    ed, before = Browser().log_in(up.a, "ed"), votes(up)
    assert ed.is_in(up.b)
    up.redis.kill()
    for host in (up.a, up.b):
        began = time.monotonic()
        assert ed.is_in(host)
        assert Browser().log_in(host, "fay").is_in(host)
        assert vote(host, Browser(), up.world.live).status_code == 303
        assert time.monotonic() - began < 5, "nobody waits for it"
    assert votes(up) == before + 2
    assert [line.count("Redis does not answer") for line in (up.a.said, up.b.said)] <= [up.a.workers, up.b.workers]
    up.redis.start()
    until(lambda: "again" in vote(up.a, reader_of(up), up.world.live).headers["Location"], what="counting")
    assert ed.is_in(up.a)


def reader_of(up: Machines) -> Browser:
    """The same network each time."""
    reader = Browser()
    reader._client.headers["X-Forwarded-For"] = "198.51.100.7"
    return reader
