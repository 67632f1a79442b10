"""What stands around the signed words of a finished page: other articles to read, and the question whether it helped.

It is furniture: not signed, and made of titles and summaries that were. It is put in when a page is read, so that a page
that is withdrawn vanishes from all others at once; and kept until the next event that readers could see. So is the notice
that a review is overdue, which comes with a day and not with a deed.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, F
from django.template.loader import render_to_string
from django.utils import timezone

from articles.models import Citation, Page
from articles.pages import site
from articles.sealing import token
from articles.shelves import cards, listed, newest_first

END = "<!-- around -->"  # no text can hold it: markup is escaped
OVERDUE = "<!-- overdue -->"
_ALSO_READ = re.compile(r'<p class="also-read">([a-z0-9-]+)</p>\n?')
SHOWN = 4
KEPT = 256  # pages; some 3 kB each, and needed again only until the whole answer is stored


@dataclass(frozen=True)
class Surroundings:
    """The HTML before the end of the page, that of an overdue review, and of each article pointed to, by address."""

    end: str
    overdue: str
    also_read: Mapping[str, str]


def composed(page: Page, edition: str, today: datetime.date) -> str:
    """The whole page as a reader gets it now. `edition` names the newest event that readers could see."""
    addresses = tuple(dict.fromkeys(_ALSO_READ.findall(page.html)))
    missed = page.review_due if is_overdue(page, today) else None
    return _put_in(page.html, _of(page.pk, page.publication_id, addresses, edition, missed))


def is_overdue(page: Page, today: datetime.date) -> bool:
    """Whether readers are told that the next review has not come in time. Of a page without a date nothing is known."""
    return settings.SHOW_OVERDUE and page.review_due is not None and page.review_due < today


def changed_at(page: Page, today: datetime.date) -> datetime.datetime:
    """When a reader of this live page could last have begun to see something else. The page comes by `with_latest`."""
    changed = max(page.updated_at, page.edition_at)
    if page.review_due is None or not is_overdue(page, today):
        return changed
    midnight = datetime.datetime.combine(page.review_due + datetime.timedelta(days=1), datetime.time())
    return max(changed, timezone.make_aware(midnight))


def previewed(html: str) -> str:
    """A page that is not out, as a writer or reviewer sees it: with what it points to, without the rest."""
    return _put_in(html, Surroundings("", "", _also_read(tuple(dict.fromkeys(_ALSO_READ.findall(html))), but=None)))


def related(page: Page, edition: str) -> list[Page]:
    """Live articles that rest on the same sources, those that share most first; then the newest of the same topic."""
    cited = Citation.objects.filter(revision=page.publication.revision_id).values("reference")
    live = Citation.objects.filter(
        reference__in=cited,
        revision__article__page__withdrawal=None,
        revision__article__page__publication__revision=F("revision"),
    ).exclude(revision__article=page.pk)
    shares = live.values_list("revision__article").annotate(shared=Count("pk")).order_by("-shared", "-revision__article")
    ranked = [pk for pk, _ in shares[:SHOWN]]
    if len(ranked) < SHOWN:
        ranked += [pk for pk in _newest_on(page.article.topic_id, edition) if pk not in (page.pk, *ranked)][: SHOWN - len(ranked)]
    return sorted(listed(Page.objects.filter(pk__in=ranked)), key=lambda other: ranked.index(other.pk))


@lru_cache(maxsize=64)
def _newest_on(topic: int, edition: str) -> list[int]:
    """The newest articles on a topic, so many that enough are left for any page on it."""
    return list(newest_first(Page.objects.filter(article__topic=topic)).values_list("pk", flat=True)[: 1 + 2 * SHOWN])


@lru_cache(maxsize=KEPT)
def _of(article: int, publication: int, addresses: tuple[str, ...], edition: str, missed: datetime.date | None) -> Surroundings:
    page = Page.objects.select_related("article__topic", "publication__medical").defer("html").get(pk=article)
    near = related(page, edition)
    elsewhere = {article, *(other.pk for other in near)}
    context = {
        "site": site(),
        "page": page,
        "shown": token("shown", publication),
        "topic": page.article.topic,
        "related": cards(near),
        "recent": [shown for pk, shown in _newest(edition) if pk not in elsewhere][:SHOWN],
    }
    return Surroundings(
        render_to_string("articles/partials/around.html", context),
        _overdue(page, missed) if missed else "",
        _also_read(addresses, but=article),
    )


@lru_cache(maxsize=2)
def _newest(edition: str) -> list[tuple[int, dict[str, Any]]]:
    """The newest articles with their keys, so many that enough are left for any page."""
    newest = listed(Page.objects.all())[: 1 + 2 * SHOWN]
    return [(page.pk, shown) for page in newest for shown in cards([page])]


def _overdue(page: Page, missed: datetime.date) -> str:
    dates = {"due": missed, "reviewed": page.publication.medical.signed_at}
    return render_to_string("articles/partials/around_overdue.html", dates)


def _also_read(addresses: tuple[str, ...], *, but: int | None) -> dict[str, str]:
    """Only what is live is pointed to; of anything else not even the name is told."""
    if not addresses:
        return {}
    pages = listed(Page.objects.filter(slug__in=addresses).exclude(pk=but))
    return {page.slug: _pointer(card) for page in pages for card in cards([page])}


def _pointer(card: dict[str, Any]) -> str:
    return render_to_string("articles/partials/also_read.html", {"card": card})


def _put_in(html: str, around: Surroundings) -> str:
    html = _ALSO_READ.sub(lambda place: around.also_read.get(place[1], ""), html)
    return html.replace(OVERDUE, around.overdue, 1).replace(END, around.end)


def forget() -> None:
    """Makes everything anew when next asked for."""
    _of.cache_clear()
    _newest.cache_clear()
    _newest_on.cache_clear()
