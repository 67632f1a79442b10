"""Concerns: what live pages rest on that no longer stands. Editors decide what follows; nothing happens by itself."""

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
from articles.models import Citation, User
from articles.refusal import Refused
from reviews import concerns
from reviews.admin import concern_page, registers
from reviews.admin.ledger import Ledger
from reviews.admin.printing import printed_time
from reviews.admin.screens import on_visible, screen
from reviews.models import Concern

PASSED = "Settled, or no longer on a live page"
WHAT = {
    Concern.Kind.LAPSED: "Credential lapsed",
    Concern.Kind.REVOKED: "Credential revoked",
    Concern.Kind.OBJECTION: "Objection",
}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("decided", "Decided"), ("passed", PASSED)]

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
        help_text="Optional. Shown at the top of the page with today’s date, under “About a source of this page” or “About the "
        "review of this page”. 500 characters at most. Left empty, readers see nothing.",
    )  # fmt: skip


@admin.register(Concern)
class ConcernAdmin(Ledger):
    list_display = ("article_title", "what", "about", "since", "state")
    list_display_links = ("article_title",)
    list_filter = (StateFilter, "kind")
    search_fields = (
        "article__slug", "article__draft__title", "article__page__title", "signoff__signed_as", "signoff__credential_as",
        "reference__key", "reference__doi", "reference__pmid",
    )  # fmt: skip
    search_help_text = "Search by title, address, signer, credential, key, DOI or PMID"

    def get_urls(self) -> list[URLPattern]:
        return [*registers.urls(self.admin_site.admin_view), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Concerns about live pages", **(extra_context or {})})

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("-is_open", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Concern]:
        cited = Citation.objects.filter(
            revision=OuterRef("article__page__publication__revision"), reference=OuterRef("reference")
        )
        rows = on_visible(Concern.objects.all(), account(request))
        rows = rows.annotate(
            is_open=Exists(Concern.objects.open().filter(pk=OuterRef("pk"))), number=Subquery(cited.values("number")[:1])
        )
        return rows.select_related(
            "article__draft", "article__topic", "article__page__publication__medical", "article__page__publication__facts",
            "reference", "signoff__credential__holder", "signoff__revision", "decision__by__contributor",
        ).defer("article__page__html")  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """GET shows the concern, POST decides it."""
        user = account(request)
        concern = self.get_object(request, object_id)
        if not self.has_view_permission(request) and not _was_told(user, concern):
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

    @admin.display(description="what", ordering="kind")
    def what(self, concern: Concern) -> SafeString:
        return what_of(concern)

    @admin.display(description="about")
    def about(self, concern: Any) -> str:
        if concern.signoff:
            signed = f"{concern.signoff.meaning}: {concern.signoff.signed_as}"
            return f"{signed} ({concern.signoff.credential_as})" if concern.signoff.credential_as else signed
        number = f"Reference {concern.number}: " if concern.number else ""
        return number + concern.reference.label

    @admin.display(description="since", ordering="at")
    def since(self, concern: Concern) -> str:
        return printed_time(concern.at)

    @admin.display(description="state")
    def state(self, concern: Any) -> SafeString:
        return format_html('<span class="im-badge im-badge--{}">{}</span>', *state_of(concern))


def what_of(concern: Concern) -> SafeString:
    """What is wrong, in a word or two: of a source where it stood when the concern was opened."""
    if concern.reference:
        return badge(concern.standing)
    return format_html('<span class="im-badge im-badge--blocked">{}</span>', WHAT[Concern.Kind(concern.kind)])


def state_of(concern: Any) -> tuple[str, str]:
    """A badge and its words."""
    if hasattr(concern, "decision"):
        return "live", "Decided"
    if concern.is_open:
        return "waiting", "Open"
    return "draft", PASSED


def _was_told(user: User, concern: Concern | None) -> bool:
    """Whoever signed the page that is live, signed what this is about, or looks after the page was told, and may look."""
    if concern is None:
        return False
    article, page = concern.article, getattr(concern.article, "page", None)
    told = {article.topic.editor_id, concern.signoff and concern.signoff.reviewer_id}
    if concern.signoff:
        told.add(article.owner_id)
    if page:
        told |= {page.publication.medical.reviewer_id, page.publication.facts.reviewer_id}
    return user.pk in told


def _draw(
    request: HttpRequest, concern: Any, form: DecisionForm, reasons: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = concern_page.of(concern, account(request))
    title = f"Concern: {concern.article}"
    return screen(
        request,
        "concern",
        title,
        status=status,
        state=state_of(concern),
        what=what_of(concern),
        form=form,
        reasons=reasons,
        **context,
    )
