"""Taking a review request back, by whoever may ask for reviews of that article."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from articles.admin.doors import account
from articles.models import Article
from reviews.admin.screens import ask_and_do, back_to, requests_of
from reviews.request_withdrawal import withdraw_request


def take_back(request: HttpRequest, request_id: int) -> HttpResponse:
    """Asks why, and closes the request."""
    user = account(request)
    review = requests_of(user).select_related("revision", "reviewer__contributor").filter(pk=request_id).first()
    if review is None:
        raise Http404
    editable = Article.objects.editable_by(user).filter(pk=review.revision.article_id).exists()
    if not (editable and user.has_perm("reviews.add_reviewrequest")):
        raise PermissionDenied
    name = review.reviewer.printed_name
    return ask_and_do(
        request,
        "reason",
        f"No longer needed: {review.get_kind_display().lower()} by {name}",
        act=lambda: withdraw_request(review, reason=request.POST.get("reason", ""), by=user),
        done=f"{name} is no longer asked for this review, and has been told.",
        back=back_to(request, reverse("admin:reviews_reviewrequest_change", args=[review.pk])),
        explanation=f"“{review.revision.title}”, revision {review.revision.number}. {name} is told by e-mail, and cannot sign "
        "for this request any more. They stay a reviewer of these words, and can be asked again.",
        label=f"Why it is no longer needed, which {name} will read",
        button="Take the request back",
    )
