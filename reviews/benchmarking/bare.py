"""As little as a view can be: what all others are measured against. And every address of the site beside it."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt


class BareRow(models.Model):
    """A row of a table that only scratch archives have; no migration makes it."""

    word = models.CharField(max_length=10)
    objects: models.Manager["BareRow"] = models.Manager()

    class Meta:
        app_label = "benchmarking"

    def __str__(self) -> str:
        return self.word


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@csrf_exempt
def bare_insert(request: HttpRequest) -> HttpResponse:
    """One row, in a transaction of its own."""
    BareRow.objects.create(word=request.POST["helpful"])
    return HttpResponse("ok")


urlpatterns = [path("bare", bare), path("bare-insert", bare_insert), path("", include("cms.urls"))]
