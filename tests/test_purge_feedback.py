"""The nightly command that forgets what readers told us."""

import uuid

import pytest
import time_machine
from django.core.management import call_command

from articles.models import Event
from articles.told import told
from reviews import feedback
from reviews.feedback import Told
from reviews.models import FeedbackDetail, FeedbackReport, ReplyAddress
from reviews.verification import faults
from tests import worlds


@pytest.fixture
def reported(cast):
    with time_machine.travel("2026-01-10 12:00Z"):
        live = worlds.published(cast)
        for n in range(2):
            sent = Told("unclear", "little difference", "What is that?", f"pat{n}@example.org")
            feedback.tell(live, sent, key=uuid.uuid4())
        feedback.vote(live.pk, helpful=True, key=uuid.uuid4())
    return live


def purged(capsys, on: str) -> str:
    with time_machine.travel(f"{on} 03:00Z"):
        call_command("purge_feedback")
    return capsys.readouterr().out.strip()


def test_nothing_is_touched_before_its_time(reported, capsys):
    assert purged(capsys, "2026-04-09") == "Nothing of readers is older than it may be."
    assert ReplyAddress.objects.count() == 2
    assert not Event.objects.filter(name="feedback.purged").exists()


def test_it_says_in_one_line_what_it_did_and_a_second_run_does_nothing(reported, capsys):
    assert purged(capsys, "2026-04-10") == "Blanked the words of 0 reports and deleted 2 reply addresses."
    assert purged(capsys, "2026-04-10") == "Nothing of readers is older than it may be."
    assert purged(capsys, "2027-01-10") == "Blanked the words of 2 reports and deleted 0 reply addresses."
    assert purged(capsys, "2027-01-10") == "Nothing of readers is older than it may be."


def test_one_is_one(cast, capsys):
    with time_machine.travel("2026-01-10 12:00Z"):
        feedback.tell(worlds.published(cast), Told("harmful", "", "It hurt.", "pat@example.org"), key=uuid.uuid4())
    assert purged(capsys, "2027-02-01") == "Blanked the words of 1 report and deleted 1 reply address."


def test_votes_and_reasons_stay_and_the_record_still_verifies(reported, capsys):
    purged(capsys, "2027-02-01")
    assert FeedbackReport.objects.count() == 3
    assert set(FeedbackDetail.objects.values_list("reason", "quote", "text")) == {("unclear", "", "")}
    assert not ReplyAddress.objects.exists()
    assert list(faults()) == []


def test_the_office_reads_it_in_words(reported, capsys, cast, as_user):
    purged(capsys, "2027-02-01")
    assert told("feedback.purged") == "blanked old words of readers"
    assert "the system blanked old words of readers" in as_user(cast.ed).get("/admin/").content.decode()
