"""What is new, for feed readers: the newest pages as RSS 2.0 and as Atom (RFC 4287).

An entry is one article for good: its id never changes, and an update, a correction or a withdrawal brings it up again.
"""

import datetime
import html
import re
from typing import Any
from urllib.parse import urlsplit
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.xmlutils import SimplerXMLGenerator

from articles.models import Contribution, Page, Revision
from articles.pages import is_current, is_genuine

NEWEST = 50
NEVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)  # when a feed without entries was last updated
# What XML 1.0 has no way to write (section 2.2).
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a feed reader that takes a title for HTML would not show as it is.
LIKE_MARKUP = re.compile(r"<|&#?\w+;")


class _NamesEverybody:
    """An element for each writer: Django's feeds know one author only."""

    name: tuple[str, ...]
    feed: dict[str, Any]
    items: list[dict[str, Any]]

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)  # type: ignore[misc]
        *around, last = self.name
        for writer in item["writers"]:
            for element in around:
                handler.startElement(element, AttributesImpl({}))
            handler.addQuickElement(last, writer)
            for element in around:
                handler.endElement(element)

    def latest_post_date(self) -> datetime.datetime:
        """Never the time of asking, so that the same feed has the same ETag."""
        return max((item["updateddate"] for item in self.items), default=NEVER)


class Rss(_NamesEverybody, Rss201rev2Feed):
    name = ("dc:creator",)

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:dc": "http://purl.org/dc/elements/1.1/"}

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Titles here have no type, and many readers take them for HTML."""
        title = html.escape(item["title"], quote=False) if LIKE_MARKUP.search(item["title"]) else item["title"]
        super().add_item_elements(handler, {**item, "title": title})


class Atom(_NamesEverybody, Atom1Feed):
    name = ("author", "name")


def rss() -> str:
    return _written(Rss, "/feed/")


def atom() -> str:
    return _written(Atom, "/feed/atom/")


def permanent_id(page: Page) -> str:
    """A tag that stays the article's own when its address changes (RFC 4151)."""
    minted = page.first_published_at.astimezone(datetime.UTC).date().isoformat()
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{minted}:article/{page.pk}"


def _written(kind: type[SyndicationFeed], path: str) -> str:
    feed = kind(
        title=_xml(settings.SITE_NAME),
        link=settings.SITE_URL + "/",
        description=_xml(settings.SITE_TAGLINE),
        language="en",
        author_name=_xml(settings.SITE_NAME),
        feed_url=settings.SITE_URL + path,
    )
    for page in _newest():
        feed.add_item(**_entry(page))
    return feed.writeString("utf-8")


def _newest() -> list[Page]:
    """Live pages and notices of withdrawal, newest first, each genuine."""
    pages = (
        Page.objects.with_latest()
        .select_related("publication__revision", "withdrawal")
        .prefetch_related("publication__revision__contributions")
        .defer("html", "publication__revision__body")
        .order_by("-updated_at", "-pk")
    )
    return [page for page in pages[:NEWEST] if is_current(page) and is_genuine(page)]


def _entry(page: Page) -> dict[str, Any]:
    """Summaries are HTML to feed readers, so words are escaped once for them and once for XML."""
    withdrawal, revision = page.withdrawal, page.publication.revision
    title, summary = page.title, page.summary
    if withdrawal:
        title, summary = f"Withdrawn: {title}", withdrawal.reason
    elif revision.kind == Revision.Kind.CORRECTION:
        summary = f"Correction: {revision.change_note}\n{summary}"
    writers = [c.credited_as for c in revision.contributions.all() if c.role == Contribution.Role.WRITER]
    return {
        "title": _xml(title),
        "link": settings.SITE_URL + page.get_absolute_url(),
        "description": html.escape(_xml(summary)),
        "unique_id": permanent_id(page),
        "unique_id_is_permalink": False,
        "pubdate": page.first_published_at,
        "updateddate": page.updated_at,
        "writers": [_xml(name) for name in writers],
    }


def _xml(text: str) -> str:
    return NOT_XML.sub("", text)
