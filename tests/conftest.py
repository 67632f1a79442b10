"""The cast, fresh for each test, and what the locks need when a test has to empty the tables."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase

from articles import shelves, site_version, surroundings, wording
from articles.locks import suspended
from articles.models import User
from tests import browsing, worlds

_flush = TransactionTestCase._fixture_teardown


def _flush_without_locks(self: TransactionTestCase) -> None:
    """Tests with real transactions end by emptying every table, which is just what the locks refuse."""
    with suspended(connection):
        _flush(self)


TransactionTestCase._fixture_teardown = _flush_without_locks  # type: ignore[method-assign]


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    return worlds.the_cast()


@pytest.fixture
def as_user():
    """A browser in which this person is logged in."""

    def login(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return login


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """What a process keeps of readers and pages begins anew with each test."""
    cache.clear()
    surroundings.forget()
    shelves.forget()
    wording.forget()
    site_version._Known.version, site_version._Known.asked = "", float("-inf")


@pytest.fixture(scope="module")
def chromium():
    with browsing.chromium() as browser:
        yield browser


@pytest.fixture
def open_as(chromium, live_server, cast):
    """A page of a browser in which this person is logged in; complaints of the console fail the test."""
    contexts, complaints = [], []

    def open_page(user=None, **options):
        context = chromium.new_context(base_url=live_server.url, **{"viewport": {"width": 1440, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on(
            "console",
            lambda message: (
                complaints.append(f"{page.url}: {message.text} {message.location}") if message.type == "error" else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if user:
            page.goto("/admin/login/")
            page.get_by_label("Username").fill(user.username)
            page.get_by_label("Password").fill(worlds.PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url("**/admin/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
