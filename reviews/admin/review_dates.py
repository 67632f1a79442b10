"""Live pages by the day on which they have to be reviewed again: who looks after each, and whether anybody has been asked."""

import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.admin.doors import account
from articles.models import Page
from reviews import review_dates
from reviews.admin import planner
from reviews.admin.ledger import Ledger
from reviews.admin.screens import on_visible
from reviews.admin.standing import waiting

SOON = datetime.timedelta(days=30)  # what is due by then is marked


class DueFilter(admin.SimpleListFilter):
    """The days of the tiles on the first page; what is overdue is not counted among them."""

    title = "review due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue"), *((str(days), f"Within {days} days") for days in (30, 60, 90))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        match self.value():
            case "overdue":
                return queryset.filter(pk__in=review_dates.overdue().values("pk"))
            case "30" | "60" | "90" as days:
                late = review_dates.overdue().values("pk")
                return queryset.filter(pk__in=review_dates.due(int(days)).values("pk")).exclude(pk__in=late)
        return queryset


class StateFilter(admin.SimpleListFilter):
    """The rows come `with_state`."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("nothing", "Nothing asked"), ("asked", "Asked for"), ("confirm", "Signed, ready to confirm")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "nothing":
                return review_dates.nothing_asked(queryset)
            case "asked":
                return review_dates.asked_for(queryset)
            case "confirm":
                return queryset.filter(pk__in=review_dates.to_confirm().order_by().values("pk"))
        return queryset


class ShelfFilter(admin.SimpleListFilter):
    title = "specialty or topic"
    parameter_name = "shelf"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        pages = on_visible(review_dates.dated(), account(request))
        shelves = {topic.specialty or topic.name for topic in review_dates.shelved(pages)}
        return [(shelf, shelf) for shelf in sorted(shelves)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        return review_dates.on_shelf(queryset, self.value() or "") if self.value() else queryset


class MineFilter(admin.SimpleListFilter):
    title = "who looks after it"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "I do, or deputise")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        return review_dates.looked_after_by(queryset, account(request)) if self.value() == "mine" else queryset


@admin.register(Page)
class ReviewDateAdmin(Ledger):
    list_display = ("article_title", "last_reviewed", "due_in_words", "looked_after", "state", "deed")
    list_display_links = ("article_title",)
    list_filter = (DueFilter, StateFilter, ShelfFilter, MineFilter)
    search_fields = ("title",)
    search_help_text = "Search by title"
    change_list_template = "admin/reviews/review_dates.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("review-dates/", wrap(self.changelist_view), name="reviews_reviewdates"),
            path("planner/", wrap(planner.planner), name="reviews_planner"),
            *super().get_urls(),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.view_article")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Who may not ask is not led to where one asks."""
        return self.list_display if request.user.has_perm("reviews.add_reviewrequest") else self.list_display[:-1]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("review_due", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        rows = on_visible(review_dates.dated(), account(request))
        people = ("article__owner__contributor", "article__topic__editor__contributor", "publication__medical")
        return review_dates.naming_whom(rows).select_related(*people).defer("html")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Review dates", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Of a page there is nothing to see here that is not on the screen of its article."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = self.get_object(request, object_id)
        if page is None:
            raise Http404
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[page.pk]))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self.change_view(request, object_id)

    @admin.display(description="article", ordering="title")
    def article_title(self, page: Page) -> str:
        return Truncator(page.title).chars(90)

    @admin.display(description="last reviewed", ordering="publication__medical__signed_at")
    def last_reviewed(self, page: Page) -> str:
        medical = page.publication.medical
        return f"{timezone.localtime(medical.signed_at):%-d %B %Y}, {medical.signed_as}"

    @admin.display(description="due", ordering="review_due")
    def due_in_words(self, page: Any) -> SafeString:
        today = timezone.localdate()
        tint = "blocked" if page.review_due < today else "ready" if page.review_due <= today + SOON else "draft"
        badge = format_html('<span class="im-badge im-badge--{}">{}</span>', tint, waiting(page.review_due, today))
        return format_html("{} {}", f"{page.review_due:%-d %B %Y}", badge)

    @admin.display(description="looks after it")
    def looked_after(self, page: Page) -> str:
        return review_dates.keeper(page.article).printed_name

    @admin.display(description="state")
    def state(self, page: Any) -> SafeString:
        tint, words = state_of(page)
        until = f" by {page.asked_by:%-d %B %Y}" if tint == "waiting" else ""
        return format_html('<span class="im-badge im-badge--{}">{}</span>{}', tint, words, until)

    @admin.display(description="next step")
    def deed(self, page: Any) -> SafeString | str:
        revision = page.publication.revision_id
        if page.renewed:
            return format_html('<a href="{}">Confirm</a>', reverse("admin:reviews_publication_checklist", args=[revision]))
        if page.asked:
            return format_html(
                '<a href="{}">See the review</a>', reverse("admin:reviews_reviewrequest_change", args=[page.asked])
            )
        return format_html('<a href="{}?revision={}">Ask for a review</a>', reverse("admin:reviews_reviewrequest_add"), revision)


def state_of(page: Any) -> tuple[str, str]:
    """Whether anybody has been asked, as a tint and words. The page comes by `naming_whom`."""
    if page.renewed:
        return "ready", "Signed, ready to confirm"
    if page.asked:
        return "waiting", f"Asked of {page.asked_whom}"
    return "draft", "Nothing asked"
