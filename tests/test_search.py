"""Readers' search: what is found of the signed words of live pages, in which order, and that nothing else ever is."""

import time

import pytest
from django.db import connection

from articles import search, search_postgresql, searching
from articles.drafting import LONGEST_BODY, shelve
from articles.full_text import BATCH
from articles.models import Page, SearchEntry, Topic
from articles.pages import refresh
from articles.search import find
from articles.search_query import parse
from articles.views import REVALIDATE
from reviews import publishing
from tests import pages, worlds

CITED = "[@garrison2020magnesium]."


def said(client, **asked) -> str:
    answer = client.get("/search/", asked)
    assert answer.status_code == 200
    return " ".join(pages.Page(answer.content.decode()).text.split())


def titles(client, **asked) -> list[str]:
    """Of the cards shown, in order."""
    page = pages.Page(client.get("/search/", asked).content.decode())
    return [" ".join(heading.text.split()) for heading in page.all("h3")]


def live(cast, slug, title="Sleep", text="Nothing much", summary="All signed.", heading="What is known", **changes):
    body = f"## {heading}\n\n{text} {CITED}\n"
    return worlds.published(cast, worlds.drafted(cast, slug=slug, title=title, summary=summary, body=body, **changes))


def in_topic(cast, slug, shelf, **words):
    publication = live(cast, slug, **words)
    shelve(publication.article_id, topic=shelf, by=cast.ed)
    return publication


def test_a_page_is_found_by_its_title_summary_headings_and_text(cast, client):
    live(cast, "zebra", title="Zebra bites", summary="Of yawning.", heading="Quinine in malaria", text="Hops and hay help")
    for word in ("zebra", "yawning", "quinine", "hops", "ZEBRA", "bite", "zebras", "zebra hay"):
        assert titles(client, q=word) == ["Zebra bites"], word
    assert "Nothing has “zebra giraffe” in it." in said(client, q="zebra giraffe")


def test_no_word_is_found_that_was_not_signed_and_published(cast, client):
    worlds.drafted(cast, slug="a", title="Unsigned xylitol")
    worlds.approved(cast, worlds.drafted(cast, slug="b", title="Signed xylitol, not published"))
    out = live(cast, "c", title="Live and signed")
    worlds.redrafted(out.revision, by=cast.wren, title="Newer xylitol draft")
    assert "Nothing has “xylitol” in it." in said(client, q="xylitol")
    assert titles(client, q="xylitol") == []
    assert find(parse("signed")).ids == (out.article_id,)
    assert "1 article Sleep and pain" in said(client, q="signed")


def test_a_withdrawn_page_is_not_found_and_leaves_no_entry(cast, client):
    out = live(cast, "c", title="Quinine at night")
    assert titles(client, q="quinine") == ["Quinine at night"]
    publishing.withdraw(out, reason="Wrong.", by=cast.ed)
    assert titles(client, q="quinine") == []
    assert not SearchEntry.objects.exists()
    refresh(out.article)
    assert not SearchEntry.objects.exists()


def test_a_change_is_found_by_its_new_words_and_no_longer_by_the_old(cast, client):
    out = live(cast, "c", title="Quinine at night")
    worlds.published(cast, worlds.redrafted(out.revision, by=cast.wren, title="Hops at night"))
    assert titles(client, q="hops") == ["Hops at night"]
    assert titles(client, q="quinine") == []


def test_an_old_entry_put_back_finds_nothing(cast):
    out = live(cast, "c", title="Quinine at night")
    old = SearchEntry.objects.get()
    worlds.published(cast, worlds.redrafted(out.revision, by=cast.wren, title="Hops at night"))
    old.save()
    assert find(parse("quinine")).ids == find(parse("quinnine")).ids == ()


def test_refreshing_a_page_mends_its_entry(cast):
    out = live(cast, "c", title="Quinine at night")
    SearchEntry.objects.update(title="Altered")
    refresh(out.article)
    assert find(parse("quinine")).ids == (out.article_id,)
    assert search.is_genuine(SearchEntry.objects.get())


def test_the_words_of_a_withdrawn_page_are_not_found_even_if_somebody_left_its_entry(cast):
    out = live(cast, "c", title="Quinine at night")
    kept = SearchEntry.objects.get()
    publishing.withdraw(out, reason="Wrong.", by=cast.ed)
    kept.save(force_insert=True)
    assert find(parse("quinine")).ids == ()


