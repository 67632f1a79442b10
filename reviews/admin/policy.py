"""The source policy and the waivers: what the house asks of its sources, and where an editor let something pass and why."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from articles.admin.doors import account, status_of
from articles.models import Reference
from articles.refusal import Refused
from articles.source_policy import Policy
from reviews import policy
from reviews.admin.ledger import Ledger
from reviews.admin.printing import printed_time
from reviews.admin.publication import checklist_url
from reviews.admin.screens import on_visible, screen, visible_revision
from reviews.models import SourcePolicy, Waiver

RULES = {
    "class_is_allowed": "Kind of source",
    "domain_is_not_blocked": "Blocked site",
    "preprint_is_allowed": "Preprint",
    "source_is_recent": "Age of a source",
    "enough_sources": "Number of sources",
}


class PolicyForm(forms.Form):
    """The policy as it is in force, to be changed."""

    allowed_classes = forms.MultipleChoiceField(
        label="Kinds of source that may be cited", required=False, choices=Reference.Class.choices,
        widget=forms.CheckboxSelectMultiple, help_text="None ticked: all of them.",
    )  # fmt: skip
    minimum_sources = forms.IntegerField(label="Sources that an article cites at least", min_value=0, max_value=50)
    maximum_age_years = forms.IntegerField(
        label="Warn about sources older than (years)", min_value=0, max_value=100
    )  # fmt: skip
    maximum_guideline_age_years = forms.IntegerField(
        label="Warn about guidelines older than (years)", min_value=0, max_value=100
    )  # fmt: skip
    preprints_allowed = forms.BooleanField(label="Preprints may be cited; they are always labelled", required=False)
    blocked_domains = forms.CharField(
        label="Sites that may not be cited", required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One on each line, such as example.com. What is below a site, such as news.example.com, is blocked with it.",
    )  # fmt: skip

    def policy(self) -> Policy:
        given = self.cleaned_data
        return Policy(**{**given, "blocked_domains": given["blocked_domains"].split()})


@admin.register(SourcePolicy)
class SourcePolicyAdmin(Ledger):
    """The list is one page: what is in force, and what was."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reviews.add_sourcepolicy")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = SourcePolicy.objects.select_related("by__contributor")
        return screen(
            request,
            "policy",
            "Source policy",
            now=_in_words(policy.in_force()),
            history=[{"policy": row, "at": printed_time(row.at), "lines": _in_words(row)} for row in rows[:100]],
            may_set=self.has_add_permission(request),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:reviews_sourcepolicy_changelist"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            now = asdict(policy.in_force())
            return _draw_policy(request, PolicyForm(initial={**now, "blocked_domains": "\n".join(now["blocked_domains"])}))
        form = PolicyForm(request.POST)
        if not form.is_valid():
            reasons = [f"{form.fields[name].label}: {text}" for name, texts in form.errors.items() for text in texts]
            return _draw_policy(request, form, reasons, 422)
        try:
            policy.set_policy(form.policy(), by=account(request))
        except Refused as refusal:
            return _draw_policy(request, form, list(refusal.reasons), status_of(refusal))
        messages.success(request, "The policy is in force. What is live stays; whatever is published next has to meet it.")
        return HttpResponseRedirect(reverse("admin:reviews_sourcepolicy_changelist"))


@admin.register(Waiver)
class WaiverAdmin(Ledger):
    list_display = ("article_title", "what", "key", "reason", "by_name", "when")
    list_display_links = None
    search_fields = ("article__slug", "article__draft__title", "key", "reason")
    search_help_text = "Search by title, address, key or reason"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Waiver]:
        rows = on_visible(super().get_queryset(request), account(request))
        return rows.select_related("article__draft", "article__page", "by__contributor")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": "Accepted against the source policy", **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # only from a checklist, which says for what

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:reviews_waiver_changelist"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What the newest draft has against the policy, each with a form of its own; POST waives one."""
        user = account(request)
        if not user.has_perm("reviews.add_waiver"):
            raise PermissionDenied
        wanted = request.GET.get("revision", "")
        if not (wanted.isascii() and wanted.isdecimal()) or len(wanted) > 18:
            raise Http404
        revision = visible_revision(user, int(wanted))
        if request.method != "POST":
            return _draw_waivers(request, revision)
        given = {name: request.POST.get(name, "").replace("\x00", "") for name in ("rule", "key", "reason")}
        try:
            policy.waive(revision.article_id, **given, by=user)
        except Refused as refusal:
            return _draw_waivers(request, revision, given, list(refusal.reasons), status_of(refusal))
        messages.success(request, "It is accepted; your name and your reason stay with the record.")
        draft = revision.article.draft
        left = policy.violations_of(draft)[0] if draft else []
        return HttpResponseRedirect(request.get_full_path() if left else checklist_url(draft.pk if draft else revision.pk))

    @admin.display(description="article")
    def article_title(self, waiver: Waiver) -> str:
        return str(waiver.article)

    @admin.display(description="what is accepted", ordering="rule")
    def what(self, waiver: Waiver) -> str:
        return RULES.get(waiver.rule, waiver.rule)

    @admin.display(description="by")
    def by_name(self, waiver: Waiver) -> str:
        return waiver.by.printed_name

    @admin.display(description="when", ordering="at")
    def when(self, waiver: Waiver) -> str:
        return printed_time(waiver.at)


def _in_words(rules: Policy | SourcePolicy) -> list[tuple[str, str]]:
    kinds = dict(Reference.Class.choices)
    return [
        ("Kinds of source", ", ".join(str(kinds.get(name, name)) for name in rules.allowed_classes) or "All"),
        ("Sources in an article", f"{rules.minimum_sources} at least"),
        ("Warn about sources", f"older than {rules.maximum_age_years} years"),
        ("Warn about guidelines", f"older than {rules.maximum_guideline_age_years} years"),
        ("Preprints", "May be cited, labelled as preprints" if rules.preprints_allowed else "May not be cited"),
        ("Blocked sites", ", ".join(rules.blocked_domains) or "None"),
    ]


def _draw_policy(request: HttpRequest, form: PolicyForm, reasons: list[str] | None = None, status: int = 200) -> HttpResponse:
    return screen(request, "policy_form", "Set a new source policy", status=status, form=form, reasons=reasons)


def _draw_waivers(
    request: HttpRequest, revision: Any, given: dict[str, str] | None = None, reasons: list[str] | None = None, status: int = 200
) -> HttpResponse:
    draft = revision.article.draft or revision
    standing, waived = policy.violations_of(draft)
    rows = [
        {"violation": one, "typed": given["reason"] if given and (given["rule"], given["key"]) == (one.rule, one.key) else ""}
        for one in sorted(standing, key=lambda one: one.severity)  # errors first
    ]
    title = f"Accept sources against the policy: {draft.title}"
    return screen(request, "waivers", title, status=status, draft=draft, rows=rows, waived=waived, reasons=reasons)
