"""Publishing at a named minute: pinned to one revision, judged again when it is due, once or not at all."""

import datetime

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from articles import history
from articles.bibliography.standing import Standing
from articles.models import Event, Page, Reference
from articles.refusal import Refused, Stale
from reviews import credentials, gate, publishing, scheduling, signing, verification
from reviews.models import Notice, NoticeKind, Publication, Schedule, ScheduleOutcome
from reviews.models.signoff import Kind
from tests import worlds

HOUR = datetime.timedelta(hours=1)


def in_(**time: float) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(**time)


def scheduled(cast, revision=None, *, hours: float = 1) -> Schedule:
    return scheduling.schedule(revision or worlds.approved(cast), at=in_(hours=hours), by=cast.ed)


def fire(schedule: Schedule, *, late: datetime.timedelta = datetime.timedelta(0)) -> scheduling.Fired:
    with time_machine.travel(schedule.at + late, tick=False):
        return scheduling.fire_due()


def refused_at_fire(schedule: Schedule) -> list[str]:
    """Nothing went out, and everybody who has to know was told each reason, once, with the way to the checklist."""
    publications = list(Publication.objects.values_list("pk"))
    [outcome] = fire(schedule).outcomes
    assert outcome.outcome == "refused"
    assert list(Publication.objects.values_list("pk")) == publications
    assert history.tells_of(schedule.article, "schedule.refused", schedule=schedule.pk, reasons=outcome.reasons)
    told = Notice.objects.filter(kind=NoticeKind.SCHEDULE, subject__startswith="Not published")
    assert sorted(told.values_list("recipient__username", flat=True)) == ["ed", "wren"]
    for notice in told:
        assert notice.key == f"schedule:{schedule.pk}:{notice.recipient_id}"
        assert f"/admin/reviews/publication/checklist/{schedule.revision_id}/" in notice.text
        assert all(reason in notice.text for reason in outcome.reasons)
    return outcome.reasons


# --- Making one ---------------------------------------------------------------------------------------------------------


def test_a_schedule_names_words_and_moment_and_its_owner_is_told(cast):
    revision = worlds.approved(cast)
    at = in_(days=2)
    made = scheduling.schedule(revision, at=at, by=cast.ed)
    said = {"schedule": made.pk, "revision": revision.pk, "digest": revision.digest, "at": at.isoformat()}
    assert history.tells_of(revision.article, "publication.scheduled", **said)
    assert list(Schedule.objects.open()) == [made]
    notice = Notice.objects.get(kind=NoticeKind.SCHEDULE)
    assert (notice.recipient, revision.title in notice.text) == (cast.wren, True)
    assert not Page.objects.exists()


@pytest.mark.parametrize(
    ("time", "why"),
    [({"seconds": 59}, "at least one minute"), ({"hours": -1}, "at least one minute"), ({"days": 365, "minutes": 1}, "a year")],
)
def test_neither_the_past_nor_the_far_future(cast, time, why):
    revision = worlds.approved(cast)
    with time_machine.travel(timezone.now(), tick=False), pytest.raises(Refused, match=why):
        scheduling.schedule(revision, at=in_(**time), by=cast.ed)
    assert not Schedule.objects.exists()


def test_the_first_and_the_last_moment_that_may_be_chosen(cast):
    revision = worlds.approved(cast)
    with time_machine.travel(timezone.now(), tick=False):
        first = scheduling.schedule(revision, at=in_(minutes=1), by=cast.ed)
        scheduling.move(first, at=in_(days=365), by=cast.ed)


def test_it_is_refused_with_every_reason_at_once(cast):
    live = worlds.published(cast)
    second = worlds.redrafted(live.revision, by=cast.wren)
    waiting = scheduled(cast, worlds.approved(cast, second))
    third = worlds.redrafted(second, by=cast.wren)
    with pytest.raises(Refused) as refusal:
        scheduling.schedule(third, at=in_(days=-1), by=cast.ed)
    reasons = " ".join(refusal.value.reasons)
    assert "at least one minute" in reasons
    assert f"Revision 2 is already scheduled for {scheduling.when(waiting.at)}: move or cancel" in reasons
    assert {reason.text for reason in gate.blockers(gate.read(third))} < set(refusal.value.reasons)


