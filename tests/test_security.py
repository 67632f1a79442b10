"""What every answer carries, whose address counts, and what the settings refuse."""

import os
import socket
import subprocess
import sys

import pytest
from django.test import RequestFactory

from cms.security import client_address
from tests import worlds

PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SIGNING_KEYS": "s" * 40,
    "SITE_URL": "https://health.example.org",
    "CONTACT_EMAIL": "editors@health.example.org",
    "DATABASE_URL": "postgres://nobody@127.0.0.1/nowhere",
}


@pytest.mark.parametrize("path", ["/", "/no-such-page/", "/admin/login/", "/healthz", "/articles/leg-cramps-at-night/"])
def test_every_answer_carries_the_strict_policy(cast, client, path):
    worlds.published(cast)
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/no-such-page/", "/articles/no-such-page/", "/admin/articles/article/999/change/"])
def test_no_cache_keeps_a_page_that_says_no(cast, as_user, path):
    answer = as_user(cast.fay).get(path)
    assert answer.status_code in {403, 404}
    assert "no-store" in answer["Cache-Control"]


def test_a_page_of_another_host_is_refused(client, settings):
    settings.ALLOWED_HOSTS = ["health.example.org"]
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Original-URL", "X-HTTP-Method-Override", "Forwarded"])
def test_headers_that_strangers_may_write_change_nothing(cast, client, header):
    worlds.published(cast)
    plain = client.get("/articles/leg-cramps-at-night/").content
    assert client.get("/articles/leg-cramps-at-night/", headers={header: "evil.example"}).content == plain


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "2001:db8::9", "2001:db8::9"),
        (1, "6.6.6.6, unknown", "127.0.0.1"),
        (1, "203.0.113.703", "127.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})) == address


def test_eight_wrong_passwords_close_the_door_for_that_name_from_that_address(cast, client):
    login = {"username": "wren", "password": "wrong"}
    codes = [client.post("/admin/login/", login).status_code for _ in range(8)]
    assert codes[0] == 200
    assert client.post("/admin/login/", {**login, "password": worlds.PASSWORD}).status_code == 429
    elsewhere = client.post("/admin/login/", {**login, "password": worlds.PASSWORD}, REMOTE_ADDR="203.0.113.7")
    assert elsewhere.status_code == 302


def test_healthz_answers_without_a_session(db, client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, env={**kept, **environment}, capture_output=True, text=True, check=False)


def test_production_settings_pass_django_s_own_checks():
    done = check(**PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be set"),
        ({"SIGNING_KEYS": ""}, "SIGNING_KEYS must be set"),
        ({"SIGNING_KEYS": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}, "SIGNING_KEYS must differ"),
        ({"SIGNING_KEYS": "s" * 40 + ",short"}, "SIGNING_KEYS must be set"),
        ({"SECRET_KEY": "for-development-on-one's-own-machine-only-never-in-production"}, "SECRET_KEY must be set"),
        ({"SITE_URL": ""}, "SITE_URL must be"),
        ({"DEBUG": "perhaps"}, "neither on nor off"),
        ({"TRUSTED_PROXIES": "one"}, "whole number"),
        ({"PAGE_MEMORY_MB": "-1"}, "PAGE_MEMORY_MB must be a whole number, 0 or more"),
    ],
)
def test_a_production_site_refuses_to_start_on_unsafe_settings(changes, complaint):
    done = check(**{**PRODUCTION, **changes})
    assert done.returncode != 0
    assert complaint in done.stderr


def test_healthz_says_so_when_the_database_is_away():
    asks = (
        "import django; django.setup(); import logging; logging.disable();"
        "from django.test import RequestFactory; from cms.health import healthz;"
        "print(healthz(RequestFactory().get('/healthz')).status_code)"
    )
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        url = f"postgres://nobody@127.0.0.1:{nobody_listens.getsockname()[1]}/nowhere"
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url}
        done = subprocess.run([sys.executable, "-c", asks], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "503\n", done.stderr
