"""Sending what the outbox holds: at once by a task, and by `tend` whatever a task could not send.

What is promised. None is lost: a row written with its deed stays, and is tried until it is sent or, after twelve
attempts in almost a day, given up; then it stands in the outbox as failed, the office is told, and an editor may have
it tried again (a reader's only until then: nothing keeps their address for longer). Each is sent once:
whoever sends it has claimed it first, and committed the claim. There is one exception. Should a machine die between the
mail server's yes and our note of it, the same mail is sent again after ten minutes, under the same Message-ID, by which
most mailboxes show it once. Machines whose clocks are ten minutes apart would do so too.
No transaction is open while a mail server is talked to.
"""

import datetime
import logging
import re
from contextlib import suppress
from enum import Enum, auto
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles import history
from articles.models import User
from reviews import letters
from reviews.models import Notice, NoticeKind
from reviews.models.notice import How
from reviews.outbox import GIVEN_UP, post, waiting, waiting_for_digest

log = logging.getLogger(__name__)
CLAIM = datetime.timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = datetime.timedelta(minutes=1), datetime.timedelta(hours=6)
ATTEMPTS = 12


class Outcome(Enum):
    SENT = auto()
    REFUSED = auto()  # this one
    AWAY = auto()  # no mail server answers: any other would fail too
    NOT_MINE = auto()  # sent, or claimed by somebody else, or not to be sent yet


def send_waiting(now: datetime.datetime, most: int = 200) -> tuple[int, int]:
    """Sends what waits; how many were sent, and how many failed. While no mail server answers, one attempt is enough."""
    sent = failed = 0
    for pk in list(waiting(now).values_list("pk", flat=True)[:most]):
        outcome = send(pk, max(now, timezone.now()))
        sent += outcome is Outcome.SENT
        failed += outcome in (Outcome.REFUSED, Outcome.AWAY)
        if outcome is Outcome.AWAY:
            break
    return sent, failed


def send(pk: int, now: datetime.datetime) -> Outcome:
    """One attempt to send one notice, if nobody else is at it."""
    notice = _claimed(pk, now)
    if notice is None:
        return Outcome.NOT_MINE
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:  # whatever it is, the notice waits for a better hour
        _failed(notice, f"No mail server answers: {_in_words(error)}", now)
        return Outcome.AWAY
    try:
        letters.letter(notice, connection).send()
    except Exception as error:
        _failed(notice, _in_words(error), now)
        return Outcome.REFUSED
    else:
        _sent(notice, now)
        return Outcome.SENT
    finally:
        with suppress(Exception):  # what was sent is sent, however the server takes leave
            connection.close()


def make_digests(now: datetime.datetime) -> int:
    """Once a day, from DIGEST_HOUR on, one digest for each person with notices waiting for it; `send_waiting` sends them."""
    local = timezone.localtime(now)
    if local.hour < settings.DIGEST_HOUR:
        return 0
    waiting_for = waiting_for_digest().values("recipient")
    people = User.objects.filter(pk__in=waiting_for, is_active=True).order_by("pk")
    return sum(_make_digest(user, local.date()) for user in people)


@transaction.atomic
def _make_digest(user: User, day: datetime.date) -> bool:
    """The key lets one machine make it; what came in after it was written waits for tomorrow's."""
    notices = sorted(
        waiting_for_digest().filter(recipient=user).order_by("pk"), key=lambda one: NoticeKind.values.index(one.kind)
    )
    if not notices:
        return False
    digest = post(NoticeKind.DIGEST, *letters.digest(notices), to=user, key=f"digest:{user.pk}:{day}")
    if digest is None:
        return False
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(digest=digest)
    return True


def _claimed(pk: int, now: datetime.datetime) -> Notice | None:
    """Durable: the claim is committed when this returns, or it refuses to run within a transaction."""
    with transaction.atomic(durable=True):
        mine = Notice.objects.filter(pk=pk, sent_at=None, how=How.AT_ONCE, claimed_until__lte=now).update(
            claimed_until=now + CLAIM, attempts=F("attempts") + 1
        )
    return Notice.objects.select_related("recipient").get(pk=pk) if mine else None


def _sent(notice: Notice, now: datetime.datetime) -> None:
    Notice.objects.filter(pk=notice.pk, sent_at=None).update(sent_at=now, error="", address=_address_to_keep(notice))


@transaction.atomic
def _failed(notice: Notice, error: str, now: datetime.datetime) -> None:
    """Later again, later each time; in the end never. An error must not show a reader's address, which the server repeats."""
    log.warning("Notice %s was not sent at attempt %s", notice.pk, notice.attempts)
    error = " ".join(re.sub(re.escape(notice.address), "(address)", error, flags=re.IGNORECASE).split())[:300]
    mine = Notice.objects.filter(pk=notice.pk, sent_at=None, claimed_until=notice.claimed_until)
    if notice.attempts < ATTEMPTS:
        mine.update(error=error, claimed_until=now + min(FIRST_PAUSE * 2 ** (notice.attempts - 1), LONGEST_PAUSE))
    elif mine.update(error=error, claimed_until=GIVEN_UP, address=_address_to_keep(notice)):
        history.record("notice.given_up", by=None, notice=notice.pk, kind=notice.kind)


def _in_words(error: Exception) -> str:
    """What the server answered, without Python's quotation marks."""
    answers = [(error.smtp_code, error.smtp_error)] if isinstance(error, SMTPResponseException) else []
    if isinstance(error, SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    spoken = [f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}" for code, text in answers]
    return "; ".join(spoken) or str(error) or type(error).__name__


def _address_to_keep(notice: Notice) -> str:
    """A reader's is needed for this one mail alone."""
    return "" if notice.recipient_id is None and notice.kind == NoticeKind.ANSWER else notice.address
