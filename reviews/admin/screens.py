"""What every screen of the review office has in common: its frame, who may open it, and how a refusal is shown.

What a person may not open does not exist for them: 404, without a name in the answer.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

from articles.admin.doors import status_of
from articles.models import Article, Revision, User
from articles.models.article import ArticleQuerySet
from articles.refusal import Refused
from reviews.models import ReviewRequest, SignOff
from reviews.models.signoff import ReviewRequestQuerySet


def screen(request: HttpRequest, template: str, title: str, *, status: int = 200, **context: Any) -> TemplateResponse:
    """One page of the office."""
    whole = {**admin.site.each_context(request), "title": title, **context}
    return TemplateResponse(request, f"admin/reviews/{template}.html", whole, status=status)


def visible_articles(user: User) -> ArticleQuerySet:
    """Those whose drafts this person may see, if they still have a part in the office at all."""
    if not user.has_perm("articles.view_article"):
        raise PermissionDenied
    return Article.objects.visible_to(user)


def on_visible(rows: "QuerySet[Any]", user: User, article: str = "article") -> "QuerySet[Any]":
    """Those of the rows that are about such articles. Whoever sees all is not asked for them one by one."""
    seen = visible_articles(user)
    return rows if user.has_perm("articles.edit_any_article") else rows.filter(**{f"{article}__in": seen})


def visible_revision(user: User, pk: int) -> Revision:
    rows = Revision.objects.filter(article__in=visible_articles(user))
    return _or_404(
        rows.select_related("article__draft", "article__topic", "picture", "author__contributor").filter(pk=pk).first()
    )


def visible_signoff(user: User, pk: int) -> SignOff:
    rows = SignOff.objects.filter(revision__article__in=visible_articles(user))
    return _or_404(rows.select_related("revision__article", "reviewer__contributor").filter(pk=pk).first())


def requests_of(user: User) -> ReviewRequestQuerySet:
    """The desks that somebody may open: those of their own, and those of the articles they write or edit."""
    if user.has_perm("articles.edit_any_article"):
        return ReviewRequest.objects.all()
    mine = ReviewRequest.objects.for_user(user)
    return mine | ReviewRequest.objects.filter(revision__article__in=Article.objects.editable_by(user))


def back_to(request: HttpRequest, otherwise: str) -> str:
    """Where the form was opened from, if that is a page of this very site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure())
    return wanted if own else otherwise


def ask_and_do(
    request: HttpRequest, template: str, title: str, *, act: Callable[[], Any], done: str, back: str, **context: Any
) -> HttpResponse:
    """GET asks, POST acts: once done, back to where it came from; refused, every reason and all that was typed."""
    if request.method != "POST":
        return screen(request, template, title, back=back, typed={}, **context)
    try:
        act()
    except Refused as refusal:
        reasons, status = refusal.reasons, status_of(refusal)
        return screen(request, template, title, status=status, back=back, reasons=reasons, typed=request.POST, **context)
    messages.success(request, done)
    return HttpResponseRedirect(back)


def _or_404(found: Any) -> Any:
    if found is None:
        raise Http404
    return found
