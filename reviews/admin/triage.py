"""The door to a decision about reports from readers: what its form offers, who may take which, and what was decided."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.utils import timezone

from articles.admin.doors import may_edit
from articles.models import User
from reviews import report_owners, same_passage, triaging
from reviews.admin.printing import printed_time
from reviews.models import FeedbackReport, ReportOwner, Triage
from reviews.models.triage import Outcome
from reviews.report_states import TINTS, State, due, due_in_words

# What each outcome means for the page, in a few words.
MEANS = {
    Outcome.DISMISS: "The page stays as it is. The reader is told why.",
    Outcome.REVIEW: "The page stays live; the report stays open until a new version or a new review of it is out.",
    Outcome.CORRECT: "A draft of a correction begins with the words that are live. The report is answered once it is published.",
    Outcome.WITHDRAW: "The page is taken down at once, and its address says why.",
}


def state_badge(report: Any) -> tuple[str, str]:
    """The tint and the words; the report comes with its state."""
    return TINTS[State(report.state)], State(report.state).label


def context(report: Any, user: User, sent: QueryDict | None = None) -> dict[str, Any]:
    """All that the page of a report says of its decision, or offers for it."""
    triage = Triage.objects.filter(report=report).select_related("by__contributor", "draft", "answered__publication").first()
    owner = report_owners.owner_of(report)
    may_triage = user.has_perm(report_owners.MAY_TRIAGE)
    ticked = set(sent.getlist("also")) if sent else set()
    alike = [] if triage else same_passage.like(report)
    return {
        "state": state_badge(report),
        "due": due(report.detail),
        "due_words": due_in_words(report.detail, timezone.localdate()),
        "is_late": triage is None and due(report.detail) < timezone.localdate(),
        "owner": owner,
        "handed": ReportOwner.objects.filter(report=report, by__isnull=False).select_related("by__contributor").first(),
        "able": [one for one in report_owners.able() if one != owner] if may_triage else [],
        "triage": triage,
        "triaged_at": printed_time(triage.at) if triage else "",
        "may_triage": may_triage and triage is None,
        "outcomes": [{"value": value, "label": label, "means": MEANS[Outcome(value)]} for value, label in _offered(report, user)],
        "begun": triaging.open_correction(report.publication.article) if triage is None else None,
        "alike": [{"report": one, "is_ticked": str(one.pk) in ticked} for one in alike],
        "typed": sent or {},
    }


def decide(report: FeedbackReport, user: User, sent: QueryDict) -> list[Triage]:
    """Reads the form and calls the verb. Whoever may not correct or withdraw cannot do so by way of a report."""
    if not user.has_perm(report_owners.MAY_TRIAGE):
        raise PermissionDenied
    outcome = sent.get("outcome", "")
    if outcome == Outcome.CORRECT and not may_edit(user, report.publication.article):
        raise PermissionDenied
    if outcome == Outcome.WITHDRAW and not user.has_perm("reviews.add_withdrawal"):
        raise PermissionDenied
    also = {int(pk) for pk in sent.getlist("also") if pk.isascii() and pk.isdecimal() and len(pk) < 19}
    chosen = FeedbackReport.objects.filter(pk__in=also | {report.pk}, publication__article=report.publication.article_id)
    return triaging.triage(
        list(chosen.select_related("publication")),
        outcome=outcome,
        by=user,
        **{name: sent.get(name, "") for name in ("reason", "answer", "change_note", "withdrawal_reason")},
    )


def hand_over(report: FeedbackReport, user: User, sent: QueryDict) -> User:
    if not user.has_perm(report_owners.MAY_TRIAGE):
        raise PermissionDenied
    chosen = next((one for one in report_owners.able() if str(one.pk) == sent.get("owner")), None)
    if chosen is None:
        raise Http404
    report_owners.assign(report, chosen, by=user)
    return chosen


def _offered(report: FeedbackReport, user: User) -> list[tuple[str, str]]:
    """Of a page that is not live nothing can be corrected or taken down."""
    page = getattr(report.publication.article, "page", None)
    live = page is not None and page.withdrawal_id is None
    may = {
        Outcome.CORRECT: live and may_edit(user, report.publication.article),
        Outcome.WITHDRAW: live and user.has_perm("reviews.add_withdrawal"),
    }
    return [(value, str(label)) for value, label in Outcome.choices if may.get(Outcome(value), True)]
