"""SQLite is told of its own rows, so that it takes the index that finds what is wanted soonest."""

import pytest
from django.db import connection

from articles import row_statistics
from articles.models import Page
from articles.shelves import newest_first
from reviews.tending import STEPS
from tests import worlds


def test_what_the_database_does_not_learn_by_itself_it_is_told(cast):
    worlds.published(cast)
    if connection.vendor == "postgresql":
        assert row_statistics.refresh() == "left to the database"
        return
    assert row_statistics.refresh() == "refreshed"
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'articles_page'")
        assert cursor.fetchone()[0] > 0


def test_it_is_told_once_a_day():
    assert "statistics" in [step.name for step in STEPS]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="is about SQLite's choices")
def test_live_pages_are_found_by_an_index_of_live_pages_whatever_is_known_of_the_rows(db):

    told = newest_first(Page.objects.all())[:9].explain()
    assert "live_pages_newest_first" in told
