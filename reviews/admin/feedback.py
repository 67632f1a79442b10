"""What readers told us: the reports that say something, each in its context, and how many readers each page helped.

Nothing is changed here; the database would refuse it. A reply address is shown on the page of its report, and nowhere else.
"""

import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.admin.doors import account
from articles.models import Page
from reviews.admin import helpful, report
from reviews.admin.feedback_filters import AgeFilter, ArticleFilter, ReasonFilter, VersionFilter
from reviews.admin.ledger import Ledger
from reviews.admin.screens import screen, visible_articles
from reviews.models import FeedbackDetail, FeedbackReport, ReplyAddress

EXCERPT = 140  # characters of what a list shows of words and passages
TINTS = {FeedbackDetail.Reason.HARMFUL: "blocked", FeedbackDetail.Reason.INACCURATE: "ready"}


@admin.register(FeedbackReport)
class FeedbackReportAdmin(Ledger):
    list_display = ("article_title", "reason", "words", "passage", "age", "version", "reply")
    list_display_links = ("article_title",)
    list_filter = (ReasonFilter, AgeFilter, VersionFilter, ArticleFilter)
    search_fields = ("publication__revision__title", "publication__article__slug", "detail__text", "detail__quote")
    search_help_text = "Title or address of the page, readers’ words, passage"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("helpfulness/", wrap(self.helpfulness_view), name="reviews_feedbackreport_helpfulness"),
            *super().get_urls(),
        ]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-is_harmful", "-detail__on", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeedbackReport]:
        """Reports with words or a reason, on articles that this person may see; bare votes are only counted."""
        shown = Page.objects.live().filter(publication__revision=OuterRef("publication__revision"))
        out = Page.objects.live().filter(pk=OuterRef("publication__article"))
        harmful = ExpressionWrapper(Q(detail__reason=FeedbackDetail.Reason.HARMFUL), output_field=BooleanField())
        rows = FeedbackReport.objects.filter(
            detail__isnull=False, publication__article__in=visible_articles(account(request))
        ).annotate(
            is_harmful=harmful,
            is_live=Exists(shown),
            is_out=Exists(out),
            wants_reply=Exists(ReplyAddress.objects.filter(report=OuterRef("pk"))),
        )
        return rows.select_related("detail", "publication__revision").defer("publication__revision__body")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Feedback reports", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One report, in its context."""
        found = self._found(request, object_id)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        title = f"Report: {Truncator(found.publication.revision.title).chars(90)}"
        others = self.get_queryset(request).filter(publication__article=found.publication.article_id).exclude(pk=found.pk)
        context = report.of(found, account(request))
        context["others"] = [self._line(other) for other in others.order_by("-detail__on", "-pk")[: report.OTHERS]]
        return screen(request, "feedback", title, badge=self.reason(found), version=self.version(found), **context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A report has no history: it is what it was."""
        self._found(request, object_id)
        raise Http404

    def helpfulness_view(self, request: HttpRequest) -> HttpResponse:
        """Live pages, those that help least first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = helpful.of(visible_articles(account(request)), request.GET.get("p", ""))
        return screen(request, "helpfulness", "Helpfulness", **context)

    @admin.display(description="article", ordering="publication__revision__title")
    def article_title(self, found: FeedbackReport) -> str:
        return Truncator(found.publication.revision.title).chars(90)

    @admin.display(description="reason", ordering="detail__reason")
    def reason(self, found: FeedbackReport) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *reason_badge(found.detail))

    @admin.display(description="in the reader’s words")
    def words(self, found: FeedbackReport) -> str:
        return Truncator(found.detail.text).chars(EXCERPT) or "–"

    @admin.display(description="passage")
    def passage(self, found: FeedbackReport) -> str:
        return f"“{Truncator(found.detail.quote).chars(EXCERPT)}”" if found.detail.quote else "–"

    @admin.display(description="age", ordering="detail__on")
    def age(self, found: FeedbackReport) -> str:
        return ago(found.detail.on, timezone.localdate())

    @admin.display(description="version")
    def version(self, found: Any) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *version_badge(found))

    @admin.display(description="reply")
    def reply(self, found: Any) -> str:
        return "Wished" if found.wants_reply else "–"

    def _found(self, request: HttpRequest, object_id: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def _line(self, other: Any) -> dict[str, Any]:
        return {"pk": other.pk, "badge": self.reason(other), "words": self.words(other), "age": self.age(other)}


def reason_badge(detail: FeedbackDetail) -> tuple[str, str]:
    """The tint and the words."""
    return TINTS.get(FeedbackDetail.Reason(detail.reason), "draft"), detail.get_reason_display()


def version_badge(found: Any) -> tuple[str, str]:
    """Whether readers see now what this reader saw."""
    if found.is_live:
        return "live", "Live now"
    return ("draft", "Older version") if found.is_out else ("withdrawn", "Withdrawn")


def ago(day: datetime.date, today: datetime.date) -> str:
    """How old a report is: days are all that is known."""
    days = (today - day).days
    if days <= 1:
        return "yesterday" if days == 1 else "today"
    if days < 60:
        return f"{days} days ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"
