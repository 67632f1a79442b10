"""The page at /articles/<slug>/: what it says about itself, what it costs, and what it never shows."""

from dataclasses import replace

import pytest
import time_machine
from django.utils import timezone

from articles.models import Page
from articles.pages import preview_html, review_due
from reviews import publishing, signing
from reviews.models import SignOff
from tests import pages, worlds

PATH = "/articles/leg-cramps-at-night/"


def text_of(answer) -> str:
    return " ".join(pages.Page(answer.content.decode().replace("<dd", " <dd")).text.split())


def test_it_names_each_role_separately_with_credentials_and_links(cast, client):
    first = worlds.drafted(cast)
    worlds.published(cast, worlds.redrafted(first, by=cast.ed))
    page = pages.Page(client.get(PATH).content.decode())
    said = " ".join(page.text.split())
    for line in ("Written by Wren Adeyemi", "Edited by Edith Castellanos", "Facts checked by Fay Lindqvist, MSc"):
        assert line in said
    assert "Medically reviewed by Ruth Okonkwo, MBBS, MRCGP MBBS; Demonstration Medical Register DEMO-" in said
    assert {"/people/wren/", "/people/ed/", "/people/fay/", "/people/dr-ruth/"} <= set(page.values("href"))


def test_it_says_when_it_was_published_reviewed_and_is_due_again(cast, client):
    with time_machine.travel("2026-03-31 10:00Z"):
        worlds.published(cast)
    said = text_of(client.get(PATH))
    assert "First published 31 March 2026" in said
    assert "Medically reviewed 31 March 2026" in said
    assert "Next review due 31 March 2027" in said
    assert "Updated" not in said
    assert "Page last reviewed: 31 March 2026" in said


def test_a_review_of_the_31st_falls_due_on_the_last_day_of_a_shorter_month(cast):
    article = worlds.drafted(cast).article
    article.topic.review_interval_months = 6
    day = timezone.datetime(2026, 8, 31, tzinfo=timezone.get_current_timezone())
    assert review_due(day, article).isoformat() == "2027-02-28"


def test_an_update_keeps_the_first_date_and_tells_what_changed(cast, client):
    with time_machine.travel("2026-01-05 10:00Z"):
        live = worlds.published(cast)
    with time_machine.travel("2026-02-06 10:00Z"):
        worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, change_note="We added a trial."))
    said = text_of(client.get(PATH))
    assert "First published 5 January 2026" in said
    assert "Updated 6 February 2026" in said
    assert "What changed: We added a trial." in said


def test_every_number_is_a_link_to_its_paper_and_the_list_leads_back(cast, client):
    worlds.published(cast)
    page = pages.Page(client.get(PATH).content.decode())
    [number] = [a for a in page.all("a") if a.attrs.get("role") == "doc-biblioref"]
    assert number.text == "1"
    assert number.attrs["href"] == "https://doi.org/10.1002/14651858.CD009402.pub3"
    assert number.attrs["aria-label"] == "Reference 1: Garrison 2020. Magnesium for skeletal muscle cramps"
    [back] = [a for a in page.all("a") if a.attrs.get("role") == "doc-backlink"]
    assert back.attrs["href"] == f"#{number.attrs['id']}"
    assert "Magnesium for skeletal muscle cramps. Cochrane Database Syst Rev. 2020 Sep 21;9:CD009402." in page.text


def test_it_claims_nothing_that_no_record_bears_out(cast):
    bare = preview_html(worlds.drafted(cast, body="Nothing is cited here."), note="")
    for claim in ("Medically reviewed", "Facts checked", "The numbers in brackets", "Sources", "Page last reviewed"):
        assert claim not in bare


def test_a_signature_taken_back_takes_its_claim_and_the_page_with_it(cast, client):
    worlds.published(cast)
    signing.revoke(SignOff.objects.get(kind="medical"), reason="I had read an older text.", by=cast.dr_ruth)
    answer = client.get(PATH)
    assert answer.status_code == 410
    assert "Medically reviewed" not in answer.content.decode()
    assert "The medical review of this page has been withdrawn." in answer.content.decode()


