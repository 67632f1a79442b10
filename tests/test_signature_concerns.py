"""A credential ends behind a live page, or somebody objects to live words: one concern, told once, nothing done by itself."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from articles import site_version
from articles.models import Event, Page
from articles.refusal import Refused
from reviews import concerns, credentials, publishing, signature_concerns, signing
from reviews.models import Concern, Credential, Notice, Publication
from reviews.models.signoff import Kind
from tests import worlds
from tests.readers import Process
from tests.test_races import at_once, postgresql

ADDRESS = "/articles/leg-cramps-at-night/"
NOTE = "The register of the doctor who reviewed this page has changed its entry. Another doctor is reading the page again."
TODAY = timezone.localdate()
TOMORROW = TODAY + datetime.timedelta(days=1)


def revoke(cast, holder=None) -> Credential:
    return credentials.revoke_credential((holder or cast.dr_ruth).credentials.get(), reason="Struck off.", by=cast.ed)


def with_an_end(cast) -> Credential:
    """A third doctor, whose registration ends today."""
    cast.dr_end = worlds.person("dr_end", "Reviewers", name="Enid Ogilvie")
    return worlds.credential(cast.dr_end, verified_by=cast.ed, valid_until=TODAY)


def live_by(cast, doctor, revision=None) -> Publication:
    """Live, medically reviewed by this doctor."""
    revision = revision or worlds.drafted(cast)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(revision, Kind.MEDICAL, doctor, by=cast.ed)
    return publishing.publish(revision, by=cast.ed)


def another(cast):
    return worlds.drafted(cast, by=cast.milo, slug="another-article", title="Another article")


def objected(cast, live, decision="decline"):
    """A second doctor, asked about words that are live, says no."""
    return worlds.signed(live.revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision=decision, note="The dose is wrong.")


@pytest.fixture
def live(cast):
    return worlds.published(cast)


# --- A credential is revoked -------------------------------------------------------------------------------------------


def test_every_live_page_that_rests_on_a_revoked_credential_has_one_concern(cast, live):
    worlds.published(cast, another(cast))
    live_by(cast, cast.dr_omar, worlds.drafted(cast, slug="of-omar", title="Reviewed by Omar"))
    revoke(cast)
    found = Concern.objects.open()
    assert {(one.kind, one.signoff.reviewer, one.article.slug) for one in found} == {
        ("revoked", cast.dr_ruth, "leg-cramps-at-night"),
        ("revoked", cast.dr_ruth, "another-article"),
    }
    assert signature_concerns.open_for_lapsed(TODAY) == 0
    told = Event.objects.filter(name="concern.opened", article=live.article).get()
    assert told.data["kind"] == "revoked"


def test_the_page_stays_as_it_is_and_the_signature_keeps_its_date(cast, live, client):
    before = client.get(ADDRESS).content
    revoke(cast)
    assert client.get(ADDRESS).content == before
    assert Page.objects.live().get(article=live.article).publication == live


def test_what_is_not_live_is_no_concern(cast, live):
    worlds.approved(cast, another(cast))
    publishing.withdraw(live, reason="Out of date.", by=cast.ed)
    revoke(cast)
    assert not Concern.objects.exists()


def test_a_page_that_somebody_else_has_reviewed_since_is_no_concern(cast, live):
    live_by(cast, cast.dr_omar, worlds.redrafted(live.revision, by=cast.wren))
    revoke(cast)
    assert not Concern.objects.exists()


def test_editors_the_editor_of_the_topic_and_the_owner_are_told_once(cast, live, django_capture_on_commit_callbacks):
    worlds.person("gone", "Editors", is_active=False)
    topic = live.article.topic
    topic.editor = worlds.person("tess")
    topic.save()
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        revoke(cast)
        signature_concerns.open_for_lapsed(TODAY)
    told = [message for message in mail.outbox if "Leg cramps" in message.subject]
    assert sorted(message.to[0] for message in told) == sorted(user.email for user in (cast.ed, topic.editor, cast.wren))
    concern = Concern.objects.get()
    assert all(f"/concern/{concern.pk}/" in message.body and "has been revoked since" in message.body for message in told)
    assert not any("Struck off" in message.body for message in told)
    assert Notice.objects.filter(key=f"concern:{concern.pk}:{cast.ed.pk}").count() == 1


def test_it_closes_when_the_words_are_reviewed_with_another_credential(cast, live):
    revoke(cast)
    live_by(cast, cast.dr_omar, worlds.redrafted(live.revision, by=cast.wren))
    assert Concern.objects.exists()
    assert not Concern.objects.open().exists()


def test_the_second_look_at_a_minor_change_is_rested_on_too(cast, live):
    mended = worlds.redrafted(live.revision, by=cast.wren, kind="minor", body=live.revision.body.replace("Talk to", "Talk  to"))
    held = cast.dr_omar.credentials.get()
    checklist = dict.fromkeys(signing.LOOK_CHECKLIST, True)
    worlds.signed(mended, Kind.LOOK, cast.dr_omar, by=cast.ed, credential=held.pk, checklist=checklist)
    publishing.publish(mended, by=cast.ed)
    revoke(cast, cast.dr_omar)
    revoke(cast)
    assert {one.signoff.kind for one in Concern.objects.all()} == {"medical", "look"}


# --- A credential lapses -----------------------------------------------------------------------------------------------


def test_a_lapse_opens_one_concern_on_the_day_after_and_none_before(cast):
    with_an_end(cast)
    live_by(cast, cast.dr_end)
    assert signature_concerns.open_for_lapsed(TODAY) == 0
    assert signature_concerns.open_for_lapsed(TOMORROW) == 1
    assert signature_concerns.open_for_lapsed(TOMORROW) == 0
    assert [one.kind for one in Concern.objects.open()] == ["lapsed"]


def test_a_lapse_behind_a_page_that_was_reviewed_with_another_is_no_concern(cast):
    with_an_end(cast)
    live = live_by(cast, cast.dr_end)
    live_by(cast, cast.dr_omar, worlds.redrafted(live.revision, by=cast.wren))
    assert signature_concerns.open_for_lapsed(TOMORROW) == 0


def test_a_lapse_of_what_was_revoked_before_is_told_once_and_not_twice(cast):
    held = with_an_end(cast)
    live_by(cast, cast.dr_end)
    credentials.revoke_credential(held, reason="Struck off.", by=cast.ed)
    assert signature_concerns.open_for_lapsed(TOMORROW) == 0
    assert [one.kind for one in Concern.objects.all()] == ["revoked"]


def test_a_revocation_after_the_lapse_is_news(cast):
    held = with_an_end(cast)
    live_by(cast, cast.dr_end)
    signature_concerns.open_for_lapsed(TOMORROW)
    credentials.revoke_credential(held, reason="Struck off.", by=cast.ed)
    assert {one.kind for one in Concern.objects.open()} == {"lapsed", "revoked"}


def test_looking_costs_the_same_however_many_pages_there_are(cast, live, django_assert_max_num_queries):
    worlds.published(cast, another(cast))
    revoke(cast)
    with django_assert_max_num_queries(2):
        signature_concerns.open_for_lapsed(TODAY)


# --- Somebody objects to live words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", ["changes", "decline"])
def test_an_objection_to_live_words_is_a_concern_at_once(cast, live, decision, client):
    before = client.get(ADDRESS).content
    signoff = objected(cast, live, decision)
    [concern] = Concern.objects.open()
    assert (concern.kind, concern.signoff) == ("objection", signoff)
    assert "The dose is wrong." in Notice.objects.get(key=f"concern:{concern.pk}:{cast.ed.pk}").text
    assert client.get(ADDRESS).content == before


def test_an_approval_of_live_words_is_none_and_an_objection_to_a_draft_is_none(cast, live):
    worlds.signed(live.revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    newer = worlds.redrafted(live.revision, by=cast.wren)
    worlds.signed(newer, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="decline", note="No.")
    assert not Concern.objects.exists()


def test_an_objection_to_a_page_that_was_withdrawn_is_none(cast, live):
    request = worlds.asked(live.revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    publishing.withdraw(live, reason="Out of date.", by=cast.ed)
    signing.sign(request.pk, worlds.answer(request, decision="decline", note="No."), by=cast.dr_omar)
    assert not Concern.objects.exists()


@pytest.mark.parametrize("way", ["settled", "taken back", "decided"])
def test_it_closes_when_the_objection_is_settled_taken_back_or_decided(cast, live, way):
    signoff = objected(cast, live)
    if way == "settled":
        signing.resolve(signoff, reason="The dose is as the source has it.", by=cast.ed)
    elif way == "taken back":
        signing.revoke(signoff, reason="I misread it.", by=cast.dr_omar)
    else:
        concerns.decide(Concern.objects.get(), reason="It stays.", public_note="", by=cast.ed)
    assert not Concern.objects.open().exists()


# --- What readers are told -----------------------------------------------------------------------------------------------


def test_readers_see_the_note_while_the_page_rests_on_that_signature(cast, live, client):
    revoke(cast)
    concerns.decide(Concern.objects.get(), reason="Internal matters.", public_note=NOTE, by=cast.ed)
    text = client.get(ADDRESS).content.decode()
    assert text.index("About the review of this page") < text.index(NOTE) < text.index("About this page")
    assert "About a source of this page" not in text
    assert "Internal matters" not in text
    live_by(cast, cast.dr_omar, worlds.redrafted(live.revision, by=cast.wren))
    assert NOTE not in client.get(ADDRESS).content.decode()


@pytest.mark.parametrize("way", ["settled", "taken back", "reviewed anew"])
def test_what_readers_were_told_of_an_objection_goes_with_it(cast, live, way):
    signoff = objected(cast, live)
    concerns.decide(Concern.objects.get(), reason="We look into it.", public_note=NOTE, by=cast.ed)
    process = Process()
    assert NOTE in process.get(ADDRESS).content.decode()
    if way == "settled":
        signing.resolve(signoff, reason="The dose is as the source has it.", by=cast.ed)
    elif way == "taken back":
        signing.revoke(signoff, reason="I misread it.", by=cast.dr_omar)
    else:
        live_by(cast, cast.dr_omar, worlds.redrafted(live.revision, by=cast.wren))
    site_version.forget()
    for each in (process, Process()):
        assert NOTE not in each.get(ADDRESS).content.decode()


# --- However often, and at once ------------------------------------------------------------------------------------------


def test_running_everything_twice_opens_and_tells_nothing_twice(cast, live):
    with_an_end(cast)
    live_by(cast, cast.dr_end, another(cast))
    objected(cast, live)
    revoke(cast)
    signature_concerns.open_for_lapsed(TOMORROW)
    found = (Concern.objects.count(), Notice.objects.count(), Event.objects.count())
    assert found[0] == 3
    for signoff in (one.signoff for one in Concern.objects.filter(kind="objection")):
        signature_concerns.open_for_objection(signoff, live.article)
    for credential in Credential.objects.exclude(revoked_at=None):
        signature_concerns.open_for_revoked(credential)
    assert signature_concerns.open_for_lapsed(TOMORROW) == 0
    assert (Concern.objects.count(), Notice.objects.count(), Event.objects.count()) == found


class TestOnPostgreSQL:
    pytestmark = postgresql

    def test_two_who_look_at_once_open_one(self, cast):
        with_an_end(cast)
        live_by(cast, cast.dr_end)
        found = at_once(*[lambda: signature_concerns.open_for_lapsed(TOMORROW)] * 2)
        assert sorted(found) == [0, 1]
        assert Concern.objects.count() == 1

    def test_publishing_while_the_credential_is_revoked_is_refused_or_a_concern(self, cast):
        for number in range(6):
            doctor = worlds.person(f"doctor_{number}", "Reviewers")
            held = worlds.credential(doctor, verified_by=cast.ed)
            revision = worlds.drafted(cast, slug=f"article-{number}", title=f"Article {number}")
            worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
            worlds.signed(revision, Kind.MEDICAL, doctor, by=cast.ed)
            published, _ = at_once(
                lambda revision=revision: publishing.publish(revision, by=cast.ed),
                lambda held=held: credentials.revoke_credential(held, reason="Struck off.", by=cast.ed),
            )
            opened = Concern.objects.open().filter(article=revision.article).count()
            assert opened == (0 if isinstance(published, Refused) else 1)
