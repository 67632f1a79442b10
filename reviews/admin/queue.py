"""The queue of reviews asked for: one's own for a reviewer, all for an editor. Each line opens a desk."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator

from articles.admin.doors import account
from articles.admin.lists import OpenFilter
from articles.models import User
from reviews.admin import asking, desk, inviting, taking_back
from reviews.admin.ledger import Ledger
from reviews.admin.screens import requests_of, visible_revision
from reviews.admin.standing import state_of, waiting
from reviews.models import ReviewRequest, plain_keys

GRANTED_BY = "django.contrib.auth.backends.ModelBackend"


class StateFilter(OpenFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("open", "Open"),
            ("overdue", "Overdue"),
            ("answered", "Answered"),
            ("overtaken", "Overtaken by newer words"),
            ("taken_back", "Taken back"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "open":
                return queryset.filter(pk__in=plain_keys(ReviewRequest.objects.waiting()))
            case "overdue":
                late = ReviewRequest.objects.waiting().filter(due__lt=timezone.localdate())
                return queryset.filter(pk__in=plain_keys(late))
            case "answered":
                return queryset.filter(signoff__isnull=False)
            case "overtaken":
                return queryset.filter(is_open=False, signoff=None, withdrawn=None)
            case "taken_back":
                return queryset.filter(withdrawn__isnull=False)
        return queryset


class ReviewerFilter(admin.SimpleListFilter):
    """Whoever is asked, and for an editor whoever may be asked; only where there is more than one to choose from."""

    title = "reviewer"
    parameter_name = "reviewer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        user = account(request)
        people = User.objects.with_perm("reviews.add_signoff", is_active=None, include_superusers=False, backend=GRANTED_BY)  # type: ignore[arg-type]
        if not user.has_perm("articles.edit_any_article"):
            people = User.objects.filter(pk__in=requests_of(user).waiting().order_by().values("reviewer"))
        people = people.select_related("contributor")
        return sorted(((str(user.pk), user.printed_name) for user in people), key=lambda choice: choice[1])

    def has_output(self) -> bool:
        """Django forgets what was chosen where it shows no choices."""
        return len(self.lookup_choices) > 1 or self.value() is not None

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewRequest]) -> QuerySet[ReviewRequest]:
        value = self.value() or ""
        return queryset.filter(reviewer=int(value)) if value.isdecimal() and len(value) < 19 else queryset


@admin.register(ReviewRequest)
class ReviewRequestAdmin(Ledger):
    list_display = ("article_title", "kind_name", "reviewer_name", "due_in_words", "state")
    list_display_links = ("article_title",)
    list_filter = (StateFilter, "kind", ReviewerFilter)
    search_fields = ("revision__title",)
    search_help_text = "Search by title"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("invite/<int:revision_id>/", wrap(inviting.invite), name="reviews_reviewrequest_invite"),
            path("<int:request_id>/new-link/", wrap(inviting.renew), name="reviews_reviewrequest_renew"),
            path("<int:request_id>/take-back/", wrap(taking_back.take_back), name="reviews_reviewrequest_take_back"),
            *super().get_urls(),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return user.has_perm("reviews.view_reviewrequest") or user.has_perm("reviews.add_reviewrequest")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What waits by the day on which it is due; of all that ever was the newest first."""
        return ("due", "pk") if StateFilter.state_in(request.GET) in ("open", "overdue") else ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReviewRequest]:
        is_open = Exists(ReviewRequest.objects.open().filter(pk=OuterRef("pk")))
        rows = requests_of(account(request)).annotate(is_open=is_open)
        return rows.select_related("revision", "reviewer__contributor", "signoff__revocation", "withdrawn")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Reviews asked for", **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not request.user.has_perm("reviews.add_reviewrequest"):
            raise PermissionDenied
        wanted = request.GET.get("revision", "")
        if not wanted.isdecimal() or len(wanted) > 18:
            raise Http404
        return asking.ask(request, visible_revision(account(request), int(wanted)))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        review = self.get_object(request, object_id)
        if review is None:
            raise Http404
        return desk.desk(request, review)

    @admin.display(description="article", ordering="revision__title")
    def article_title(self, review: ReviewRequest) -> str:
        return f"{Truncator(review.revision.title).chars(90)} (revision {review.revision.number})"

    @admin.display(description="what is asked", ordering="kind")
    def kind_name(self, review: ReviewRequest) -> str:
        return review.get_kind_display()

    @admin.display(description="reviewer", ordering="reviewer__contributor__name")
    def reviewer_name(self, review: ReviewRequest) -> str:
        return review.reviewer.printed_name

    @admin.display(description="due", ordering="due")
    def due_in_words(self, review: Any) -> str:
        day = f"{review.due:%-d %B %Y}"
        return f"{day} – {waiting(review.due, timezone.localdate())}" if review.is_open else day

    @admin.display(description="state")
    def state(self, review: Any) -> str:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *state_of(review, is_open=review.is_open))
