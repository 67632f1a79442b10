"""What stands around the signed words: other articles to read. Only live ones, made of words that were signed."""

import pytest
from django.utils import timezone

from articles import markup
from articles.checking import findings_of
from articles.drafting import shelve
from articles.models import Event, Page
from reviews import publishing
from tests import office, pages, worlds

PATH = "/articles/leg-cramps-at-night/"


def section(client, heading: str, path: str = PATH) -> list[str]:
    """The titles under a heading after the end of the article."""
    html = client.get(path).content.decode()
    if f">{heading}</h2>" not in html:
        return []
    part = html.split(f">{heading}</h2>")[1].split("</section>")[0]
    return [" ".join(a.text.split()) for a in pages.Page(part).all("a")]


def live(cast, slug, **words):
    return worlds.published(cast, worlds.drafted(cast, slug=slug, title=slug.replace("-", " ").title(), **words))


def without_sources(cast, slug):
    return worlds.published(cast, worlds.drafted(cast, slug=slug, title=slug.title(), body=cites(cast, slug)))


def cites(cast, *keys) -> str:
    for key in keys:
        worlds.reference(cast.wren, key)
    return "## What is known\n\n" + "\n\n".join(f"Something is known [@{key}]." for key in keys)


def test_related_are_those_that_share_most_sources_then_the_newest_of_the_topic(cast, client):
    worlds.published(cast, worlds.drafted(cast, body=cites(cast, "one", "two")))
    live(cast, "shares-one", body=cites(cast, "one"))
    live(cast, "shares-both", body=cites(cast, "one", "two", "three"))
    live(cast, "older-neighbour", body=cites(cast, "four"))
    live(cast, "newer-neighbour", body=cites(cast, "five"))
    far = live(cast, "of-another-topic", body=cites(cast, "six"))
    shelve(far.article_id, topic=worlds.topic("Skin"), by=cast.ed)
    assert section(client, "Related articles") == ["Shares Both", "Shares One", "Newer Neighbour", "Older Neighbour"]
    assert section(client, "Recent articles") == ["Of Another Topic"]


def test_recent_are_the_newest_others_and_none_twice(cast, client):
    worlds.published(cast)
    for n in range(8):
        live(cast, f"article-{n}", body=cites(cast, f"source{n}"))
    near, recent = section(client, "Related articles"), section(client, "Recent articles")
    assert near == [f"Article {n}" for n in (7, 6, 5, 4)]
    assert recent == [f"Article {n}" for n in (3, 2, 1, 0)]


def test_a_line_that_another_hand_put_into_the_log_keeps_nothing_around_that_is_gone(cast, client):
    worlds.published(cast)
    gone = live(cast, "another", body=cites(cast, "one"))
    forged = {"number": 999_999, "actor_name": "the system", "name": "policy.set", "data": {}, "at": timezone.now()}
    Event.objects.create(pk=2**62, **forged, previous="", seal=f"{'0' * 16}:{'0' * 64}")
    assert section(client, "Related articles") == ["Another"]
    publishing.withdraw(gone, reason="Wrong.", by=cast.ed)
    assert section(client, "Related articles") == []


def test_an_article_alone_on_the_site_has_nothing_around_it_but_the_question(cast, client):
    worlds.published(cast)
    html = client.get(PATH).content.decode()
    assert "Was this article helpful?" in html
    assert "Related articles" not in html
    assert "<!-- around -->" not in html


def test_what_is_withdrawn_or_retitled_changes_on_all_other_pages_at_once(cast, client):
    worlds.published(cast)
    other = live(cast, "other")
    assert section(client, "Related articles") == ["Other"]
    etag = client.get(PATH)["ETag"]
    newer = worlds.published(cast, worlds.redrafted(other.revision, by=cast.wren, title="Other, told anew"))
    assert section(client, "Related articles") == ["Other, told anew"]
    assert client.get(PATH, headers={"If-None-Match": etag}).status_code == 200
    publishing.withdraw(newer, reason="Wrong.", by=cast.ed)
    assert section(client, "Related articles") == []


