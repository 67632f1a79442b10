"""The cast, fresh for each test, and what the locks need when a test has to empty the tables."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, TransactionTestCase

from articles import surroundings
from articles.locks import suspended
from articles.models import User
from tests import worlds

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
