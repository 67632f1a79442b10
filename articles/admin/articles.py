"""The list of articles, and the addresses of all that is done to one article. The doors themselves stand in their own files."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.admin import editor, filing, pictures, preview, revisions
from articles.admin.csv_export import CsvExport
from articles.admin.doors import account, for_script, may_edit
from articles.admin.lists import ChoiceFilter, Keyed
from articles.models import Article
from articles.models.article import ArticleQuerySet
from articles.standing import STANDS, badges, standing, with_standing


class StandsFilter(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(STANDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return standing(queryset, self.value() or "") if isinstance(queryset, ArticleQuerySet) else queryset


class WhoseFilter(admin.SimpleListFilter):
    title = "whose"
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "My own"), ("others", "Other people’s")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "mine":
            return queryset.filter(owner=account(request))
        return queryset.exclude(owner=account(request)) if self.value() == "others" else queryset


@admin.register(Article)
class ArticleAdmin(CsvExport, Keyed):
    """Nothing is edited, deleted or done in bulk from the list: a text changes in the editor, through its verb."""

    list_display = ["title", "stands", "topic", "owned_by", "last_saved"]
    list_filter = [
        StandsFilter,
        WhoseFilter,
        ("topic", ChoiceFilter),
        ("owner", ChoiceFilter),
    ]
    search_fields = ["draft__title", "slug"]
    search_help_text = "Words of the title or the address"
    ordering = ["-draft__created_at", "-pk"]
    always_full = ("draft__created_at", "draft__title")

    def get_urls(self) -> list[URLPattern]:
        page, one = self.admin_site.admin_view, "<int:article_id>"
        return [
            path("preview/", for_script(preview.preview), name="articles_article_preview"),
            path("upload/", for_script(pictures.upload), name="articles_article_upload"),
            path("references/", for_script(preview.references), name="articles_article_references"),
            path("revisions/<int:revision_id>/page/", page(revisions.page), name="articles_revision_page"),
            path(f"{one}/revisions/", page(revisions.revisions), name="articles_article_revisions"),
            path(f"{one}/revisions/<int:old>/<int:new>/", page(revisions.compare), name="articles_article_compare"),
            path(f"{one}/revisions/<int:number>/restore/", page(revisions.restore_revision), name="articles_article_restore"),
            path(f"{one}/assign/", page(filing.hand_over), name="articles_article_assign"),
            path(f"{one}/shelve/", page(filing.move), name="articles_article_shelve"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> ArticleQuerySet:
        mine = with_standing(Article.objects.visible_to(account(request)).with_draft())
        return mine.select_related("draft", "topic", "owner__contributor").defer("draft__body")

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if object_id is None:
            return editor.start(request)
        return editor.edit(request, object_id)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_article_revisions", args=[object_id]))

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or may_edit(account(request), obj))

    def has_view_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        user = account(request)
        mine = obj is None or Article.objects.visible_to(user).filter(pk=obj.pk).exists()
        return super().has_view_permission(request, obj) and mine

    @admin.display(description="Title", ordering="draft__title")
    def title(self, article: Article) -> str:
        return str(article)

    @admin.display(description="Where it stands")
    def stands(self, article: Article) -> SafeString:
        return format_html_join(" ", '<span class="im-badge im-badge--{}">{}</span>', badges(article))

    @admin.display(description="Owner", ordering="owner__username")
    def owned_by(self, article: Article) -> str:
        return article.owner.printed_name

    @admin.display(description="Last saved", ordering="draft__created_at")
    def last_saved(self, article: Article) -> SafeString | str:
        if article.draft is None:
            return "–"
        return format_html(
            "{} <span class='im-quiet'>revision {}</span>", f"{article.draft.created_at:%-d %b %Y, %H:%M}", article.draft.number
        )
