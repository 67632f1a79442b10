"""Taking a review request back: nobody waits for it any longer, and the person who was asked is told."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from articles import history
from articles.models import Article, User
from articles.refusal import Refused, Stale
from reviews import notices
from reviews.models import NoticeKind, RequestWithdrawal, ReviewRequest


@transaction.atomic
def withdraw_request(request: ReviewRequest, *, reason: str, by: User) -> RequestWithdrawal:
    """Closes an open request. The person stays a reviewer of these words, and may be asked again."""
    article = Article.objects.locked(request.revision.article_id)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the review is no longer needed: the person who was asked is told.")
    if len(reason) > 2000:
        raise Refused("The reason is longer than 2,000 characters: shorten it.")
    if not ReviewRequest.objects.open().filter(pk=request.pk).exists():
        raise Stale("This request is no longer open: it was answered, taken back or overtaken meanwhile. Look again.")
    withdrawal = RequestWithdrawal.objects.create(request=request, reason=reason, by=by, at=timezone.now())
    history.record(
        "review.request_withdrawn", by=by, article=article, request=request.pk, revision=request.revision_id,
        kind=request.kind, reviewer=request.reviewer_id, reason=reason,
    )  # fmt: skip
    notices.tell(
        request.reviewer, NoticeKind.REQUEST, f"No longer needed: {request.revision.title}", _text(withdrawal),
        key=f"withdrawn:{request.pk}",
    )  # fmt: skip
    return withdrawal


def _text(withdrawal: RequestWithdrawal) -> str:
    request = withdrawal.request
    return (
        f"{withdrawal.by.printed_name} no longer asks you for the {request.get_kind_display().lower()} of "
        f"“{request.revision.title}” (revision {request.revision.number}). There is nothing that you need to do.\n\n"
        f"They write:\n{withdrawal.reason}\n\n{settings.SITE_NAME}\n"
    )
