"""What readers tell us: taken in whole or refused with every reason, kept without a trace of them, and forgotten in time."""

import datetime
import uuid

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.models import Event
from reviews import feedback
from reviews.feedback import NotTaken, Told, redacted, tidied
from reviews.models import FeedbackDetail, FeedbackReport, ReplyAddress
from tests import worlds

SOMETHING = Told("inaccurate", quote="little difference", text="The trial says otherwise.")


@pytest.fixture
def live(cast):
    return worlds.published(cast)


def told(publication, **changes):
    return feedback.tell(publication, Told(**{**SOMETHING.__dict__, **changes}), key=uuid.uuid4())


def test_a_vote_is_kept_with_the_publication_and_the_day_and_nothing_else(live):
    with time_machine.travel("2026-05-04 13:37Z"):
        feedback.vote(live.pk, helpful=True, key=uuid.uuid4())
    report = FeedbackReport.objects.get()
    assert (report.publication, report.helpful, report.on) == (live, True, datetime.date(2026, 5, 4))
    assert {field.name for field in FeedbackReport._meta.concrete_fields} == {"id", "publication", "helpful", "key", "on"}


def test_a_vote_sent_twice_is_one_vote(live):
    key = uuid.uuid4()
    assert feedback.vote(live.pk, helpful=True, key=key) == feedback.vote(live.pk, helpful=True, key=key)
    assert FeedbackReport.objects.count() == 1


def test_a_key_of_another_page_is_refused(cast, live):
    key = uuid.uuid4()
    feedback.vote(live.pk, helpful=True, key=key)
    other = worlds.published(cast, worlds.drafted(cast, slug="other"))
    with pytest.raises(NotTaken, match="another page"):
        feedback.vote(other.pk, helpful=False, key=key)


def test_a_report_keeps_reason_passage_and_words_and_the_address_apart(live):
    report = told(live, address="pat@example.org")
    assert (report.detail.reason, report.detail.quote) == ("inaccurate", "little difference")
    assert report.detail.text == "The trial says otherwise."
    assert report.reply_address.address == "pat@example.org"
    assert report.helpful is None
    assert "pat@" not in str(report.detail.__dict__) + str(report.__dict__) + str(report.reply_address)


def test_a_report_after_a_vote_belongs_to_it_and_only_the_first_stands(live):
    vote = feedback.vote(live.pk, helpful=False, key=uuid.uuid4())
    assert feedback.tell(live, SOMETHING, key=uuid.uuid4(), voted=vote) == vote
    feedback.tell(live, Told("unclear"), key=uuid.uuid4(), voted=vote)
    assert FeedbackReport.objects.count() == 1
    assert vote.detail.reason == "inaccurate"


def test_a_report_sent_twice_is_one_report(live):
    key = uuid.uuid4()
    for _ in range(2):
        feedback.tell(live, SOMETHING, key=key)
    assert FeedbackReport.objects.count() == FeedbackDetail.objects.count() == 1


def test_a_vote_on_another_page_is_not_added_to(cast, live):
    vote = feedback.vote(live.pk, helpful=False, key=uuid.uuid4())
    other = worlds.published(cast, worlds.drafted(cast, slug="other"))
    report = feedback.tell(other, SOMETHING, key=uuid.uuid4(), voted=vote)
    assert report != vote
    assert report.publication == other


def test_every_reason_is_given_at_once_by_its_field_and_nothing_is_stored(live):
    with pytest.raises(NotTaken) as refusal:
        told(live, reason="bad", quote="q" * 1001, text="x" * 1_000_000, address="not an address")
    assert set(refusal.value.faults) == {"reason", "quote", "text", "address"}
    assert "1,000,000 characters long; at most 4,000" in refusal.value.faults["text"]
    assert not FeedbackReport.objects.exists()


def test_something_else_needs_words(live):
    with pytest.raises(NotTaken, match="in your own words"):
        told(live, reason="other", text=" \u202e \x00 ")
    assert told(live, reason="unclear", text="").detail.text == ""


def test_what_nobody_sees_but_changes_what_is_read_is_taken_out(live):
    report = told(live, text="5\u202e0\u202c mg\x00\x07\r\nnot 05 mg 🙂")
    assert report.detail.text == "50 mg\nnot 05 mg 🙂"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Write to pat@example.org.", "Write to [e-mail address removed]."),
        ("Call +44 (0)20 7946 0958 please", "Call [number removed] please"),
        ("my number is 555-867-5309", "my number is [number removed]"),
        ("NHS 943 476 5919, born 1961", "NHS [number removed], born 1961"),
        ("account 12345678", "account [number removed]"),
        ("It says 500 mg, twice in 24 hours, from 1990-2020.", "It says 500 mg, twice in 24 hours, from 1990-2020."),
        ("PMID 32956536 and PMID: 32956536 say so", "PMID 32956536 and PMID: 32956536 say so"),
        ("doi 10.1002/14651858.CD009402.pub3", "doi 10.1002/14651858.CD009402.pub3"),
        ("see https://doi.org/10.1056/NEJMoa1200303", "see https://doi.org/10.1056/NEJMoa1200303"),
        ("1.5 to 2.5, or 3.25", "1.5 to 2.5, or 3.25"),
    ],
)
def test_addresses_and_long_numbers_are_taken_out_but_doses_and_papers_stay(text, stored):
    assert redacted(text) == stored


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=3000))
def test_any_text_is_tidied_and_redacted_twice_as_once(text):
    once = redacted(tidied(text))
    assert redacted(tidied(once)) == once
    assert "\x00" not in once


@pytest.mark.parametrize("text", ["1" * 100_000, "1 " * 50_000, "a@" * 50_000, "(" * 100_000, "a" * 64 + "@" + "b." * 50_000])
def test_no_text_takes_long_to_redact(text):
    redacted(text)


def test_a_reader_s_address_is_deleted_at_their_wish(live):
    report = told(live, address="pat@example.org")
    assert feedback.forget_address(report)
    assert not ReplyAddress.objects.exists()
    assert not feedback.forget_address(report)
    assert FeedbackDetail.objects.get().text == "The trial says otherwise."


def test_words_are_blanked_after_a_year_and_addresses_after_ninety_days(live):
    with time_machine.travel("2026-01-31 12:00Z"):
        told(live, address="pat@example.org")
    with time_machine.travel("2026-06-30 12:00Z"):
        told(live, reason="harmful", address="sam@example.org")
    assert feedback.purge(datetime.date(2026, 4, 30)) == (0, 0), "89 days"
    assert feedback.purge(datetime.date(2026, 5, 1)) == (0, 1)
    assert feedback.purge(datetime.date(2027, 1, 30)) == (0, 1)
    assert feedback.purge(datetime.date(2027, 1, 31)) == (1, 0)
    assert list(FeedbackDetail.objects.order_by("pk").values_list("reason", "quote", "text")) == [
        ("inaccurate", "", ""),
        ("harmful", "little difference", "The trial says otherwise."),
    ]
    assert FeedbackReport.objects.count() == 2
    assert Event.objects.filter(name="feedback.purged").count() == 3
    assert feedback.purge(datetime.date(2027, 1, 31)) == (0, 0)
    assert Event.objects.filter(name="feedback.purged").count() == 3
