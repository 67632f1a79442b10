"""The doors to what the publisher says of itself: about, privacy, disclaimer; and its own colours.

The claims are computed from settings and records; the publisher's words stand around them.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles import theme as colours
from articles.keeping import kept
from articles.models import Page, Wording
from articles.shelves import parts_taken
from articles.site_version import edition
from articles.views import REVALIDATE, answer
from articles.wording import wording_html

FOR_GOOD = "public, max-age=31536000, immutable"


@kept()
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    now = edition()
    context = {
        "live": Page.objects.live().count(),
        "people": len(parts_taken(now)),
        "wording": wording_html(Wording.Place.ABOUT, now),
        "funding": wording_html(Wording.Place.FUNDING, now),
    }
    return answer(request, "articles/about.html", context)


@kept()
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {
        "months": settings.FEEDBACK_TEXT_MONTHS,
        "days": settings.REPLY_ADDRESS_DAYS,
        "wording": wording_html(Wording.Place.PRIVACY, edition()),
    }
    return answer(request, "articles/privacy.html", context)


@kept()
@require_safe
def disclaimer(request: HttpRequest) -> HttpResponse:
    return answer(request, "articles/disclaimer.html", {"wording": wording_html(Wording.Place.DISCLAIMER, edition())})


@kept("v")
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The publisher's colours. Asked for by the name of its content it may be kept; pages made earlier ask by another."""
    kept = request.GET.get("v") == colours.version() != ""
    caching = FOR_GOOD if kept else REVALIDATE
    return HttpResponse(colours.stylesheet(), content_type="text/css; charset=utf-8", headers={"Cache-Control": caching})
