"""Where everything is, for search engines: an index and its parts, after the protocol of sitemaps.org.

A date is that of the last significant change, never of an hour in which nothing was said anew. What is not live is not listed.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import F, Max, Q
from django.urls import reverse

from articles.models import Contributor, Page, Topic
from articles.moments import with_zone
from articles.pages import is_current, is_genuine
from articles.shelves import taking_part
from articles.topics import Tree

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
PER_FILE = 10_000  # articles, counted by their numbers; the protocol allows 50,000
MOST_SHELVES = 20_000  # topics, and as many people
STANDING = ("/about/", "/corrections/", "/disclaimer/", "/people/", "/policy/", "/privacy/", "/topics/")


class Place(NamedTuple):
    path: str
    changed: datetime | None = None


def index() -> str:
    """Every part that has something in it, and when it last changed."""
    parts = (
        Page.objects.live()
        .annotate(part=(F("article_id") - 1) / PER_FILE + 1)
        .values_list("part")
        .annotate(newest=Max("updated_at"))
        .order_by("part")
    )
    places = [Place(reverse("articles:sitemap_articles", args=[part]), newest) for part, newest in parts]
    return _document("sitemapindex", "sitemap", [Place(reverse("articles:sitemap_pages")), *places])


def articles(part: int) -> str:
    """The live articles of one part, numbered from 1; "" when there is none."""
    first = (part - 1) * PER_FILE + 1
    pages = (
        Page.objects.live()
        .with_latest()
        .filter(article_id__gte=first, article_id__lt=first + PER_FILE)
        .defer("html")
        .order_by("article_id")
    )
    places = [Place(page.get_absolute_url(), page.updated_at) for page in pages if is_current(page) and is_genuine(page)]
    return _document("urlset", "url", places) if places else ""


def pages() -> str:
    """The home page, the topics and people that have something live, and what the publisher says of itself."""
    newest = Page.objects.live().aggregate(newest=Max("updated_at"))["newest"]
    places = [Place("/", newest), *map(Place, STANDING), *_topics(), *_people()]
    return _document("urlset", "url", places)


def robots() -> str:
    """For crawlers (RFC 9309): everything public is theirs to read."""
    return f"User-agent: *\nDisallow: /admin/\n\nSitemap: {settings.SITE_URL}/sitemap.xml\n"


def _topics() -> list[Place]:
    """Those that hold something live, and all that they stand under."""
    live = Q(articles__page__isnull=False, articles__page__withdrawal=None, articles__page__publication__withdrawal=None)
    newest = dict(Topic.objects.filter(live).annotate(newest=Max("articles__page__updated_at")).values_list("pk", "newest"))
    tree = Tree(Topic.objects.order_by("pk")[:MOST_SHELVES], {})
    changed: dict[int, datetime] = {}
    for pk, at in newest.items():
        for topic in tree.lineage(pk):
            changed[topic.pk] = max(at, changed.get(topic.pk, at))
    return [Place(tree.topics[pk].get_absolute_url(), at) for pk, at in sorted(changed.items())]


def _people() -> list[Place]:
    """Whoever wrote, edited, checked or signed something that is live."""
    return [Place(who.get_absolute_url()) for who in Contributor.objects.filter(taking_part()).order_by("pk")[:MOST_SHELVES]]


def _document(root: str, element: str, places: Iterable[Place]) -> str:
    lines = [f"<{element}>{_location(place)}</{element}>" for place in places]
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}">', *lines, f"</{root}>", ""])


def _location(place: Place) -> str:
    address = f"<loc>{escape(settings.SITE_URL + place.path)}</loc>"
    return address + (f"<lastmod>{with_zone(place.changed)}</lastmod>" if place.changed else "")
