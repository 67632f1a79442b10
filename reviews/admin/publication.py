"""What is out, and what may go out."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from reviews.models import Publication


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("checklist/<int:revision_id>/", wrap(self.stub), name="reviews_publication_checklist"),
            path("<int:publication_id>/withdraw/", wrap(self.stub), name="reviews_publication_withdraw"),
            *super().get_urls(),
        ]

    def stub(self, request: HttpRequest, **ids: int) -> HttpResponse:
        raise Http404