def test_it_costs_one_query_sets_no_cookie_and_loads_nothing_from_elsewhere(cast, client, django_assert_num_queries):
    worlds.published(cast)
    client.get(PATH)  # puts together what stands around it, until something changes that readers could see
    with django_assert_num_queries(1):
        answer = client.get(PATH)
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers
    page = pages.Page(answer.content.decode())
    assert not page.running
    assert not page.values("style")
    loaded = page.values("src") + [link.attrs["href"] for link in page.all("link") if link.attrs["rel"] != "canonical"]
    assert loaded
    assert all(address.startswith("/") for address in loaded)


def test_a_reader_who_has_it_already_gets_304(cast, client):
    worlds.published(cast)
    answer = client.get(PATH)
    again = client.get(PATH, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_after_an_update_the_old_etag_is_worth_nothing(cast, client):
    live = worlds.published(cast)
    etag = client.get(PATH)["ETag"]
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    assert client.get(PATH, headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_readers_can_only_read(cast, client, method):
    worlds.published(cast)
    assert getattr(client, method)(PATH).status_code in {403, 405}


@pytest.mark.parametrize(
    "path",
    [PATH, PATH + "history/", PATH.rstrip("/") + ".json", PATH + "?preview=1", PATH.upper(), PATH + "amp/", PATH + "x.css"],
)
def test_a_draft_answers_like_a_page_that_never_was(cast, client, path):
    worlds.approved(cast)
    missing = client.get(path.replace("leg-cramps-at-night", "no-such-article-here").replace("LEG-CRAMPS-AT-NIGHT", "NO"))
    answer = client.get(path, follow=True)
    assert answer.status_code == missing.status_code == 404
    assert b"cramps" not in answer.content.lower().replace(path.lower().encode(), b"")


def test_a_withdrawn_article_answers_410_with_the_reason_and_returns_when_published_again(cast, client):
    live = worlds.published(cast)
    publishing.withdraw(live, reason="A newer trial contradicts it. <script>", by=cast.ed)
    answer = client.get(PATH)
    assert answer.status_code == 410
    assert "A newer trial contradicts it. &lt;script&gt;" in answer.content.decode()
    assert "magnesium" not in answer.content.decode()
    publishing.publish(live.revision, by=cast.ed)
    assert client.get(PATH).status_code == 200


def test_a_page_that_another_hand_wrote_is_not_shown(cast, client):
    worlds.published(cast)
    Page.objects.update(html="<h1>Unsigned words</h1>")
    answer = client.get(PATH)
    assert answer.status_code == 503
    assert b"Unsigned words" not in answer.content


def test_a_title_that_another_hand_wrote_is_not_listed(cast, client):
    worlds.published(cast)
    assert b"Leg cramps" in client.get("/").content
    Page.objects.update(title="Unsigned words")
    assert b"Unsigned words" not in client.get("/").content


def test_a_page_served_under_another_article_s_address_is_not_shown(cast, client):
    worlds.published(cast)
    Page.objects.update(slug="somewhere-else")
    assert client.get("/articles/somewhere-else/").status_code == 503


def test_hostile_words_are_shown_as_words(cast, client):
    words = replace(worlds.TEXT, title="<script>alert(1)</script>", summary='"><img src=x onerror=alert(1)>')
    worlds.published(cast, worlds.drafted(cast, title=words.title, summary=words.summary))
    page = pages.Page(client.get(PATH).content.decode())
    assert "<script>alert(1)</script>" in page.text
    assert not page.running
    assert not [name for element in page.elements for name in element.attrs if name.startswith("on")]


def test_the_notice_of_a_withdrawal_costs_one_query(cast, client, django_assert_num_queries):
    publishing.withdraw(worlds.published(cast), reason="Wrong.", by=cast.ed)
    with django_assert_num_queries(1):
        assert client.get(PATH).status_code == 410


def test_an_old_page_put_back_after_a_withdrawal_is_not_shown(cast, client):
    live = worlds.published(cast)
    old = Page.objects.values().get()
    publishing.withdraw(live, reason="A newer trial contradicts it.", by=cast.ed)
    Page.objects.update(**old)
    assert client.get(PATH).status_code == 503
    assert b"Leg cramps" not in client.get("/").content


def test_an_old_page_put_back_after_an_update_is_not_shown(cast, client):
    live = worlds.published(cast)
    old = Page.objects.values().get()
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    Page.objects.update(**old)
    assert client.get(PATH).status_code == 503
