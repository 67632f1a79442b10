"""The feeds at /feed/ and /feed/atom/, as a feed reader reads them."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from time import struct_time

import feedparser
import pytest
import time_machine

from articles import feeds
from articles.models import Article, Contribution, Page, Revision
from articles.views import REVALIDATE
from reviews import publishing
from tests import unsigned, worlds

RSS, ATOM = "/feed/", "/feed/atom/"
BOTH = pytest.mark.parametrize("path", [RSS, ATOM])
SITE = "https://health.example.org"
DC = "{http://purl.org/dc/elements/1.1/}creator"


def read(client, path) -> feedparser.FeedParserDict:
    answer = client.get(path)
    assert answer.status_code == 200
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def moment(parsed: struct_time) -> datetime:
    return datetime(*parsed[:6], tzinfo=UTC)


@BOTH
def test_it_is_what_it_says_it_is(cast, client, path):
    worlds.published(cast)
    answer, feed = client.get(path), read(client, path)
    kind = {RSS: "application/rss+xml", ATOM: "application/atom+xml"}[path]
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer["Cache-Control"] == REVALIDATE
    assert not answer.cookies
    assert feed.version == {RSS: "rss20", ATOM: "atom10"}[path]
    assert {"rel": "self", "href": SITE + path} in [{"rel": link.rel, "href": link.href} for link in feed.feed.links]
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304


@BOTH
def test_a_feed_of_nothing_is_a_feed_and_does_not_change_by_itself(cast, client, path):
    with time_machine.travel("2026-11-20 10:00Z"):
        etag = client.get(path)["ETag"]
    assert read(client, path).entries == []
    assert client.get(path)["ETag"] == etag


@BOTH
def test_an_entry_tells_title_summary_address_and_writers(cast, client, path):
    worlds.published(cast)
    [entry] = read(client, path).entries
    assert entry.title == "Leg cramps at night"
    assert entry.summary == worlds.TEXT.summary
    assert entry.link == f"{SITE}/articles/leg-cramps-at-night/"


def test_every_writer_is_named_and_nobody_else(cast, client):
    first = worlds.drafted(cast)
    Article.objects.update(owner=cast.milo)
    worlds.published(cast, worlds.redrafted(worlds.redrafted(first, by=cast.milo), by=cast.ed, body=worlds.BODY + "\nEdited.\n"))
    assert Contribution.objects.filter(role="editor").exists()
    rss, atom = ET.fromstring(client.get(RSS).content), ET.fromstring(client.get(ATOM).content)
    assert [e.text for e in rss.iter(DC)] == ["Wren Adeyemi", "Milo Brandt"]
    names = atom.findall("a:entry/a:author/a:name", {"a": "http://www.w3.org/2005/Atom"})
    assert [name.text for name in names] == ["Wren Adeyemi", "Milo Brandt"]


@BOTH
def test_an_entry_keeps_its_id_and_first_date_through_an_update_and_a_new_address(cast, client, path):
    with time_machine.travel("2026-11-01 23:30Z"):
        live = worlds.published(cast)
    [before] = read(client, path).entries
    assert before.id == f"tag:health.example.org,2026-11-01:article/{live.article_id}"
    with time_machine.travel("2026-11-20 10:30Z"):
        worlds.published(cast, worlds.redrafted(live.revision, by=cast.ed, slug="elsewhere"))
    [after] = read(client, path).entries
    assert after.link == f"{SITE}/articles/elsewhere/"
    assert after.id == before.id
    assert moment(after.published_parsed) == moment(before.published_parsed) == datetime(2026, 11, 1, 23, 30, tzinfo=UTC)
    if path == ATOM:
        assert moment(after.updated_parsed) == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


@BOTH
def test_the_id_is_no_link_and_does_not_depend_on_the_site_s_time_zone(cast, client, path, settings):
    with time_machine.travel("2026-11-01 23:30Z"):
        worlds.published(cast)
    settings.TIME_ZONE = "Asia/Tokyo"
    [entry] = read(client, path).entries
    assert ",2026-11-01:" in entry.id
    if path == RSS:
        assert 'isPermaLink="false"' in client.get(path).content.decode()


@BOTH
def test_building_a_page_anew_brings_nothing_up_again(cast, client, path):
    with time_machine.travel("2026-11-01 09:00Z"):
        live = worlds.published(cast)
        before = client.get(path).content
    publishing.rebuild(live.article_id)
    assert client.get(path).content == before


@BOTH
def test_a_corrected_article_comes_up_again_with_what_was_put_right(cast, client, path):
    with time_machine.travel("2026-11-01 09:00Z"):
        live = worlds.published(cast)
        worlds.published(cast, worlds.drafted(cast, slug="another", title="Another"))
    with time_machine.travel("2026-11-02 09:00Z"):
        note = "Eleven trials, not twelve."
        correction = worlds.redrafted(live.revision, by=cast.wren, kind=Revision.Kind.CORRECTION, change_note=note)
        worlds.published(cast, correction)
    first, second = read(client, path).entries
    assert first.title == "Leg cramps at night"
    assert " ".join(first.summary.split()) == f"Correction: Eleven trials, not twelve. {worlds.TEXT.summary}"
    assert "Correction" not in second.summary


@BOTH
def test_a_withdrawn_article_comes_up_once_more_with_the_reason(cast, client, path):
    with time_machine.travel("2026-11-01 09:00Z"):
        live = worlds.published(cast)
        [before] = read(client, path).entries
        worlds.published(cast, worlds.drafted(cast, slug="another", title="Another", summary="Other words."))
    with time_machine.travel("2026-11-02 09:00Z"):
        publishing.withdraw(live, reason="A newer trial contradicts it.", by=cast.ed)
    notice, other = read(client, path).entries
    assert other.title == "Another"
    assert notice.title == "Withdrawn: Leg cramps at night"
    assert notice.summary == "A newer trial contradicts it."
    assert (notice.id, notice.link) == (before.id, before.link)
    assert worlds.TEXT.summary not in client.get(path).content.decode()
    assert client.get(notice.link.removeprefix(SITE)).status_code == 410


@BOTH
def test_no_word_that_is_not_live_is_in_it(cast, client, path):
    unsigned.around(cast)
    text = client.get(path).content.decode()
    assert "Leg cramps" in text
    assert unsigned.found_in(text, but="lemming") == []
    assert "Lemming words" not in text


@BOTH
def test_a_title_that_another_hand_wrote_and_an_old_page_put_back_are_not_in_it(cast, client, path):
    worlds.published(cast)
    other = worlds.published(cast, worlds.drafted(cast, slug="another", title="Another"))
    old = Page.objects.filter(article=other.article).values().get()
    publishing.withdraw(other, reason="Wrong.", by=cast.ed)
    Page.objects.filter(article=other.article).update(**old)
    Page.objects.exclude(article=other.article).update(title="Unsigned words")
    assert read(client, path).entries == []


HOSTILE = "]]><script>alert(1)</script> & <b>5 < 6</b> &lt;i&gt;"


@BOTH
def test_hostile_words_are_words(cast, client, path):
    live = worlds.published(cast, worlds.drafted(cast, title=HOSTILE, summary=HOSTILE))
    [entry] = feedparser.parse(client.get(path).content, sanitize_html=False).entries
    shown = {RSS: HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), ATOM: HOSTILE}[path]
    assert entry.title == shown
    assert entry.summary == HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    publishing.withdraw(live, reason=HOSTILE + "\x0b\x1f\ufffe\U0001f600", by=cast.ed)
    [notice] = read(client, path).entries
    assert "\U0001f600" in notice.summary
    assert "<script" not in feedparser.parse(client.get(path).content, sanitize_html=False).entries[0].summary


@BOTH
def test_an_ordinary_ampersand_is_shown_as_it_is(cast, client, path):
    worlds.published(cast, worlds.drafted(cast, title="Sleep & pain"))
    assert ET.fromstring(client.get(path).content).findtext(".//{*}entry/{*}title") in {None, "Sleep & pain"}
    assert read(client, path).entries[0].title in {"Sleep & pain", "Sleep &amp; pain"}


@BOTH
def test_it_holds_the_newest_and_costs_a_bounded_number_of_queries(
    cast, client, path, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(feeds, "NEWEST", 3)
    for day in range(1, 6):
        with time_machine.travel(f"2026-11-0{day} 09:00Z"):
            worlds.published(cast, worlds.drafted(cast, slug=f"article-{day}", title=f"Article {day}"))
    with django_assert_max_num_queries(3):
        feed = read(client, path)
    assert [entry.title for entry in feed.entries] == ["Article 5", "Article 4", "Article 3"]
    newest = feed.feed.updated_parsed
    assert moment(newest) == datetime(2026, 11, 5, 9, tzinfo=UTC)


def test_it_holds_fifty():
    assert feeds.NEWEST == 50
