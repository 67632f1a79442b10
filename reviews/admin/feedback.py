"""What readers told us: the reports that say something, each in its context, with what was decided about it.

A report never changes; a decision is a record of its own. A reply address is shown on the page of its report alone.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.admin.doors import account, status_of
from articles.admin.lists import KeyedList
from articles.models import Page
from articles.refusal import Refused
from reviews import same_passage
from reviews.admin import helpful, report, triage
from reviews.admin.feedback_filters import FILTERS, StateFilter
from reviews.admin.ledger import Ledger
from reviews.admin.report import ago, reason_badge, version_badge
from reviews.admin.screens import on_visible, screen, visible_articles
from reviews.models import FeedbackDetail, FeedbackReport, ReportOwner
from reviews.report_states import State, due, due_in_words, with_state

EXCERPT = 140  # characters of what a list shows of words and passages


class Queue(KeyedList):
    """The rows of one page of the list, with the names of who looks after them and how many more are like each."""

    def rows(self, pks: list[Any]) -> list[Any]:
        shown = super().rows(pks)
        rows = ReportOwner.objects.filter(report__in=shown).select_related("owner__contributor").order_by("pk")
        owners = {row.report_id: row.owner for row in rows}  # the newest stays
        alike = same_passage.counted(found for found in shown if found.state == State.OPEN)
        for found in shown:
            found.owner, found.alike = owners.get(found.pk), alike.get(found.pk, 0)
        return shown


@admin.register(FeedbackReport)
class FeedbackReportAdmin(Ledger):
    list_display = ("article_title", "reason", "said", "due", "owner", "state")
    list_display_links = ("article_title",)
    list_filter = FILTERS
    search_fields = ("publication__revision__title", "publication__article__slug", "detail__text", "detail__quote")
    search_help_text = "Title or address of the page, readers’ words, passage"
    always_full = ("detail__on", "detail__reason")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("helpfulness/", wrap(self.helpfulness_view), name="reviews_feedbackreport_helpfulness"),
            path("<int:report_id>/triage/", wrap(self.triage_view), name="reviews_feedbackreport_triage"),
            path("<int:report_id>/owner/", wrap(self.owner_view), name="reviews_feedbackreport_owner"),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeyedList]:
        return Queue

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What waits: harm before all else, then whatever is due first. Of all that ever was the newest first."""
        return ("-is_harmful", "detail__on", "pk") if StateFilter.state_in(request.GET) == State.OPEN else ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeedbackReport]:
        """Reports with words or a reason, on articles that this person may see; bare votes are only counted."""
        shown = Page.objects.live().filter(publication__revision=OuterRef("publication__revision"))
        out = Page.objects.live().filter(pk=OuterRef("publication__article"))
        harmful = ExpressionWrapper(Q(detail__reason=FeedbackDetail.Reason.HARMFUL), output_field=BooleanField())
        told = on_visible(FeedbackReport.objects.filter(detail__isnull=False), account(request), "publication__article")
        rows = told.annotate(is_harmful=harmful, is_live=Exists(shown), is_out=Exists(out))
        whole = with_state(rows).select_related("detail", "publication__revision", "publication__article__page")
        return whole.defer("publication__revision__body", "publication__article__page__html")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Feedback reports", **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One report, in its context."""
        found = self._found(request, object_id)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return self._draw(request, found)

    def triage_view(self, request: HttpRequest, report_id: int) -> HttpResponse:
        """POST decides about this report, and about those like it that are ticked."""
        found = self._found(request, str(report_id))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            made = triage.decide(found, account(request), request.POST)
        except Refused as refusal:
            return self._draw(request, self._found(request, str(report_id)), refusal)
        many = f"Your decision about {len(made)} reports" if len(made) > 1 else "Your decision"
        messages.success(request, f"{many} is on record.")
        return HttpResponseRedirect(_page_of(found))

    def owner_view(self, request: HttpRequest, report_id: int) -> HttpResponse:
        """POST hands the report over."""
        found = self._found(request, str(report_id))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            owner = triage.hand_over(found, account(request), request.POST)
        except Refused as refusal:
            return self._draw(request, found, refusal)
        messages.success(request, f"{owner.printed_name} looks after it now.")
        return HttpResponseRedirect(_page_of(found))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """A report has no history: it is what it was."""
        self._found(request, object_id)
        raise Http404

    def helpfulness_view(self, request: HttpRequest) -> HttpResponse:
        """Live pages, those that help least first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = account(request)
        everything = user.has_perm("articles.edit_any_article")
        context = helpful.of(visible_articles(user), request.GET.get("p", ""), everything=everything)
        return screen(request, "helpfulness", "Helpfulness", **context)

    @admin.display(description="article", ordering="publication__revision__title")
    def article_title(self, found: FeedbackReport) -> str:
        return Truncator(found.publication.revision.title).chars(90)

    @admin.display(description="reason", ordering="detail__reason")
    def reason(self, found: FeedbackReport) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *reason_badge(found.detail))

    def words(self, found: FeedbackReport) -> str:
        return Truncator(found.detail.text).chars(EXCERPT) or "–"

    @admin.display(description="what the reader says")
    def said(self, found: Any) -> SafeString | str:
        """Their words, and the passage that they are about."""
        if not found.detail.quote:
            return self.words(found)
        more = format_html(' <span class="im-badge im-badge--draft">+{} like it</span>', found.alike) if found.alike else ""
        words = format_html("{} ", self.words(found)) if found.detail.text else ""
        quote = Truncator(found.detail.quote).chars(EXCERPT)
        return format_html('{}<span class="im-passage">“{}”</span>{}', words, quote, more)

    @admin.display(description="due", ordering="detail__on")
    def due(self, found: Any) -> SafeString | str:
        if found.state != State.OPEN:
            return "–"
        late = due(found.detail) < timezone.localdate()
        words = due_in_words(found.detail, timezone.localdate())
        return format_html('<span class="im-badge im-badge--blocked">{}</span>', words) if late else words

    @admin.display(description="looked after by")
    def owner(self, found: Any) -> str:
        return found.owner.printed_name if found.owner else "–"

    @admin.display(description="state")
    def state(self, found: Any) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *triage.state_badge(found))

    def version(self, found: Any) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *version_badge(found))

    def _draw(self, request: HttpRequest, found: Any, refusal: Refused | None = None) -> HttpResponse:
        """The page of a report; after a refusal with every reason and all that was typed."""
        user = account(request)
        title = f"Report: {Truncator(found.publication.revision.title).chars(90)}"
        others = self.get_queryset(request).filter(publication__article=found.publication.article_id).exclude(pk=found.pk)
        context = report.of(found, user) | triage.context(found, user, request.POST if refusal else None)
        context["others"] = [self._line(other) for other in others.order_by("-detail__on", "-pk")[: report.OTHERS]]
        status, reasons = (status_of(refusal), refusal.reasons) if refusal else (200, None)
        badges = {"badge": self.reason(found), "version": self.version(found)}
        return screen(request, "feedback", title, status=status, reasons=reasons, **badges, **context)

    def _found(self, request: HttpRequest, object_id: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return found

    def _line(self, other: Any) -> dict[str, Any]:
        return {
            "pk": other.pk,
            "badge": self.reason(other),
            "words": self.words(other),
            "age": ago(other.detail.on, timezone.localdate()),
        }


def _page_of(found: FeedbackReport) -> str:
    return reverse("admin:reviews_feedbackreport_change", args=[found.pk])
