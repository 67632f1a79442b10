"""What the site says of itself: computed from settings, from the policy in force and from what is live."""

import re

import pytest
from django.test import override_settings

from articles.drafting import shelve
from articles.source_policy import Policy
from articles.views import REVALIDATE
from reviews import publishing
from reviews.policy import set_policy
from tests import pages, worlds

HOUSE = ["/policy/", "/about/", "/privacy/", "/disclaimer/", "/corrections/"]


def page(client, path: str) -> pages.Page:
    answer = client.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == REVALIDATE
    return pages.Page(answer.content.decode())


def said(client, path: str) -> str:
    return " ".join(page(client, path).text.split())


def test_every_page_leads_to_all_of_them(cast, client):
    worlds.published(cast)
    for path in ("/", "/articles/leg-cramps-at-night/", *HOUSE):
        assert set(HOUSE) | {"/topics/", "/people/", "/search/"} <= set(page(client, path).values("href")), path


def test_the_source_policy_in_force_is_told(cast, client):
    text = said(client, "/policy/")
    assert "An article cites 1 source at least." in text
    assert "older than 10 years, and of a guideline that is older than 5 years" in text
    assert "may be cited and are labelled" in text
    strict = Policy(("guideline", "systematic_review"), 4, 8, 1, False, ("example.com",))
    set_policy(strict, by=cast.ed)
    text = said(client, "/policy/")
    assert "An article cites 4 sources at least." in text
    assert "older than 8 years, and of a guideline that is older than 1 year." in text
    assert "are not accepted. These sites are not accepted as sources: example.com." in text
    assert re.search("Only these kinds of source are accepted: [a-z ]*guideline[a-z ]*, systematic review", text)


def test_review_intervals_are_those_of_topics_with_something_live(cast, client):
    worlds.published(cast)
    assert "It is due after 12 months." in said(client, "/policy/")
    quick = worlds.topic("Medicines", review_interval_months=6)
    worlds.topic("Empty", review_interval_months=3)
    draft = worlds.drafted(cast, slug="draft", title="Draft")
    shelve(draft.article_id, topic=worlds.topic("Drafts alone", review_interval_months=1), by=cast.ed)
    other = worlds.published(cast, worlds.drafted(cast, slug="other", title="Other"))
    shelve(other.article_id, topic=quick, by=cast.ed)
    assert "It is due after 6 months (Medicines); 12 months (Sleep and pain)." in said(client, "/policy/")
    publishing.withdraw(other, reason="Wrong.", by=cast.ed)
    assert "It is due after 12 months." in said(client, "/policy/")


def test_counts_are_of_what_is_live(cast, client):
    assert "published today" not in said(client, "/policy/")
    worlds.approved(cast)
    assert "published today" not in said(client, "/policy/")
    assert "Nothing is published here yet." in said(client, "/about/")
    live = worlds.published(cast, worlds.drafted(cast, slug="live", title="Live"))
    worlds.approved(cast, worlds.redrafted(live.revision, by=cast.ed))
    assert "1 article is published today, signed by 1 medical reviewer and 1 fact checker." in said(client, "/policy/")
    assert "1 article is published here today. 3 people wrote, edited, checked or medically reviewed it" in said(
        client, "/about/"
    )
    publishing.withdraw(live, reason="Wrong.", by=cast.ed)
    assert "published today" not in said(client, "/policy/")


@override_settings(
    FEEDBACK_TEXT_MONTHS=1, REPLY_ADDRESS_DAYS=30, SITE_NAME="Health House", CONTACT_EMAIL="desk@health.example.org"
)
def test_privacy_tells_how_long_anything_is_kept(client, db):
    text = said(client, "/privacy/")
    assert "are deleted after 1 month;" in text
    assert "It is deleted after 30 days," in text
    assert "Write to desk@health.example.org." in text
    assert "No cookie is set" in text


def test_the_disclaimer_supports_and_does_not_replace_and_sends_emergencies_away(client, db):
    text = said(client, "/disclaimer/")
    assert "to support, and not to replace, what passes between you and a doctor" in text
    assert "Call your local emergency number." in text


@pytest.mark.parametrize(
    ("path", "anchor"),
    [("/about/", "funding"), ("/policy/", "feedback"), ("/privacy/", "feedback")],
)
def test_the_anchors_that_machines_and_pages_lead_to_are_there(client, db, path, anchor):
    assert page(client, path).values("id").count(anchor) == 1


def test_who_pays_is_said_to_be_unsaid_until_it_is_said(client, db):
    assert "has not yet said here who owns this site and who pays for it" in said(client, "/about/")


@pytest.mark.parametrize("path", HOUSE)
def test_each_says_its_address_and_has_one_heading_of_the_first_rank(client, db, path):
    found = page(client, path)
    assert [link.attrs["href"] for link in found.all("link") if link.attrs["rel"] == "canonical"] == [
        f"https://health.example.org{path}"
    ]
    assert len(found.all("h1")) == 1
    ids = found.values("id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", HOUSE)
def test_each_costs_a_bounded_number_of_queries(cast, client, path, django_assert_max_num_queries):
    worlds.published(cast)
    with django_assert_max_num_queries(9):
        client.get(path)
