"""Who is answered by the replica, and when: only readers, only while it is known to have all that is public."""

import math
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError, connection, connections, router, transaction
from django.test import RequestFactory

from articles import checks, replica, site_version
from articles.models import Page
from articles.replica import PRIMARY, REPLICA, ReadersMiddleware, ReadersRouter, Watch, is_a_reader, never_from_a_replica
from cms import places
from tests import worlds


@pytest.fixture
def watch(db, monkeypatch, settings):
    """A replica is configured, and was in step with the primary a moment ago. Nobody looks at it: the tests say what was seen."""
    for known in (connections.settings, settings.DATABASES):
        monkeypatch.setitem(known, REPLICA, connections.settings[PRIMARY])
    settings.REPLICA_LAG_SECONDS = 5
    watch = Watch()
    monkeypatch.setattr(watch, "_start", lambda: None)
    monkeypatch.setattr(replica, "watch", watch)
    in_step(watch)
    return watch


def in_step(watch: Watch) -> None:
    watch.mark(time.monotonic(), 100)
    watch.replayed(100)


def test_without_a_replica_the_primary_answers_and_nothing_is_switched_on(settings):
    assert settings.DATABASES.keys() == {PRIMARY}
    assert not [name for name in settings.MIDDLEWARE if "replica" in name]
    assert not getattr(settings, "DATABASE_ROUTERS", [])
    assert replica.for_readers() == PRIMARY
    assert replica.answered(replica.in_use) == PRIMARY


# --- How fresh it is -------------------------------------------------------------------------------------------------


def test_a_replica_is_fresh_as_of_the_moment_whose_position_it_has_come_to():
    watch = Watch()
    for moment, position in ((1.0, 100), (2.0, 200), (3.0, 300)):
        watch.mark(moment, position)
    watch.replayed(99)
    assert watch.fresh_as_of == -math.inf
    watch.replayed(250)
    assert watch.fresh_as_of == 2.0
    watch.replayed(300)
    assert watch.fresh_as_of == 3.0


def test_an_old_answer_is_believed_for_as_long_as_the_replica_may_be_behind(watch, monkeypatch, settings):
    assert replica.for_readers() == REPLICA
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + settings.REPLICA_LAG_SECONDS)
    assert replica.for_readers() == PRIMARY


def test_after_a_deed_that_readers_see_the_primary_answers_until_the_replica_can(watch, cast, django_capture_on_commit_callbacks):
    assert replica.for_readers() == REPLICA
    with django_capture_on_commit_callbacks(execute=True):
        worlds.published(cast)
    assert replica.for_readers() == PRIMARY
    in_step(watch)
    assert replica.for_readers() == REPLICA


@pytest.mark.django_db(transaction=True)  # asking for the version may close a connection that is old
def test_who_learns_of_a_new_version_reads_no_replica_that_may_not_know_it(watch, cast):
    site_version.forget()
    site_version.current()
    worlds.published(cast)
    in_step(watch)
    assert replica.for_readers() == REPLICA
    site_version._Known.asked = -math.inf  # a second passes
    site_version.current()
    assert replica.for_readers() == PRIMARY


def test_a_replica_that_fails_is_left_at_once_and_the_primary_asked(watch):
    seen = []

    def ask() -> str:
        seen.append(replica._reading.get())
        if seen[-1] == REPLICA:
            raise OperationalError("server closed the connection unexpectedly")
        return "answer"

    assert replica.answered(ask) == "answer"
    assert seen == [REPLICA, PRIMARY]
    assert replica.for_readers() == PRIMARY


def test_what_only_the_replica_lacks_is_asked_of_the_primary_and_the_replica_stays_in_use(watch):
    def ask() -> str:
        if replica._reading.get() == REPLICA:
            raise ProgrammingError('relation "articles_new" does not exist')
        return "answer"

    assert replica.answered(ask) == "answer"
    assert replica.for_readers() == REPLICA


# --- Who reads where -------------------------------------------------------------------------------------------------


