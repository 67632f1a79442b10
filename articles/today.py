"""The first page of the office: what waits for this person, as counts that lead to lists, and what happened lately.

What a desk shows is for whoever keeps the records to say: each desk enters itself into DESKS, and this page draws it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from articles.models import Article, Event, User
from articles.told import told

LATEST = 8
LOOKED_THROUGH = (500, 1_500, 5_000)  # of the newest events, more only if these do not do


@dataclass(frozen=True)
class Tile:
    """A number, what it counts, where the list is (nowhere, if this person may not open it), and the tint of its badge."""

    count: int
    label: str
    url: str
    tint: str
    over: bool = False  # there are more than this


@dataclass(frozen=True)
class Line:
    """One thing that waits: its name, where it is dealt with, and what there is to know about it."""

    title: str
    url: str
    note: str = ""
    badge: tuple[str, str] | None = None  # the tint and the words
    drawn: tuple[str, ...] = ()  # safe SVG


@dataclass(frozen=True)
class Listing:
    """The first few of something, and what is said where there is none."""

    heading: str
    lines: list[Line]
    empty: str
    more: str = ""  # where all of them are


@dataclass(frozen=True)
class Chart:
    """A drawing, and its figures as a table."""

    heading: str
    drawn: str  # safe SVG; empty if there is nothing to draw
    head: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    empty: str
    key: tuple[str, ...] = ()  # what the colours mean, where there are several


@dataclass(frozen=True)
class Section:
    """One part of somebody's work."""

    key: str
    heading: str
    tiles: list[Tile] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    note: str = ""  # what there is to know about its figures


DESKS: list[Callable[[User], Section | None]] = []


def sections(user: User) -> list[Section]:
    """The desks at which this person works; whoever has several roles has several."""
    return [section for desk in DESKS if (section := desk(user))]


def tiles(user: User) -> list[Tile]:
    """Every count on the first page of this person."""
    return tiles_of(sections(user))


def tiles_of(found: list[Section]) -> list[Tile]:
    return [tile for section in found for tile in section.tiles]


def latest(user: User) -> list[dict[str, Any]]:
    """The last events on articles that this person may see."""
    events: QuerySet[Event] = Event.objects.select_related("article__draft").defer("article__draft__body").order_by("-at", "-pk")
    if user.has_perm("articles.view_event"):
        found = list(events[:LATEST])
    elif user.has_perm("articles.edit_any_article"):
        found = list(events.exclude(article=None)[:LATEST])
    else:
        # Who has a part in much finds it among the newest; who has a part in little, quickly among all that is theirs.
        for many in LOOKED_THROUGH:
            newest = set(Event.objects.order_by("-at", "-pk").values_list("article", flat=True)[:many])
            theirs = Article.objects.filter(pk__in=newest - {None}).with_a_part_of(user)
            found = list(events.filter(article__in=list(theirs.values_list("pk", flat=True)))[:LATEST])
            if len(found) == LATEST:
                break
        else:
            found = list(events.filter(article__in=Article.objects.visible_to(user))[:LATEST])
    return [{"event": event, "told": told(event.name)} for event in found]
