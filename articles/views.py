"""The doors that readers come through. They read finished pages and lists of them; nobody is logged in here.

No cookie is read or set, and a page is only served if its seal says that `pages.refresh` made it.
"""

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import linebreaks
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from articles.history import told_publications
from articles.models import Article, Contribution, Contributor, Page, Picture, Topic
from articles.pages import is_genuine, may_be_served, site
from articles.sealing import sha256
from articles.shelves import cards, listed
from articles.structured_data import as_scripts, of_home, of_person, of_topic
from articles.surroundings import composed

log = logging.getLogger(__name__)
PER_PAGE = 24
# A shared cache may keep a page but asks each time, so that a withdrawal shows at once.
REVALIDATE = "public, no-cache"


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One row is the whole answer: the page, or 410 with the notice of its withdrawal."""
    page = Page.objects.with_latest().filter(slug=slug).first()
    if page is None:
        return moved(slug, "articles:article")
    if not may_be_served(page):
        log.critical("The page of article %s was not written by this site: refused. Run verify_records.", page.article_id)
        return _page(request, "503.html", {}, status=503, caching="no-store")
    html = page.html if page.withdrawal_id else composed(page, page.edition)
    changed = page.updated_at if page.withdrawal_id else max(page.updated_at, page.edition_at)
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


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    pages = Paginator(listed(Page.objects.all()), PER_PAGE).get_page(request.GET.get("page"))
    topics = Topic.objects.filter(articles__page__in=Page.objects.live()).distinct()
    context = {"latest": cards(pages), "pages": pages, "topics": topics, "empty": not pages.paginator.count}
    context["structured"] = as_scripts(of_home())
    return _page(request, "articles/home.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = get_object_or_404(Topic, slug=slug)
    pages = Paginator(listed(Page.objects.filter(article__topic=shelf)), PER_PAGE).get_page(request.GET.get("page"))
    shown = cards(pages)
    context = {"topic": shelf, "articles": shown, "pages": pages, "structured": as_scripts(of_topic(shelf, shown))}
    return _page(request, "articles/topic.html", context)


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version that was ever public: when, by whose signatures, and the digest of its words."""
    page = Page.objects.defer("html").filter(slug=slug).first()
    if page is None:
        return moved(slug, "articles:history")
    if not is_genuine(page):
        raise Http404
    article = Article.objects.get(pk=page.article_id)
    publications = told_publications(article).select_related("revision", "medical", "facts", "withdrawal")
    about = {"title": page.title, "url": page.get_absolute_url(), "is_withdrawn": page.withdrawal_id is not None}
    lines = [_publication(publication, page) for publication in publications]
    return _page(request, "articles/history.html", {"article": about, "publications": lines})


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Who somebody is, and what they wrote, edited, checked and signed of the pages that are live."""
    who = get_object_or_404(Contributor, slug=slug)
    pages = listed(Page.objects.all())
    roles = {"wrote": Contribution.Role.WRITER, "edited": Contribution.Role.EDITOR}
    mine = {
        name: pages.filter(
            publication__revision__contributions__user=who.user_id, publication__revision__contributions__role=role
        )
        for name, role in roles.items()
    }
    mine["checked"] = pages.filter(publication__facts_reviewer=who.user_id)
    mine["reviewed"] = pages.filter(publication__medical_reviewer=who.user_id)
    if who.user_id is None:
        mine = {name: pages.none() for name in mine}
    lists = {name: cards(found[:200]) for name, found in mine.items()}
    public = _public(who)
    return _page(request, "articles/person.html", {"person": public, "structured": as_scripts(of_person(public)), **lists})


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    return _page(request, "articles/policy.html", {})


@require_safe
def picture(request: HttpRequest, sha256: str, extension: str) -> HttpResponseBase:
    """A picture of a live page for everybody; any other for those who may see drafts."""
    found = get_object_or_404(Picture, sha256=sha256, extension=extension)
    public = Page.objects.live().filter(publication__revision__picture_uses__picture=found).exists()
    if not public and not _may_see_drafts(request):
        raise Http404
    try:
        answer = FileResponse(found.file.open("rb"), content_type=f"image/{extension.replace('jpg', 'jpeg')}")
    except FileNotFoundError as error:
        log.error("The file of picture %s is missing from MEDIA_ROOT.", sha256)
        raise Http404 from error
    answer["ETag"] = f'"{sha256}"'
    answer["Cache-Control"] = REVALIDATE if public else "private, no-store"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _may_see_drafts(request: HttpRequest) -> bool:
    user = getattr(request, "user", AnonymousUser())
    return user.is_active and user.is_staff and user.has_perm("articles.view_article")


def _publication(publication: Any, page: Page) -> dict[str, Any]:
    withdrawal = getattr(publication, "withdrawal", None)
    return {
        "number": publication.revision.number,
        "title": publication.revision.title,
        "kind_label": publication.revision.get_kind_display(),
        "change_note": publication.revision.change_note,
        "published_at": publication.at,
        "is_live": publication.pk == page.publication_id and withdrawal is None,
        "withdrawn_at": withdrawal.at if withdrawal else None,
        "withdrawal_reason": withdrawal.reason if withdrawal else "",
        "signatures": [
            {"meaning": s.meaning, "name": s.signed_as, "credential": s.credential_as, "signed_at": s.signed_at}
            for s in (publication.facts, publication.medical)
        ],
        "digest": publication.revision.digest,
    }


def _public(who: Contributor) -> dict[str, Any]:
    in_force = who.user.credentials.in_force(timezone.localdate()) if who.user else []
    return {
        "name": who.name,
        "post_nominals": who.post_nominals,
        "specialty": who.specialty,
        "biography_html": linebreaks(who.biography, autoescape=True),
        "orcid_url": f"https://orcid.org/{who.orcid}" if who.orcid else "",
        "interests": who.interests,
        "interests_on": who.interests_on,
        "url": reverse("articles:person", args=[who.slug]),
        "credentials": in_force,
    }


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200, caching: str = REVALIDATE
) -> HttpResponse:
    response = render(request, template, {"site": site(), **context}, status=status)
    response.headers["Cache-Control"] = caching
    return response