def test_models_are_read_where_readers_are_answered_and_written_to_the_primary(db):
    table = ReadersRouter()
    assert table.db_for_read(Page) == PRIMARY
    assert table.db_for_write(Page) == PRIMARY
    assert table.allow_migrate(REPLICA, "articles") is False
    assert table.allow_migrate(PRIMARY, "articles") is None


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_its_own_rows_are_seen():
    with replica.reading(REPLICA):
        assert ReadersRouter().db_for_read(Page) == REPLICA
        with transaction.atomic():
            assert ReadersRouter().db_for_read(Page) == PRIMARY
    assert router.db_for_read(Page) == connection.alias


@pytest.mark.parametrize(
    ("method", "path", "cookies", "is_reader"),
    [
        ("GET", "/", {}, True),
        ("HEAD", "/articles/leg-cramps/", {}, True),
        ("GET", "/articles/leg-cramps/", {"csrftoken": "x"}, True),
        ("GET", "/articles/leg-cramps/", {"sessionid": "x"}, False),
        ("POST", "/articles/leg-cramps/feedback/", {}, False),
        ("GET", "/admin/", {}, False),
        ("GET", "/admin/login/", {}, False),
    ],
)
def test_only_who_can_be_nobody_and_changes_nothing_is_a_reader(method, path, cookies, is_reader):
    request = RequestFactory().generic(method, path)
    request.COOKIES.update(cookies)
    assert is_a_reader(request) is is_reader


def where(watch: Watch, view=None, **request) -> str | None:
    """Where a view reads from, if the middleware calls it."""
    middleware = ReadersMiddleware(lambda request: None)
    asked = RequestFactory().get("/", **request)
    asked.user = AnonymousUser()
    return middleware.process_view(asked, view or (lambda request: replica._reading.get()), (), {})


def test_a_readers_view_is_answered_by_the_replica_and_the_next_one_may_not_be(watch):
    assert where(watch) == REPLICA
    watch.gave_up(OperationalError("away"))
    assert where(watch) == PRIMARY
    assert replica.in_use() == PRIMARY, "nothing is left behind"


def test_a_page_that_shows_what_was_just_sent_is_left_to_the_primary(watch):
    assert where(watch, never_from_a_replica(lambda request: "called")) is None


# --- Settings --------------------------------------------------------------------------------------------------------


def test_a_replica_of_sqlite_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/x.sqlite3")
    monkeypatch.setenv("REPLICA_URL", "postgres://nobody@127.0.0.1/nowhere")
    with pytest.raises(ImproperlyConfigured, match="streams from the one in DATABASE_URL"):
        places.databases(tmp_path)


def test_a_replica_is_never_written_to_and_noticed_early_when_it_is_away(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1/nowhere")
    monkeypatch.setenv("REPLICA_URL", "postgres://nobody@127.0.0.2/nowhere")
    made = places.databases(tmp_path)
    assert made["replica"]["HOST"] == "127.0.0.2"
    assert "default_transaction_read_only=on" in made["replica"]["OPTIONS"]["options"]
    assert made["replica"]["OPTIONS"]["connect_timeout"] == 2


def test_options_of_ones_own_are_kept_but_for_what_may_not_be_otherwise(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1/nowhere?options=-c%20synchronous_commit%3Doff")
    monkeypatch.setenv("REPLICA_URL", "postgres://nobody@127.0.0.2/nowhere?options=-c%20default_transaction_read_only%3Doff")
    said = {alias: made["OPTIONS"]["options"] for alias, made in places.databases(tmp_path).items()}
    for alias, name in ((PRIMARY, "synchronous_commit"), (REPLICA, "default_transaction_read_only")):
        assert said[alias].startswith("-c statement_timeout=")
        assert said[alias].endswith(f"-c {name}=off -c {name}=on"), "PostgreSQL takes the last one"


@pytest.mark.parametrize(
    ("cache", "endpoint", "complaints"),
    [
        ("redis://127.0.0.1:6379/0", "http://127.0.0.1:9000", set()),
        ("redis://:secret@redis.example.org:6379/0", "https://s3.example.org", set()),
        ("redis://redis.example.org:6379/0", "http://s3.example.org", {"articles.W003", "articles.W004"}),
        ("file:///var/cache/imprimatur", None, set()),
    ],
)
def test_what_goes_over_the_network_in_the_open_is_warned_of(settings, cache, endpoint, complaints):
    settings.CACHE_URL = cache
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "x.Pictures", "OPTIONS": {"endpoint_url": endpoint}}}
    assert {found.id for found in checks.places_are_safe(None)} == complaints
