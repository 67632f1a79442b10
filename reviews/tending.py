"""All that time demands, as steps that stand each on its own: what is due is done, what fails stops no other.

Safe to run every minute, on as many machines as there are: each step does its deeds through verbs that lock what they
change and do nothing twice. Steps that cost something are done now and then, by one machine at a time.
"""

import datetime
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections, connection
from django.utils import timezone

from articles import row_statistics
from articles.lookup import configured
from articles.models import Page
from articles.sealing import sha256
from reviews import (
    credential_reminders,
    delivery,
    feedback,
    gate,
    notices,
    reminding,
    report_owners,
    scheduling,
    signature_concerns,
    source_checking,
    sweeping,
)
from reviews.chores import taken
from reviews.models import NoticeKind
from reviews.stale_pages import rebuild_stale

EVERY_TIME = datetime.timedelta(0)
SOMETIMES, HOURLY, DAILY = datetime.timedelta(minutes=5), datetime.timedelta(hours=1), datetime.timedelta(hours=23)
SOURCES_AT_A_TIME = 200
log = logging.getLogger(__name__)


class Incomplete(Exception):
    """The step did what it could; what it could not is said here."""


@dataclass(frozen=True)
class Step:
    """One thing that time demands: its name, what it does and says in a line, and how often."""

    name: str
    do: Callable[[], str]
    every: datetime.timedelta = EVERY_TIME
    at_most: datetime.timedelta = datetime.timedelta(minutes=30)


@dataclass(frozen=True)
class Tended:
    """What came of one step."""

    name: str
    said: str
    failed: bool = False


def tend() -> Iterator[Tended]:
    """Runs every step that is due, in order, and tells of each as it ends."""
    for step in STEPS:
        yield _run(step)


def _run(step: Step) -> Tended:
    if not connection.in_atomic_block:  # what a step before has broken is opened anew
        close_old_connections()
    try:
        if step.every == EVERY_TIME:
            return Tended(step.name, step.do())
        with taken(step.name, step.every, step.at_most) as ours:
            return Tended(step.name, step.do() if ours else "not due")
    except Exception as error:
        log.exception("The step %s of tend failed.", step.name)
        told = f"{type(error).__name__}: {error}" if not isinstance(error, Incomplete) else str(error)
        _tell_of_failure(step.name, told)
        return Tended(step.name, told, failed=True)


def _tell_of_failure(name: str, told: str) -> None:
    """The editors hear of it once a day, if even that can be written down."""
    text = f"The step “{name}” of the site’s regular work failed:\n\n{told[:1500]}\n\nThe others went on. It is tried again.\n"
    try:
        notices.tell_editors(NoticeKind.FAILURE, f"Regular work failed: {name}", text, key=f"tend:{name}:{timezone.localdate()}")
    except Exception:
        log.exception("Nobody could be told of it.")


def _schedules() -> str:
    fired = scheduling.fire_due()
    if fired.failed:
        raise Incomplete("; ".join(f"{schedule}: {error}" for schedule, error in fired.failed))
    published = sum(outcome.publication_id is not None for outcome in fired.outcomes)
    return f"{published} published, {len(fired.outcomes) - published} not"


def _credentials() -> str:
    today = timezone.localdate()
    opened, told = signature_concerns.open_for_lapsed(today), credential_reminders.remind(today)
    return f"{opened} concerns opened, {told} reminders"


def _reviews() -> str:
    today = timezone.localdate()
    return f"{reminding.remind_of_reviews(today)} of pages, {reminding.remind_of_requests(today)} of requests"


def _reports() -> str:
    return f"{len(report_owners.reassign_orphans())} given another owner"


def _pages() -> str:
    return f"{rebuild_stale()} built anew"


def _registers() -> str:
    """A part of the sources each time: whoever was asked in the last six days and answered is passed over."""
    if not configured.fetchers():
        return "switched off"
    due = source_checking.due(source_checking.chosen(), source_checking.REGISTERS)
    some = due.filter(pk__in=list(due.order_by("pk").values_list("pk", flat=True)[:SOURCES_AT_A_TIME]))
    done = list(source_checking.check(some, source_checking.ask_registers))
    failures = [failure for checked in done for failure in checked.failures]
    if failures:
        raise Incomplete(f"{len(done)} sources checked; no answer for some: {failures[0]}")
    return f"{len(done)} sources checked, {sum(checked.concerns for checked in done)} concerns opened"


def _live() -> str:
    """What is wrong by now with live pages; the editors are mailed the list once, and again when it has changed."""
    pages = Page.objects.live().select_related(
        "publication__revision", "publication__reviewed", "publication__medical", "publication__facts", "publication__look"
    )
    found = [
        f"{settings.SITE_URL}{page.get_absolute_url()}\n  {reason.text}"
        for page in pages.order_by("pk").iterator(200)
        for reason in gate.concerns(page.publication)
    ]
    told = f"{len(found)} point{'' if len(found) == 1 else 's'} against pages that are live"
    if found:
        text = "What the records say against pages that are live. Nothing comes down by itself.\n\n" + "\n\n".join(found[:100])
        more = f"\n\n… and {len(found) - 100} more: manage.py check_live lists them all." if len(found) > 100 else ""
        key = f"live:{sha256(text.encode())[:32]}"
        notices.tell_editors(NoticeKind.CONCERN, told.capitalize(), f"{text}{more}\n", key=key)
    return told


def _purge() -> str:
    words, addresses = feedback.purge(timezone.localdate())
    call_command("clearsessions")
    return f"{words} reports blanked, {addresses} addresses deleted"


def _digests() -> str:
    return f"{delivery.make_digests(timezone.now())} made"


def _notices() -> str:
    sent, failed = delivery.send_waiting(timezone.now())
    if failed:
        raise Incomplete(f"{sent} sent, {failed} could not be sent and are tried again")
    return f"{sent} sent"


def _swept() -> str:
    return _still(sweeping.sweep())


def _swept_anew() -> str:
    return _still(sweeping.sweep(from_the_beginning=True))


def _still(found: dict[str, int]) -> str:
    """What the desks need not look for any further."""
    return ", ".join(f"{count} {name}" for name, count in found.items()) + " still open"


STEPS = (
    Step("schedules", _schedules),
    Step("credentials", _credentials, HOURLY),
    Step("reviews", _reviews, HOURLY),
    Step("reports", _reports, HOURLY),
    Step("pages", _pages, SOMETIMES),
    Step("registers", _registers, HOURLY),
    Step("live pages", _live, DAILY, datetime.timedelta(hours=3)),
    Step("purge", _purge, DAILY),
    Step("swept", _swept, SOMETIMES),
    Step("swept anew", _swept_anew, DAILY),
    Step("statistics", row_statistics.refresh, DAILY),
    Step("digests", _digests),
    Step("notices", _notices),
)
