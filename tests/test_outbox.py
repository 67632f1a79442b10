"""What is told is written with the deed and sent after it: once, by whoever claimed it, and again when a server was away."""

import datetime

import pytest
import time_machine
from django.conf import settings as configured
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Event, User
from reviews import delivery, notices, requesting
from reviews.models import Notice, NoticeKind
from reviews.models.signoff import Kind
from reviews.outbox import GIVEN_UP, STATES, with_state
from tests import office, worlds
from tests.mail_servers import AWAY, REFUSING
from tests.test_races import at_once, marked

NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def tell(user, subject="A remark", **facts):
    notices.tell(user, NoticeKind.REMARK, subject, "Somebody remarks.", **facts)


def later(clock, wait):
    clock.shift(wait)
    return delivery.send_waiting(timezone.now())


def state(notice):
    return with_state(Notice.objects.filter(pk=notice.pk)).values_list("state", flat=True).get()


def test_it_is_sent_once_the_deed_holds(cast, commits):
    with commits():
        tell(cast.wren)
        assert mail.outbox == []
    [letter], notice = mail.outbox, Notice.objects.get()
    assert (letter.to, letter.subject) == (["wren@example.org"], "A remark")
    assert letter.from_email == f"Imprimatur <{configured.DEFAULT_FROM_EMAIL}>"
    assert letter.body == (
        "Somebody remarks.\n\n-- \nYou get this because this text is yours, or the remark is.\n"
        f"Change what you are told: https://health.example.org{office.url('reviews_notice_preferences')}\n"
    )
    assert letter.extra_headers["Message-ID"] == f"<notice-{notice.pk}@health.example.org>"
    assert notice.sent_at
    assert state(notice) == "sent"
    assert delivery.send_waiting(timezone.now()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_deed_that_is_rolled_back_tells_nobody():
    user = worlds.person("wren", "Writers")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(user)
        raise ZeroDivisionError
    assert not Notice.objects.exists()
    assert mail.outbox == []
    with transaction.atomic():
        tell(user)
    assert len(mail.outbox) == 1


def test_what_has_a_key_is_told_once_to_each(cast, commits):
    with commits():
        for _ in range(2):
            tell(cast.wren, key="remark:1")
            notices.tell_editors(NoticeKind.REMARK, "To editors", "Text.", key="remark:1")
            tell(cast.wren)
    assert [letter.to[0] for letter in mail.outbox].count("wren@example.org") == 3
    assert [letter.subject for letter in mail.outbox].count("To editors") == 1


def test_nobody_writes_to_whoever_left_or_has_no_address(cast):
    for user, facts in ((cast.wren, {"is_active": False}), (cast.milo, {"email": ""})):
        User.objects.filter(pk=user.pk).update(**facts)
        user.refresh_from_db()
        tell(user)
    assert not Notice.objects.exists()


def test_a_mail_server_that_is_away_stops_no_deed_and_is_asked_once_a_minute(cast, clock, settings, commits):
    settings.EMAIL_BACKEND = AWAY
    revision = worlds.drafted(cast)
    with commits():
        for reviewer, kind in ((cast.fay, Kind.FACTS), (cast.dr_ruth, Kind.MEDICAL), (cast.dr_omar, Kind.MEDICAL)):
            requesting.request_review(revision, kind=kind, reviewer=reviewer, due=NOON.date(), by=cast.ed)
    assert revision.requests.count() == 3
    assert sorted(Notice.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert later(clock, MINUTE) == (0, 1), "one attempt shows that it is still away"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert later(clock, 2 * MINUTE) == (3, 0)
    assert len(mail.outbox) == 3


def test_a_refusal_is_tried_again_later_and_later_and_given_up_after_twelve(cast, clock, settings, commits):
    settings.EMAIL_BACKEND = REFUSING
    with commits():
        tell(cast.wren)
    pauses = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    for attempt, minutes in enumerate(pauses, start=1):
        notice = Notice.objects.get()
        assert (notice.attempts, notice.claimed_until - timezone.now()) == (attempt, minutes * MINUTE)
        assert notice.error == "550 no such mailbox"
        assert state(notice) == "waiting"
        assert later(clock, minutes * MINUTE - datetime.timedelta(seconds=1)) == (0, 0)
        assert later(clock, datetime.timedelta(seconds=1)) == (0, 1)
    notice = Notice.objects.get()
    assert (notice.attempts, notice.claimed_until, state(notice)) == (12, GIVEN_UP, "failed")
    assert later(clock, datetime.timedelta(days=400)) == (0, 0)
    [event] = Event.objects.filter(name="notice.given_up")
    assert event.data == {"notice": notice.pk, "kind": "remark"}
    assert Notice.objects.count() == 1, "a mail about mails would not arrive either"


def test_one_that_is_refused_keeps_no_other_waiting(cast, clock, settings):
    tell(cast.wren)
    notices.tell_reader("two\nlines@example.net", "What became of it", "Thank you.")
    tell(cast.milo)
    assert delivery.send_waiting(NOON) == (2, 1)
    assert [letter.to for letter in mail.outbox] == [["wren@example.org"], ["milo@example.org"]]


def test_a_machine_that_dies_with_its_claim_is_followed_by_another_after_ten_minutes(cast, clock):
    tell(cast.wren)
    assert delivery._claimed(Notice.objects.get().pk, NOON)
    assert later(clock, 9 * MINUTE) == (0, 0)
    assert later(clock, MINUTE) == (1, 0)
    assert Notice.objects.get().attempts == 2


@pytest.mark.parametrize("server", ["django.core.mail.backends.locmem.EmailBackend", REFUSING])
def test_a_readers_address_is_forgotten_once_it_is_of_no_more_use(cast, clock, settings, server):
    settings.EMAIL_BACKEND = server
    notices.tell_reader("reader@example.net", "What became of it", "Thank you.")
    notices.alert("Signing closed", "Wrong passwords.")
    for _ in range(12):
        later(clock, datetime.timedelta(hours=6))
    kept = dict(Notice.objects.values_list("kind", "address"))
    assert kept == {"answer": "", "security": configured.SECURITY_CONTACT}
    assert not Notice.objects.filter(error__contains="reader@").exists()


def test_without_tasks_only_tend_sends(cast, settings, commits):
    settings.TASKS_BACKEND = "none"
    with commits():
        tell(cast.wren)
    assert mail.outbox == []
    assert delivery.send_waiting(timezone.now()) == (1, 0)


def test_each_run_sends_no_more_than_it_is_allowed(cast):
    for number in range(5):
        tell(cast.wren, f"Remark {number}")
    assert delivery.send_waiting(timezone.now(), most=3) == (3, 0)
    assert [letter.subject for letter in mail.outbox] == ["Remark 0", "Remark 1", "Remark 2"]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_mail_server_is_talked_to(settings):
    settings.TASKS_BACKEND = "none"
    settings.EMAIL_BACKEND = "tests.test_outbox.Watching"
    Watching.seen.clear()
    tell(worlds.person("wren", "Writers"))
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        delivery.send_waiting(timezone.now())
    assert Watching.seen == []
    assert delivery.send_waiting(timezone.now()) == (1, 0)
    assert Watching.seen == [False, False]


class Watching(mail.backends.locmem.EmailBackend):
    seen: list[bool] = []

    def open(self):
        self.seen.append(connection.in_atomic_block)

    def send_messages(self, messages):
        self.seen.append(connection.in_atomic_block)
        return super().send_messages(messages)


@marked
def test_four_machines_that_send_at_once_send_each_notice_once(transactional_db, settings):
    settings.TASKS_BACKEND = "none"
    user = worlds.person("wren", "Writers")
    for number in range(40):
        tell(user, f"Remark {number}")
    results = at_once(*[lambda: delivery.send_waiting(timezone.now())] * 4)
    assert sum(sent for sent, _ in results) == 40
    assert sorted(letter.subject for letter in mail.outbox) == sorted(f"Remark {number}" for number in range(40))
    assert set(Notice.objects.values_list("attempts", flat=True)) == {1}


# The list of the office


@pytest.fixture
def outbox(cast, clock, settings):
    tell(cast.wren, "One that was sent")
    notices.tell_reader("reader@example.net", "One to a reader", "The page was mended.")
    delivery.send_waiting(NOON)
    settings.EMAIL_BACKEND = REFUSING
    tell(cast.milo, "One that failed")
    for _ in range(12):
        later(clock, datetime.timedelta(hours=6))
    notices.tell_reader("reader@example.net", "One that waits", "The page was mended.")
    delivery.send_waiting(timezone.now())
    return {notice.subject: notice for notice in Notice.objects.all()}


LIST = "reviews_notice_changelist"


@pytest.mark.parametrize(
    "query, subjects",
    [
        ("", {"One that was sent", "One to a reader", "One that failed", "One that waits"}),
        ("?state=sent", {"One that was sent", "One to a reader"}),
        ("?state=failed", {"One that failed"}),
        ("?state=waiting", {"One that waits"}),
        ("?state=nonsense", {"One that was sent", "One to a reader", "One that failed", "One that waits"}),
        ("?kind__exact=answer", {"One to a reader", "One that waits"}),
        ("?q=Milo", {"One that failed"}),
        ("?q=was", {"One that was sent"}),
        ("?q=reader@example.net", set()),
    ],
)
def test_editors_find_notices_by_state_kind_subject_and_recipient(outbox, cast, as_user, query, subjects):
    answer = as_user(cast.ed).get(office.url(LIST) + query)
    assert {notice.subject for notice in answer.context["cl"].result_list} == subjects


def test_editors_read_each_and_nobody_reads_a_readers_address(outbox, cast, as_user):
    client = as_user(cast.ed)
    pages = [client.get(office.url(LIST))]
    pages += [client.get(office.url("reviews_notice_change", notice.pk)) for notice in outbox.values()]
    assert {page.status_code for page in pages} == {200}
    assert not any("reader@" in page.content.decode() for page in pages)
    failed = client.get(office.url("reviews_notice_change", outbox["One that failed"].pk)).content.decode()
    for words in ("Failed", "Somebody remarks.", "Milo Brandt", "550 no such mailbox", "Try again"):
        assert words in failed


def test_others_have_no_list_and_nobody_changes_one(outbox, cast, as_user):
    page = office.url("reviews_notice_change", outbox["One that failed"].pk)
    for user in (cast.wren, cast.fay):
        assert {as_user(user).get(address).status_code for address in (office.url(LIST), page)} == {403}
    assert as_user(cast.ed).put(page).status_code == 405
    assert as_user(cast.wren).post(page).status_code == 403
    assert as_user(cast.ed).get(office.url("reviews_notice_change", 999_999)).status_code in (302, 404)


def test_an_editor_has_one_that_was_given_up_tried_again(outbox, cast, as_user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox.clear()
    for subject, status in (("One that failed", 302), ("One that failed", 409), ("One that was sent", 409)):
        answer = as_user(cast.ed).post(office.url("reviews_notice_change", outbox[subject].pk))
        assert answer.status_code == status, subject
    assert delivery.send_waiting(timezone.now()) == (1, 0)
    assert [letter.subject for letter in mail.outbox] == ["One that failed"]
    assert Event.objects.get(name="notice.tried_again").actor == cast.ed


def test_every_notice_is_in_one_state(outbox):
    for notice in outbox.values():
        assert sum(Notice.objects.filter(condition, pk=notice.pk).exists() for condition in STATES.values()) == 1
