"""The outbox as a list: what was told to whom and when, what waits, and what no mail server would take.

A reader's address is never shown.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.admin.doors import account, status_of
from articles.refusal import Refused
from reviews.admin.ledger import Ledger
from reviews.admin.preferences import preferences_view
from reviews.admin.printing import printed_time
from reviews.admin.screens import screen
from reviews.models import Notice, NoticeKind
from reviews.outbox import STATES, try_again, with_state

WORDS = {
    "sent": ("live", "Sent"),
    "digest": ("draft", "In the digest"),
    "failed": ("blocked", "Failed"),
    "waiting": ("waiting", "Waiting"),
}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, words) for name, (_, words) in WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value()
        return queryset.filter(STATES[state]) if state in STATES else queryset


@admin.register(Notice)
class NoticeAdmin(Ledger):
    list_display = ("subject_line", "kind", "to", "state", "made", "what_went_wrong")
    list_display_links = ("subject_line",)
    list_filter = (StateFilter, "kind")
    search_fields = ("subject", "recipient__username", "recipient__contributor__name")
    search_help_text = "Search by subject or recipient"
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        mine = path("preferences/", self.admin_site.admin_view(preferences_view), name="reviews_notice_preferences")
        return [mine, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return with_state(super().get_queryset(request)).select_related("recipient__contributor", "digest").defer("digest__text")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Notices", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET shows one notice, with all it says; POST has one that was given up tried again."""
        found = self._found(request, object_id)
        if request.method in ("GET", "HEAD"):
            return self._draw(request, found)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        user = account(request)
        if not user.has_perm("reviews.change_notice"):
            raise PermissionDenied
        try:
            try_again(found.pk, by=user)
        except Refused as refusal:
            return self._draw(request, found, reasons=list(refusal.reasons), status=status_of(refusal))
        messages.success(request, "It waits to be sent again.")
        return HttpResponseRedirect(request.path)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A notice has no history: it says what it said."""
        self._found(request, object_id)
        raise Http404

    @admin.display(description="subject", ordering="subject")
    def subject_line(self, notice: Notice) -> str:
        return Truncator(notice.subject).chars(90)

    @admin.display(description="to", ordering="recipient__username")
    def to(self, notice: Notice) -> str:
        if notice.recipient:
            return notice.recipient.printed_name
        return "A reader" if notice.kind == NoticeKind.ANSWER else notice.address

    @admin.display(description="state")
    def state(self, notice: Any) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *WORDS[notice.state])

    @admin.display(description="when", ordering="made_at")
    def made(self, notice: Notice) -> str:
        return printed_time(notice.made_at)

    @admin.display(description="what went wrong")
    def what_went_wrong(self, notice: Notice) -> str:
        return Truncator(notice.error).chars(140) or "–"

    def _draw(self, request: HttpRequest, found: Any, **context: Any) -> HttpResponse:
        return screen(
            request,
            "notice",
            Truncator(found.subject).chars(90),
            notice=found,
            badge=self.state(found),
            to=self.to(found),
            made=printed_time(found.made_at),
            sent=printed_time(found.sent_at) if found.sent_at else "",
            next_at=printed_time(found.claimed_until) if found.state == "waiting" else "",
            may_try_again=found.state == "failed" and found.address and request.user.has_perm("reviews.change_notice"),
            **context,
        )

    def _found(self, request: HttpRequest, object_id: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found
