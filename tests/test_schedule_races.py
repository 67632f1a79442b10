"""Several clocks at once, and a clock against people. Real threads, each with its own connection."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from articles.refusal import Refused, Stale
from reviews import publishing, scheduling, signing
from reviews.models import Publication, Schedule, ScheduleOutcome
from reviews.models.signoff import Kind
from tests import worlds
from tests.test_races import ROUNDS, all_is_well, at_once, drafted, each_round, marked

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def race(transactional_db):
    return worlds.the_cast()


def waiting(race: Any) -> list[Schedule]:
    """One for each round, an hour apart."""
    now = timezone.now()

    def prepare(number: int) -> Schedule:
        return scheduling.schedule(worlds.approved(race, drafted(race, number)), at=now + (number + 1) * HOUR, by=race.ed)

    return each_round(prepare)


@marked
def test_five_clocks_publish_each_schedule_once(race):
    schedules = waiting(race)
    results = at_once(*[lambda: scheduling.fire_due(schedules[-1].at)] * 5)
    assert [fired.failed for fired in results] == [[]] * 5
    assert sum(len(fired.outcomes) for fired in results) == ROUNDS
    assert sorted(Publication.objects.values_list("revision", flat=True)) == sorted(made.revision_id for made in schedules)
    assert set(ScheduleOutcome.objects.values_list("outcome", flat=True)) == {"published"}
    for made in schedules:
        all_is_well(made.article)


@marked
def test_the_clock_against_people_who_publish_cancel_and_take_back(race):
    """Whichever came first, the words went out once or not at all, and the schedule is closed once."""
    schedules = waiting(race)
    for number, made in enumerate(schedules):
        medical = made.revision.signoffs.get(kind=Kind.MEDICAL)
        deed = [
            lambda made=made: publishing.publish(made.revision, by=race.ed),
            lambda made=made: scheduling.cancel(made, reason="Not yet.", by=race.ed),
            lambda made=made: scheduling.move(made, at=timezone.now() + 99 * HOUR, by=race.ed),
            lambda medical=medical: signing.revoke(medical, reason="I was wrong.", by=race.dr_ruth),
        ][number % 4]
        fired, done = at_once(lambda made=made: scheduling.fire_due(made.at), deed)
        assert fired.failed == []
        outcome = ScheduleOutcome.objects.get(schedule=made)
        assert Publication.objects.filter(revision=made.revision).count() <= 1
        if number % 4 == 0:
            assert Publication.objects.filter(revision=made.revision).exists()
            assert (outcome.outcome == "published") == isinstance(done, Refused)
        elif number % 4 in (1, 2):
            assert (outcome.outcome == "published") == isinstance(done, Stale)
        all_is_well(made.article)


@marked
def test_two_who_schedule_the_same_words_make_one_schedule(race):
    for revision in each_round(lambda number: worlds.approved(race, drafted(race, number))):
        at_once(*[
            lambda revision=revision, hours=hours: scheduling.schedule(revision, at=timezone.now() + hours * HOUR, by=race.ed)
            for hours in (1, 2, 3)
        ])  # fmt: skip
        assert revision.article.schedules.open().count() == 1
        all_is_well(revision.article)
