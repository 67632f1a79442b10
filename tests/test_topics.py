"""Topics: a tree of what is live, and a page for each. Drafts are in no count."""

from urllib.parse import urlencode

import pytest

from articles.drafting import shelve
from articles.models import Topic
from articles.topics import Tree
from reviews import publishing
from tests import pages, worlds


def live(cast, slug: str, topic: Topic):
    publication = worlds.published(cast, worlds.drafted(cast, slug=slug, title=slug.replace("-", " ").title()))
    shelve(publication.article_id, topic=topic, by=cast.ed)
    return publication


@pytest.fixture
def tree(cast):
    """Body over Skin over Eczema, and Mind; two articles on Eczema, one on the body; a topic with a draft alone."""
    body = worlds.topic("Body", description="All that aches.")
    skin = worlds.topic("Skin", parent=body)
    eczema = worlds.topic("Eczema", parent=skin)
    mind = worlds.topic("Mind")
    made = [live(cast, "eczema-one", eczema), live(cast, "eczema-two", eczema), live(cast, "whole", body)]
    draft = worlds.drafted(cast, slug="draft", title="Draft")
    shelve(draft.article_id, topic=mind, by=cast.ed)
    newer = worlds.redrafted(made[0].revision, by=cast.wren, title="Newer words")
    worlds.approved(cast, newer)
    return made


def said(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    return " ".join(pages.Page(answer.content.decode()).text.split())


def links(client, path: str) -> list[str]:
    page = pages.Page(client.get(path).content.decode().split("<main")[1].split("</main>")[0])
    return [a.attrs["href"] for a in page.all("a")]


def test_the_tree_counts_what_is_live_on_each_topic_and_under_it(tree, client):
    text = said(client, "/topics/")
    assert "Body 3 articles Skin 2 articles Eczema 2 articles" in text
    assert "Mind" not in text
    assert "Sleep and pain" not in text, "whose articles were all moved"


def test_a_topic_shows_the_way_to_it_what_is_under_it_and_all_their_articles(tree, client):
    text = said(client, "/topics/body/")
    assert "Home Topics Body" in text
    assert "All that aches." in text
    assert "Skin 2 articles" in text
    assert "3 published" in text
    assert {"/articles/eczema-one/", "/articles/eczema-two/", "/articles/whole/"} <= set(links(client, "/topics/body/"))
    assert links(client, "/topics/eczema/")[:4] == ["/", "/topics/", "/topics/body/", "/topics/skin/"]
    assert "/articles/whole/" not in links(client, "/topics/skin/")
    assert "Newer words" not in said(client, "/topics/eczema/")


def test_a_topic_with_nothing_live_answers_but_is_linked_from_nowhere(tree, client):
    assert "Nothing is published on this topic at present." in said(client, "/topics/mind/")
    assert '<meta name="robots" content="noindex">' in client.get("/topics/mind/").content.decode()
    for path in ("/", "/topics/", "/topics/body/", "/search/", "/articles/whole/"):
        assert "/topics/mind/" not in client.get(path).content.decode(), path
    assert client.get("/topics/never/").status_code == 404


def test_withdrawing_takes_an_article_out_of_every_count(cast, tree, client):
    for publication in tree[:2]:
        publishing.withdraw(publication, reason="Wrong.", by=cast.ed)
    assert "Body 1 article" in said(client, "/topics/")
    assert "Skin" not in said(client, "/topics/") + said(client, "/topics/body/") + said(client, "/")
    assert client.get("/topics/skin/").status_code == 200


def test_with_nothing_live_there_is_a_page_all_the_same(cast, client):
    worlds.drafted(cast)
    assert "Nothing is published yet." in said(client, "/topics/")
    assert "Sleep and pain" not in said(client, "/topics/")


def test_a_long_topic_is_paged(cast, client, monkeypatch):
    monkeypatch.setattr("articles.shelf_views.PER_PAGE", 2)
    shelf = worlds.topic("Long")
    for n in range(3):
        live(cast, f"article-{n}", shelf)
    assert "/articles/article-0/" not in links(client, "/topics/long/")
    older = pages.beside(client, "/topics/long/")
    assert links(client, older)[-2] == "/articles/article-0/"
    assert "Older ones of 3 published" in said(client, older)
    assert "<title>Long, older articles – " in client.get(older).content.decode()
    assert "/articles/article-0/" not in links(client, pages.beside(client, older, "prev"))


@pytest.mark.parametrize("key", ["9" * 40, "-1", "NaN", "", "2", "\x00", "1'--", "٣", "W10.x", "x" * 5000, ".", "\ud800"])
@pytest.mark.parametrize("path", ["/topics/body/", "/topics/mind/", "/people/", "/people/wren/?part=wrote", "/corrections/", "/"])
def test_odd_keys_and_the_page_numbers_of_old_show_the_first_leaf(tree, client, path, key):
    first = client.get(path).content
    for name in ("after", "before", "page", "part", "type"):
        typed = urlencode({name: key}, errors="surrogatepass")
        answer = client.get(f"{path}{'&' if '?' in path else '?'}{typed}")
        assert answer.status_code == 200
        assert answer.content == first or (name == "part" and "part" in path)


@pytest.mark.parametrize("path", ["/", "/topics/", "/topics/ring/", "/topics/chain/"])
def test_a_circle_of_topics_ends_where_it_closes(cast, client, path):
    ring = worlds.topic("Ring")
    chain = worlds.topic("Chain", parent=ring)
    Topic.objects.filter(pk=ring.pk).update(parent=chain)
    live(cast, "round", chain)
    assert "Round" in said(client, path) or "Ring 1 article Chain 1 article" in said(client, path)


def test_every_topic_of_a_circle_is_found_from_the_top():
    topics = [Topic(pk=n, name=str(n), parent_id=above) for n, above in ((1, 3), (2, 1), (3, 2), (4, 3), (5, 5), (6, None))]
    tree = Tree(topics, {4: 1, 5: 2, 6: 3})
    assert [(branch.topic.pk, branch.live) for branch in tree.branches()] == [(1, 1), (5, 2), (6, 3)]
    assert tree.subtree(1) == {1, 2, 3, 4}


@pytest.mark.parametrize("path", ["/topics/", "/topics/body/", "/topics/eczema/", "/people/"])
def test_lists_cost_a_bounded_number_of_queries(cast, tree, client, path, django_assert_max_num_queries):
    for n in range(5):
        live(cast, f"more-{n}", worlds.topic(f"More {n}", parent=Topic.objects.get(slug="body")))
    with django_assert_max_num_queries(8):
        client.get(path)
    with django_assert_max_num_queries(5):
        client.get(path)
