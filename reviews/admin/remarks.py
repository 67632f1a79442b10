"""Remarks on a text, and what is said about them."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from reviews.models import Remark


@admin.register(Remark)
class RemarkAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("on/<int:revision_id>/", wrap(self.stub), name="reviews_remark_add"),
            path("<int:remark_id>/reply/", wrap(self.stub), name="reviews_remark_reply"),
        ]

    def stub(self, request: HttpRequest, **ids: int) -> HttpResponse:
        raise Http404
