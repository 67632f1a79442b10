"""Where a reader's report stands, and until when an editor decides about it: computed from the records, never stored."""

import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When

from reviews.models import FeedbackDetail, Publication
from reviews.models.triage import Outcome


class State(TextChoices):
    OPEN = "open", "Open"
    DISMISSED = "dismissed", "Dismissed"
    CORRECTING = "correcting", "Correction open"
    REVIEWING = "reviewing", "Review asked"
    ANSWERED = "answered", "Answered"
    WITHDRAWN = "withdrawn", "Page withdrawn"


TINTS = {
    State.OPEN: "ready", State.DISMISSED: "draft", State.CORRECTING: "waiting", State.REVIEWING: "waiting",
    State.ANSWERED: "live", State.WITHDRAWN: "withdrawn",
}  # fmt: skip


def with_state(reports: "QuerySet[Any]") -> "QuerySet[Any]":
    """Each report with one of State, as `state`. A page that was taken down keeps every promise about it."""
    taken_down = Publication.objects.filter(article=OuterRef("triage__article"), withdrawal__at__gte=OuterRef("triage__at"))
    steps = (
        When(triage=None, then=Value(State.OPEN)),
        When(triage__answered__isnull=False, then=Value(State.ANSWERED)),
        When(triage__outcome=Outcome.DISMISS, then=Value(State.DISMISSED)),
        When(Q(triage__outcome=Outcome.WITHDRAW) | Exists(taken_down), then=Value(State.WITHDRAWN)),
        When(triage__outcome=Outcome.CORRECT, then=Value(State.CORRECTING)),
    )
    return reports.annotate(state=Case(*steps, default=Value(State.REVIEWING), output_field=CharField()))


def due(detail: FeedbackDetail) -> datetime.date:
    """The last day on which it is decided in time."""
    return detail.on + datetime.timedelta(days=_days(detail.reason))


def overdue(today: datetime.date) -> Q:
    """Those reports that nobody decided about in time."""
    late = {reason: today - datetime.timedelta(days=_days(reason)) for reason in FeedbackDetail.Reason.values}
    harm = FeedbackDetail.Reason.HARMFUL
    harmful = Q(detail__reason=harm, detail__on__lt=late[harm])
    return Q(triage=None) & (harmful | ~Q(detail__reason=harm) & Q(detail__on__lt=late[FeedbackDetail.Reason.OTHER]))


def due_in_words(detail: FeedbackDetail, today: datetime.date) -> str:
    days = (due(detail) - today).days
    if days < 0:
        return f"{-days} day{'s' if days < -1 else ''} overdue"
    return ("today", "tomorrow")[days] if days < 2 else f"in {days} days"


def _days(reason: str) -> int:
    return int(settings.HARM_DUE_DAYS if reason == FeedbackDetail.Reason.HARMFUL else settings.REPORT_DUE_DAYS)
