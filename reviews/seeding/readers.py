"""What made-up readers said of a made-up article: votes, one report that was decided, and those that wait."""

import datetime
import uuid

from django.utils import timezone

from articles.models import User
from reviews import receipts
from reviews.models import FeedbackDetail, FeedbackReport, Publication, ReportOwner, Triage
from reviews.seeding.made import DAY, Made
from reviews.seeding.steps import REASON

REPORTS = 11  # of each article that was ever out, and so ten of each article
DECIDED = 5  # which of them says what is wrong, and has been decided about
OLDEST = 100  # days, of a report that waits
REASONS = FeedbackDetail.Reason.values
NOON = datetime.timedelta(hours=12)


def speak(made: Made, until: datetime.datetime) -> None:
    """From the last publication until that moment; the reports that wait are the newest."""
    since, days = timezone.localdate(made.out), (until - made.out).days
    for nth in range(REPORTS):
        on = since + nth * days // REPORTS * DAY
        report = _report(made, made.publications[-1], on, helpful=None if nth == DECIDED else nth % 3 > 0)
        if nth == DECIDED:
            _details(made, report)
            _decide(made, report)
    for waiting in range(made.plan.waiting.reports):
        age = min((made.plan.place + waiting) % OLDEST, days - 1)
        _details(made, _report(made, made.publications[-1], timezone.localdate(made.now - age * DAY), helpful=None))


def _report(made: Made, publication: Publication, on: datetime.date, helpful: bool | None) -> FeedbackReport:
    key = uuid.UUID(int=made.plan.random.getrandbits(128), version=4)
    return made.batch.add(FeedbackReport(publication_id=publication.pk, helpful=helpful, key=key, on=on))


def _details(made: Made, report: FeedbackReport) -> None:
    """The passage is a sentence of the page; the first owner is the editor of the topic, as when it came in."""
    signs = "".join(made.plan.random.choices(receipts.ALPHABET, k=receipts.SIGNS))
    quote = made.published_draft().words["p1"].split(". ")[0]
    made.batch.add(
        FeedbackDetail(
            report=report, reason=REASONS[made.number % len(REASONS)], quote=quote, text=REASON, receipt=receipts.meant(signs),
            on=report.on,
        )
    )  # fmt: skip
    made.batch.add(ReportOwner(report=report, owner=_editor(made), at=_midnight(report.on)))


def _decide(made: Made, report: FeedbackReport) -> None:
    at, by = _midnight(report.on) + DAY + NOON, _editor(made)
    made.batch.add(
        Triage(report=report, article=made.article, outcome="dismiss", reason=REASON, answer=REASON, by=by, at=at)
    )  # fmt: skip
    made.tell(at, "report.triaged", by, report=report.pk, outcome="dismiss")


def _editor(made: Made) -> User:
    editor = made.plan.topic.editor
    assert editor  # every made-up topic has one
    return editor


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.min, timezone.get_default_timezone())