@pytest.mark.parametrize("column", ["title", "summary", "headings", "text"])
def test_an_entry_that_another_hand_wrote_is_not_shown_nor_counted(cast, client, column):
    live(cast, "a", title="Quinine at night")
    other = live(cast, "b", title="Hops")
    SearchEntry.objects.filter(pk=other.article_id).update(**{column: "Quinine cures everything"})
    assert titles(client, q="quinine") == ["Quinine at night"]
    assert "1 article Sleep and pain" in said(client, q="quinine")
    assert "cures everything" not in said(client, q="everything")
    assert titles(client, q="everything") == []


def test_an_entry_of_another_page_is_no_entry_of_this_one(cast, client):
    first, second = live(cast, "a", title="Quinine at night"), live(cast, "b", title="Hops")
    genuine = SearchEntry.objects.filter(pk=first.article_id).values("title", "summary", "headings", "text", "seal")[0]
    SearchEntry.objects.filter(pk=second.article_id).update(**genuine)
    assert titles(client, q="quinine") == ["Quinine at night"]


def test_a_page_that_another_hand_wrote_is_not_shown(cast, client):
    live(cast, "a", title="Quinine at night")
    Page.objects.update(title="Quinine cures everything")
    assert titles(client, q="quinine") == []


def test_an_old_page_put_back_with_its_old_entry_is_not_shown(cast, client):
    out = live(cast, "a", title="Quinine at night")
    old_page, old_entry = Page.objects.get(), SearchEntry.objects.get()
    worlds.published(cast, worlds.redrafted(out.revision, by=cast.wren, title="Hops at night"))
    old_page.save()
    old_entry.save()
    assert titles(client, q="quinine") == []


def test_a_word_in_the_title_counts_more_than_in_the_summary_a_heading_or_the_text(cast, client):
    live(cast, "text", title="D", text="Quinine. " * 30 + "Quinine")
    live(cast, "heading", title="C", heading="Quinine")
    live(cast, "summary", title="B", summary="On quinine.")
    live(cast, "title", title="A quinine")
    live(cast, "none", title="E")
    assert titles(client, q="quinine") == ["A quinine", "B", "C", "D"]


@pytest.mark.parametrize(("better", "worse"), [("title", "summary"), ("summary", "heading"), ("heading", "text")])
def test_no_word_wins_a_better_place_by_being_repeated(cast, client, better, worse):
    once = {"slug": "once", "title": "Once", better: "Quinine, which is no longer recommended to anybody, as a tonic"}
    often = {"slug": "often", "title": "Often", worse: "Quinine tonic, " * 30}
    live(cast, **once)
    live(cast, **often)
    assert titles(client, q="tonic quinine") == [once["title"], "Often"]


@pytest.mark.parametrize(("query", "expected"), [
    ('"tonic water"', ["Beside"]),
    ("“tonic water”", ["Beside"]),
    ("tonic water", ["Beside", "Apart"]),
    ("tonic-water", ["Beside"]),
    ("tonic -beside", ["Apart"]),
    ('water -"tonic water"', ["Apart"]),
    ('"tonic water', ["Beside"]),
])  # fmt: skip
def test_phrases_and_words_to_leave_out(cast, client, query, expected):
    live(cast, "apart", title="Apart", text="Water, and some tonic")
    live(cast, "beside", title="Beside", text="Drink tonic water")
    assert sorted(titles(client, q=query)) == sorted(expected)


def test_words_with_marks_are_found_without_them_and_the_other_way_round(cast, client):
    live(cast, "a", title="Sjögren’s syndrome", text="Dry eyes")
    live(cast, "b", title="Ménière’s disease", text="Giddiness, and an “avoidance diet”")
    for word in ("Sjogren", "sjögren", "Sjögren's", "SJÖGREN’S", "sjo\u0308gren"):
        assert titles(client, q=word) == ["Sjögren’s syndrome"], word
    for word in ("meniere", "Ménière", "MENIERE'S", "avoidance"):
        assert titles(client, q=word) == ["Ménière’s disease"], word


def test_each_part_of_words_run_together_is_found(cast, client):
    live(cast, "a", title="Run together", text="Paracetamol/codeine, beta-blockers or <5 mg of hops.Then rest, see nhs.example")
    for word in ("paracetamol", "codeine", "blocker", "hops", "rest", "beta-blocker", '"beta blockers"', "nhs"):
        assert titles(client, q=word) == ["Run together"], word