def test_the_same_words_twice_and_words_older_than_the_live_ones_are_refused(cast):
    first = worlds.approved(cast)
    scheduled(cast, first)
    with pytest.raises(Refused, match="This revision is already scheduled"):
        scheduled(cast, first)
    second = worlds.redrafted(first, by=cast.wren)
    worlds.published(cast, second)
    scheduling.cancel(Schedule.objects.get(), reason="Better words are out.", by=cast.ed)
    with pytest.raises(Refused, match="Revision 2 was published after this one"):
        scheduled(cast, first)


# --- Cancelling and moving ------------------------------------------------------------------------------------------------


def test_a_cancelled_schedule_does_not_fire_and_keeps_the_reason(cast):
    made = scheduled(cast)
    with pytest.raises(Refused, match="Say why"):
        scheduling.cancel(made, reason=" ", by=cast.ed)
    outcome = scheduling.cancel(made, reason="The figures change next week.", by=cast.root)
    assert (outcome.reasons, outcome.by) == (["The figures change next week."], cast.root)
    assert Notice.objects.filter(subject__startswith="No longer scheduled", recipient=cast.ed).exists()
    assert fire(made).outcomes == []
    for act in (
        lambda: scheduling.cancel(made, reason="Again", by=cast.ed),
        lambda: scheduling.move(made, at=in_(days=1), by=cast.ed),
    ):
        with pytest.raises(Stale, match="cancelled"):
            act()


def test_a_moved_schedule_fires_at_the_new_time_only(cast):
    made = scheduled(cast)
    moved = scheduling.move(made, at=made.at + HOUR, by=cast.ed)
    assert made.outcome.reasons == [f"Moved to {scheduling.when(moved.at)}."]
    assert fire(made).outcomes == []
    [outcome] = fire(moved).outcomes
    assert outcome.schedule == moved


def test_a_move_that_is_refused_leaves_the_schedule_as_it_was(cast):
    made = scheduled(cast)
    with pytest.raises(Refused, match="at least one minute"):
        scheduling.move(made, at=in_(hours=-1), by=cast.ed)
    assert list(Schedule.objects.open()) == [made]
    assert not Event.objects.filter(name="schedule.cancelled").exists()


# --- When it is due -------------------------------------------------------------------------------------------------------


def test_the_pinned_words_go_out_though_newer_ones_were_saved_and_objected_to(cast):
    made = scheduled(cast)
    newer = worlds.redrafted(made.revision, by=cast.wren)
    worlds.signed(newer, Kind.FACTS, cast.dr_omar, by=cast.ed, decision="decline", note="This is not so.")
    assert scheduling.fire_due(made.at - datetime.timedelta(seconds=1)) == scheduling.Fired()
    fired = fire(made)
    [outcome] = fired.outcomes
    assert fired.failed == []
    assert (outcome.outcome, outcome.publication.revision, outcome.publication.by) == ("published", made.revision, cast.ed)
    assert Page.objects.live().get().publication == outcome.publication
    assert history.tells_of(made.article, "schedule.fired", schedule=made.pk, publication=outcome.publication.pk)
    told = Notice.objects.filter(subject__startswith="Published")
    assert sorted(told.values_list("address", flat=True)) == [cast.ed.email, cast.wren.email]


def test_firing_again_or_after_the_clock_went_back_publishes_nothing_more(cast):
    made = scheduled(cast)
    assert len(fire(made).outcomes) == 1
    assert fire(made) == scheduling.Fired()
    assert fire(made, late=-2 * HOUR) == scheduling.Fired()
    assert fire(made, late=2 * HOUR) == scheduling.Fired()
    assert Publication.objects.count() == ScheduleOutcome.objects.count() == 1


def test_after_a_night_without_the_clock_all_that_is_due_goes_out_oldest_first(cast):
    later, sooner = (
        scheduled(
            cast, worlds.approved(cast, worlds.drafted(cast, slug=f"article-{hours}", title=f"Article {hours}")), hours=hours
        )
        for hours in (3, 2)
    )
    assert [outcome.schedule for outcome in fire(later, late=9 * HOUR).outcomes] == [sooner, later]


def take_back_the_signature(cast, revision):
    signing.revoke(revision.signoffs.get(kind=Kind.MEDICAL), reason="I overlooked something.", by=cast.dr_ruth)


def revoke_the_credential(cast, revision):
    credentials.revoke_credential(revision.signoffs.get(kind=Kind.MEDICAL).credential, reason="Struck off.", by=cast.ed)


def object_to_it(cast, revision):
    worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="decline", note="The dose is wrong.")


def retract_a_source(cast, revision):
    worlds.said_of(Reference.objects.get(), Standing.retracted)


