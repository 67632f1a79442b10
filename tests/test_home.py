"""The home page: what is new, what helped, and every topic; all of it live."""

import uuid

import time_machine
from django.utils import timezone

from articles import shelves
from articles.drafting import shelve
from articles.models import Page
from articles.site_version import edition
from reviews import publishing
from reviews.models import FeedbackReport
from tests import pages, worlds


def live(cast, slug: str, topic: str = "", **words):
    publication = worlds.published(cast, worlds.drafted(cast, slug=slug, title=slug.replace("-", " ").title(), **words))
    if topic:
        shelve(publication.article_id, topic=worlds.topic(topic), by=cast.ed)
    return publication


def votes(publication, yes: int, no: int = 0, silent: int = 0) -> None:
    answers = [True] * yes + [False] * no + [None] * silent
    FeedbackReport.objects.bulk_create(
        FeedbackReport(publication=publication, helpful=helpful, key=uuid.uuid4(), on=timezone.localdate()) for helpful in answers
    )


def section(client, heading: str, path: str = "/") -> list[str]:
    """The words of every link under a heading of the page."""
    html = client.get(path).content.decode()
    if f">{heading}</h2>" not in html:
        return []
    part = html.split(f">{heading}</h2>")[1].split('<section class="shelf')[0].split("</main>")[0]
    return [" ".join(a.text.split()) for a in pages.Page(part).all("a")]


def helpful(client) -> list[str]:
    return [title for title in section(client, "Most helpful") if title != "How we count"]


def test_it_offers_search_and_lists_the_newest_first(cast, client):
    for n in range(10):
        live(cast, f"article-{n}")
    html = client.get("/").content.decode()
    assert 'role="search"' in html
    assert section(client, "Latest articles") == [f"Article {n}" for n in range(9, 1, -1)] + ["Older articles"]
    older = pages.beside(client, "/")
    assert section(client, "Articles", older) == ["Article 1", "Article 0", "Newer articles"]
    second = client.get(older).content.decode()
    assert "<h1>Older articles</h1>" in second
    assert "By topic" not in second
    assert f'<link rel="canonical" href="https://health.example.org{older}">' in second
    assert client.get(pages.beside(client, older, "prev")).content == client.get("/").content


def test_the_most_helpful_are_ranked_by_how_sure_the_votes_make_it(cast, client):
    few, many, mixed = live(cast, "few"), live(cast, "many"), live(cast, "mixed")
    votes(few, 5)
    votes(many, 90, 10)
    votes(mixed, 6, 4)
    votes(live(cast, "too-few"), 4, silent=20)
    votes(live(cast, "no-help"), 0, 9)
    live(cast, "unasked")
    assert helpful(client) == ["Many", "Few", "Mixed"]
    assert "90" not in pages.Page(client.get("/").content.decode()).text, "no figures are shown"


def test_there_are_five_at_most_and_no_heading_where_there_is_none(cast, client):
    publications = [live(cast, f"article-{n}") for n in range(6)]
    assert "Most helpful" not in client.get("/").content.decode()
    for publication in publications:
        votes(publication, 5)
    shelves.forget()
    assert len(helpful(client)) == 5


def test_votes_count_for_the_version_that_is_live_alone(cast, client):
    first = live(cast, "told-anew")
    votes(first, 50)
    assert helpful(client) == ["Told Anew"]
    second = worlds.published(cast, worlds.redrafted(first.revision, by=cast.wren))
    assert helpful(client) == []
    votes(second, 5)
    shelves.forget()
    assert helpful(client) == ["Told Anew"]


def test_what_is_withdrawn_helps_nobody(cast, client):
    publication = live(cast, "gone")
    votes(publication, 50)
    assert helpful(client) == ["Gone"]
    publishing.withdraw(publication, reason="Wrong.", by=cast.ed)
    assert helpful(client) == []


def test_a_title_that_another_hand_wrote_is_in_no_list(cast, client):
    votes(live(cast, "forged"), 50)
    Page.objects.filter(slug="forged").update(title="Buy this")
    assert b"Buy this" not in client.get("/").content


def test_the_ranking_is_kept_for_ten_minutes(cast, client, django_assert_num_queries):
    votes(live(cast, "one"), 5)
    two = live(cast, "two")
    with time_machine.travel("2026-11-25 10:00:01Z", tick=False) as clock:
        assert helpful(client) == ["One"]
        votes(two, 50)
        clock.shift(590)
        assert helpful(client) == ["One"]
        now = edition()
        with django_assert_num_queries(0):
            shelves.most_helpful(now)
        clock.shift(20)
        assert helpful(client) == ["Two", "One"]


def test_each_top_topic_shows_its_three_newest_and_the_subtopics_that_hold_something(cast, client):
    body = worlds.topic("Body")
    for name in ("Skin", "Bones", "Nothing yet"):
        worlds.topic(name, parent=body)
    live(cast, "on-the-body", "Body")
    live(cast, "old-skin", "Skin")
    live(cast, "new-skin", "Skin")
    live(cast, "bones", "Bones")
    worlds.drafted(cast, slug="draft", title="A draft")
    assert section(client, "By topic") == ["All topics", "Body", "Bones", "Skin", "Bones", "New Skin", "Old Skin"]


def test_it_costs_no_more_with_more_articles_and_topics(cast, client, django_assert_max_num_queries):
    for n in range(7):
        votes(live(cast, f"article-{n}", f"Topic {n}"), 6)
    with django_assert_max_num_queries(12):
        client.get("/")
    with django_assert_max_num_queries(5):
        client.get("/")
