"""The library of sources: found, added and mended; never deleted, since texts may cite them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles import library
from articles.admin import impact, merge, paste, source_export, source_page
from articles.admin.lists import Keyed
from articles.admin.source_words import badge
from articles.models import Citation, Reference
from articles.models.reference import ReferenceQuerySet
from articles.references import matching

CITED = {
    "live": ("On a page that readers see", ReferenceQuerySet.cited_live),
    "draft": ("In a draft", library.cited_in_drafts),
    "nowhere": ("Nowhere", library.cited_nowhere),
}
CHECKED = (("lately", "In the last 30 days"), ("long_ago", "Longer ago"), ("never", "Never"))


class CitedFilter(admin.SimpleListFilter):
    title = "cited"
    parameter_name = "cited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, label) for name, (label, _) in CITED.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = CITED.get(self.value() or "")
        return known[1](queryset) if known and isinstance(queryset, ReferenceQuerySet) else queryset


class CheckedFilter(admin.SimpleListFilter):
    title = "registers asked"
    parameter_name = "checked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return CHECKED

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return library.checked(queryset, self.value() or "") if isinstance(queryset, ReferenceQuerySet) else queryset


class DeadLinkFilter(admin.SimpleListFilter):
    title = "web address"
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("dead", "No longer answers")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value() == "dead" and isinstance(queryset, ReferenceQuerySet)
        return library.with_dead_links(queryset) if wanted else queryset  # type: ignore[arg-type]


@admin.register(Reference)
class ReferenceAdmin(Keyed):
    change_list_template = "admin/articles/reference/list.html"
    list_display = ["key", "source", "stands", "source_class", "peer_reviewed", "used", "last_checked"]
    list_filter = ["standing", "source_class", "peer_reviewed", CitedFilter, CheckedFilter, DeadLinkFilter]
    search_fields = ["key"]
    search_help_text = "Author, title, journal, key, DOI or PMID"
    show_facets = admin.ShowFacets.NEVER
    ordering = ["key"]

    def get_urls(self) -> list[URLPattern]:
        page, one = self.admin_site.admin_view, "<int:reference_id>"
        return [
            path("paste/", page(paste.paste), name="articles_reference_paste"),
            path("export/", page(source_export.export), name="articles_reference_export"),
            path("impact/", page(impact.find), name="articles_reference_find"),
            path(f"{one}/impact/", page(impact.impact), name="articles_reference_impact"),
            path(f"{one}/merge/", page(merge.merge_into), name="articles_reference_merge"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reference]:
        """Without those that were merged into another. How often each is cited is counted for the rows shown only."""
        cited = Citation.objects.filter(reference=OuterRef("pk")).order_by().values("reference")
        times = Subquery(cited.annotate(n=Count("revision__article", distinct=True)).values("n"))
        return super().get_queryset(request).filter(merged_into=None).annotate(times=Coalesce(times, 0))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=matching(search_term).order_by().values("pk")), False

    @admin.display(description="Source")
    def source(self, reference: Reference) -> SafeString:
        return format_html("{}", reference.label)

    @admin.display(description="Standing", ordering="standing")
    def stands(self, reference: Reference) -> SafeString:
        return badge(reference.standing)

    @admin.display(description="Cited in", ordering="times")
    def used(self, reference: Any) -> str:
        return f"{reference.times} article{'s' if reference.times != 1 else ''}"

    @admin.display(description="Last checked", ordering=F("checked_at").asc(nulls_first=True))
    def last_checked(self, reference: Reference) -> str:
        return f"{reference.checked_at:%-d %b %Y}" if reference.checked_at else "Never"

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_reference_change", args=[object_id]))

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        reference = source_page.found(object_id) if object_id else None
        may_save = self.has_change_permission(request, reference) if reference else self.has_add_permission(request)
        return source_page.source_page(request, reference, may_save=may_save, may_see=self.has_view_permission(request))