def test_a_draft_saved_meanwhile_makes_nothing_anew(cast, client, django_assert_num_queries):
    worlds.published(cast)
    other = live(cast, "other")
    client.get(PATH)
    worlds.redrafted(other.revision, by=cast.wren, title="Not signed")
    with django_assert_num_queries(1):
        assert b"Not signed" not in client.get(PATH).content


def test_no_title_that_another_hand_wrote_is_pointed_to(cast, client):
    worlds.published(cast)
    live(cast, "other")
    Page.objects.filter(slug="other").update(title="Forged")
    assert section(client, "Related articles") == []


# --- Also read, chosen by the writer --------------------------------------------------------------------------------------
POINTING = worlds.BODY + "\n\n[also read: Other]\n\nAnd on it goes.\n\n[Also read:nowhere]\n"


def test_a_writer_points_to_another_article_inside_the_text_and_after_it(cast, client):
    live(cast, "other")
    worlds.published(cast, worlds.drafted(cast, body=POINTING + "\n[also read: other]\n"))
    html = client.get(PATH).content.decode()
    assert html.count('<a href="/articles/other/">Other</a></p></aside>') == 2
    assert html.index("Also read") < html.index("And on it goes.")
    assert "nowhere" not in html


def test_where_it_points_to_nothing_that_is_live_nothing_is_shown(cast, client):
    other = worlds.drafted(cast, slug="other", title="A draft as yet")
    worlds.published(cast, worlds.drafted(cast, body=POINTING))
    html = client.get(PATH).content.decode()
    assert "Also read" not in html
    assert "also-read" not in html
    publication = worlds.published(cast, other)
    assert "A draft as yet</a>" in client.get(PATH).content.decode()
    publishing.withdraw(publication, reason="Wrong.", by=cast.ed)
    assert "A draft as yet" not in client.get(PATH).content.decode()


def test_it_never_points_to_itself_and_writers_are_told(cast, client, as_user):
    body = worlds.BODY + "\n\n[also read: leg-cramps-at-night]\n\n[also read: other]\n"
    revision = worlds.drafted(cast, body=body)
    live(cast, "other")
    worlds.published(cast, revision)
    html = client.get(PATH).content.decode()
    assert html.count("Also read</span>") == 1
    assert 'Also read</span> <a href="/articles/other/">' in html
    found = [f.message for f in findings_of(revision) if f.code == "points_to_nothing"]
    assert found == ["“Also read”: leg-cramps-at-night is not another article that is live: nothing is shown there until it is."]
    typed = {"content": "[also read: other]\n\n[also read: gone]"}
    preview = as_user(cast.wren).post(office.url("articles_article_preview"), typed)
    assert "Other</a>" in preview.content.decode()
    assert "gone is not another article that is live" in preview.content.decode()


def test_the_pointer_is_among_the_words_that_are_signed(cast):
    one = worlds.drafted(cast, body=POINTING)
    two = worlds.redrafted(one, by=cast.wren, body=POINTING.replace("Other", "another"))
    assert one.digest != two.digest


@pytest.mark.parametrize(
    "body",
    [
        "See [also read: other] here.",
        "> [also read: other]",
        "- [also read: other]",
        "[also read: ../admin]",
        "[also read: <script>]",
        "    [also read: other]",
        "`[also read: other]`",
        '<p class="also-read">other</p>',
    ],
)
def test_only_a_line_of_its_own_is_a_pointer(body):
    assert markup.also_read(body) == ()
    assert '<p class="also-read">' not in markup.render(body, {}).html


def test_a_pointer_is_no_part_of_the_text_that_is_counted_or_searched():
    assert markup.plain("Words.\n\n[also read: other]\n\nMore.") == "Words.\nMore."


def test_reviewers_see_what_is_pointed_to(cast, as_user):
    live(cast, "other")
    revision = worlds.drafted(cast, body=POINTING)
    page = as_user(cast.wren).get(office.url("articles_revision_page", revision.pk)).content.decode()
    assert 'href="/articles/other/">Other</a>' in page
    assert "<!-- around -->" not in page
    assert "Was this article helpful?" not in page
