"""The event log: read, searched, never written by hand."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.lists import Keyed
from articles.models import Event
from articles.told import WORDS, told


class NameFilter(admin.SimpleListFilter):
    """By the events that we have words for: to look for those that have happened would be to read the whole log."""

    title = "what"
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((name, told(name).strip(",")) for name in WORDS), key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(Keyed):
    list_display = ["when", "actor_name", "what", "which", "details"]
    list_display_links = None
    list_filter = [NameFilter]
    search_fields = ["actor_name", "name", "article__slug", "article__draft__title"]
    search_help_text = "A person, an event, or an article’s title or address"
    ordering = ["-at", "-pk"]
    list_select_related = ["article__draft"]
    list_per_page = 100

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).defer("article__draft__body")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="When (UTC)", ordering="at")
    def when(self, event: Event) -> str:
        return f"{event.at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="What", ordering="name")
    def what(self, event: Event) -> str:
        return told(event.name)

    @admin.display(description="Article")
    def which(self, event: Event) -> SafeString | str:
        if event.article is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:articles_article_change", args=[event.article_id]), event.article
        )

    @admin.display(description="Details")
    def details(self, event: Event) -> SafeString:
        return format_html("<code>{}</code>", json.dumps(event.data, ensure_ascii=False)[:400])
