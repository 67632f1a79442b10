"""Lists of what is live, as readers meet them: cards that show only titles and summaries that were signed.

What is counted and ranked is kept until the next event that readers could see, which names the edition of the site; in a large
house some of it for ten minutes. What is shown is read anew each time, so that no list can show a page that is not live.
"""

import datetime
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from articles.cards import card
from articles.keyset import Leaf, many
from articles.models import Contribution, Page
from articles.models.article import EVER
from articles.models.page import PageQuerySet
from articles.pages import is_genuine
from articles.wilson import score_interval

log = logging.getLogger(__name__)
NEWEST_OF_A_TOPIC = 3
SETTLED = 60  # seconds from the moment that a publication names to when it can be seen, at most
SPARE = 3  # more of each topic, in case that some are withdrawn before they are counted anew
MOST_HELPFUL = 5
FEWEST_VOTES = 5  # of fewer nobody could tell anything
RANKED_FOR = 600  # seconds; counting a million votes takes too long to be done for each reader
LARGE = 5_000  # live pages; of a house that has more, figures are counted every ten minutes by one process for all


@dataclass(frozen=True)
class Stock:
    """Of each topic, without those under it: how many articles are live, and the newest of them."""

    live: Mapping[int, int]
    newest: Mapping[int, Sequence[list[float]]]  # when it was updated, in seconds since 1970, and the key of the page


def newest_first(pages: PageQuerySet) -> PageQuerySet:
    """Live pages, to be read leaf by leaf."""
    return pages.live().filter(updated_at__range=EVER).order_by("-updated_at", "-pk")


def listed(pages: PageQuerySet) -> QuerySet[Page]:
    """Live pages, newest first, with all that a card shows, in one query and without the text."""
    shown = newest_first(pages).select_related("article__topic", "publication__medical", "publication__revision__picture")
    return shown.defer("html", "publication__revision__body")


def cards(pages: Iterable[Page]) -> list[dict[str, Any]]:
    return [card(page) for page in pages if is_genuine(page)]


