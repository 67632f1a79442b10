"""Who signed what, and when."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from reviews.models import SignOff


@admin.register(SignOff)
class SignOffAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:signoff_id>/revoke/", wrap(self.stub), name="reviews_signoff_revoke"),
            path("<int:signoff_id>/resolve/", wrap(self.stub), name="reviews_signoff_resolve"),
            *super().get_urls(),
        ]

    def stub(self, request: HttpRequest, **ids: int) -> HttpResponse:
        raise Http404
