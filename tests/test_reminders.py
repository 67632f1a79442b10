"""Reminders: each told to the right people, in time, once."""

import datetime
from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Topic
from reviews import publishing, reminding
from reviews.models import Notice, NoticeKind, NoticePreference
from reviews.models.signoff import Kind
from tests import worlds
from tests.test_races import at_once, postgresql

REVIEWED = datetime.datetime(2025, 3, 3, 12, tzinfo=datetime.UTC)
DUE = datetime.date(2026, 3, 3)


def made() -> SimpleNamespace:
    """One page, reviewed on 3 March 2025 and due a year later; its topic is edited by ed, with milo as deputy."""
    with time_machine.travel(REVIEWED, tick=False):
        cast = worlds.the_cast()
        cast.page = worlds.published(cast)
        Topic.objects.update(editor=cast.ed, deputy=cast.milo)
        return cast


@pytest.fixture
def world(db):
    return made()


def reminded(days_before: int) -> list[str]:
    """Who is told what on this day, as `threshold:account`."""
    today = DUE - datetime.timedelta(days=days_before)
    before = set(Notice.objects.values_list("pk", flat=True))
    with time_machine.travel(datetime.datetime.combine(today, datetime.time(9), datetime.UTC), tick=False):
        told = reminding.remind_of_reviews(today)
    fresh = Notice.objects.exclude(pk__in=before).order_by("pk")
    assert told == len(fresh)
    return [f"{one.key.split(':')[2]}:{one.recipient.username}" for one in fresh]


def test_editor_and_deputy_of_the_topic_are_told_once_at_each_threshold(world):
    assert reminded(61) == []
    assert reminded(60) == ["60:ed", "60:milo"]
    assert reminded(60) == reminded(31) == []
    assert reminded(30) == ["30:ed", "30:milo"]
    assert reminded(1) == []
    assert reminded(0) == ["0:ed", "0:milo"]
    assert reminded(-100) == []


def test_only_the_most_urgent_is_told_of_a_page_that_is_seen_late(world):
    assert reminded(20) == ["30:ed", "30:milo"]
    assert reminded(20) == []


def test_the_mail_says_which_article_when_it_was_reviewed_by_whom_and_what_to_do(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        reminded(20)
    [letter] = [one for one in mail.outbox if one.to == ["ed@example.org"] and "Review due" in one.subject]
    assert letter.subject == "Review due: Leg cramps at night"
    for words in (
        "“Leg cramps at night” is due to be reviewed again on 3 March 2026",
        "last reviewed on 3 March 2025 by Ruth Okonkwo, MBBS, MRCGP",
        "https://health.example.org/articles/leg-cramps-at-night/",
        f"https://health.example.org/admin/reviews/reviewrequest/add/?revision={world.page.revision_id}",
        "Nobody has been asked yet.",
    ):
        assert words in letter.body
    assert Notice.objects.get(recipient=world.ed, kind=NoticeKind.REVIEW_DATE)


def test_without_an_editor_the_owner_is_told_and_where_nobody_is_left_all_editors(world):
    Topic.objects.update(editor=None, deputy=None)
    assert reminded(60) == ["60:wren"]
    world.wren.is_active = False
    world.wren.save()
    assert reminded(30) == ["30:ed"]


def test_a_new_review_begins_anew(world):
    assert reminded(0) == ["0:ed", "0:milo"]
    with time_machine.travel(datetime.datetime(2026, 3, 9, tzinfo=datetime.UTC), tick=False):
        worlds.signed(world.page.revision, Kind.MEDICAL, world.dr_omar, by=world.ed)
        publishing.publish(world.page.revision, by=world.ed)
    assert reminded(-20) == []
    assert reminded(-371) == ["0:ed", "0:milo"]


def test_what_is_under_way_is_said(world):
    with time_machine.travel(datetime.datetime(2026, 2, 20, tzinfo=datetime.UTC), tick=False):
        request = worlds.asked(world.page.revision, Kind.MEDICAL, world.dr_omar, by=world.ed)
        reminding.remind_of_reviews(datetime.date(2026, 2, 20))
        assert "Omar Haddad, MD has been asked for a medical review by 27 February 2026" in text()
        worlds.signing.sign(request.pk, worlds.answer(request), by=world.dr_omar)
        reminding.remind_of_reviews(DUE)
        assert f"The new review is signed. Confirm it here: {checklist(world)}" in text()


def text() -> str:
    return Notice.objects.filter(kind=NoticeKind.REVIEW_DATE).latest("pk").text


def checklist(world) -> str:
    return f"https://health.example.org/admin/reviews/publication/checklist/{world.page.revision_id}/"


def test_queries_do_not_grow_with_what_was_told_before_or_is_not_wanted(world):
    def counted(today):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reminding.remind_of_reviews(today)
        return len(queries)

    for n in range(5):
        with time_machine.travel(REVIEWED, tick=False):
            worlds.published(world, worlds.drafted(world, slug=f"other-{n}"))
    NoticePreference.objects.create(user=world.milo, kind=NoticeKind.REVIEW_DATE, how="never")
    assert reminded(10) == ["30:ed"] * 6
    assert counted(DUE - datetime.timedelta(days=10)) <= 9


def due_notices() -> list[str]:
    return [f"{n.key.split(':', 2)[2]}>{n.recipient.username}" for n in Notice.objects.filter(kind="due").order_by("pk")]


def test_reviewers_are_reminded_two_days_before_on_the_day_and_a_week_after_when_the_asker_hears_too(cast):
    revision = worlds.drafted(cast)
    request = worlds.asked(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    told = {}
    for days in (3, 2, 2, 1, 0, 0, -1, -6, -7, -7, -300):
        before = due_notices()
        reminding.remind_of_requests(request.due - datetime.timedelta(days=days))
        told.setdefault(days, []).extend(due_notices()[len(before) :])
    assert {days: what for days, what in told.items() if what} == {
        2: ["soon>dr_ruth"], 0: ["today>dr_ruth"], -7: ["late>dr_ruth", "late:asker>ed"],
    }  # fmt: skip
    assert "has not yet answered your request for a medical review" in Notice.objects.latest("pk").text


def test_nobody_is_reminded_of_what_is_answered_or_overtaken(cast):
    revision = worlds.drafted(cast)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    request = worlds.asked(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    newer = worlds.redrafted(revision, by=cast.wren)
    worlds.asked(newer, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    assert reminding.remind_of_requests(request.due) == 1
    assert Notice.objects.filter(kind="due").get().text.count("revision 2") == 1


class TestOnSeveralMachines:
    pytestmark = postgresql

    def test_at_the_same_moment_each_is_told_once(self):
        world = made()
        worlds.asked(world.page.revision, Kind.MEDICAL, world.dr_omar, by=world.ed)
        today = datetime.date(2030, 1, 1)
        at_once(*[lambda: reminding.remind_of_reviews(today), lambda: reminding.remind_of_requests(today)] * 3)
        kinds = Notice.objects.filter(kind__in=["due", "review_date"]).values_list("kind", "recipient__username")
        assert sorted(kinds) == [
            ("due", "dr_omar"), ("due", "ed"), ("review_date", "ed"), ("review_date", "milo"),
        ]  # fmt: skip
