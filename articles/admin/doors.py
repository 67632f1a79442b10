"""What every door of the office does first: find the record, and ask whether this person may.

What somebody may not see is not found (404), so that nothing is learned by trying numbers; what they may see but not
change is refused (403).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from articles.models import Article, Revision, User
from articles.refusal import Refused, Stale

View = Callable[..., HttpResponseBase]


def account(request: HttpRequest) -> User:
    """Who is asking. The office's addresses are only reached by people who are logged in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def visible(request: HttpRequest, article_id: int) -> Article:
    """The article, for whoever may see its drafts."""
    user = account(request)
    if not user.has_perm("articles.view_article") and not user.has_perm("articles.change_article"):
        raise PermissionDenied
    articles = Article.objects.visible_to(user).select_related(
        "draft__author__contributor", "draft__picture", "topic", "owner__contributor"
    )
    article = articles.filter(pk=article_id).first()
    if article is None:
        raise Http404("There is no such article, or it is not yours to see.")
    return article


def editable(request: HttpRequest, article_id: int) -> Article:
    """The article, for whoever may write on it."""
    article = visible(request, article_id)
    if not may_edit(account(request), article):
        raise PermissionDenied
    return article


def may_edit(user: User, article: Article) -> bool:
    return user.has_perm("articles.change_article") and Article.objects.editable_by(user).filter(pk=article.pk).exists()


def revision_of(article: Article, number: int) -> Revision:
    found = article.revisions.select_related("picture", "author__contributor").filter(number=number).first()
    if found is None:
        raise Http404("This article has no such revision.")
    return found


def status_of(refusal: Refused) -> int:
    """409 where the records have moved on since the screen was drawn, else 422."""
    return 409 if isinstance(refusal, Stale) else 422


def told(request: HttpRequest, refusal: Refused) -> None:
    for reason in refusal.reasons:
        messages.error(request, reason)


def for_script(view: View) -> View:
    """A door for the editor's scripts: whoever is not logged in gets a short answer, not a page to log in on."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_active and getattr(request.user, "is_staff", False)):
            return HttpResponse(
                "You are no longer logged in. Log in again in another window; your text is still here.", status=403
            )
        return view(request, *args, **kwargs)

    return never_cache(wrapped)
