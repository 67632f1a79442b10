"""If this source falls: every article and sentence that rests on it, live pages first, then drafts."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.admin.doors import account
from articles.admin.source_page import found
from articles.admin.source_words import badge, notice_rows
from articles.impact import find_source, impact_of
from articles.models import Article, Reference
from articles.refusal import Refused

LONGEST_QUESTION = 2000


@never_cache
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From a key, DOI or PMID, as somebody pastes it, to what cites it."""
    _allowed(request)
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION]
    reference = find_source(asked.removeprefix("[").removesuffix("]").removeprefix("@")) if asked else None
    if reference:
        return HttpResponseRedirect(reverse("admin:articles_reference_impact", args=[reference.pk]))
    refusal = Refused("The library has no source with this key, DOI or PMID, so nothing here cites it.") if asked else None
    return _page(request, {"asked": asked, "refusal": refusal, "title": "Where a source is cited"})


@never_cache
@require_safe
def impact(request: HttpRequest, reference_id: int) -> HttpResponse:
    """Live pages are everybody's to see; drafts only whose they are."""
    _allowed(request)
    reference = found(str(reference_id))
    if reference.merged_into:
        return HttpResponseRedirect(reverse("admin:articles_reference_impact", args=[reference.merged_into.pk]))
    uses = impact_of(reference)
    mine = set(Article.objects.visible_to(account(request)).values_list("pk", flat=True))
    shown = [use for use in uses if use.where == "live" or use.article.pk in mine]
    context = {
        "title": "Where it is cited",
        "subtitle": reference.label,
        "reference": reference,
        "asked": reference.key,
        "badge": badge(reference.standing),
        "notices": notice_rows(reference.notices),
        "live": [use for use in shown if use.where == "live"],
        "drafts": [use for use in shown if use.where == "draft"],
        "mine": mine,
        "hidden": len(uses) - len(shown),
    }
    return _page(request, context)


def _allowed(request: HttpRequest) -> None:
    user = account(request)
    if not (user.has_perm("articles.view_reference") or user.has_perm("articles.change_reference")):
        raise PermissionDenied


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    whole = {**admin.site.each_context(request), "opts": Reference._meta, **context}
    return TemplateResponse(request, "admin/articles/reference/impact.html", whole)