def test_very_common_words_do_not_decide(cast, client):
    live(cast, "a", title="Hops", text="They help")
    assert titles(client, q="what is it with hops") == ["Hops"]
    assert "There is no word in “what is the” to look for." in said(client, q="what is the")
    assert "Type a word to look for as well" in said(client, q="-hops")


@pytest.mark.parametrize("typed", ["magnezium", "Magnesum", "magnezium sleep"])
def test_of_a_misspelt_word_the_page_says_that_nothing_has_it_and_what_comes_close(cast, client, typed):
    live(cast, "a", title="Magnesium and sleep")
    live(cast, "b", title="Hops")
    assert f"Nothing has “{typed}” in it. These come close:" in said(client, q=typed)
    assert titles(client, q=typed) == ["Magnesium and sleep"]
    assert titles(client, q=f"{typed} -sleep") == []


def test_nothing_that_is_withdrawn_or_in_another_topic_comes_close(cast, client):
    out = live(cast, "a", title="Magnesium")
    worlds.topic("Teeth")
    assert titles(client, q="magnezium", topic="teeth") == []
    publishing.withdraw(out, reason="Wrong.", by=cast.ed)
    assert titles(client, q="magnezium") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no extension")
def test_without_the_extension_nothing_comes_close(cast, client, monkeypatch):
    live(cast, "a", title="Magnesium")
    monkeypatch.setattr(search_postgresql, "_knows_trigrams", lambda: False)
    assert "Nothing has “magnezium” in it. Check the spelling" in said(client, q="magnezium")


def test_a_topic_holds_what_is_in_the_topics_under_it(cast, client):
    top = worlds.topic("Bones")
    under = Topic.objects.create(name="Feet", slug="feet", parent=top)
    lowest = Topic.objects.create(name="Toes", slug="toes", parent=under)
    in_topic(cast, "a", lowest, title="Quinine for toes")
    in_topic(cast, "b", worlds.topic("Teeth"), title="Quinine for teeth")
    for slug in ("bones", "feet", "toes"):
        assert titles(client, q="quinine", topic=slug) == ["Quinine for toes"], slug
    assert titles(client, q="quinine", topic="teeth") == ["Quinine for teeth"]
    assert len(titles(client, q="quinine")) == len(titles(client, q="quinine", topic="no-such\x00")) == 2
    assert "1 article on Feet" in said(client, q="quinine", topic="feet")
    Topic.objects.filter(pk=top.pk).update(parent=lowest)  # a circle, by another hand
    assert titles(client, q="quinine", topic="feet") == ["Quinine for toes"]


def test_only_topics_that_hold_something_are_offered(cast, client):
    top = worlds.topic("Bones")
    in_topic(cast, "a", Topic.objects.create(name="Feet", slug="feet", parent=top), title="Feet")
    worlds.topic("Teeth")
    page = pages.Page(client.get("/search/").content.decode())
    assert [option.text for option in page.all("option")] == ["All topics", "Bones", "Feet"]


def test_what_was_found_is_marked_in_the_text(cast, client):
    live(cast, "a", title="Tonic", text="Some people say that quinine & <b>tonic</b> waters help")
    page = pages.Page(client.get("/search/", {"q": "water quinine"}).content.decode())
    assert [mark.text for mark in page.all("mark")] == ["quinine", "waters"]
    assert "say that quinine & <b>tonic</b> waters help" in page.text
    assert page.all("b") == []


def test_many_results_come_in_leaves_and_odd_numbers_of_leaves_are_answered(cast, client, monkeypatch):
    monkeypatch.setattr(searching, "PER_PAGE", 2)
    for n in range(5):
        live(cast, f"a{n}", title=f"Quinine {n} & more")
    whole = [titles(client, q="quinine & more", page=n) for n in (1, 2, 3)]
    assert [len(leaf) for leaf in whole] == [2, 2, 1]
    assert len({title for leaf in whole for title in leaf}) == 5
    assert "5 articles" in said(client, q="quinine", page=2)
    page = pages.Page(client.get("/search/", {"q": "quinine & more", "topic": "sleep-and-pain", "page": 2}).content.decode())
    (further,) = [link.attrs["href"] for link in page.all("a") if link.attrs.get("rel") == "next"]
    assert further == "/search/?q=quinine+%26+more&topic=sleep-and-pain&page=3"
    for number in ("9" * 40, "9" * 5000, "-1", "NaN", "", "\x00", "1'--", "٣"):
        assert client.get("/search/", {"q": "quinine", "page": number}).status_code == 200


