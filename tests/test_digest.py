"""The digest: once a day each person gets in one mail what they chose not to hear at once."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from articles.models import User
from reviews import delivery, notices, requesting
from reviews.models import Notice, NoticeKind
from reviews.models.signoff import Kind
from reviews.outbox import set_preferences
from tests import office, worlds
from tests.test_races import at_once, marked

SIX = datetime.datetime(2026, 3, 2, 6, 30, tzinfo=datetime.UTC)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(SIX, tick=False) as traveller:
        yield traveller


def patient(user):
    kinds = (NoticeKind.REQUEST, NoticeKind.REMARK, NoticeKind.DECISION)
    set_preferences(user, dict.fromkeys(kinds, "digest"))
    return user


def tell(user, kind=NoticeKind.REMARK, subject="A remark", text="Somebody remarks.\n\nhttps://health.example.org/admin/1/\n"):
    notices.tell(user, kind, subject, text)


def digests():
    return Notice.objects.filter(kind=NoticeKind.DIGEST)


def test_it_reads_well(cast, clock):
    patient(cast.fay)
    long = "A remark on an article with a title that goes on for longer than any line of a mail ought to be"
    tell(cast.fay, subject=long)
    request = requesting.request_review(worlds.drafted(cast), kind=Kind.FACTS, reviewer=cast.fay, due=SIX.date(), by=cast.ed)
    tell(cast.fay, text="Somebody remarks, without a link.")
    clock.shift(HOUR)
    assert delivery.make_digests(timezone.now()) == 1
    assert delivery.send_waiting(timezone.now()) == (1, 0)
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["fay@example.org"], "Your digest: 3 notices")
    assert (
        letter.body
        == f"""3 notices since your last digest.

A review is asked of me, or no longer
-------------------------------------
- Review asked: Leg cramps at night (2 Mar)
  https://health.example.org{office.url("reviews_reviewrequest_change", request.pk)}

Somebody remarks on a text of mine
----------------------------------
- A remark on an article with a title that goes on for longer than … (2 Mar)
  https://health.example.org/admin/1/
- A remark (2 Mar)

{"-- "}
You get this because you chose to hear of these things once a day.
Change what you are told: https://health.example.org{office.url("reviews_notice_preferences")}
"""
    )
    assert max(len(line) for line in letter.body.splitlines() if "://" not in line) <= 78
    assert all(notice.digest == digests().get() for notice in Notice.objects.filter(how="digest"))


def test_it_is_made_from_the_hour_on_that_the_house_set_in_its_own_time(cast, clock):
    tell(patient(cast.wren))
    assert delivery.make_digests(timezone.now()) == 0
    with timezone.override("Europe/Berlin"):
        assert delivery.make_digests(timezone.now()) == 1


def test_it_is_made_once_a_day_and_what_comes_later_waits_for_tomorrow(cast, clock):
    tell(patient(cast.wren), subject="First")
    clock.shift(HOUR)
    assert [delivery.make_digests(timezone.now()) for _ in range(2)] == [1, 0]
    tell(cast.wren, subject="Second")
    clock.shift(12 * HOUR)
    assert delivery.make_digests(timezone.now()) == 0
    clock.shift(DAY)
    assert delivery.make_digests(timezone.now()) == 1
    bundled = [[notice.subject for notice in digest.bundled.all()] for digest in digests().order_by("pk")]
    assert bundled == [["First"], ["Second"]]
    clock.shift(DAY)
    assert delivery.make_digests(timezone.now()) == 0, "a day without notices has no digest"


def test_only_what_was_chosen_waits_and_each_gets_their_own(cast, clock):
    for user in (patient(cast.wren), patient(cast.milo), cast.ed):
        tell(user, subject=f"For {user.username}")
        tell(user, NoticeKind.HARM, f"Harm, {user.username}")
    assert delivery.send_waiting(timezone.now()) == (4, 0)
    clock.shift(HOUR)
    assert delivery.make_digests(timezone.now()) == 2
    mail.outbox.clear()
    delivery.send_waiting(timezone.now())
    for letter in mail.outbox:
        [name] = [address.split("@")[0] for address in letter.to]
        assert letter.body.count("For ") == 1
        assert f"For {name}" in letter.body


def test_nobody_gets_one_after_they_left(cast, clock):
    tell(patient(cast.wren))
    User.objects.filter(pk=cast.wren.pk).update(is_active=False)
    assert delivery.make_digests(timezone.now() + HOUR) == 0


@marked
def test_two_machines_make_one_digest(transactional_db):
    users = [patient(worlds.person(f"writer_{number}", "Writers")) for number in range(5)]
    for user in users:
        for number in range(3):
            tell(user, subject=f"Remark {number}")
    late = timezone.localtime().replace(hour=23)
    results = at_once(*[lambda: delivery.make_digests(late)] * 3)
    assert sum(results) == 5
    assert digests().count() == 5
    assert all(digest.bundled.count() == 3 for digest in digests())
    delivery.send_waiting(timezone.now())
    assert len(mail.outbox) == 5
