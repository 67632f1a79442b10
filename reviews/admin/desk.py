"""The review desk: everything that one reviewer needs to judge one revision, and the place where they sign.

Only the person who was asked may sign; those who write or edit the article may look over their shoulder.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect

from articles import history
from articles.admin.doors import account, status_of
from articles.refusal import Refused, Stale
from reviews import signing
from reviews.admin import reading, sourced
from reviews.admin.answering import AnsweringForm, blank, renewed
from reviews.admin.screens import screen
from reviews.models import ReviewRequest


def desk(request: HttpRequest, review: ReviewRequest) -> HttpResponse:
    """GET shows the desk, POST signs."""
    if request.method in ("GET", "HEAD"):
        return _draw(request, review)
    if request.method != "POST":
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    user = account(request)
    form = AnsweringForm(review, user, request.POST)
    if not form.is_valid():
        return _draw(request, review, form, form.errors_in_words(), 422)
    try:
        signoff = signing.sign(review.pk, form.answer(), by=user)
    except Refused as refusal:
        return _draw(request, review, form, list(refusal.reasons), status_of(refusal), moved=isinstance(refusal, Stale))
    messages.success(request, f"Signed. {signoff.meaning}; your signature is printed below.")
    return HttpResponseRedirect(request.path)


def _draw(
    request: HttpRequest,
    review: ReviewRequest,
    form: AnsweringForm | None = None,
    reasons: list[str] | None = None,
    status: int = 200,
    *,
    moved: bool = False,
) -> HttpResponse:
    """`seen` is read before all else: what happens while the page is drawn counts as not yet seen."""
    user = account(request)
    seen = history.last_number(review.revision.article)
    context = reading.of(review, user)
    if review.reviewer_id != user.pk or context["signature"]:
        form = None
    elif form is None:
        form = blank(review, user, seen)
    elif moved:
        form = renewed(form, user, seen)
    return screen(
        request,
        "desk",
        f"{review.get_kind_display()}: {review.revision.title}",
        status=status,
        form=form,
        reasons=reasons,
        statement=signing.STATEMENT,
        **sourced.of(request, context["revision"]),
        locked_out=form is not None and signing.is_locked_out(user),
        **context,
    )
