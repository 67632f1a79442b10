"""The log of what was put right and what was taken down, newest first, in the words that readers were told at the time.

Only what a genuine event tells of is in it. Of an article that is withdrawn by now nothing is said but its notice.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.urls import reverse

from articles.history import is_genuine
from articles.models import Event, Revision
from reviews.models import Publication, Withdrawal

CORRECTION, WITHDRAWAL = "correction", "withdrawal"
# The event that tells of each, and where in it the record is named.
EVENTS = {CORRECTION: ("article.published", "publication"), WITHDRAWAL: ("article.withdrawn", "withdrawal")}


def log() -> QuerySet[Any, tuple[str, int, Any]]:
    """Every notice as its type and the key of its record, newest first; to be paged."""
    corrected = Publication.objects.filter(
        revision__kind=Revision.Kind.CORRECTION, article__page__withdrawal=None, article__page__isnull=False
    )
    rows = [
        records.order_by().values_list(Value(kind, CharField()), "pk", "at")
        for kind, records in ((CORRECTION, corrected), (WITHDRAWAL, Withdrawal.objects.all()))
    ]
    return rows[0].union(rows[1], all=True).order_by("-at", "-pk")


def notices(rows: Sequence[tuple[str, int, Any]]) -> list[dict[str, Any]]:
    """What the log says of these records: for one page of it, in four queries."""
    keys = {kind: [pk for given, pk, _ in rows if given == kind] for kind in EVENTS}
    publications = Publication.objects.filter(pk__in=keys[CORRECTION]).select_related("revision", "article__page")
    withdrawals = Withdrawal.objects.filter(pk__in=keys[WITHDRAWAL]).select_related(
        "publication__revision", "publication__article__page"
    )
    found: dict[tuple[str, int], Any] = {(CORRECTION, made.pk): made for made in publications.defer(*_heavy(""))}
    found |= {(WITHDRAWAL, made.pk): made for made in withdrawals.defer(*_heavy("publication__"))}
    told = _told(found)
    return [_notice(kind, found[kind, pk]) for kind, pk, _ in rows if (kind, pk) in told]


def _heavy(path: str) -> tuple[str, ...]:
    return f"{path}revision__body", f"{path}article__page__html"


def _told(found: dict[tuple[str, int], Any]) -> set[tuple[str, int]]:
    """Those that a line of their article's history tells of, and says the same."""
    told: set[tuple[str, int]] = set()
    for kind, (name, said) in EVENTS.items():
        made = {pk: record for (given, pk), record in found.items() if given == kind}
        articles = {_publication(record).article_id for record in made.values()}
        lines = Event.objects.filter(article__in=articles, name=name, **{f"data__{said}__in": list(made)})
        told |= {(kind, line.data[said]) for line in lines if is_genuine(line) and _is_of(line, made[line.data[said]])}
    return told


def _is_of(event: Event, made: Publication | Withdrawal) -> bool:
    """A withdrawal's reason stands in its event; the words of a correction are under the digest that stands there."""
    if event.article_id != _publication(made).article_id:
        return False
    if isinstance(made, Withdrawal):
        return bool(event.data["reason"] == made.reason and event.data["publication"] == made.publication_id)
    return bool(event.data["revision"] == made.revision_id and event.data["digest"] == made.revision.digest)


def _publication(made: Publication | Withdrawal) -> Publication:
    return made.publication if isinstance(made, Withdrawal) else made


def _notice(kind: str, made: Publication | Withdrawal) -> dict[str, Any]:
    publication = _publication(made)
    page = publication.article.page
    live = page.withdrawal_id is None
    return {
        "kind": kind,
        "title": publication.revision.title,
        "text": made.reason if isinstance(made, Withdrawal) else publication.revision.change_note,
        "at": made.at,
        "url": page.get_absolute_url(),
        "history_url": reverse("articles:history", args=[page.slug]),
        "live_again": kind == WITHDRAWAL and live,
    }
