"""Where a request stands, in words: never by a colour alone."""

import datetime

from django.utils import timezone

from reviews.admin.printing import BADGES
from reviews.models import ReviewRequest
from reviews.models.signoff import Decision


def waiting(due: datetime.date, today: datetime.date) -> str:
    """How long there is still to go, in words."""
    days = (due - today).days
    if days == 0:
        return "due today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"{count} overdue"


def state_of(review: ReviewRequest, *, is_open: bool) -> tuple[str, str]:
    """A badge and its words."""
    signoff = getattr(review, "signoff", None)
    if signoff and hasattr(signoff, "revocation"):
        return "withdrawn", f"{signoff.get_decision_display()}, taken back"
    if signoff:
        return BADGES[Decision(signoff.decision)], signoff.get_decision_display()
    if hasattr(review, "withdrawn"):
        return "draft", "Taken back"
    if not is_open:
        return "draft", "Overtaken by newer words"
    return ("blocked", "Overdue") if review.due < timezone.localdate() else ("waiting", "Open")