def close_the_account(cast, revision):
    cast.ed.is_active = False
    cast.ed.save()


def take_the_right(cast, revision):
    cast.ed.groups.clear()


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (take_back_the_signature, "No medical reviewer has approved this revision."),
        (revoke_the_credential, "was revoked on"),
        (object_to_it, "has not been answered"),
        (retract_a_source, "has been retracted"),
    ],
)
def test_what_fell_after_it_was_scheduled_keeps_it_in(cast, deed, why):
    made = scheduled(cast)
    assert scheduling.foreseen(made) == []
    deed(cast, made.revision)
    assert any(why in reason for reason in scheduling.foreseen(made))
    assert any(why in reason for reason in refused_at_fire(made))
    assert not Page.objects.exists()


@pytest.mark.parametrize(("deed", "why"), [(close_the_account, "has been closed"), (take_the_right, "may no longer publish")])
def test_who_may_no_longer_publish_does_not_publish_by_the_clock_either(cast, deed, why):
    made = scheduled(cast)
    other = worlds.person("edna", "Editors")
    deed(cast, made.revision)
    object_to_it(cast_with(cast, ed=other), made.revision)
    [outcome] = fire(made).outcomes
    assert why in outcome.reasons[0]
    assert any("has not been answered" in reason for reason in outcome.reasons)
    assert Notice.objects.filter(subject__startswith="Not published", recipient=other).exists()
    assert not Publication.objects.exists()


def cast_with(cast, **changes):
    return type(cast)(**{**vars(cast), **changes})


def test_a_credential_that_lapses_before_the_day_is_foreseen_and_refused(cast):
    lapsing = timezone.localdate() + datetime.timedelta(days=1)
    held = worlds.credential(cast.dr_late, verified_by=cast.ed, valid_until=lapsing, number="NEW")
    revision = worlds.drafted(cast)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(revision, Kind.MEDICAL, cast.dr_late, by=cast.ed, credential=held.pk)
    made = scheduled(cast, revision, hours=72)
    assert "is not valid today" in " ".join(scheduling.foreseen(made))
    assert "is not valid today" in " ".join(refused_at_fire(made))


def test_words_that_went_out_by_hand_before_are_not_brought_back_by_the_clock(cast):
    made = scheduled(cast)
    live = publishing.publish(made.revision, by=cast.ed)
    publishing.withdraw(live, reason="It harms.", by=cast.ed)
    [outcome] = fire(made).outcomes
    assert (outcome.outcome, outcome.reasons, outcome.by) == ("cancelled", ["Published by hand before."], None)
    assert Publication.objects.count() == 1
    assert not Page.objects.live().exists()


def test_a_page_that_was_withdrawn_after_scheduling_stays_down(cast):
    live = worlds.published(cast)
    made = scheduled(cast, worlds.approved(cast, worlds.redrafted(live.revision, by=cast.wren)))
    publishing.withdraw(live, reason="It harms.", by=cast.ed)
    assert "withdrawn after this was scheduled" in " ".join(refused_at_fire(made))
    assert not Page.objects.live().exists()


def test_a_schedule_that_another_hand_put_in_publishes_nothing(cast):
    revision = worlds.approved(cast)
    forged = Schedule.objects.create(article=revision.article, revision=revision, at=in_(hours=1), by=cast.ed, made_at=in_())
    [reason] = refused_at_fire(forged)
    assert "The history does not tell of this schedule" in reason
    assert not Publication.objects.exists()


def test_one_that_fails_is_reported_stays_open_and_holds_nothing_back(cast):
    broken = scheduled(cast)
    sound = scheduled(cast, worlds.approved(cast, worlds.drafted(cast, slug="other", title="Another")), hours=2)

    def full(execute, sql, params, many, context):
        """The disk, at the last row that the first of them writes."""
        if sql.startswith('INSERT INTO "reviews_scheduleoutcome"') and params[0] == broken.pk:
            raise OperationalError("disk full")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(full):
        fired = fire(sound)
    assert [outcome.schedule for outcome in fired.outcomes] == [sound]
    [(failed, error)] = fired.failed
    assert (failed, str(error)) == (broken, "disk full")
    assert list(Schedule.objects.open()) == [broken]
    assert not Publication.objects.filter(article=broken.article_id).exists()
    assert not Notice.objects.filter(key__startswith=f"schedule:{broken.pk}:").exists()
    assert [outcome.schedule for outcome in fire(sound).outcomes] == [broken]
    assert list(verification.faults()) == []
