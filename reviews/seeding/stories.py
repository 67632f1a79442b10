"""How a made-up article comes as far as its plan says, step by step."""

import datetime

from django.utils import timezone

from reviews.models import SignOff
from reviews.models.signoff import Decision, Kind
from reviews.seeding import readers, steps
from reviews.seeding.made import DAY, Draft, Made
from reviews.seeding.plans import Course, Plan
from reviews.seeding.rows import Batch

# For each draft: how many days before the last publication it is saved, and whether it goes out.
DRAFTS = {
    Course.DRAFTED: ((30, False), (20, False), (12, False)),
    Course.WITHDRAWN: ((30, False), (20, False), (12, True)),
    Course.FIRST: ((30, False), (20, False), (12, True)),
    Course.UPDATED: ((90, False), (80, True), (12, True)),
    Course.CORRECTED: ((90, True), (60, True), (12, True)),
    Course.NEWER: ((30, False), (12, True), (-3, False)),
}
REVIEWED_IN = 12  # days from a draft to its publication
ASKED_IN = 1


def write(plan: Plan, batch: Batch, now: datetime.datetime) -> Made:
    """All records of one article, but for its finished page."""
    made = Made(plan, batch, now)
    days_of_drafts = DRAFTS[plan.course]
    steps.start(made, made.before_out(days_of_drafts[0][0]))
    for days, goes_out in days_of_drafts:
        draft = steps.save(made, made.before_out(days))
        if goes_out:
            facts, medical = _reviewed(made, draft, days)
            steps.publish(made, draft, facts, medical, made.before_out(days - REVIEWED_IN))
    _leave_waiting(made, days)
    _go_on(made)
    made.write_history()
    return made


def _reviewed(made: Made, draft: Draft, days: int, medicine: Decision = Decision.APPROVE) -> tuple[SignOff, SignOff]:
    at = made.before_out(days - ASKED_IN)
    return steps.review(made, draft, Kind.FACTS, at), steps.review(made, draft, Kind.MEDICAL, at, medicine)


def _leave_waiting(made: Made, days: int) -> None:
    """About the last draft, which was saved so many days before."""
    waiting, draft = made.plan.waiting, made.drafts[-1]
    if waiting.requested:
        at = made.before_out(days - ASKED_IN)
        soonest, wanted = timezone.localdate(at + DAY), timezone.localdate(made.now) + (made.plan.place % 20 - 10) * DAY
        for kind in (Kind.FACTS, Kind.MEDICAL):
            steps.ask(made, draft, kind, at, due=max(soonest, wanted))
    if waiting.objected:
        _reviewed(made, draft, days, Decision.CHANGES)
    if waiting.ready:
        _reviewed(made, draft, days)
    if waiting.scheduled:
        steps.schedule(made, draft, made.out, made.now + 7 * DAY + made.plan.place % 48 * datetime.timedelta(hours=1))
    if waiting.concern:
        steps.open_concern(made, made.now)


def _go_on(made: Made) -> None:
    """What came after the last publication."""
    if not made.publications:
        return
    until = made.out + (made.now - made.out) * 0.8 if made.plan.course is Course.WITHDRAWN else made.now
    readers.speak(made, until)
    if made.plan.course is Course.WITHDRAWN:
        steps.withdraw(made, until)
