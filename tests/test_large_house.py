"""A house with so many live pages that some figures are counted every ten minutes: nothing is named that is not live now."""

import json
from dataclasses import replace

import pytest
from django.core.cache import cache, caches

from articles import shelves, site_version
from articles.drafting import start_article
from articles.models import Page
from reviews import publishing
from tests import pages, worlds


@pytest.fixture
def house(cast, monkeypatch, client):
    """Two live articles by different writers, whose figures all pages have just counted."""
    monkeypatch.setattr(shelves, "LARGE", 0)
    first = worlds.published(cast)
    words = replace(worlds.TEXT, slug="another", title="Another")
    worlds.published(cast, start_article(words, topic=worlds.topic("Feet"), by=cast.milo))
    for path in ("/", "/topics/", "/people/"):
        client.get(path)
    return first


def said(client, path: str) -> str:
    shelves.stock.cache_clear()
    shelves.parts_taken.cache_clear()
    return " ".join(pages.Page(client.get(path).content.decode()).text.split())


def test_whoever_has_nothing_live_any_more_is_named_no_longer(house, cast, client):
    assert "Wren Adeyemi" in said(client, "/people/")
    publishing.withdraw(house, reason="Wrong.", by=cast.ed)
    assert "Wren Adeyemi" not in said(client, "/people/")
    assert "Milo Brandt" in said(client, "/people/")


def test_topics_count_what_is_live_now(house, cast, client):
    assert "Sleep and pain" in said(client, "/topics/")
    publishing.withdraw(house, reason="Wrong.", by=cast.ed)
    assert "Sleep and pain" not in said(client, "/topics/")
    assert "Feet" in said(client, "/topics/")


def test_no_shelf_of_the_home_page_shows_what_was_withdrawn(house, cast, client):
    assert "Leg cramps at night" in said(client, "/")
    publishing.withdraw(house, reason="Wrong.", by=cast.ed)
    assert "Leg cramps at night" not in said(client, "/")


def test_what_has_just_come_out_is_on_the_shelf_of_its_topic(house, cast, client):
    said(client, "/")
    for number in range(shelves.NEWEST_OF_A_TOPIC):
        words = replace(worlds.TEXT, slug=f"newer-{number}", title=f"Newer {number}")
        worlds.published(cast, start_article(words, topic=house.article.topic, by=cast.wren))
    shelves.stock.cache_clear()
    newest = shelves.newest_under([house.article.topic_id], site_version.edition())
    assert [Page.objects.get(pk=pk).title for pk in newest] == ["Newer 2", "Newer 1", "Newer 0"]


def test_a_cache_that_fails_costs_time_and_no_page(house, cast, client, monkeypatch):
    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(type(caches["default"]), "add", full)
    cache.clear()
    assert "Leg cramps at night" in said(client, "/")


@pytest.mark.parametrize("figures", [shelves._newest_of_topics, shelves._rank, shelves._parts_taken])
def test_what_is_shared_by_all_processes_survives_as_plain_json(house, figures):
    """Redis holds no pickles: whoever could write into it could otherwise run code here."""
    kept = figures()
    assert json.loads(json.dumps(kept)) == [list(row) if isinstance(row, tuple) else row for row in kept]
