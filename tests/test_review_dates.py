"""When live pages have to be reviewed again, and who looks after them: the queries, and the list on which they stand."""

import datetime

import pytest
import time_machine

from articles.drafting import shelve
from articles.models import Page, Topic
from reviews import publishing, review_dates
from reviews.models.signoff import Kind
from tests import worlds

REVIEWED = datetime.datetime(2025, 3, 3, 12, tzinfo=datetime.UTC)
DUE = datetime.date(2026, 3, 3)


@pytest.fixture
def world(db):
    """One page, reviewed on 3 March 2025 and due a year later; its topic is edited by ed, with milo as deputy."""
    with time_machine.travel(REVIEWED, tick=False):
        cast = worlds.the_cast()
        cast.page = worlds.published(cast)
        Topic.objects.update(editor=cast.ed, deputy=cast.milo)
        return cast


def day(text: str) -> time_machine.travel:
    return time_machine.travel(datetime.datetime.fromisoformat(f"{text}T09:00:00+00:00"), tick=False)


def slugs(found) -> list[str]:
    return [page.slug for page in found]


def test_a_page_is_due_within_its_days_and_overdue_from_the_day_after(world):
    today = DUE - datetime.timedelta(days=30)
    assert not review_dates.due(29, today) and slugs(review_dates.due(30, today)) == ["leg-cramps-at-night"]
    assert not review_dates.overdue(DUE) and review_dates.due(0, DUE)
    assert review_dates.overdue(DUE + datetime.timedelta(days=1))


def test_a_withdrawn_page_is_due_no_more(world):
    with day("2026-04-01"):
        assert review_dates.overdue()
        publishing.withdraw(world.page, reason="It is being rewritten.", by=world.ed)
        assert not review_dates.overdue() and not review_dates.due(60)


def test_the_editor_of_the_topic_looks_after_it_else_the_owner_and_the_deputy_hears_too(world):
    def found(user):
        return slugs(review_dates.looked_after_by(review_dates.dated(), user))

    def keepers():
        return review_dates.keepers(Page.objects.get().article)

    assert keepers() == [world.ed, world.milo]
    assert found(world.ed) and found(world.milo) and not found(world.wren)
    world.ed.is_active = False
    world.ed.save()
    assert keepers() == [world.wren, world.milo]
    assert found(world.wren)
    Topic.objects.update(editor=None, deputy=world.wren)
    assert keepers() == [world.wren]


def test_the_load_is_counted_by_specialty_or_else_by_topic_and_what_has_passed_apart(world):
    with time_machine.travel(REVIEWED + datetime.timedelta(days=92), tick=False):  # 3 June 2025
        other = worlds.published(world, worlds.drafted(world, slug="other"))
        shelve(other.article_id, topic=worlds.topic("Nerves", specialty="Neurologic"), by=world.ed)
        third = worlds.published(world, worlds.drafted(world, slug="third"))
        shelve(third.article_id, topic=worlds.topic("Headache", specialty="Neurologic"), by=world.ed)
    today = datetime.date(2026, 3, 10)
    neurologic, sleep = review_dates.load(today)
    assert (neurologic.shelf, neurologic.overdue, neurologic.months[3], neurologic.total) == ("Neurologic", 0, 2, 2)
    assert (sleep.shelf, sleep.overdue, sleep.total) == ("Sleep and pain", 1, 1)
    assert review_dates.months_ahead(today)[3] == datetime.date(2026, 6, 1)
    assert sorted(slugs(review_dates.on_shelf(review_dates.dated(), "Neurologic"))) == ["other", "third"]
    assert review_dates.load(datetime.date(2026, 3, 3))[1].months[0] == 1  # on the day itself it is still to come


def test_the_state_follows_the_requests_and_the_signature(world):
    def states():
        return list(review_dates.with_state(review_dates.dated()))

    revision = world.page.revision
    with day("2026-02-03"):
        assert review_dates.nothing_asked(review_dates.with_state(review_dates.dated()))
        worlds.asked(revision, Kind.FACTS, world.fay, by=world.ed)
        assert states()[0].asked is None  # a fact check renews nothing
        request = worlds.asked(revision, Kind.MEDICAL, world.dr_omar, by=world.ed)
        assert review_dates.asked_of(states())[request.pk].reviewer == world.dr_omar
        signoff = worlds.signing.sign(request.pk, worlds.answer(request), by=world.dr_omar)
        assert (states()[0].asked, states()[0].renewed) == (None, signoff.pk)
        publishing.publish(revision, by=world.ed)
        assert (states()[0].renewed, states()[0].review_due) == (None, datetime.date(2027, 2, 3))
