"""The event log: every verb writes one line, in its own transaction, chained to the line before.

The lines of one article form a chain of keyed hashes; those of the site (credentials, people) form another. A line
that was altered, removed or moved breaks its chain, which `verify_records` finds (21 CFR 11.10(e)).
"""

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import site_version
from articles.models import Article, Event, User
from articles.models.event import SEEN_BY_READERS
from articles.sealing import seal

SITE_CHAIN = 0x494D5052  # names the site's chain, and what readers can see, to PostgreSQL's advisory locks


def record(name: str, *, by: User | None, article: Article | None = None, **data: Any) -> Event:
    """Writes one line. For an article's line the caller holds the article; `name` is past tense: `revision.saved`.

    What readers can see goes one after another, as the site's own lines do: the newest line is then always the last that was
    committed, and names the version of the site. Otherwise one that was begun earlier and committed later would be overlooked.
    """
    seen = name in SEEN_BY_READERS
    if seen or article is None:
        take_turn()
    last = Event.objects.filter(article=article).order_by("-number").first()
    event = following(last, name, by=by, article=article, data=data, at=timezone.now())
    event.save(force_insert=True)
    if seen:
        transaction.on_commit(site_version.forget)
    return event


def take_turn() -> None:
    """Waits for whoever adds to the site's chain, or to what readers can see, and holds both until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SITE_CHAIN])


def following(
    last: Event | None, name: str, *, by: User | None, article: Article | None, data: dict[str, Any], at: datetime.datetime
) -> Event:
    """The line after this one, sealed and not yet written."""
    event = Event(
        article=article,
        number=last.number + 1 if last else 1,
        actor=by,
        actor_name=by.printed_name if by else "the system",
        name=name,
        data=data,
        at=at,
        previous=last.seal if last else "",
    )
    event.seal = seal("event", event.sealed())
    return event


def last_number(article: Article) -> int:
    """How far the article's history has come: a screen remembers it, to learn later what it has missed."""
    return article.events.order_by("-number").values_list("number", flat=True).first() or 0


def missed(article: Article, since: int, names: set[str]) -> list[Event]:
    """What happened to the article after a screen was drawn, of the kinds that matter to its reader."""
    return list(article.events.filter(number__gt=since, name__in=names).order_by("number"))


def tells_of(article: Article, name: str, **data: Any) -> bool:
    """Whether the article's history has a genuine line of this name that says all this."""
    return any(data.items() <= event.data.items() for event in genuine_events(article, name))


def genuine_events(article: Article | None, name: str) -> list[Event]:
    """The lines of this name that `record` wrote, as they stand, in an article's chain or in the site's."""
    return [event for event in Event.objects.filter(article=article, name=name) if event.is_genuine()]


def told_publications(article: Article) -> QuerySet[Any]:
    """The article's publications, newest first, without any that another hand has put in."""
    told = {event.data["publication"] for event in genuine_events(article, "article.published")}
    return article.publications.filter(pk__in=told)


def broken_links(events: list[Event]) -> Iterator[str]:
    """Every fault of one whole chain, given in order; nothing when it is as it was written."""
    before: Event | None = None
    for event in events:
        where = f"event {event.number} ({event.name}, row {event.pk})"
        if event.number != (before.number + 1 if before else 1):
            yield f"{where}: a line before it is missing"
        if event.previous != (before.seal if before else ""):
            yield f"{where}: it does not follow from the line before"
        if not event.is_genuine():
            yield f"{where}: it was altered"
        before = event
