"""An article's public record at /articles/<slug>.json: everything that was signed, and nothing else."""

import json

import pytest
import time_machine

from articles.models import Citation, Page, Reference, Revision
from articles.views import REVALIDATE
from reviews import publishing
from reviews.models import Publication, SignOff, Withdrawal
from tests import pages, unsigned, worlds

PATH = "/articles/leg-cramps-at-night.json"
SITE = "https://health.example.org"


def told(client, status=200) -> dict:
    answer = client.get(PATH)
    assert answer.status_code == status
    return json.loads(answer.content)


def corrected(cast) -> Publication:
    """Published on one day, corrected on another."""
    with time_machine.travel("2026-11-01 09:00Z"):
        first = worlds.published(cast)
    with time_machine.travel("2026-11-20 10:30Z"):
        note = "The number of trials is 11, not 12."
        revision = worlds.redrafted(first.revision, by=cast.ed, kind=Revision.Kind.CORRECTION, change_note=note)
        return worlds.published(cast, revision)


def test_it_tells_the_words_their_digest_and_how_that_is_made(cast, client):
    publication = corrected(cast)
    record = told(client)
    assert record["url"] == f"{SITE}/articles/leg-cramps-at-night/"
    assert (record["title"], record["summary"]) == (worlds.TEXT.title, worlds.TEXT.summary)
    assert (record["kind"], record["change_note"]) == ("correction", "The number of trials is 11, not 12.")
    assert (record["revision"], record["digest"]) == (2, publication.revision.digest)
    assert "SHA-256" in record["how_the_digest_is_made"]


def test_it_tells_every_date_with_its_zone(cast, client):
    corrected(cast)
    record = told(client)
    assert record["first_published"] == "2026-11-01T09:00:00+00:00"
    assert record["updated"] == "2026-11-20T10:30:00+00:00"
    assert record["medically_reviewed"] == "2026-11-20T10:30:00+00:00"
    assert record["next_review_due"] == "2027-11-20"


def test_a_first_version_was_not_updated(cast, client):
    worlds.published(cast)
    assert told(client)["updated"] is None
    assert told(client)["earlier_publications"] == []


def test_it_tells_who_wrote_and_edited_and_what_was_signed(cast, client):
    publication = corrected(cast)
    record = told(client)
    assert record["credits"] == [
        {"role": "writer", "name": "Wren Adeyemi"},
        {"role": "editor", "name": "Edith Castellanos"},
    ]
    facts, medical = record["signatures"]
    assert (facts["meaning"], facts["name"], facts["credential"]) == ("Fact check: approved", "Fay Lindqvist, MSc", "")
    assert medical == {
        "meaning": "Medical review: approved",
        "name": "Ruth Okonkwo, MBBS, MRCGP",
        "credential": publication.medical.credential_as,
        "signed": "2026-11-20T10:30:00+00:00",
        "interests": "None",
        "digest": publication.revision.digest,
    }


def test_it_lists_the_sources_as_text_with_their_links(cast, client):
    worlds.reference(cast.wren, csl={"type": "article-journal", "title": "Is <i>p</i> < 0.05 & enough?"})
    worlds.published(cast)
    [source] = told(client)["references"]
    assert source["number"] == 1
    assert source["entry"].startswith("Is p < 0.05 & enough?")
    assert source["links"][0] == {"label": "DOI", "url": "https://doi.org/10.1002/14651858.CD009402.pub3"}
    assert source["retracted_reason"] == ""


def test_it_says_why_a_retracted_source_is_cited(cast, client):
    reasons = {"garrison2020magnesium": "We tell how it fell."}
    worlds.published(cast, worlds.drafted(cast, retracted_reasons=reasons))
    assert told(client)["references"][0]["retracted_reason"] == "We tell how it fell."


def test_it_tells_earlier_publications_and_why_one_was_withdrawn(cast, client):
    publication = corrected(cast)
    with time_machine.travel("2026-11-21 08:00Z"):
        publishing.withdraw(publication, reason="A newer trial contradicts it.", by=cast.ed)
    with time_machine.travel("2026-11-22 08:00Z"):
        worlds.published(cast, worlds.redrafted(publication.revision, by=cast.wren))
    second, first = told(client)["earlier_publications"]
    assert first["digest"] == Revision.objects.get(number=1).digest
    assert second == {
        "revision": 2,
        "kind": "correction",
        "published": "2026-11-20T10:30:00+00:00",
        "digest": publication.revision.digest,
        "change_note": "The number of trials is 11, not 12.",
        "withdrawn": "2026-11-21T08:00:00+00:00",
        "withdrawal_reason": "A newer trial contradicts it.",
    }
    assert (first["revision"], first["kind"], first["withdrawn"]) == (1, "first", None)


