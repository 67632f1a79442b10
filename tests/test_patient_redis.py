"""A Redis that is away: whoever asks it goes on, nobody waits twice, and it is told once. test_two_hosts.py kills a real one."""

import socket
import time

import pytest
import redis
from django.contrib.sessions.models import Session
from django.core.cache import cache, caches
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from cms import patient_redis, places
from cms.sessions import COPY_SECONDS, SessionStore, _Copies
from reviews import throttle
from tests import worlds


@pytest.fixture(autouse=True)
def breaker(monkeypatch):
    monkeypatch.setattr(patient_redis, "breaker", patient_redis.Breaker())
    return patient_redis.breaker


@pytest.fixture
def silent(settings):
    """A server that takes connections and never says a word: the worst that can be away."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CACHES = {"default": places.cache(f"redis://127.0.0.1:{server.getsockname()[1]}/0")}
        settings.SESSION_ENGINE = "cms.sessions"
        yield server


@pytest.fixture
def dead(settings):
    settings.CACHES = {"default": places.cache("redis://127.0.0.1:1/0")}
    settings.SESSION_ENGINE = "cms.sessions"


def test_a_dead_redis_answers_like_an_empty_one(dead):
    assert cache.get("x", "nothing") == "nothing"
    assert cache.add("x", 1) is True
    assert cache.incr("x") == 1
    assert cache.set("x", 1) is None
    assert cache.delete("x") is False
    assert "x" not in cache


def test_a_redis_that_refuses_answers_like_an_empty_one_too(dead, breaker, monkeypatch, caplog):
    def refuses(*args, **options):
        raise redis.ResponseError("MISCONF Redis is unable to persist to disk.")

    monkeypatch.setattr(redis.Redis, "execute_command", refuses)
    for ask, answer in (
        (lambda: cache.set("x", 1), None), (lambda: cache.add("x", 1), True), (lambda: cache.get("x", "nothing"), "nothing"),
    ):  # fmt: skip
        assert ask() == answer
    assert caplog.text.count("MISCONF") == 1


def test_a_silent_redis_is_waited_for_once_and_told_of_once(silent, caplog):
    began = time.monotonic()
    for _ in range(50):
        cache.get("x")
    assert time.monotonic() - began < 2
    assert caplog.text.count("Redis does not answer") == 1


def test_after_a_rest_it_is_asked_again(dead, breaker, caplog):
    cache.get("x")
    breaker.closed_until = 0.0  # the rest is over
    cache.get("x")
    assert breaker.closed_until > time.monotonic(), "it was asked, and failed again"
    assert caplog.text.count("Redis does not answer") == 1
    breaker.answered()
    assert "Redis answers again" in caplog.text


def test_reports_are_taken_and_votes_counted_as_first_while_it_is_dead(dead):
    assert throttle.admitted("203.0.113.1", "leg-cramps")
    assert throttle.first_vote("203.0.113.1", 1)
    assert throttle.first_vote("203.0.113.1", 1)
    assert throttle.may_look_up("203.0.113.1")


def test_one_logs_in_works_and_logs_out_while_it_is_dead(dead, cast):
    browser = Client()
    login = {"username": "ed", "password": worlds.PASSWORD, "next": "/admin/"}
    assert browser.post("/admin/login/", login).status_code == 302
    assert browser.get("/admin/").status_code == 200
    assert Session.objects.count() == 1, "the database is the truth"
    assert browser.post("/admin/logout/").status_code == 200
    assert not Session.objects.exists()
    assert browser.get("/admin/").status_code == 302


def test_a_copy_of_a_session_is_believed_for_a_minute_at_most(db, monkeypatch):
    kept = []
    monkeypatch.setattr(caches["default"], "set", lambda key, session, timeout: kept.append(timeout))
    session = SessionStore()
    session["x"] = 1
    session.save()
    assert set(kept) == {COPY_SECONDS}
    assert isinstance(session._cache, _Copies)


def test_what_is_kept_is_numbers_and_json_and_nothing_that_runs():
    values = patient_redis.PlainValues()
    for value in (7, True, "7", "ä", {"_auth_user_id": "1", "n": 3}, None):
        stored = values.dumps(value)
        assert values.loads(stored.encode() if isinstance(stored, str) else str(stored).encode()) == value


@pytest.mark.parametrize("url", ["memcached://127.0.0.1:11211", "file://var/cache/x"])
def test_another_kind_of_cache_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="redis://host"):
        places.cache(url)
