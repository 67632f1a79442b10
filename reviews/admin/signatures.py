"""Who signed what, and when; taking a signature back; settling an objection."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from articles.admin.doors import account
from reviews import signing
from reviews.admin.ledger import Ledger
from reviews.admin.printing import BADGES, may_take_back, printed_signature, printed_time
from reviews.admin.screens import ask_and_do, back_to, on_visible, screen, visible_signoff
from reviews.models import SignOff
from reviews.models.signoff import Decision


@admin.register(SignOff)
class SignOffAdmin(Ledger):
    list_display = ("meaning_badge", "article_title", "signed_as", "credential_as", "signed")
    list_display_links = ("article_title",)
    list_filter = ("kind", "decision", "signed_at")
    search_fields = ("revision__title", "signed_as", "credential_as", "digest", "reviewer__username")
    search_help_text = "Search by article, name, credential or digest"
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:signoff_id>/revoke/", wrap(self.revoke_view), name="reviews_signoff_revoke"),
            path("<int:signoff_id>/resolve/", wrap(self.resolve_view), name="reviews_signoff_resolve"),
            *super().get_urls(),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perms(["reviews.view_publication", "reviews.view_reviewrequest"])

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignOff]:
        seen = on_visible(super().get_queryset(request), account(request), "revision__article")
        return seen.select_related("revision", "revocation")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        signoff = self.get_object(request, object_id)
        if signoff is None:
            raise Http404
        return screen(
            request, "signature", f"Signature of {signoff.signed_as}", signature=printed_signature(signoff), opts=self.opts
        )

    def revoke_view(self, request: HttpRequest, signoff_id: int) -> HttpResponse:
        user = account(request)
        signoff = visible_signoff(user, signoff_id)
        if not may_take_back(user, signoff):
            raise PermissionDenied
        live = signoff.revision.publications.standing().filter(Q(medical=signoff) | Q(facts=signoff)).exists()
        return ask_and_do(
            request,
            "reason",
            "Take back a signature",
            act=lambda: signing.revoke(signoff, reason=request.POST.get("reason", ""), by=user),
            done="The signature has been taken back." + (" The page has been taken down." if live else ""),
            back=back_to(request, _checklist(signoff)),
            subject=printed_signature(signoff),
            warning="The page that is live rests on this signature: it comes down in the same moment, and its address "
            "says so to readers." if live else "",
            explanation="Nothing is erased: the signature stays in the records, marked as taken back, with your name, the "
            "time and your reason. These words then need a new signature before they can be published.",
            label="Why it is taken back",
            button="Take the signature back",
        )  # fmt: skip

    def resolve_view(self, request: HttpRequest, signoff_id: int) -> HttpResponse:
        user = account(request)
        signoff = visible_signoff(user, signoff_id)
        if not user.has_perm("reviews.add_resolution"):
            raise PermissionDenied
        return ask_and_do(
            request,
            "reason",
            "Settle an objection",
            act=lambda: signing.resolve(signoff, reason=request.POST.get("reason", ""), by=user),
            done="The objection is settled, with your reason on record.",
            back=back_to(request, _checklist(signoff)),
            subject=printed_signature(signoff),
            explanation="The usual way is to mend the text and ask the same person again. Settle an objection only where it "
            "no longer holds. Your name and reason stay in the records.",
            label="Why the objection no longer holds",
            button="Settle the objection",
        )

    @admin.display(description="meaning", ordering="decision")
    def meaning_badge(self, signoff: SignOff) -> str:
        if hasattr(signoff, "revocation"):
            return format_html('<span class="im-badge im-badge--withdrawn">{}, taken back</span>', signoff.meaning)
        badge = BADGES[Decision(signoff.decision)]
        return format_html('<span class="im-badge im-badge--{}">{}</span>', badge, signoff.meaning)

    @admin.display(description="article", ordering="revision__title")
    def article_title(self, signoff: SignOff) -> str:
        return str(signoff.revision)

    @admin.display(description="signed", ordering="signed_at")
    def signed(self, signoff: SignOff) -> str:
        return printed_time(signoff.signed_at)


def _checklist(signoff: SignOff) -> str:
    return reverse("admin:reviews_publication_checklist", args=[signoff.revision_id])
