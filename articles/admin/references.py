"""The library of sources: found, added and mended; never deleted, since texts may cite them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.doors import account, status_of
from articles.admin.lists import ListAdmin
from articles.admin.source_form import DAYS, PEOPLE, WRITTEN, SourceForm, initial_of
from articles.models import Article, Citation, Reference
from articles.references import add_reference, change_reference, is_cited, matching, seen
from articles.refusal import Refused

GROUPS = (
    ("What it is", ("key", "type", "source_class", "peer_reviewed", "title", "authors", "editors")),
    ("Where and when it appeared", (
        "container_title", "abbreviation", "year", "month", "day", "volume", "issue", "pages", "edition", "publisher",
        "place", "genre", "number", "language", "updated", "accessed",
    )),
    ("Where it is found", ("doi", "pmid", "pmcid", "isbn", "url")),
)  # fmt: skip


@admin.register(Reference)
class ReferenceAdmin(ListAdmin):
    list_display = ["key", "source", "source_class", "peer_reviewed", "used"]
    list_filter = ["source_class", "peer_reviewed"]
    search_fields = ["key"]
    search_help_text = "Author, title, journal, key, DOI or PMID"
    ordering = ["key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reference]:
        return super().get_queryset(request).annotate(times=Count("citations__revision__article", distinct=True))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        return queryset.filter(pk__in=matching(search_term).order_by().values("pk")), False

    @admin.display(description="Source")
    def source(self, reference: Reference) -> SafeString:
        return format_html("{}", reference.label)

    @admin.display(description="Cited in", ordering="times")
    def used(self, reference: Any) -> str:
        return f"{reference.times} article{'s' if reference.times != 1 else ''}"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_reference_change", args=[object_id]))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        reference = _found(object_id) if object_id else None
        may_save = self.has_change_permission(request, reference) if reference else self.has_add_permission(request)
        if not may_save and (request.method == "POST" or not reference or not self.has_view_permission(request)):
            raise PermissionDenied
        if request.method != "POST":
            initial = {**initial_of(reference), "base": seen(reference)} if reference else {"type": "article-journal"}
            return _page(request, reference, SourceForm(initial=initial, reference=reference), may_save=may_save)
        form = SourceForm(request.POST, reference=reference)
        if not form.is_valid():
            return _page(request, reference, form, status=422)
        try:
            kept = _kept(request, reference, form)
        except Refused as refusal:
            if reference:
                reference.refresh_from_db()
                form.data = {**form.data.dict(), "base": seen(reference)}  # type: ignore[attr-defined]
            return _page(request, reference, form, refusal=refusal, status=status_of(refusal))
        messages.success(request, f"Saved. Cite it as [@{kept.key}].")
        return HttpResponseRedirect(reverse("admin:articles_reference_change", args=[kept.pk]))


def _kept(request: HttpRequest, reference: Reference | None, form: SourceForm) -> Reference:
    if reference is None:
        return add_reference(form.source(), by=account(request))
    return change_reference(reference.pk, form.source(), base=form.cleaned_data["base"], by=account(request))


def _found(object_id: str) -> Reference:
    reference = (
        Reference.objects.filter(pk=object_id).first()
        if object_id.isascii() and object_id.isdigit() and len(object_id) < 19
        else None
    )
    if reference is None:
        raise Http404("There is no such reference.")
    return reference


def _page(
    request: HttpRequest,
    reference: Reference | None,
    form: SourceForm,
    *,
    may_save: bool = True,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": reference.label if reference else "New reference",
        "opts": Reference._meta,
        "reference": reference,
        "form": form,
        "groups": [(name, [form[field] for field in fields]) for name, fields in GROUPS],
        "may_save": may_save,
        "refusal": refusal,
        "is_cited": reference is not None and is_cited(reference),
        "uses": _uses(request, reference) if reference else [],
        "others": sorted(set(reference.csl) - _shown_variables()) if reference else [],
    }
    return TemplateResponse(request, "admin/articles/reference/form.html", context, status=status)


def _uses(request: HttpRequest, reference: Reference) -> list[Article]:
    """The articles whose newest draft cites it, with its number there, of those that this person may see."""
    cited = Citation.objects.filter(revision=OuterRef("draft"), reference=reference)
    mine = Article.objects.visible_to(account(request)).annotate(number=Subquery(cited.values("number")[:1]))
    return list(mine.filter(number__isnull=False).select_related("draft").order_by("draft__title")[:200])


def _shown_variables() -> set[str]:
    return {"type", "issued", *WRITTEN.values(), *PEOPLE.values(), *DAYS.values()}
