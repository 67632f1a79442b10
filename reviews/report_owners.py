"""Who looks after a reader's report: somebody from the moment it comes in, and somebody else once they are gone.

Nobody waits for this: the first owner is written with the report, without holding the article.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from articles import history
from articles.models import Article, User
from articles.refusal import Refused
from reviews import notices
from reviews.models import FeedbackDetail, FeedbackReport, NoticeKind, ReportOwner
from reviews.models.triage import unanswered, untriaged
from reviews.report_states import due

MAY_TRIAGE = "reviews.add_triage"


def owner_of(report: FeedbackReport) -> User | None:
    """Who looks after it now."""
    newest = ReportOwner.objects.filter(report=report).select_related("owner__contributor").order_by("-pk").first()
    return newest.owner if newest else None


def held() -> "QuerySet[ReportOwner]":
    """The row that counts of every report, the newest: who looks after it now."""
    newer = ReportOwner.objects.filter(report=OuterRef("report"), pk__gt=OuterRef("pk"))
    return ReportOwner.objects.filter(~Exists(newer))


def receive(report: FeedbackReport) -> ReportOwner:
    """A report that says something has just come in: it gets its first owner, and harm is cried to every editor.

    Of a reader no hour is kept, so the row says no more than the day.
    """
    if report.detail.reason == FeedbackDetail.Reason.HARMFUL:
        notices.tell_editors(
            NoticeKind.HARM, f"Possible harm: “{_title(report)}”",
            f"A reader reports that “{_title(report)}” could harm somebody. {_until(report)}\n\nRead it here: {link(report)}\n",
            key=f"harm:{report.pk}",
        )  # fmt: skip
    midnight = datetime.datetime.combine(report.on, datetime.time.min, timezone.get_default_timezone())
    return _hand(report, first_owner(report.publication.article), by=None, at=midnight)


def first_owner(article: Article) -> User:
    """The editor of the topic, else whoever owns the article if they decide about reports, else whoever has fewest open."""
    editor = article.topic.editor
    if editor and editor.is_active and editor.groups.filter(name="Editors").exists():
        return editor
    if article.owner.is_active and article.owner.has_perm(MAY_TRIAGE):
        return article.owner
    return _least_busy() or article.owner


@transaction.atomic
def assign(report: FeedbackReport, owner: User, *, by: User | None) -> ReportOwner:
    """Hands a report over; the new owner is told."""
    article = Article.objects.locked(report.publication.article_id)
    reasons = []
    if not owner.is_active or not owner.has_perm(MAY_TRIAGE):
        reasons.append(f"{owner.printed_name} cannot decide about readers’ reports: choose an editor.")
    elif owner_of(report) == owner:
        reasons.append(f"{owner.printed_name} looks after this report already.")
    if reasons:
        raise Refused(*reasons)
    return _handed_over(article, report, owner, by=by)


def reassign_orphans() -> list[ReportOwner]:
    """Reports with something left to do whose owner has left, or may no longer decide, get another; nothing is done twice."""
    unfinished = FeedbackReport.objects.filter(Q(pk__in=untriaged().values("pk")) | Q(triage__in=unanswered()))
    left = held().exclude(owner__in=able()).values("report")
    orphans = unfinished.filter(Q(pk__in=left) | Q(owners=None)).order_by("pk")
    made = [_reassign(pk) for pk in orphans.values_list("pk", flat=True)]
    return [row for row in made if row]


def able() -> list[User]:
    """Everybody who may look after a report and decide about it."""
    users = User.objects.with_perm(MAY_TRIAGE, backend="django.contrib.auth.backends.ModelBackend")
    return list(users.select_related("contributor").order_by("is_superuser", "contributor__name", "pk"))


def link(report: FeedbackReport) -> str:
    return settings.SITE_URL + reverse("admin:reviews_feedbackreport_change", args=[report.pk])


@transaction.atomic
def _reassign(pk: int) -> ReportOwner | None:
    report = FeedbackReport.objects.select_related("publication", "detail").get(pk=pk)
    article = Article.objects.locked(report.publication.article_id)
    now, owner = owner_of(report), first_owner(article)
    if owner == now or now in able():  # nobody is left to take it, or somebody has taken it meanwhile
        return None
    return _handed_over(article, report, owner, by=None)


def _handed_over(article: Article, report: FeedbackReport, owner: User, *, by: User | None) -> ReportOwner:
    row = _hand(report, owner, by=by, at=timezone.now())
    history.record("report.assigned", by=by, article=article, report=report.pk, owner=owner.pk)
    return row


def _hand(report: FeedbackReport, owner: User, *, by: User | None, at: datetime.datetime) -> ReportOwner:
    row = ReportOwner.objects.create(report=report, owner=owner, by=by, at=at)
    text = (
        f"A reader reported something about “{_title(report)}”: {report.detail.get_reason_display().lower()}. "
        f"The report is yours to look after. {_until(report)}\n\nRead it here: {link(report)}\n"
    )
    notices.tell(owner, NoticeKind.REPORT, f"A reader’s report on “{_title(report)}”", text, key=f"report:{report.pk}:{owner.pk}")
    return row


def _least_busy() -> User | None:
    """Of those who decide about reports, whoever has fewest undecided; an all-powerful account only if there is no other."""
    undecided = held().filter(report__detail__isnull=False, report__triage=None).order_by()
    many = dict(undecided.values_list("owner").annotate(many=Count("pk")))
    return min(able(), key=lambda user: (user.is_superuser, many.get(user.pk, 0), user.pk), default=None)


def _title(report: FeedbackReport) -> str:
    return report.publication.revision.title


def _until(report: FeedbackReport) -> str:
    return f"Decide what follows by {due(report.detail):%-d %B %Y}."
