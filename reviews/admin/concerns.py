"""Concerns: sources of live pages that no longer stand. Editors decide what follows; nothing happens by itself."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.admin.doors import account, status_of
from articles.admin.source_words import badge
from articles.impact import Use, impact_of
from articles.models import Article, Citation, User
from articles.refusal import Refused
from reviews import concerns
from reviews.admin import registers
from reviews.admin.ledger import Ledger
from reviews.admin.printing import printed_time
from reviews.admin.screens import screen, visible_articles
from reviews.admin.sourced import standing_of
from reviews.models import Concern


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("decided", "Decided"), ("passed", "No longer on a live page")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "open":
                return queryset.filter(is_open=True)
            case "decided":
                return queryset.filter(decision__isnull=False)
            case "passed":
                return queryset.filter(is_open=False, decision=None)
        return queryset


class DecisionForm(forms.Form):
    """Nothing is required here: the verb gives every reason at once."""

    reason = forms.CharField(
        label="What you decide, and why", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For the record. Readers do not see it.",
    )  # fmt: skip
    public_note = forms.CharField(
        label="Note for readers", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Optional. Shown at the top of the page with today’s date, under “About a source of this page”. "
        "500 characters at most. Left empty, readers see nothing.",
    )  # fmt: skip


@admin.register(Concern)
class ConcernAdmin(Ledger):
    list_display = ("article_title", "source", "standing_badge", "since", "state")
    list_display_links = ("article_title",)
    list_filter = (StateFilter,)
    search_fields = ("article__slug", "article__draft__title", "reference__key", "reference__doi", "reference__pmid")
    search_help_text = "Search by title, address, key, DOI or PMID"

    def get_urls(self) -> list[URLPattern]:
        return [*registers.urls(self.admin_site.admin_view), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Concerns about sources of live pages", **(extra_context or {})})

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-is_open", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concern]:
        cited = Citation.objects.filter(
            revision=OuterRef("article__page__publication__revision"), reference=OuterRef("reference")
        )
        rows = Concern.objects.filter(article__in=visible_articles(account(request)))
        rows = rows.annotate(
            is_open=Exists(Concern.objects.open().filter(pk=OuterRef("pk"))), number=Subquery(cited.values("number")[:1])
        )
        return rows.select_related("article__draft", "article__page", "reference", "decision__by__contributor")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET shows the concern, POST decides it."""
        user = account(request)
        concern = self.get_object(request, object_id)
        if not self.has_view_permission(request) and not _has_signed(user, concern):
            raise PermissionDenied
        if concern is None:
            raise Http404
        if request.method in ("GET", "HEAD"):
            return _draw(request, concern, DecisionForm())
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not user.has_perm("reviews.change_concern"):
            raise PermissionDenied
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return _draw(request, concern, form, [str(text) for texts in form.errors.values() for text in texts], 422)
        try:
            concerns.decide(concern, **form.cleaned_data, by=user)
        except Refused as refusal:
            found = self.get_object(request, object_id)
            return _draw(request, found or concern, form, list(refusal.reasons), status_of(refusal))
        noted = "Readers now see your note." if form.cleaned_data["public_note"].strip() else "Readers see nothing of it."
        messages.success(request, f"Your decision is on record. {noted}")
        return HttpResponseRedirect(request.path)

    @admin.display(description="article")
    def article_title(self, concern: Concern) -> str:
        return str(concern.article)

    @admin.display(description="source", ordering="reference__key")
    def source(self, concern: Any) -> str:
        number = f"Reference {concern.number}: " if concern.number else ""
        return number + concern.reference.label

    @admin.display(description="standing", ordering="standing")
    def standing_badge(self, concern: Concern) -> SafeString:
        return badge(concern.standing)

    @admin.display(description="since", ordering="at")
    def since(self, concern: Concern) -> str:
        return printed_time(concern.at)

    @admin.display(description="state")
    def state(self, concern: Any) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *state_of(concern))


def state_of(concern: Any) -> tuple[str, str]:
    """A badge and its words."""
    if hasattr(concern, "decision"):
        return "live", "Decided"
    return ("waiting", "Open") if concern.is_open else ("draft", "No longer on a live page")


def _has_signed(user: User, concern: Concern | None) -> bool:
    """Whoever signed the page that is live was told by mail, and may look."""
    page = getattr(concern.article, "page", None) if concern else None
    signed = (page.publication.medical.reviewer_id, page.publication.facts.reviewer_id) if page else ()
    return user.pk in signed


def _draw(
    request: HttpRequest, concern: Any, form: DecisionForm, reasons: list[str] | None = None, status: int = 200
) -> HttpResponse:
    user = account(request)
    page = concern.article.page
    citation = page.publication.revision.citations.filter(reference=concern.reference).select_related("reference").first()
    decision = getattr(concern, "decision", None)
    shown = citation or Citation(reference=concern.reference)
    uses = impact_of(concern.reference.merged_into or concern.reference)
    mine = set(Article.objects.visible_to(user).filter(pk__in=[use.article.pk for use in uses]).values_list("pk", flat=True))
    return screen(
        request,
        "concern",
        f"Concern: {concern.article}",
        status=status,
        concern=concern,
        state=state_of(concern),
        source=standing_of(shown),
        standing=badge(concern.standing),
        since=printed_time(concern.at),
        citation=citation,
        page=page,
        form=form,
        reasons=reasons,
        decision=decision,
        decided_at=printed_time(decision.at) if decision else "",
        may_decide=decision is None and user.has_perm("reviews.change_concern"),
        may_edit=user.has_perm("articles.change_article"),
        may_ask_registers=user.has_perm("articles.change_reference"),
        here=[use for use in uses if use.article.pk == concern.article_id],
        elsewhere=[use for use in uses if _is_elsewhere(use, concern) and use.article.pk in mine],
    )


def _is_elsewhere(use: Use, concern: Concern) -> bool:
    return use.article.pk != concern.article_id
