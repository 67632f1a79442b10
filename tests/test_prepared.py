"""What is asked again and again is planned once on each connection, and answered as if it were planned each time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import prepared
from tests import worlds

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans in no time, and nothing is prepared there"),
    pytest.mark.django_db(transaction=True),
]
LIKE = "SELECT %s::int + %s, 'a' LIKE 'a%%'"


def asked(sql: str, *params: object) -> list[tuple[object, ...]]:
    statement = prepared.prepared(sql, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall()


def test_the_answer_is_the_same_for_other_parameters():
    assert [asked(LIKE, *pair) for pair in ((1, 2), (3, 4))] == [[(3, True)], [(7, True)]]
    assert asked("SELECT 5") == asked("SELECT 5") == [(5,)]


def test_a_connection_prepares_a_statement_once():
    with CaptureQueriesContext(connection) as queries:
        for number in range(3):
            asked("SELECT 1, %s::int", number)
    assert sum("PREPARE" in query["sql"] for query in queries) == 1
    connection.close()
    assert asked("SELECT 1, %s::int", 7) == [(1, 7)]


def test_no_more_than_so_many_are_prepared(monkeypatch):
    connection.close()
    monkeypatch.setattr(prepared, "MOST", 1)
    assert prepared.prepared("SELECT 1", connection) != "SELECT 1"
    assert prepared.prepared("SELECT 2", connection) == "SELECT 2"


def test_nothing_is_where_each_transaction_may_get_another_connection(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    assert prepared.prepared("SELECT 1", connection) == "SELECT 1"


def test_searches_of_one_form_are_planned_once(cast, client):
    worlds.published(cast, worlds.drafted(cast))
    assert client.get("/search/", {"q": "magnesium"}).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        for word in ("cramp", "leg", "quinine"):
            assert client.get("/search/", {"q": word}).status_code == 200
    assert not any("found0" in query["sql"] for query in queries)
