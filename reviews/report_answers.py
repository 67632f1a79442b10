"""A new version is out: the reports that it answers are closed, and everybody who waits for it is told.

Called by `publish` within its transaction, which holds the article: whatever was promised was promised before.
"""

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from articles import history
from articles.models import User
from reviews import notices, receipts
from reviews.corrections import notice_url
from reviews.models import FeedbackReport, NoticeKind, Publication, ReplyAddress, ReportAnswer, Triage, Withdrawal
from reviews.models.triage import Outcome
from reviews.report_owners import link, owner_of


def answer(publication: Publication) -> list[ReportAnswer]:
    """Corrections whose draft is in this version or behind it, and every new review that was asked for."""
    return [_answer(triage, publication) for triage in _waiting(publication).order_by("pk")]


def tell_of(withdrawal: Withdrawal) -> None:
    """The page came down before what was promised was done: readers who left an address hear that, too."""
    triages = Triage.objects.filter(article=withdrawal.publication.article_id, answered=None)
    promised = triages.filter(outcome__in=[Outcome.CORRECT, Outcome.REVIEW])
    for reader in ReplyAddress.objects.filter(report__triage__in=promised).select_related("report__publication__revision"):
        title = _then(reader.report)
        text = f"You reported something about “{title}”. The page has been withdrawn since:\n\n{withdrawal.reason}\n"
        notices.tell_reader(
            reader.address, f"What became of your report on “{title}”", text, key=f"withdrawn:{withdrawal.pk}:{reader.report_id}"
        )


def _waiting(publication: Publication) -> "QuerySet[Triage]":
    """A page that was withdrawn and comes back answers too: its readers were promised a correction, and here it is."""
    in_it = Q(outcome=Outcome.CORRECT, draft__number__lte=publication.revision.number)
    waiting = Triage.objects.filter(in_it | Q(outcome=Outcome.REVIEW), article=publication.article_id, answered=None)
    return waiting.select_related("by", "report__detail", "report__publication__revision")


def _answer(triage: Triage, publication: Publication) -> ReportAnswer:
    made = ReportAnswer.objects.create(triage=triage, article=publication.article, publication=publication, at=publication.at)
    report = triage.report
    history.record(
        "report.answered", by=publication.by, article=publication.article, report=report.pk, publication=publication.pk,
        outcome=triage.outcome,
    )  # fmt: skip
    title, changed = publication.revision.title, _changed(publication)
    reader = ReplyAddress.objects.filter(report=report).first()
    if reader:
        code = report.detail.receipt
        own = f"\n\nYour receipt is {code}: {receipts.address(code)}" if code else ""
        text = f"You reported something about “{_then(report)}”. A new version has been signed and is out.{changed}{own}\n"
        notices.tell_reader(reader.address, f"What became of your report on “{title}”", text, key=f"answered:{report.pk}")
    for user in _concerned(triage):
        text = f"A new version of “{title}” is out, and answers a reader’s report.{changed}\n\nThe report: {link(report)}\n"
        notices.tell(user, NoticeKind.REPORT, f"A report on “{title}” is answered", text, key=f"answered:{report.pk}:{user.pk}")
    return made


def _changed(publication: Publication) -> str:
    """What changed, and where it can be read."""
    note, notice = publication.revision.change_note, notice_url(publication)
    page = settings.SITE_URL + reverse("articles:article", args=[publication.revision.slug])
    told = f"\n\nWhat changed: {note}" if note else ""
    return f"{told}\n\nThe page: {page}" + (
        f"\nWhat it said before, and what it says now: {settings.SITE_URL}{notice}" if notice else ""
    )


def _then(report: FeedbackReport) -> str:
    return report.publication.revision.title


def _concerned(triage: Triage) -> list[User]:
    """Whoever looks after the report, and whoever decided about it."""
    owner = owner_of(triage.report)
    return list(dict.fromkeys([*([owner] if owner else []), triage.by]))
