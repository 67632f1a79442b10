"""The doors to an article, its history and its pictures. They read finished pages; nobody is logged in here.

No cookie is read or set, and a page is only served if its seal says that `pages.refresh` made it.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from articles.history import told_publications
from articles.keeping import kept
from articles.models import Article, Page, Picture, Revision
from articles.pages import is_genuine, may_be_served, site
from articles.renditions import rendition
from articles.renewing import renewed
from articles.sealing import sha256
from articles.site_version import believed
from articles.surroundings import changed_at, composed

log = logging.getLogger(__name__)
# A browser asks each time whether its copy still stands; a cache that many share, only after a few seconds (RFC 9111).
REVALIDATE = f"public, max-age=0, s-maxage={settings.SHARED_CACHE_SECONDS}, must-revalidate"


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200, caching: str = REVALIDATE
) -> HttpResponse:
    """A page of the reader's site."""
    response = render(request, template, {"site": site(), **context}, status=status)
    response.headers["Cache-Control"] = caching
    return response


@kept()
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One row is the whole answer: the page, or 410 with the notice of its withdrawal."""
    page = Page.objects.with_latest().filter(slug=slug).first()
    if page is None:
        return moved(slug, "articles:article")
    if not may_be_served(page):
        log.critical("The page of article %s was not written by this site: refused. Run verify_records.", page.article_id)
        return answer(request, "503.html", {}, status=503, caching="no-store")
    page = renewed(page)
    today = timezone.localdate()
    html = page.html if page.withdrawal_id else composed(page, believed(page.edition_row, page.edition), today)
    changed = page.updated_at if page.withdrawal_id else changed_at(page, today)
    return HttpResponse(
        html,
        status=410 if page.withdrawal_id else 200,
        headers={
            "ETag": f'"{sha256(html.encode())}"',
            "Last-Modified": http_date(changed.timestamp()),
            "Cache-Control": REVALIDATE,
        },
    )


def moved(slug: str, name: str) -> HttpResponse:
    """For good, to where the article that was once published under this address is now (RFC 9110, section 15.4.2)."""
    page = Page.objects.moved_from(slug).defer("html").first()
    if page is None or not is_genuine(page):
        raise Http404
    return HttpResponsePermanentRedirect(reverse(name, args=[page.slug]))


@kept()
@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version that was ever public: when, by whose signatures, and the digest of its words."""
    page = Page.objects.defer("html").filter(slug=slug).first()
    if page is None:
        return moved(slug, "articles:history")
    if not is_genuine(page):
        raise Http404
    article = Article.objects.get(pk=page.article_id)
    publications = list(
        told_publications(article).select_related("revision", "reviewed", "medical", "facts", "look", "withdrawal")
    )
    first = {publication.revision_id: publication.pk for publication in publications}  # of each version: the newest come first
    signed = {(publication.revision_id, publication.medical_id): publication.pk for publication in publications}
    renewed = set(signed.values()) - set(first.values())  # the same words on a new medical review
    about = {"title": page.title, "url": page.get_absolute_url(), "is_withdrawn": page.withdrawal_id is not None}
    lines = [
        {
            **_publication(publication, page, first[publication.revision_id] == publication.pk),
            "is_renewal": publication.pk in renewed,
        }
        for publication in publications
    ]
    return answer(request, "articles/history.html", {"article": about, "publications": lines})


@require_safe
def picture(request: HttpRequest, sha256: str, extension: str) -> HttpResponseBase:
    """A picture of a live page for everybody; any other for those who may see drafts."""
    found = get_object_or_404(Picture, sha256=sha256, extension=extension)
    return _picture(request, found, f'"{sha256}"', extension, lambda: found.file.open("rb"))


@require_safe
def small_picture(request: HttpRequest, sha256: str, width: str) -> HttpResponseBase:
    """A smaller copy of it, for whoever may see the picture itself."""
    found = get_object_or_404(Picture, sha256=sha256)
    return _picture(request, found, f'"{sha256}-{width}"', "webp", lambda: rendition(found, int(width)))


def _picture(request: HttpRequest, found: Picture, etag: str, extension: str, opened: Callable[[], Any]) -> HttpResponseBase:
    public = Page.objects.live().filter(publication__revision__picture_uses__picture=found).exists()
    if not public and not _may_see_drafts(request):
        raise Http404
    try:
        answer = FileResponse(opened(), content_type=f"image/{extension.replace('jpg', 'jpeg')}")
    except FileNotFoundError as error:
        log.error("The file of picture %s is missing from MEDIA_ROOT.", found.sha256)
        raise Http404 from error
    answer["ETag"] = etag
    answer["Cache-Control"] = REVALIDATE if public else "private, no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _may_see_drafts(request: HttpRequest) -> bool:
    user = getattr(request, "user", AnonymousUser())
    return user.is_active and user.is_staff and user.has_perm("articles.view_article")


def _publication(publication: Any, page: Page, is_first: bool) -> dict[str, Any]:
    """What the history says of one. Only the first publication of a version has a notice in the log of corrections."""
    kind, noticed = publication.revision.kind, (Revision.Kind.CORRECTION, Revision.Kind.CLARIFICATION, Revision.Kind.UPDATE)
    withdrawal = getattr(publication, "withdrawal", None)
    return {
        "number": publication.revision.number,
        "title": publication.revision.title,
        "pk": publication.pk,
        "notice": kind if kind in noticed and is_first and page.withdrawal_id is None else "",
        "kind_label": publication.revision.get_kind_display(),
        "change_note": publication.revision.change_note,
        "rests_on": publication.reviewed.number if publication.reviewed_id != publication.revision_id else None,
        "published_at": publication.at,
        "is_live": publication.pk == page.publication_id and withdrawal is None,
        "withdrawal": withdrawal.pk if withdrawal else None,
        "withdrawn_at": withdrawal.at if withdrawal else None,
        "withdrawal_reason": withdrawal.reason if withdrawal else "",
        "signatures": [
            {"meaning": s.meaning, "name": s.signed_as, "credential": s.credential_as, "signed_at": s.signed_at}
            for s in (publication.facts, publication.medical, publication.look)
            if s
        ],
        "digest": publication.revision.digest,
    }