def test_people_can_read_it_and_caches_ask_each_time(cast, client):
    worlds.published(cast, worlds.drafted(cast, title="Wadenkrämpfe – nachts <script>"))
    answer = client.get(PATH)
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Cache-Control"] == REVALIDATE
    assert '\n  "title": "Wadenkrämpfe – nachts <script>",\n' in answer.content.decode()
    assert not answer.cookies
    again = client.get(PATH, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    worlds.published(cast, worlds.redrafted(Revision.objects.get(), by=cast.wren))
    assert client.get(PATH, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_a_withdrawn_article_gives_the_notice_and_nothing_else(cast, client):
    with time_machine.travel("2026-11-21 08:00Z"):
        publishing.withdraw(worlds.published(cast), reason="A newer trial contradicts it.", by=cast.ed)
    assert told(client, 410) == {
        "url": f"{SITE}/articles/leg-cramps-at-night/",
        "title": "Leg cramps at night",
        "withdrawn": "2026-11-21T08:00:00+00:00",
        "reason": "A newer trial contradicts it.",
    }


@pytest.mark.parametrize("slug", ["zebra-draft", "walrus-waits", "no-such-article"])
def test_a_draft_has_no_record(cast, client, slug):
    unsigned.around(cast)
    missing, answer = client.get("/articles/never.json"), client.get(f"/articles/{slug}.json")
    assert answer.status_code == missing.status_code == 404
    assert pages.Page(answer.content.decode()).text == pages.Page(missing.content.decode()).text


def test_no_word_of_a_newer_draft_or_of_another_article_is_in_it(cast, client):
    unsigned.around(cast)
    assert unsigned.found_in(client.get(PATH).content.decode()) == []
    notice = client.get("/articles/lemming-gone.json")
    assert notice.status_code == 410
    assert unsigned.found_in(notice.content.decode(), but="lemming") == []


def test_a_source_that_changes_afterwards_changes_nothing(cast, client):
    worlds.published(cast)
    before = told(client)
    Reference.objects.update(csl={"type": "book", "title": "Quite another title"}, doi="", standing="retracted")
    assert told(client) == before


def altered_page(publication) -> None:
    Page.objects.update(title="Unsigned words")


def altered_note(publication) -> None:
    Revision.objects.filter(pk=publication.revision_id).update(change_note="Unsigned words")


def altered_source(publication) -> None:
    Citation.objects.filter(revision=publication.revision_id).update(entry="Unsigned words")


def altered_earlier_note(publication) -> None:
    Revision.objects.filter(number=1).update(summary="Unsigned words")


def altered_interests(publication) -> None:
    SignOff.objects.filter(pk=publication.medical_id).update(interests="Unsigned words")


def altered_credential(publication) -> None:
    SignOff.objects.filter(pk=publication.medical_id).update(credential_as="Unsigned words")


def old_page_put_back(publication) -> None:
    old = Page.objects.values().get()
    publishing.withdraw(publication, reason="Unsigned words", by=publication.by)
    Page.objects.update(**old)


def altered_reason(publication) -> None:
    publishing.withdraw(publication, reason="Wrong.", by=publication.by)
    Withdrawal.objects.update(reason="Unsigned words")


ALTERED = [
    altered_page, altered_note, altered_source, altered_earlier_note, altered_interests, altered_credential,
    old_page_put_back, altered_reason,
]  # fmt: skip


@pytest.mark.parametrize("alter", ALTERED, ids=lambda alter: alter.__name__)
def test_a_record_that_another_hand_altered_is_not_shown(cast, client, alter):
    publication = corrected(cast)
    with unsigned.another_hand():
        alter(publication)
    answer = client.get(PATH)
    assert answer.status_code == 503
    assert b"Unsigned words" not in answer.content
    assert answer["Cache-Control"] == "no-store"


def test_no_publication_is_told_that_another_hand_put_in(cast, client):
    publication = corrected(cast)
    forged = Publication.objects.order_by("pk").first()
    forged.pk = None
    forged.save()
    assert client.get(PATH).status_code == 503  # the page is no longer the newest by the rows
    worlds.published(cast, worlds.redrafted(publication.revision, by=cast.wren))
    assert [earlier["revision"] for earlier in told(client)["earlier_publications"]] == [2, 1]


def test_it_costs_a_bounded_number_of_queries(cast, client, django_assert_max_num_queries):
    publication = corrected(cast)
    for _ in range(3):
        publication = worlds.published(cast, worlds.redrafted(publication.revision, by=cast.wren))
    with django_assert_max_num_queries(10):
        assert len(told(client)["earlier_publications"]) == 4


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_can_only_be_read(cast, client, method):
    worlds.published(cast)
    assert getattr(client, method)(PATH).status_code in {403, 405}


def test_an_old_address_leads_to_the_record_at_the_new_one(cast, client):
    live = worlds.published(cast)
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.ed, slug="cramps-at-night"))
    answer = client.get(PATH)
    assert (answer.status_code, answer["Location"]) == (301, "/articles/cramps-at-night.json")
    assert client.get(answer["Location"]).json()["url"] == f"{SITE}/articles/cramps-at-night/"
