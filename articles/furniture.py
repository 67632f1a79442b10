"""The publisher's name and contact on every page, also where something went wrong and no view has said them.

The page of a fault of ours needs neither a database nor a template that works.
"""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html

from articles.pages import site

log = logging.getLogger(__name__)
BARE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
    "<title>{name}</title></head><body><h1>Something went wrong on our side</h1>"
    "<p>Please try again in a few minutes.</p><p>{name} {contact}</p></body></html>"
)


def publisher(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Context processor: whatever template is drawn for a request knows whose site it is."""
    return {"site": site()}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what could not be understood; nothing is read from the request, which may be hostile."""
    return HttpResponse(render_to_string("400.html", {"site": site()}), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours. If even that cannot be drawn, a few plain words."""
    try:
        html = render_to_string("500.html", {"site": site()})
    except Exception:  # whatever it is, the reader is owed an answer, and the log has the first fault already
        log.exception("The page for errors cannot be drawn")
        html = format_html(BARE, name=settings.SITE_NAME, contact=settings.CONTACT_EMAIL)
    return HttpResponse(html, status=500)
