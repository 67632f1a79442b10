"""The sitemap index, its parts, and robots.txt: what is live, when it last changed, and nothing else."""

import xml.etree.ElementTree as ET
from datetime import datetime

import pytest
import time_machine

from articles import sitemaps
from articles.models import Page, Topic
from articles.views import REVALIDATE
from reviews import publishing
from tests import unsigned, worlds

INDEX, PAGES, ARTICLES = "/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/articles-1.xml"
SITE = "https://health.example.org"
PER_FILE = sitemaps.PER_FILE
NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LIVE = f"{SITE}/articles/leg-cramps-at-night/"


@pytest.fixture(autouse=True)
def numbers_begin_small(monkeypatch):
    """PostgreSQL's numbers go on through a test run; so that every test is in the first part all the same."""
    monkeypatch.setattr(sitemaps, "PER_FILE", 1_000_000)


def listed(client, path, root="urlset", element="url") -> dict[str, str | None]:
    """Address and date of each place, in order; every rule of the protocol's schema that we could break is checked."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    assert answer["Cache-Control"] == REVALIDATE
    assert not answer.cookies
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    tree = ET.fromstring(answer.content)
    assert tree.tag == NS + root
    assert len(tree)
    found = {}
    for place in tree:
        assert place.tag == NS + element
        assert [part.tag for part in place] in ([NS + "loc"], [NS + "loc", NS + "lastmod"])
        address, changed = place.findtext(NS + "loc"), place.findtext(NS + "lastmod")
        assert address.startswith(SITE + "/")
        assert changed is None or datetime.fromisoformat(changed).tzinfo
        assert address not in found
        found[address] = changed
    return found


def index(client) -> dict[str, str | None]:
    return listed(client, INDEX, "sitemapindex", "sitemap")


def test_the_index_leads_to_every_part_and_says_when_it_last_changed(cast, client):
    with time_machine.travel("2026-11-01 09:00Z"):
        worlds.published(cast)
    with time_machine.travel("2026-11-02 09:00Z"):
        worlds.published(cast, worlds.drafted(cast, slug="another"))
    assert index(client) == {SITE + PAGES: None, SITE + ARTICLES: "2026-11-02T09:00:00+00:00"}
    for address in index(client):
        listed(client, address.removeprefix(SITE))


def test_an_article_is_listed_with_its_last_significant_change(cast, client):
    with time_machine.travel("2026-11-01 09:00Z"):
        live = worlds.published(cast)
    assert listed(client, ARTICLES) == {LIVE: "2026-11-01T09:00:00+00:00"}
    with time_machine.travel("2026-11-05 09:00Z"):
        publishing.rebuild(live.article_id)
    assert listed(client, ARTICLES) == {LIVE: "2026-11-01T09:00:00+00:00"}
    with time_machine.travel("2026-11-06 09:00Z"):
        worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    assert listed(client, ARTICLES) == {LIVE: "2026-11-06T09:00:00+00:00"}


def test_articles_are_divided_by_their_numbers_and_an_empty_part_is_not_there(cast, client, monkeypatch):
    made = [worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}")) for n in range(4)]
    monkeypatch.setattr(sitemaps, "PER_FILE", 2)
    publishing.withdraw(made[0], reason="Wrong.", by=cast.ed)
    parts = [address for address in index(client) if "articles-" in address]
    slugs = [address.split("/")[-2] for part in parts for address in listed(client, part.removeprefix(SITE))]
    assert slugs == ["article-1", "article-2", "article-3"]
    assert all(len(listed(client, part.removeprefix(SITE))) <= 2 for part in parts)
    last = made[-1].article_id
    assert client.get(f"/sitemaps/articles-{last + 5}.xml").status_code == 404
    publishing.withdraw(made[1], reason="Wrong.", by=cast.ed)
    publishing.withdraw(made[2], reason="Wrong.", by=cast.ed)
    publishing.withdraw(made[3], reason="Wrong.", by=cast.ed)
    assert list(index(client)) == [SITE + PAGES]


def test_the_first_and_the_last_number_of_a_part_belong_to_it(cast, client, monkeypatch):
    number = worlds.published(cast).article_id
    for size in {number, max(number - 1, 1), number + 1}:
        monkeypatch.setattr(sitemaps, "PER_FILE", size)
        [part] = [address for address in index(client) if "articles-" in address]
        assert list(listed(client, part.removeprefix(SITE))) == [LIVE]


@pytest.mark.parametrize("part", ["0", "2", "01", "999999999", "9999999999", "-1", "x", "1.5"])
def test_a_part_that_never_was_is_not_found(cast, client, part):
    worlds.published(cast)
    assert client.get(f"/sitemaps/articles-{part}.xml").status_code == 404


def test_the_pages_are_home_topics_people_and_what_the_publisher_says_of_itself(cast, client):
    with time_machine.travel("2026-11-01 09:00Z"):
        worlds.published(cast, worlds.redrafted(worlds.drafted(cast), by=cast.ed))
    found = listed(client, PAGES)
    assert {path.removeprefix(SITE) for path in found} == {
        "/", "/about/", "/corrections/", "/disclaimer/", "/policy/", "/privacy/", "/topics/", "/topics/sleep-and-pain/",
        "/people/",
        "/people/wren/", "/people/ed/", "/people/fay/", "/people/dr-ruth/",
    }  # fmt: skip
    assert found[SITE + "/"] == found[f"{SITE}/topics/sleep-and-pain/"] == "2026-11-01T09:00:00+00:00"


def test_whoever_has_nothing_live_and_a_topic_without_articles_are_not_listed(cast, client):
    live = worlds.published(cast)
    publishing.withdraw(live, reason="Wrong.", by=cast.ed)
    Topic.objects.create(name="Zebra", slug="zebra")
    places = listed(client, PAGES)
    lists = (f"{SITE}/people/", f"{SITE}/topics/")
    assert [place for place in places if place.startswith(lists)] == sorted(lists, key=list(places).index)
    assert places[SITE + "/"] is None


@pytest.mark.parametrize("path", [INDEX, PAGES, ARTICLES, "/robots.txt"])
def test_nothing_that_is_not_live_is_in_it(cast, client, path):
    live = unsigned.around(cast)
    worlds.drafted(cast, slug="quiet", by=cast.milo)
    text = client.get(path).content.decode()
    assert unsigned.found_in(text) == []
    assert "/people/milo/" not in text
    if path == ARTICLES:
        assert list(listed(client, path)) == [SITE + live.article.get_absolute_url()]


def test_no_page_that_another_hand_wrote_or_put_back_is_listed(cast, client):
    live = worlds.published(cast)
    other = worlds.published(cast, worlds.drafted(cast, slug="another"))
    old = Page.objects.filter(article=other.article).values().get()
    worlds.published(cast, worlds.redrafted(other.revision, by=cast.wren))
    assert len(listed(client, ARTICLES)) == 2
    Page.objects.filter(article=other.article).update(**old)
    Page.objects.filter(article=live.article).update(slug="unsigned-address")
    assert client.get(ARTICLES).status_code == 404


def test_a_topic_under_which_others_stand_is_listed_with_the_newest_of_them(cast, client):
    wide = Topic.objects.create(name="The body", slug="the-body")
    Topic.objects.create(name="Empty", slug="empty", parent=wide)
    live = worlds.published(cast)
    Topic.objects.filter(pk=live.article.topic_id).update(parent=wide)
    text = client.get(PAGES).content.decode()
    assert f"<loc>{SITE}/topics/the-body/</loc><lastmod>" in text
    assert "/topics/empty/" not in text


@pytest.mark.parametrize("path", [INDEX, PAGES, ARTICLES])
def test_each_costs_a_bounded_number_of_queries(cast, client, path, django_assert_max_num_queries):
    for n in range(4):
        worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}"))
    with django_assert_max_num_queries({INDEX: 1, PAGES: 4, ARTICLES: 1}[path]):
        client.get(path)


def test_a_part_holds_ten_thousand_at_most_and_the_pages_less_than_the_protocol_allows():
    assert PER_FILE == 10_000
    assert 2 * sitemaps.MOST_SHELVES + len(sitemaps.STANDING) + 1 <= 50_000


def test_crawlers_are_told_what_is_not_theirs_and_where_the_sitemap_is(db, client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == f"User-agent: *\nDisallow: /admin/\n\nSitemap: {SITE}/sitemap.xml\n"
