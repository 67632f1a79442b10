"""Two references that are one work: both shown side by side, what will happen, and the word to do it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from articles.admin.doors import account, status_of
from articles.admin.source_page import found, may_merge
from articles.impact import find_source
from articles.merging import merge, open_drafts
from articles.models import Reference, Revision
from articles.refusal import Refused

ROWS = (
    ("Citation key", "key"), ("DOI", "doi"), ("PMID", "pmid"), ("PMCID", "pmcid"), ("ISBN", "isbn"), ("Web address", "url"),
    ("Kind of source", "get_source_class_display"), ("Standing", "get_standing_display"), ("Added", "added_at"),
)  # fmt: skip


@never_cache
def merge_into(request: HttpRequest, reference_id: int) -> HttpResponse:
    """The reference of the address is given up for the one that is named `into`."""
    user = account(request)
    if not may_merge(user):
        raise PermissionDenied
    dropped = found(str(reference_id))
    named = (request.POST if request.method == "POST" else request.GET).get("into", "").replace("\x00", "")[:2000]
    kept = find_source(named.strip().removeprefix("@")) if named.strip() else None
    if request.method != "POST":
        missing = Refused("The library has no other source with this key, DOI or PMID.") if named and not kept else None
        return _page(request, dropped, kept, named, refusal=missing)
    try:
        merged = merge(dropped.pk, kept.pk if kept else 0, by=user)
    except Refused as refusal:
        return _page(request, dropped, kept, named, refusal=refusal, status=status_of(refusal))
    messages.success(request, f"{dropped.key} is now one with {merged.key}. Drafts that nobody had signed cite {merged.key}.")
    return HttpResponseRedirect(reverse("admin:articles_reference_change", args=[merged.pk]))


def _page(
    request: HttpRequest,
    dropped: Reference,
    kept: Reference | None,
    named: str,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    if kept == dropped:
        kept = None
        refusal = refusal or Refused("Choose another reference than this one.")
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Merge with another reference",
        "subtitle": dropped.label,
        "opts": Reference._meta,
        "reference": dropped,
        "kept": kept,
        "named": named,
        "refusal": refusal,
    }
    if kept:
        context["rows"] = [(label, _value(dropped, name), _value(kept, name)) for label, name in ROWS]
        context["drafts"] = open_drafts(dropped)
        citing = Revision.objects.filter(citations__reference=dropped)
        context["untouched"] = citing.exclude(pk__in=[article.draft_id for article in context["drafts"]]).count()
    return TemplateResponse(request, "admin/articles/reference/merge.html", context, status=status)


def _value(reference: Reference, name: str) -> Any:
    value = getattr(reference, name)
    return value() if callable(value) else value
