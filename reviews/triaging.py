"""What an editor decides about reports from readers: nothing to change, review again, correct, or withdraw the page.

Several reports on one article may be decided about at once. Each reader who left an address is told, in words for them.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from articles import drafting, history
from articles.models import Article, Revision, User
from articles.refusal import Refused, Stale
from reviews import notices, publishing, receipts
from reviews.models import FeedbackReport, Publication, ReplyAddress, Triage, Withdrawal
from reviews.models.triage import Outcome, unanswered

LONGEST_REASON, LONGEST_ANSWER, LONGEST_NOTE = 2000, 1000, 500
# What its reader is told was decided.
DECIDED = {
    Outcome.DISMISS: "An editor has looked into it, and the page stays as it is.",
    Outcome.REVIEW: "The page will be reviewed again; you will hear from us once more when that is done.",
    Outcome.CORRECT: "The page will be corrected; you will hear from us once more when the correction is signed and out.",
    Outcome.WITHDRAW: "The page has been withdrawn.",
}


@transaction.atomic
def triage(
    reports: Sequence[FeedbackReport],
    *,
    outcome: str,
    reason: str,
    answer: str,
    by: User,
    change_note: str = "",
    withdrawal_reason: str = "",
) -> list[Triage]:
    """One decision about all of these reports, which are on one article. Raises Stale if one of them is decided already."""
    articles = {report.publication.article_id for report in reports}
    if len(articles) != 1:
        raise Refused("Choose one report at least, and only reports on one article.")
    article = Article.objects.locked(articles.pop())
    keys = sorted({report.pk for report in reports})
    if Triage.objects.filter(report__in=keys).exists():
        raise Stale("Somebody has decided about one of these reports meanwhile. Look again.")
    chosen = list(
        FeedbackReport.objects.filter(pk__in=keys, detail__isnull=False).select_related("detail", "publication__revision")
    )
    reason, answer, withdrawal_reason = reason.strip(), answer.strip(), withdrawal_reason.strip()
    going_on = open_correction(article)
    faults = _faults(outcome, reason, answer, change_note.strip(), withdrawal_reason, bool(going_on))
    if len(chosen) != len(keys):
        faults.append("One of these says nothing: it is a vote, and there is nothing to decide about it.")
    if faults:
        raise Refused(*faults)
    draft, withdrawal = None, None
    if outcome == Outcome.CORRECT:
        draft = going_on or drafting.open_correction(article.pk, change_note=change_note, by=by)
    elif outcome == Outcome.WITHDRAW:
        withdrawal = _withdraw(article, withdrawal_reason, by=by)
    return [_decide(report, article, Outcome(outcome), reason, answer, draft, withdrawal, by=by) for report in chosen]


def open_correction(article: Article) -> Revision | None:
    """The draft of a correction that was begun for a report and is not out yet: another report joins it."""
    begun = unanswered().filter(article=article, outcome=Outcome.CORRECT)
    newest = begun.aggregate(newest=Max("draft"))["newest"]
    return Revision.objects.get(pk=newest) if newest else None


def _withdraw(article: Article, reason: str, *, by: User) -> Withdrawal:
    live: Publication | None = article.publications.order_by("-pk").first()
    if live is None or hasattr(live, "withdrawal"):
        raise Stale("The page is withdrawn already. Look again.")
    return publishing.withdraw(live, reason=reason, by=by)


def _decide(
    report: FeedbackReport,
    article: Article,
    outcome: Outcome,
    reason: str,
    answer: str,
    draft: Revision | None,
    withdrawal: Withdrawal | None,
    *,
    by: User,
) -> Triage:
    made = Triage.objects.create(
        report=report, article=article, outcome=outcome, reason=reason, answer=answer, draft=draft, by=by, at=timezone.now()
    )
    followed = {"draft": draft.pk} if draft else {"withdrawal": withdrawal.pk} if withdrawal else {}
    history.record("report.triaged", by=by, article=article, report=report.pk, outcome=outcome.value, **followed)
    reader = ReplyAddress.objects.filter(report=report).first()
    if reader:
        title = report.publication.revision.title
        notices.tell_reader(
            reader.address, f"Your report on “{title}”", _told(report, outcome, answer), key=f"triaged:{report.pk}"
        )
    return made


def _told(report: FeedbackReport, outcome: Outcome, answer: str) -> str:
    """What was decided in one sentence, the editor's answer, and where the rest can be followed."""
    code = report.detail.receipt
    parts = [
        f"On {report.on:%-d %B %Y} you reported something about “{report.publication.revision.title}”. {DECIDED[outcome]}",
        answer,
        f"Your receipt is {code}. What becomes of your report is shown here: {receipts.address(code)}" if code else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _faults(outcome: str, reason: str, answer: str, note: str, withdrawal_reason: str, joins: bool) -> list[str]:
    """Everything that keeps it from being decided."""
    found = []
    if outcome not in Outcome.values:
        found.append("Choose what follows from the report.")
    if not reason:
        found.append("Say why you decide so: the reason stays with the record, and readers do not see it.")
    for what, text, longest in (
        ("reason", reason, LONGEST_REASON), ("answer to the reader", answer, LONGEST_ANSWER),
        ("note of the correction", note, LONGEST_NOTE),
        ("reason of the withdrawal", withdrawal_reason, LONGEST_REASON),
    ):  # fmt: skip
        if len(text) > longest:
            found.append(f"The {what} is {len(text):,} characters long; at most {longest:,} can be kept. Shorten it.")
    if outcome == Outcome.DISMISS and not answer:
        found.append("Answer the reader: say why the page stays as it is.")
    if outcome == Outcome.CORRECT and not note and not joins:
        found.append("Say what is put right: readers see it as the note of the correction.")
    if outcome == Outcome.WITHDRAW and not withdrawal_reason:
        found.append("Say why the page is withdrawn: readers who follow a link to it will see the reason.")
    return found