def cards_of(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The cards of these pages, by their keys, in one query; those that are not live, or not ours, are missing."""
    wanted = set(ids)
    return {page.pk: card(page) for page in listed(Page.objects.filter(pk__in=wanted)) if is_genuine(page)} if wanted else {}


def cards_in(leaf: Leaf) -> list[dict[str, Any]]:
    """The cards of one leaf of a list of pages, in its order."""
    found = cards_of(leaf.pks)
    return [found[pk] for pk in leaf.pks if pk in found]


def is_large() -> bool:
    """Whether this house has so many live pages that some of its figures are counted only every ten minutes."""
    return _is_large(LARGE, _moment())


@lru_cache(maxsize=2)
def _is_large(most: int, moment: int) -> bool:
    return many(Page.objects.filter(withdrawal=None, updated_at__range=EVER), most, by="updated_at") > most


def _moment() -> int:
    """Which ten minutes it is."""
    return int(time.time() // RANKED_FOR)


def kept(name: str, count: Callable[[], Any]) -> Any:
    """What ranks, as of now; of a large house as of up to twenty minutes before, and shared by all processes.

    Whatever is named by it is read anew, so that nothing is shown that is not live. It is kept as plain JSON. A page that shows
    it is kept itself until the next event that readers could see.
    """
    if not is_large():
        return count()
    key = f"{name}:{_moment()}"
    try:
        return cache.get_or_set(key, count, 2 * RANKED_FOR)
    except Exception as error:  # whatever a cache raises when it is away: no page shall fail for it
        log.warning("The cache does not answer, so %s is counted each time: %s", name, error)
        return count()


@lru_cache(maxsize=4)
def stock(edition: str) -> Stock:
    """What is live on each topic in this edition."""
    live = Page.objects.live().order_by().values_list("article__topic").annotate(live=Count("pk"))
    at, *known = kept("newest", _newest_of_topics)
    since = datetime.datetime.fromtimestamp(at, datetime.UTC)
    shown = Page.objects.live().filter(Q(pk__in=known) | Q(updated_at__gte=since))
    newest: dict[int, list[list[float]]] = {}
    for topic, updated, pk in shown.order_by().values_list("article__topic", "updated_at", "pk"):
        newest.setdefault(topic, []).append([updated.timestamp(), pk])
    return Stock(dict(live), newest)


def _newest_of_topics() -> list[int]:
    """The time from which on there may be newer ones, in seconds since 1970; and the keys of some of each topic."""
    at = int(time.time()) - SETTLED
    place = Window(RowNumber(), partition_by=[F("article__topic")], order_by=[F("updated_at").desc(), F("pk").desc()])
    first = Page.objects.live().annotate(place=place).filter(place__lte=NEWEST_OF_A_TOPIC + SPARE)
    return [at, *first.order_by().values_list("pk", flat=True)]


def newest_under(topics: Iterable[int], edition: str) -> list[int]:
    """The keys of the newest pages on any of these topics."""
    newest = stock(edition).newest
    found = sorted((entry for topic in topics for entry in newest.get(topic, ())), reverse=True)
    return [int(pk) for _, pk in found[:NEWEST_OF_A_TOPIC]]


def most_helpful(edition: str) -> tuple[int, ...]:
    """The keys of the pages that help most, by the votes on what is live now, and as sure as those votes can make it."""
    return _ranked(edition, _moment())


@lru_cache(maxsize=2)
def _ranked(edition: str, moment: int) -> tuple[int, ...]:
    return tuple(kept("ranked", _rank))


def _rank() -> list[int]:
    votes = (
        Page.objects.live()
        .order_by()
        .filter(publication__feedback__helpful__isnull=False)
        .values_list("pk")
        .annotate(
            yes=Count("publication__feedback", filter=Q(publication__feedback__helpful=True)),
            votes=Count("publication__feedback"),
        )
        .filter(votes__gte=FEWEST_VOTES, yes__gt=0)
    )
    ranked = sorted(((score_interval(yes, given)[0], pk) for pk, yes, given in votes), reverse=True)
    return [pk for _, pk in ranked[:MOST_HELPFUL]]


@lru_cache(maxsize=4)
def parts_taken(edition: str) -> Mapping[int, Mapping[str, int]]:
    """Of each account, how many of the live articles it wrote, edited, checked and reviewed."""
    found: dict[int, dict[str, int]] = {}
    for user, part, count in kept("parts", _parts_taken):
        found.setdefault(user, {})[part] = count
    return found


def _parts_taken() -> list[tuple[int, str, int]]:
    """Account, part and count of each."""
    live = Page.objects.live().order_by()
    made = Contribution.objects.filter(revision__in=live.values("publication__revision")).order_by()
    names = {Contribution.Role.WRITER: "wrote", Contribution.Role.EDITOR: "edited"}
    rows = made.filter(role__in=names).values_list("user", "role").annotate(count=Count("pk"))
    found = [(user, names[role], count) for user, role, count in rows]
    for part, reviewer in (("checked", "facts_reviewer"), ("reviewed", "medical_reviewer")):
        counted = live.values_list(f"publication__{reviewer}").annotate(count=Count("pk"))
        found += [(user, part, count) for user, count in counted]
    return found


def taking_part() -> Q:
    """Profiles of whoever wrote, edited, checked or reviewed something that is live now."""
    live = Page.objects.live()
    hands = Contribution.objects.filter(user=OuterRef("user")).exclude(role=Contribution.Role.REVIEWER)
    return (
        Q(Exists(hands.filter(Exists(live.filter(publication__revision=OuterRef("revision"))))))
        | Q(Exists(live.filter(publication__facts_reviewer=OuterRef("user"))))
        | Q(Exists(live.filter(publication__medical_reviewer=OuterRef("user"))))
    )


def forget() -> None:
    """Counts and ranks anew when next asked."""
    for figures in (stock, _ranked, parts_taken, _is_large):
        figures.cache_clear()
