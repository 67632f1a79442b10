"""Every public address, and the door to the editorial office at /admin/."""

from django.contrib import admin
from django.urls import include, path

from cms.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
    path("", include("reviews.urls")),
    path("", include("articles.urls")),
]

handler400 = "articles.furniture.bad_request"
handler500 = "articles.furniture.server_error"
