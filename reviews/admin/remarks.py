"""Remarks on a text, and what is said about them. Whoever takes part in the article may speak."""

from django.contrib import admin
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from articles.admin.doors import account
from articles.models import Revision
from reviews import remarks
from reviews.admin.ledger import Ledger
from reviews.admin.screens import ask_and_do, back_to, visible_articles, visible_revision
from reviews.models import Remark, RemarkReply


@admin.register(Remark)
class RemarkAdmin(Ledger):
    """No list: remarks are read beside the words they are about."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("on/<int:revision_id>/", wrap(self.remark_view), name="reviews_remark_add"),
            path("<int:remark_id>/reply/", wrap(self.reply_view), name="reviews_remark_reply"),
        ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def remark_view(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        user = account(request)
        revision = visible_revision(user, revision_id)
        typed = {name: request.POST.get(name, "") for name in ("text", "quote")}
        return ask_and_do(
            request,
            "remark",
            f"Remark on {revision}",
            act=lambda: remarks.remark(revision, **typed, by=user),
            done="Your remark is on record.",
            back=back_to(request, _about(revision)),
            revision=revision,
        )

    def reply_view(self, request: HttpRequest, remark_id: int) -> HttpResponse:
        user = account(request)
        visible = Remark.objects.filter(revision__article__in=visible_articles(user))
        remark = visible.select_related("revision", "author__contributor").filter(pk=remark_id).first()
        if remark is None:
            raise Http404
        settles = request.POST.get("do") == "settle"
        return ask_and_do(
            request,
            "reply",
            "Answer a remark",
            act=lambda: remarks.reply(remark, text=request.POST.get("text", ""), resolves=settles, by=user),
            done="The remark is settled." if settles else "Your answer is on record.",
            back=back_to(request, _about(remark.revision)),
            remark=remark,
        )


def remarks_on(revision: Revision) -> list[Remark]:
    """The remarks on these words and on earlier ones of the article, those still open first."""
    replies = Prefetch("replies", RemarkReply.objects.select_related("author__contributor"))
    rows = Remark.objects.filter(revision__article=revision.article_id, revision__number__lte=revision.number)
    found = rows.select_related("revision", "author__contributor").prefetch_related(replies)
    return sorted(found, key=lambda remark: (remark.is_resolved, remark.pk))


def _about(revision: Revision) -> str:
    return reverse("admin:reviews_publication_checklist", args=[revision.pk])
