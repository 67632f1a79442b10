"""The one entry for cron: each step on its own, one line a step, an exit code; and nothing twice."""

import datetime
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Page, Topic
from reviews import credentials, feedback, scheduling, tending
from reviews.chores import AGAIN_AFTER_FAILURE, taken
from reviews.models import Chore, Credential, Notice, Publication
from reviews.tending import DAILY, Step
from tests import worlds


def tend(capsys, **options) -> tuple[str, str]:
    capsys.readouterr()
    call_command("tend", **options)
    said = capsys.readouterr()
    return said.out, said.err


def test_it_says_one_line_for_each_step(cast, capsys):
    out, err = tend(capsys)
    assert [line.split(":")[0] for line in out.splitlines()] == [step.name for step in tending.STEPS]
    assert err == ""


def test_what_is_not_due_yet_is_left_and_said_only_when_asked(cast, capsys):
    tend(capsys)
    out, _ = tend(capsys)
    assert [line.split(":")[0] for line in out.splitlines()] == ["schedules", "digests", "notices"]
    out, _ = tend(capsys, verbosity=2)
    assert "purge: not due" in out


def test_a_step_that_fails_stops_no_other_and_the_editors_hear_of_it_once_a_day(cast, capsys, monkeypatch):
    def broken() -> str:
        raise ValueError("The disk is full")

    steps = [Step("schedules", broken), *tending.STEPS[1:]]
    monkeypatch.setattr(tending, "STEPS", steps)
    for _ in range(2):
        capsys.readouterr()
        with pytest.raises(CommandError, match=r"Failed: schedules\. The other steps were done\."):
            call_command("tend")
        said = capsys.readouterr()
        assert "schedules: ValueError: The disk is full" in said.err
        assert "notices: " in said.out
    assert [notice.recipient for notice in Notice.objects.filter(kind="failure")] == [cast.ed]


def test_a_scheduled_revision_goes_out_and_its_notices_with_it(cast, capsys, mailoutbox):
    revision = worlds.approved(cast)
    made = scheduling.schedule(revision, at=timezone.now() + datetime.timedelta(minutes=2), by=cast.ed)
    assert tend(capsys)[0].startswith("schedules: 0 published, 0 not")
    later = timezone.now() + datetime.timedelta(minutes=3)
    assert [outcome.outcome for outcome in scheduling.fire_due(later).outcomes] == ["published"]
    tend(capsys)
    assert made.outcome.publication == Publication.objects.get()
    assert any("Leg cramps at night" in message.subject for message in mailoutbox)


def test_pages_follow_the_interval_of_their_topic(cast, capsys):
    publication = worlds.published(cast)
    before = Page.objects.get(article=publication.article)
    Topic.objects.update(review_interval_months=6)
    assert "pages: 1 built anew" in tend(capsys)[0]
    after = Page.objects.get(article=publication.article)
    assert after.review_due < before.review_due
    assert f"{after.review_due:%Y-%m-%d}" in after.html


def test_what_is_wrong_with_live_pages_is_mailed_once(cast, capsys):
    worlds.published(cast)
    credentials.revoke_credential(Credential.objects.get(holder=cast.dr_ruth), reason="Struck off.", by=cast.ed)
    for _ in range(2):
        Chore.objects.all().delete()
        assert "live pages: 1 point against" in tend(capsys)[0]
    assert Notice.objects.filter(subject="1 point against pages that are live").count() == 1


def test_registers_are_asked_only_once_they_are_switched_on(cast, capsys):
    assert "registers: switched off" in tend(capsys)[0]


def test_old_words_of_readers_are_blanked(cast, capsys, settings):
    settings.FEEDBACK_TEXT_MONTHS = 0
    feedback.tell(worlds.published(cast), feedback.Told("unclear", text="What?"), key=uuid.uuid4())
    assert "purge: 1 reports blanked" in tend(capsys)[0]


# --- Chores -----------------------------------------------------------------------------------------------------------
A_WHILE = datetime.timedelta(minutes=10)


def test_a_chore_is_done_by_one_and_then_not_before_its_time(db):
    with taken("purge", DAILY, A_WHILE) as ours:
        assert ours
        with taken("purge", DAILY, A_WHILE) as theirs:
            assert not theirs
    with taken("purge", DAILY, A_WHILE) as again:
        assert not again
    assert Chore.objects.get().done_at


def test_a_chore_that_failed_is_tried_again_soon(db):
    with pytest.raises(ValueError, match="No"), taken("purge", DAILY, A_WHILE):
        raise ValueError("No")
    assert Chore.objects.get().held_until <= timezone.now() + AGAIN_AFTER_FAILURE
    assert Chore.objects.get().done_at is None


def test_whoever_died_over_a_chore_does_not_keep_it(db):
    with taken("purge", DAILY, -A_WHILE), taken("purge", DAILY, A_WHILE) as taken_over:
        assert taken_over


def test_reports_of_somebody_who_left_are_counted_not_printed(cast, capsys):
    feedback.tell(worlds.published(cast), feedback.Told("unclear", text="What?"), key=uuid.uuid4())
    worlds.person("another", "Editors")
    type(cast.ed).objects.filter(pk__in=[cast.ed.pk, cast.root.pk]).update(is_active=False)
    assert "reports: 1 given another owner" in tend(capsys)[0]