def test_of_very_many_it_says_that_there_are_more_and_counts_no_further(cast, client, monkeypatch):
    monkeypatch.setattr(search, "MOST", 2)
    monkeypatch.setattr(searching, "MOST", 2)
    for n in range(3):
        live(cast, f"a{n}", title=f"Quinine {n}")
    assert "More than 2 articles. One more word would narrow it down." in said(client, q="quinine")
    assert len(titles(client, q="quinine")) == 2


def test_a_title_comes_before_any_number_of_newer_texts_and_of_these_the_newest_come_first(cast, monkeypatch):
    monkeypatch.setattr(search, "MOST", 3)
    title = live(cast, "title", title="Quinine")
    texts = [live(cast, f"text{n}", title=f"Hops {n}", text="Quinine, quinine and tonic") for n in range(4)]
    found = find(parse("quinine"))
    assert found.more
    assert found.ids == (title.article_id, *(text.article_id for text in reversed(texts[2:])))


def test_an_article_that_tells_more_of_it_comes_before_newer_ones_of_few(cast, client):
    live(cast, "much", title="Much", text="Quinine, quinine, quinine and quinine")
    live(cast, "little", title="Little", text="Many words of other things, and of them one is quinine")
    assert titles(client, q="quinine") == ["Much", "Little"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite needs no batches to begin with the newest")
def test_postgresql_asks_the_newest_batches_first_and_all_others_if_these_hold_too_few(cast, monkeypatch):
    monkeypatch.setattr(search, "MOST", 2)
    first = live(cast, "first", title="Quinine 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('articles_article_id_seq', %s)", [first.article_id + 10 * BATCH])
    newer = [live(cast, f"newer{n}", title=f"Quinine 2{n}", text="Some hops" if n else "Nothing") for n in range(3)]
    assert set(find(parse("quinine")).ids) <= {one.article_id for one in newer}
    assert find(parse("quinine -hops")).ids == (newer[0].article_id, first.article_id)
    assert find(parse('"quinine 1"')).ids == (first.article_id,)


def test_words_that_are_known_and_never_meet_are_not_taken_for_misspelt(cast, client):
    live(cast, "a", title="Quinine at night")
    live(cast, "b", title="Hops in the morning")
    assert "Nothing has “quinine hops” in it. Check the spelling" in said(client, q="quinine hops")
    assert titles(client, q="quinnine hops") == ([] if connection.vendor == "sqlite" else ["Quinine at night"])


def test_an_article_that_is_moved_is_found_on_its_new_shelf_only(cast, client):
    out = live(cast, "a", title="Quinine")
    teeth = worlds.topic("Teeth")
    shelve(out.article_id, topic=teeth, by=cast.ed)
    assert titles(client, q="quinine", topic="teeth") == ["Quinine"]
    assert titles(client, q="quinine", topic="sleep-and-pain") == []
    assert search.is_genuine(SearchEntry.objects.get())


def test_a_withdrawn_article_can_be_moved(cast):
    out = live(cast, "a", title="Quinine")
    publishing.withdraw(out, reason="Wrong.", by=cast.ed)
    shelve(out.article_id, topic=worlds.topic("Teeth"), by=cast.ed)
    assert not SearchEntry.objects.exists()


def test_the_page_is_calm_without_a_question(cast, client):
    live(cast, "a", title="Quinine")
    answer = client.get("/search/")
    page = pages.Page(answer.content.decode())
    assert page.all("h3") == []
    assert "Nothing has" not in page.text
    assert "noindex" not in answer.content.decode()


def test_the_form_is_named_and_says_where_the_page_lives(cast, client):
    live(cast, "a", title="Quinine")
    page = pages.Page(client.get("/search/", {"q": 'qui"><script>', "topic": "sleep-and-pain"}).content.decode())
    (form,) = [form for form in page.all("form") if form.attrs.get("action") == "/search/" and form.attrs["id"] == "search"]
    assert (form.attrs["role"], form.attrs["method"]) == ("search", "get")
    assert {label.attrs["for"] for label in page.all("label")} >= {"search-words", "search-topic"}
    (box,) = [field for field in page.all("input") if field.attrs["id"] == "search-words"]
    assert box.attrs["value"] == 'qui"><script>'
    assert [option.text for option in page.all("option") if "selected" in option.attrs] == ["Sleep and pain"]
    assert [link.attrs["href"] for link in page.all("link") if link.attrs["rel"] == "canonical"] == [
        "https://health.example.org/search/"
    ]
    assert page.running == []


def test_searching_sets_no_cookie_and_is_asked_for_again_each_time(cast, client):
    live(cast, "a", title="Quinine")
    answer = client.get("/search/", {"q": "quinine"})
    assert not answer.cookies
    assert answer["Cache-Control"] == REVALIDATE
    assert client.post("/search/", {"q": "quinine"}).status_code == 405


@pytest.mark.parametrize("asked", [{}, {"q": "quinine"}, {"q": "quinine", "topic": "sleep-and-pain"}, {"q": "quinnine"}])
def test_a_search_costs_a_bounded_number_of_queries(cast, client, django_assert_max_num_queries, asked):
    for n in range(5):
        live(cast, f"a{n}", title=f"Quinine {n}")
    said(client, q="quinnine")  # whether there are trigrams is asked once
    # SQLite is asked place by place and, of misspelt words, letter by letter: it is no further away than a file.
    with django_assert_max_num_queries(7 if connection.vendor == "postgresql" else 16):
        said(client, **asked)


STRANGE = [
    "\x00", "quinine\x00", "\u202equinine\u2066", "é" * 5000, "a" * 5000, "a " * 2500, "-" * 5000, '"' * 5000, '"a' * 2500,
    "(a+)+$" * 40, "%", "%s %(a)s {}", "*", "quin*", "NEAR(a b)", "a NEAR b", "title:quinine", "{title}: a", "a AND", "OR", "NOT",
    "NOT a", "^a", "a:*", "a & b | !c", "!!", "<->", "a <2> b", "'; DROP TABLE articles_page; --", "\\", "''", "$$",
    "\ud83d\ude00", "🧂", "漢字", "ß ſ İ ı", "\u0301\u0301", "\ud800", "-a -b", "--a", "- a", "_", "__a__", "ǆ ǣ",
    "٣", "a\u200db", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("typed", STRANGE, ids=range(len(STRANGE)))
def test_whatever_is_typed_is_answered_with_a_page_and_soon(cast, client, typed):
    live(cast, "a", title="Quinine")
    began = time.perf_counter()
    answer = client.get("/search/", {"q": typed.encode("utf-8", "replace")})
    assert answer.status_code == 200
    assert time.perf_counter() - began < 2
    find(parse(typed))


def test_bytes_that_are_no_text_are_answered_with_a_page(cast, client):
    live(cast, "a", title="Quinine")
    assert client.get("/search/?q=%ff%fe%80&topic=%ff&page=%ff").status_code == 200
    assert client.get("/search/?q=a&q=quinine&q").status_code == 200
    assert client.get("/search/?" + "&".join(["q=a"] * 3000)).status_code == 400
    assert titles(client, q="quin\u202eine") == ["Quinine"]


def test_only_so_much_of_a_long_search_is_looked_for_and_the_page_says_so(cast, client):
    live(cast, "a", title="Quinine", text=" ".join(f"word{n}" for n in range(20)))
    typed = " ".join(f"word{n}" for n in range(15))
    assert len(parse(typed).wanted) == 12
    assert "only its beginning was looked for" in said(client, q=typed)
    assert "only its beginning" not in said(client, q="quinine word1")


def test_the_longest_text_of_nothing_but_different_words_can_be_published_and_found(cast):
    """A tsvector holds at most 1 MB, or the publication would fail."""
    words = ["".join(map(chr, (n, 0x3400 + n % 6000, 0x4E00 + n % 20000, 0xAC00 + n % 9000))) for n in range(0x20000, 0x29000)]
    many = "/".join(words) + "/" + ".".join(word[::-1] for word in words)
    body = f"## {many[:30_000]}\n\n{many[: LONGEST_BODY - 40_000]} hops {CITED}\n"
    out = worlds.published(cast, worlds.drafted(cast, slug="a", title="Very long", body=body))
    assert find(parse("long")).ids == (out.article_id,)
    entry = SearchEntry.objects.get()
    assert (len(entry.text), len(entry.headings)) == (search.LONGEST_TEXT, search.LONGEST_HEADINGS)
