"""Publications: what is out, what may go out and why not, and the two buttons that change it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from articles.admin.doors import account, status_of
from articles.models import Revision
from articles.refusal import Refused
from reviews import publishing
from reviews.admin import checklist, sourced
from reviews.admin.ledger import Ledger
from reviews.admin.printing import printed_time
from reviews.admin.screens import ask_and_do, back_to, on_visible, screen, visible_articles, visible_revision
from reviews.models import Publication


@admin.register(Publication)
class PublicationAdmin(Ledger):
    list_display = ("article_title", "state", "published", "by_name", "reviewed_by", "checked_by")
    list_display_links = ("article_title",)
    list_filter = ("at",)
    search_fields = ("revision__title", "article__slug", "medical__signed_as", "facts__signed_as", "revision__digest")
    search_help_text = "Search by title, address, signer or digest"
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("checklist/<int:revision_id>/", wrap(self.checklist_view), name="reviews_publication_checklist"),
            path("<int:publication_id>/withdraw/", wrap(self.withdraw_view), name="reviews_publication_withdraw"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Publication]:
        rows = on_visible(super().get_queryset(request), account(request))
        return rows.select_related("article__page", "revision", "medical", "facts", "withdrawal", "by__contributor")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A publication is read on the checklist of its revision."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        publication = self.get_object(request, object_id)
        if publication is None:
            raise Http404
        return HttpResponseRedirect(checklist_url(publication.revision_id))

    def checklist_view(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        """GET shows what is still missing; POST publishes the revision that the form names, if the gate lets it."""
        user = account(request)
        revision = visible_revision(user, revision_id)
        if request.method in ("GET", "HEAD"):
            return _draw(request, revision)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not user.has_perm("reviews.add_publication"):
            raise PermissionDenied
        if request.POST.get("revision") != str(revision.pk):
            raise Http404
        try:
            publishing.publish(revision, by=user)
        except Refused as refusal:
            return _draw(request, revision, list(refusal.reasons), status_of(refusal))
        messages.success(request, f"Revision {revision.number} is live.")
        return HttpResponseRedirect(request.path)

    def withdraw_view(self, request: HttpRequest, publication_id: int) -> HttpResponse:
        user = account(request)
        publication = Publication.objects.filter(pk=publication_id, article__in=visible_articles(user)).first()
        if publication is None:
            raise Http404
        if not user.has_perm("reviews.add_withdrawal"):
            raise PermissionDenied
        return ask_and_do(
            request,
            "reason",
            f"Withdraw {publication.revision}",
            act=lambda: publishing.withdraw(publication, reason=request.POST.get("reason", ""), by=user),
            done="The page has been taken down. Its address now says so, and why.",
            back=back_to(request, checklist_url(publication.revision_id)),
            warning="The page comes down at once. Readers who follow a link to it see that it was withdrawn, and your reason.",
            explanation="Nothing is erased. The same words can be published again later if the gate lets them.",
            label="Reason, which readers will see",
            button="Withdraw the page",
        )

    @admin.display(description="article", ordering="revision__title")
    def article_title(self, publication: Publication) -> str:
        return str(publication.revision)

    @admin.display(description="state")
    def state(self, publication: Publication) -> str:
        if hasattr(publication, "withdrawal"):
            badge, words = "withdrawn", "Withdrawn"
        elif publication.article.page.publication_id == publication.pk:
            badge, words = "live", "Live"
        else:
            badge, words = "draft", "Replaced"
        return format_html('<span class="im-badge im-badge--{}">{}</span>', badge, words)

    @admin.display(description="published", ordering="at")
    def published(self, publication: Publication) -> str:
        return printed_time(publication.at)

    @admin.display(description="by", ordering="by__username")
    def by_name(self, publication: Publication) -> str:
        return publication.by.printed_name

    @admin.display(description="medically reviewed by", ordering="medical__signed_as")
    def reviewed_by(self, publication: Publication) -> str:
        return publication.medical.signed_as

    @admin.display(description="facts checked by", ordering="facts__signed_as")
    def checked_by(self, publication: Publication) -> str:
        return publication.facts.signed_as


def checklist_url(revision_id: int) -> str:
    return reverse("admin:reviews_publication_checklist", args=[revision_id])


def _draw(request: HttpRequest, revision: Revision, reasons: list[str] | None = None, status: int = 200) -> HttpResponse:
    context = checklist.of(revision, account(request))
    title = f"Publishing checklist: {revision.title}"
    return screen(request, "checklist", title, status=status, reasons=reasons, **context, **sourced.of(request, revision))
