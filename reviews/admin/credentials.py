"""Credentials: who may sign as what, and who has vouched for it. The facts are typed once; then only their standing moves."""

import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join

from articles.admin.doors import account
from articles.models import Page, User
from reviews import credential_reminders, credentials
from reviews.admin.ledger import Ledger
from reviews.admin.printing import printed_time
from reviews.admin.screens import ask_and_do, screen
from reviews.models import Credential

CHECK = "To be checked again"


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("in_force", "In force"), ("ending", "Ends soon"), ("to_check", CHECK),
            ("unverified", "Not verified"), ("other", "Lapsed, not yet valid or revoked"),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[Credential]) -> QuerySet[Credential]:
        today = timezone.localdate()
        in_force = Credential.objects.in_force(today).values("pk")
        unverified = models.Q(verified_at=None, revoked_at=None)
        match self.value():
            case "in_force":
                return queryset.filter(pk__in=in_force)
            case "ending":
                return queryset.filter(pk__in=credential_reminders.ending(today).values("pk"))
            case "to_check":
                return queryset.filter(pk__in=credential_reminders.to_check(today).values("pk"))
            case "unverified":
                return queryset.filter(unverified)
            case "other":
                return queryset.exclude(pk__in=in_force).exclude(unverified)
        return queryset


class HolderField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.printed_name} ({obj.get_username()})"


class CredentialForm(forms.ModelForm):
    """The facts, as the register gives them. Without the admin's pop-ups, which would lead into other people's accounts."""

    holder = HolderField(
        User.objects.filter(is_active=True).select_related("contributor").order_by("contributor__name", "username")
    )
    valid_from = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}), required=False, help_text="Empty where the register gives no end."
    )

    class Meta:
        model = Credential
        fields = ("holder", "qualification", "registering_body", "number", "specialty", "valid_from", "valid_until")


@admin.register(Credential)
class CredentialAdmin(Ledger):
    list_display = ("holder_name", "standing", "as_printed", "valid", "verified")
    list_display_links = ("holder_name",)
    list_filter = (StandingFilter,)
    search_fields = ("holder__username", "holder__contributor__name", "qualification", "registering_body", "number")
    search_help_text = "Search by name, qualification, register or number"
    form = CredentialForm
    add_form_template = "admin/reviews/credential_add.html"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:credential_id>/verify/", wrap(self.verify_view), name="reviews_credential_verify"),
            path("<int:credential_id>/revoke/", wrap(self.revoke_view), name="reviews_credential_revoke"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("reviews.add_credential")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Credential]:
        people = ("holder__contributor", "verified_by__contributor", "revoked_by__contributor")
        return super().get_queryset(request).select_related(*people)

    def save_model(self, request: HttpRequest, obj: Credential, form: Any, change: bool) -> None:
        credentials.add_credential(obj, by=account(request))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The verb has written its own line of history."""

    def response_add(self, request: HttpRequest, obj: Credential, post_url_continue: str | None = None) -> HttpResponse:
        messages.success(request, "The credential has been added. Nobody can sign with it until another person has verified it.")
        return HttpResponseRedirect(_page(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        credential = self.get_object(request, object_id)
        if credential is None:
            raise Http404
        today = timezone.localdate()
        badge, words = standing_of(credential, today)
        may = request.user.has_perm("reviews.change_credential")
        return screen(
            request,
            "credential",
            f"Credential of {credential.holder.printed_name}",
            credential=credential,
            badge=badge,
            standing=words,
            due=due_of(credential, today),
            to_check=CHECK in due_of(credential, today),
            rests=_resting_on(credential),
            verified_at=printed_time(credential.verified_at) if credential.verified_at else "",
            revoked_at=printed_time(credential.revoked_at) if credential.revoked_at else "",
            is_own=credential.holder_id == account(request).pk,
            may_verify=may and not credential.verified_at and not credential.revoked_at,
            may_revoke=may and not credential.revoked_at,
            signed=credential.signoffs.count(),
        )

    def verify_view(self, request: HttpRequest, credential_id: int) -> HttpResponse:
        credential = self._changeable(request, credential_id)
        return ask_and_do(
            request,
            "reason",
            f"Verify the credential of {credential.holder.printed_name}",
            act=lambda: credentials.verify(credential, by=account(request)),
            done=f"Verified: {credential.as_printed}.",
            back=_page(credential),
            facts=credential,
            explanation=f"Look the number up in the register of {credential.registering_body} before you vouch for it: that "
            "the person is on it, under this name, and free to practise. Your name and the time are kept.",
            button="I have looked it up, and it is right",
        )

    def revoke_view(self, request: HttpRequest, credential_id: int) -> HttpResponse:
        credential = self._changeable(request, credential_id)
        return ask_and_do(
            request,
            "reason",
            f"Revoke the credential of {credential.holder.printed_name}",
            act=lambda: credentials.revoke_credential(credential, reason=request.POST.get("reason", ""), by=account(request)),
            done=f"Revoked: {credential.as_printed}.",
            back=_page(credential),
            facts=credential,
            warning="From now on nobody can sign with it. What was signed before keeps its date, and pages that rest on it "
            "are reported to the editors. It cannot be given back: a credential that is in order again is added anew.",
            label="Why it is revoked",
            button="Revoke the credential",
        )

    @admin.display(description="holder", ordering="holder__contributor__name")
    def holder_name(self, credential: Credential) -> str:
        return credential.holder.printed_name

    @admin.display(description="standing")
    def standing(self, credential: Credential) -> str:
        today = timezone.localdate()
        badges = [standing_of(credential, today), *(("waiting", words) for words in due_of(credential, today))]
        return format_html_join(" ", '<span class="im-badge im-badge--{}">{}</span>', badges)

    @admin.display(description="valid", ordering="valid_until")
    def valid(self, credential: Credential) -> str:
        until = f"until {credential.valid_until:%-d %B %Y}" if credential.valid_until else "without end"
        return f"from {credential.valid_from:%-d %B %Y} {until}"

    @admin.display(description="verified by", ordering="verified_at")
    def verified(self, credential: Credential) -> str:
        return credential.verified_by.printed_name if credential.verified_by else "Nobody yet"

    def _changeable(self, request: HttpRequest, pk: int) -> Credential:
        if not request.user.has_perm("reviews.change_credential"):
            raise PermissionDenied
        credential = self.get_queryset(request).filter(pk=pk).first()
        if credential is None:
            raise Http404
        return credential


def standing_of(credential: Credential, today: datetime.date) -> tuple[str, str]:
    """A badge and its words."""
    if credential.revoked_at:
        return "withdrawn", "Revoked"
    if credential.valid_until and credential.valid_until < today:
        return "blocked", "Lapsed"
    if not credential.verified_at:
        return "waiting", "Not verified"
    if credential.valid_from > today:
        return "draft", "Not yet valid"
    return "live", "In force"


def due_of(credential: Credential, today: datetime.date) -> list[str]:
    """What somebody has to see to, while it is in force."""
    if standing_of(credential, today)[1] != "In force":
        return []
    ends = credential_reminders.ends_in(credential, today).capitalize()
    return [*filter(None, [ends]), *([CHECK] if credential_reminders.is_to_be_checked(credential, today) else [])]


def _resting_on(credential: Credential) -> list[Page]:
    """Live pages that were reviewed with it."""
    rests = models.Q(publication__medical__credential=credential) | models.Q(publication__look__credential=credential)
    return list(Page.objects.live().filter(rests).order_by("title").defer("html"))


def _page(credential: Credential) -> str:
    return reverse("admin:reviews_credential_change", args=[credential.pk])
