"""A source of a live page that falls: one concern, people told once, nothing done by itself."""

import pytest
from django.core import mail

from articles.bibliography.standing import Standing
from articles.merging import merge
from articles.models import Page
from articles.refusal import Refused, Stale
from reviews import concerns, publishing
from reviews.models import Concern, ConcernDecision
from reviews.models.signoff import Kind
from tests import worlds
from tests.test_races import at_once, postgresql

NOTE = "One of the sources of this page was retracted. What the page says rests on two others as well."


def falls(cast, standing: Standing = Standing.retracted) -> list[Concern]:
    return concerns.open_for(worlds.said_of(worlds.reference(cast.wren), standing))


@pytest.fixture
def live(cast):
    return worlds.published(cast)


def test_one_concern_for_each_standing_however_often_it_is_checked(cast, live):
    assert len(falls(cast, Standing.concern)) == 1
    assert falls(cast, Standing.concern) == []
    assert len(falls(cast)) == 1
    assert falls(cast) == []
    assert sorted(Concern.objects.values_list("standing", flat=True)) == ["concern", "retracted"]


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing not in concerns.GRAVE])
def test_what_leaves_the_source_standing_opens_none(cast, live, standing):
    assert falls(cast, standing) == []


def test_every_live_page_that_cites_it_has_its_own(cast, live):
    worlds.published(cast, worlds.drafted(cast, by=cast.milo, slug="another-article", title="Another article"))
    assert len(falls(cast)) == 2


def test_a_draft_has_none_and_a_withdrawn_page_has_none(cast, live):
    worlds.drafted(cast, by=cast.milo, slug="another-article", title="Another article")
    publishing.withdraw(live, reason="Out of date.", by=cast.ed)
    assert falls(cast) == []


def test_editors_and_signers_are_told_once(cast, live, django_capture_on_commit_callbacks):
    worlds.person("gone", "Editors", is_active=False)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        [concern] = falls(cast)
        falls(cast)
    assert sorted(message.to[0] for message in mail.outbox) == sorted(user.email for user in (cast.ed, cast.dr_ruth, cast.fay))
    assert all("Reference 1" in message.body and f"/concern/{concern.pk}/" in message.body for message in mail.outbox)


def test_nothing_is_unpublished_and_readers_see_nothing_of_it(cast, live, client):
    before = client.get("/articles/leg-cramps-at-night/").content
    falls(cast)
    page = Page.objects.live().get(article=live.article)
    assert page.publication_id == live.pk
    assert client.get("/articles/leg-cramps-at-night/").content == before


def test_a_decision_without_a_note_shows_readers_nothing(cast, live, client):
    before = client.get("/articles/leg-cramps-at-night/").content
    concerns.decide(falls(cast)[0], reason="The text rests on others, too.", public_note="  ", by=cast.ed)
    assert client.get("/articles/leg-cramps-at-night/").content == before


def test_the_note_that_was_decided_stands_at_the_top_of_the_page(cast, live, client):
    concerns.decide(falls(cast)[0], reason="Internal matters.", public_note=NOTE, by=cast.ed)
    text = client.get("/articles/leg-cramps-at-night/").content.decode()
    assert text.index("About a source of this page") < text.index(NOTE) < text.index("About this page")
    assert "Internal matters" not in text


def test_the_note_goes_when_the_page_no_longer_cites_the_source(cast, live, client):
    concerns.decide(falls(cast)[0], reason="For now.", public_note=NOTE, by=cast.ed)
    worlds.reference(cast.wren, key="another2021")
    body = worlds.BODY.replace("garrison2020magnesium", "another2021")
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, body=body))
    assert NOTE not in client.get("/articles/leg-cramps-at-night/").content.decode()
    assert not Concern.objects.open().exists()


def test_a_note_is_words_and_never_markup(cast, live, client):
    concerns.decide(falls(cast)[0], reason="Test.", public_note="<script>alert(1)</script>", by=cast.ed)
    assert b"<script>alert" not in client.get("/articles/leg-cramps-at-night/").content


def test_a_source_that_is_cited_as_retracted_opens_none(cast):
    source = worlds.reference(cast.wren)
    worlds.said_of(source, Standing.retracted)
    worlds.published(cast, worlds.drafted(cast, retracted_reasons={source.key: "It is what the page is about."}))
    assert concerns.open_for(worlds.said_of(source, Standing.retracted)) == []


def test_an_open_concern_is_open_until_it_is_decided(cast, live):
    [concern] = falls(cast)
    assert list(Concern.objects.open()) == [concern]
    concerns.decide(concern, reason="It stays.", public_note="", by=cast.ed)
    assert not Concern.objects.open().exists()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"reason": " "}, "Say what you decided"),
        ({"reason": "x" * 2001}, "2,000"),
        ({"public_note": "x" * 501}, "500"),
    ],
)
def test_a_decision_says_why_and_is_not_endless(cast, live, words, why):
    with pytest.raises(Refused, match=why):
        concerns.decide(falls(cast)[0], **{"reason": "Because.", "public_note": "", **words}, by=cast.ed)
    assert not ConcernDecision.objects.exists()


def test_a_concern_is_decided_once(cast, live):
    [concern] = falls(cast)
    concerns.decide(concern, reason="It stays.", public_note="", by=cast.ed)
    with pytest.raises(Stale):
        concerns.decide(concern, reason="It goes.", public_note="", by=cast.ed)


def test_a_page_that_cites_the_merged_key_has_its_concern(cast, live):
    kept = worlds.reference(cast.wren, key="kept2020")
    merge(worlds.reference(cast.wren).pk, kept.pk, by=cast.wren)
    assert len(concerns.open_for(worlds.said_of(kept, Standing.retracted))) == 1


class TestOnPostgreSQL:
    pytestmark = postgresql

    def test_two_checks_at_once_open_one_concern(self, cast):
        worlds.published(cast)
        source = worlds.said_of(worlds.reference(cast.wren), Standing.retracted)
        found = at_once(*[lambda: concerns.open_for(source)] * 2)
        assert sorted(len(opened) for opened in found) == [0, 1]
        assert Concern.objects.count() == 1

    def test_two_editors_decide_once(self, cast):
        worlds.published(cast)
        [concern] = falls(cast)
        deed = lambda: concerns.decide(concern, reason="It stays.", public_note="", by=cast.ed)  # noqa: E731
        found = at_once(deed, deed)
        assert sorted(type(one) for one in found if isinstance(one, Exception)) == [Stale]
        assert ConcernDecision.objects.count() == 1


def test_signing_is_refused_while_a_retracted_source_is_cited_as_if_it_stood(cast):
    revision = worlds.drafted(cast)
    worlds.said_of(worlds.reference(cast.wren), Standing.retracted)
    for kind, reviewer in ((Kind.FACTS, cast.fay), (Kind.MEDICAL, cast.dr_ruth)):
        with pytest.raises(Refused, match="has been retracted"):
            worlds.signed(revision, kind, reviewer, by=cast.ed)
