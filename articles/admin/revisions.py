"""The past of an article: every revision that was saved, what changed between two, and the way back to an old one."""

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from articles.admin.doors import account, editable, may_edit, revision_of, status_of, visible
from articles.admin.sides import side_of
from articles.diff import changes
from articles.drafting import restore
from articles.models import Article, Revision
from articles.pages import preview_html
from articles.refusal import Refused
from articles.surroundings import previewed


@require_safe
def revisions(request: HttpRequest, article_id: int) -> HttpResponse:
    """The list. With two numbers chosen it leads on to their comparison."""
    article = visible(request, article_id)
    old, new = request.GET.get("old", ""), request.GET.get("new", "")
    if (old + new).isascii() and old.isdigit() and new.isdigit():
        pair = sorted([int(old), int(new)])
        if pair[0] != pair[1] and pair[1] < 1_000_000:
            return HttpResponseRedirect(reverse("admin:articles_article_compare", args=[article.pk, *pair]))
        messages.info(request, "Choose two different revisions to compare.")
    return _list(request, article)


@require_safe
def compare(request: HttpRequest, article_id: int, old: int, new: int) -> HttpResponse:
    """Two revisions side by side, or in one column."""
    article = visible(request, article_id)
    before, after = revision_of(article, old), revision_of(article, new)
    found = changes(side_of(before), side_of(after))
    context = {
        "title": f"Revisions {old} and {new}",
        "subtitle": str(article),
        "before": before,
        "after": after,
        "changed": [change for change in found if not change.is_same],
        "same": [change.name for change in found if change.is_same],
        "inline": request.GET.get("view") == "inline",
    }
    return TemplateResponse(request, "admin/articles/article/compare.html", {**_about(request, article), **context})


@require_POST
def restore_revision(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    """An old text becomes the newest draft, unsigned, if `base` still is the draft that was on the screen."""
    article = editable(request, article_id)
    revision = revision_of(article, number)
    base = request.POST.get("base", "")
    try:
        made = restore(revision, base=int(base) if base.isascii() and base.isdigit() else None, by=account(request))
    except Refused as refusal:
        return _list(request, visible(request, article_id), refusal=refusal, status=status_of(refusal))
    if made.pk == article.draft_id:
        messages.info(request, f"The draft already says what revision {number} says.")
    else:
        messages.success(
            request, f"The text of revision {number} is now the draft, as revision {made.number}. Nobody has signed it."
        )
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))


@require_safe
def page(request: HttpRequest, revision_id: int) -> HttpResponse:
    """The page exactly as readers would get it. Our own desk may frame it; nobody may keep it."""
    revision = Revision.objects.select_related("picture").filter(pk=revision_id).first()
    if revision is None:
        raise Http404("There is no such revision.")
    revision.article = visible(request, revision.article_id)
    note = f"Revision {revision.number}, saved by {revision.author.printed_name} on {revision.created_at:%-d %B %Y at %H:%M} UTC."
    if revision.pk != revision.article.draft_id:
        note += " A newer draft has been saved since."
    return HttpResponse(
        previewed(preview_html(revision, note)),
        headers={"X-Frame-Options": "SAMEORIGIN", "X-Robots-Tag": "noindex, nofollow, noarchive"},
    )


def _list(request: HttpRequest, article: Article, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    rows = article.revisions.select_related("author__contributor").defer("body").order_by("-number")
    rows = rows.prefetch_related("signoffs__revocation", "publications__withdrawal")
    context = {"title": "All revisions", "subtitle": str(article), "revisions": rows, "refusal": refusal}
    return TemplateResponse(
        request, "admin/articles/article/revisions.html", {**_about(request, article), **context}, status=status
    )


def _about(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "article": article,
        "draft": article.draft,
        "may_edit": may_edit(account(request), article),
    }
