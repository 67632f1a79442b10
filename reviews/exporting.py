"""The whole public site as files, for object storage or a CDN, and only what has changed since the last time.

The site itself is asked for each address, as a stranger would ask, and decides what is public. What it no longer has, the folder
loses; what was withdrawn is asked first. Forms and searches have to reach the site itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.db.models import F
from django.urls import reverse

from articles import site_version
from articles.asking import Answer, ask
from articles.models import Page
from articles.refusal import Refused
from articles.static_copy import StaticCopy, opened
from reviews.corrections import Type, log
from reviews.models import Publication

SITEMAP = "/sitemap.xml"
STARTS = ("/", "/feed/", "/feed/atom/", "/robots.txt", "/theme.css")
# What a file cannot answer. Nor can it tell one query from another: whatever is asked with one goes to the site, too.
LIVE = ["/admin/*", "/articles/*/feedback/", "/articles/*/report/*", "/healthz", "/invitation/*", "/reports/*", "/search/*"]
ASSET = re.compile(rb"/(?:static|pictures)/[A-Za-z0-9_-][A-Za-z0-9_./-]*")
ERROR_PAGE = "/404.html"  # what the storage answers where there is no file, as the site does


@dataclass
class Outcome:
    """What one run did. Faults are addresses that the site could not answer; their files stayed as they were."""

    is_needless: bool = False
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    faults: list[str] = field(default_factory=list)


def export(folder: Path, *, everything: bool = False) -> Outcome:
    """Brings the folder up to the site as it is now. Raises Refused for a folder that holds something else."""
    with opened(folder) as copy:
        version = site_version.current()  # before the first page is asked: a deed in between makes the next run look again
        if version == copy.version and not everything:
            return Outcome(is_needless=True)
        if (status := ask("/robots.txt").status) != 200:
            raise Refused(f"The site answers {status} at {settings.SITE_URL}: set SITE_URL and ALLOWED_HOSTS to its public name.")
        run = _Run(copy)
        run.take_all()
        run.outcome.removed = copy.finish("" if run.outcome.faults else version, LIVE)
        return run.outcome


class _Run:
    def __init__(self, copy: StaticCopy) -> None:
        self.copy, self.outcome = copy, Outcome()
        self._seen: set[str] = set()

    def take_all(self) -> None:
        for address in (
            *_withdrawn(),
            *STARTS,
            *_live(),
        ):  # what is urgent or new is there within seconds, however long the rest takes
            self._take(address)
        for part in self._places(SITEMAP):
            for place in self._places(part):
                self._take(place)
        for address in (*_notices(), *_moved(), ERROR_PAGE):
            self._take(address)
        for address in self.copy.before:  # whether what was there before is still public, the site says
            self._take(address)

    def _places(self, sitemap: str) -> list[str]:
        """The addresses that a sitemap lists; itself is taken, too."""
        answer = self._take(sitemap)
        if answer is None or answer.status != 200:
            return []
        return [urlsplit(place.text or "").path for place in ElementTree.fromstring(answer.body).findall(".//{*}loc")]

    def _take(self, address: str) -> Answer | None:
        """One address with whatever its answer shows, which is there before it."""
        if address in self._seen:
            return None
        self._seen.add(address)
        answer = ask(address)
        if answer.status >= 500 or answer.status == 400:
            self._fault(address, f"the site answered {answer.status}")
        elif answer.status in {200, 410} and not _is_public(answer):
            self._fault(address, "the answer is not one that may be kept")
        elif answer.status in {200, 301, 302, 410} or address == ERROR_PAGE:
            for asset in _assets(answer):
                self._take(asset)
            self._keep(address, answer)
        return answer

    def _keep(self, address: str, answer: Answer) -> None:
        if self.copy.keep(address, answer):
            self.outcome.written.append(address)
        else:
            self.outcome.unchanged += 1

    def _fault(self, address: str, what: str) -> None:
        self.outcome.faults.append(f"{address}: {what}")
        self.copy.leave(address)


def _is_public(answer: Answer) -> bool:
    return "public" in answer.header("Cache-Control") and not answer.header("Set-Cookie")


def _assets(answer: Answer) -> list[str]:
    """Style sheets and pictures that a page shows. What another site has under such a name is not found here, and passed over."""
    if not answer.header("Content-Type").startswith("text/html"):
        return []
    return [found.decode() for found in dict.fromkeys(ASSET.findall(answer.body))]


def _withdrawn() -> list[str]:
    gone = Page.objects.exclude(publication__withdrawal=None).order_by("-publication__withdrawal")
    return _addresses(gone.values_list("slug", flat=True))


def _live() -> list[str]:
    return _addresses(Page.objects.live().order_by("-updated_at").values_list("slug", flat=True))


def _moved() -> list[str]:
    """Addresses that articles once had, and which lead to where they are now."""
    elsewhere = Publication.objects.filter(article__page__isnull=False).exclude(revision__slug=F("article__page__slug"))
    return _addresses(elsewhere.order_by().values_list("revision__slug", flat=True).distinct())


def _addresses(slugs: Iterable[str]) -> list[str]:
    names = ("articles:article", "articles:record", "articles:history")
    return [reverse(name, args=[slug]) for slug in slugs for name in names]


def _notices() -> list[str]:
    return [reverse("reviews:notice", args=told) for kind in log(Type.values) for told in kind.values_list("typed", "pk")]
