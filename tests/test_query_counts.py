"""What each page asks of the database: an exact number of questions, and the same over twice as much."""

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article
from reviews import publishing, scheduling
from reviews.models.signoff import Kind
from tests import worlds
from tests.office import url
from tests.test_csv_export import told

# Address, role, number. A page that asks for more asks something of each row; one that asks for less may lower its number.
PUBLIC = [
    ("/", 5), ("/topics/", 2), ("/topics/sleep-and-pain/", 4), ("/people/", 3), ("/people/wren/", 7), ("/corrections/", 9),
    ("/policy/", 6), ("/feed/", 2), ("/sitemap.xml", 1), ("/articles/article-0/", 1), ("/articles/article-0/history/", 4),
]  # fmt: skip
OFFICE = [
    ("index", "ed", 25), ("index", "wren", 18), ("index", "fay", 15),
    ("articles_article_changelist", "ed", 10), ("articles_article_changelist", "wren", 10),
    ("articles_reference_changelist", "ed", 7), ("articles_event_changelist", "ed", 8), ("articles_page_changelist", "ed", 9),
    ("reviews_planner", "ed", 9), ("reviews_reviewrequest_changelist", "ed", 10), ("reviews_reviewrequest_changelist", "fay", 11),
    ("reviews_feedbackreport_changelist", "ed", 10), ("reviews_feedbackreport_helpfulness", "ed", 9),
    ("reviews_signoff_changelist", "ed", 7), ("reviews_publication_changelist", "ed", 7),
    ("reviews_concern_changelist", "ed", 6), ("reviews_schedule_changelist", "ed", 7), ("reviews_notice_changelist", "ed", 7),
    ("reviews_credential_changelist", "ed", 7), ("reviews_waiver_changelist", "ed", 6), ("articles_topic_changelist", "ed", 7),
    ("articles_contributor_changelist", "ed", 7), ("articles_user_changelist", "root", 6),
]  # fmt: skip

# The screens of one article: address, role, number; the same with one source as with eight.
OF_ONE = [
    ("articles_article_change", "wren", 19), ("articles_article_revisions", "wren", 12), ("articles_article_compare", "ed", 11),
    ("articles_revision_page", "ed", 12), ("reviews_reviewrequest_change", "dr_ruth", 43),
    ("reviews_publication_checklist", "ed", 36),
    ("reviews_publication_withdraw", "ed", 7), ("reviews_feedbackreport_change", "ed", 19),
]  # fmt: skip


def more(cast, first: int) -> None:
    """Of everything that a list shows some more: live, corrected, withdrawn, waiting, scheduled, reported."""
    for n in range(first, first + 4):
        live = worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}", title=f"Article {n}"))
        told(live)
        worlds.published(
            cast, worlds.redrafted(live.revision, by=cast.wren, kind="correction", change_note="Wrong.", title=f"New {n}")
        )
        gone = worlds.published(cast, worlds.drafted(cast, slug=f"gone-{n}", title=f"Gone {n}"))
        publishing.withdraw(gone, reason="Wrong.", by=cast.ed)
        worlds.asked(worlds.drafted(cast, slug=f"asked-{n}", title=f"Asked {n}"), Kind.FACTS, cast.fay, by=cast.ed)
        signed = worlds.approved(cast, worlds.drafted(cast, slug=f"signed-{n}", title=f"Signed {n}"))
        scheduling.schedule(signed, at=timezone.now() + timezone.timedelta(days=1 + n), by=cast.ed)
        worlds.reference(cast.wren, key=f"source{n}", doi="", pmid="", pmcid="")


def asked(cast, as_user, counted) -> dict[str, int]:
    found = {}
    for path, _ in PUBLIC:
        found[path] = counted(Client(), path)
    for name, role, _ in OFFICE:
        found[f"{name}, {role}"] = counted(as_user(getattr(cast, role)), url(name))
    return found


@pytest.fixture
def counted(django_assert_max_num_queries):
    def count(client: Client, path: str) -> int:
        assert client.get(path).status_code == 200, path  # what is kept from one time to the next is kept now
        with django_assert_max_num_queries(99) as queries:
            client.get(path)
        return len(queries)

    return count


def test_each_page_asks_an_exact_number_of_questions_and_no_more_over_twice_as_much(cast, as_user, counted, monkeypatch):
    monkeypatch.setattr("articles.shelves._moment", lambda: 1)  # all of it within the same ten minutes
    monkeypatch.setattr("articles.admin.lists.Keyed.list_per_page", 500)  # a list of more than one leaf is counted, too
    more(cast, 0)
    few = asked(cast, as_user, counted)
    assert few == dict(PUBLIC) | {f"{name}, {role}": number for name, role, number in OFFICE}
    more(cast, 4)
    assert Article.objects.count() == 32
    assert asked(cast, as_user, counted) == few


def an_article(cast, slug: str, sources: int) -> dict[str, list[int]]:
    """Live and reported, with a newer draft that is under review; what the address of each screen names."""
    keys = [worlds.reference(cast.wren, key=f"{slug}{n}", doi="", pmid="", pmcid="").key for n in range(sources)]
    body = "## What helps\n\n" + "\n\n".join(f"A statement that stands on a paper [@{key}]." for key in keys)
    live = worlds.published(cast, worlds.drafted(cast, slug=slug, title=f"About {slug}", body=body))
    report = told(live)
    newer = worlds.redrafted(live.revision, by=cast.wren, kind="update", change_note="Says more.", body=f"{body}\n\nMore.")
    request = worlds.asked(newer, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    worlds.asked(newer, Kind.FACTS, cast.fay, by=cast.ed)
    return {
        "articles_article_change": [newer.article_id], "articles_article_revisions": [newer.article_id],
        "articles_article_compare": [newer.article_id, 1, 2], "articles_revision_page": [newer.pk],
        "reviews_reviewrequest_change": [request.pk], "reviews_publication_checklist": [newer.pk],
        "reviews_publication_withdraw": [live.pk], "reviews_feedbackreport_change": [report.pk],
    }  # fmt: skip


def test_the_screens_of_one_article_ask_as_much_about_eight_sources_as_about_one(cast, as_user, counted):
    for slug, sources in (("short", 1), ("long", 8)):
        named = an_article(cast, slug, sources)
        found = {f"{name}, {role}": counted(as_user(getattr(cast, role)), url(name, *named[name])) for name, role, _ in OF_ONE}
        assert found == {f"{name}, {role}": number for name, role, number in OF_ONE}, slug
