"""An article that has moved: the old address leads to the new one for good, wherever a reader knocks."""

import pytest

from articles.models import Article, Page
from reviews import publishing
from tests import worlds

OLD, NEW = "/articles/leg-cramps-at-night/", "/articles/cramps/"


@pytest.fixture
def moved(cast):
    live = worlds.published(cast)
    return worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, slug="cramps"))


@pytest.mark.parametrize("ending", ["/", "/history/", ".json"])
def test_the_old_address_leads_to_the_new_one_for_good(moved, client, ending):
    answer = client.get(f"/articles/leg-cramps-at-night{ending}")
    assert answer.status_code == 301
    assert answer["Location"] == f"/articles/cramps{ending}"
    assert client.get(answer["Location"]).status_code == 200


def test_until_the_new_address_is_published_the_old_one_stands(cast, client):
    live = worlds.published(cast)
    worlds.approved(cast, worlds.redrafted(live.revision, by=cast.wren, slug="cramps"))
    assert client.get(OLD).status_code == 200
    assert client.get(NEW).status_code == 404


def test_every_address_it_ever_had_leads_straight_to_where_it_is_now(cast, moved, client):
    worlds.published(cast, worlds.redrafted(moved.revision, by=cast.wren, slug="night-cramps"))
    for old in (OLD, NEW):
        assert client.get(old)["Location"] == "/articles/night-cramps/"


def test_it_may_move_back(cast, moved, client):
    worlds.published(cast, worlds.redrafted(moved.revision, by=cast.wren, slug="leg-cramps-at-night"))
    assert client.get(OLD).status_code == 200
    assert client.get(NEW)["Location"] == OLD


def test_the_canonical_address_is_the_new_one_and_lists_know_it(moved, client):
    assert '<link rel="canonical" href="https://health.example.org/articles/cramps/">' in client.get(NEW).content.decode()
    for path in ("/", "/feed/", "/sitemaps/articles-1.xml", "/search/?q=cramps"):
        body = client.get(path).content.decode()
        assert "/articles/cramps/" in body, path
        assert "leg-cramps-at-night/" not in body, path


def test_a_withdrawn_article_is_found_at_its_old_address_too(cast, moved, client):
    publishing.withdraw(moved, reason="Wrong.", by=cast.ed)
    assert client.get(OLD, follow=True).status_code == 410


def test_a_draft_that_changed_its_address_before_publication_leads_nowhere(cast, client):
    first = worlds.drafted(cast)
    worlds.published(cast, worlds.redrafted(first, by=cast.wren, slug="cramps"))
    assert client.get(OLD).status_code == 404


def test_an_old_text_is_restored_under_the_address_of_today(cast, moved):
    restored = Article.objects.get().revisions.get(number=1)
    assert restored.slug == "leg-cramps-at-night"
    assert Page.objects.get().slug == "cramps"
