"""The doors that machines come through: an article's record, feeds, sitemaps. They fetch, and answer in the machine's format.

Like the readers' doors they set no cookie and give out nothing that was not signed.
"""

import json
import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles import feeds, sitemaps
from articles.keeping import kept
from articles.models import Page
from articles.pages import may_be_served
from articles.public_record import Unsound, public_record
from articles.views import REVALIDATE, moved

log = logging.getLogger(__name__)
XML = "application/xml; charset=utf-8"


@kept()
@require_safe
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """The public record of an article that readers are given; 410 with the notice when it was withdrawn."""
    pages = Page.objects.with_latest().select_related("article__topic", "publication__withdrawal", "withdrawal")
    page = pages.filter(slug=slug).first()
    if page is None:
        return moved(slug, "articles:record")
    try:
        if not may_be_served(page):
            raise Unsound("page")
        told = public_record(page)
    except Unsound as fault:
        log.critical("The record of article %s is not what was signed (%s): refused. Run verify_records.", page.pk, fault)
        return _json({"error": "This record cannot be shown at the moment."}, 503, "no-store")
    return _json(told, 410 if page.withdrawal_id else 200)


@kept()
@require_safe
def rss(request: HttpRequest) -> HttpResponse:
    return _answer(feeds.rss(), feeds.Rss.content_type)


@kept()
@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    return _answer(feeds.atom(), feeds.Atom.content_type)


@kept()
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    return _answer(sitemaps.index(), XML)


@kept()
@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    return _answer(sitemaps.pages(), XML)


@kept()
@require_safe
def sitemap_articles(request: HttpRequest, part: str) -> HttpResponse:
    """One part of the index. A part without a live article is not there."""
    if not (listed := sitemaps.articles(int(part))):
        raise Http404
    return _answer(listed, XML)


@kept()
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return _answer(sitemaps.robots(), "text/plain; charset=utf-8")


def _json(told: dict[str, object], status: int, caching: str = REVALIDATE) -> HttpResponse:
    """Indented and in its own characters: people read it, too."""
    written = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    return _answer(written, "application/json; charset=utf-8", status, caching)


def _answer(content: str, content_type: str, status: int = 200, caching: str = REVALIDATE) -> HttpResponse:
    return HttpResponse(content, content_type=content_type, status=status, headers={"Cache-Control": caching})
