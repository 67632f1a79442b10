"""The log of what was put right, doubted and taken down, newest first, in the words that readers were told at the time.

Only what a genuine event tells of is in it. Of an article that is withdrawn by now nothing is said but its notice. A
version that is published again, unchanged, corrects nothing: only its first publication counts.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, TextChoices, Value
from django.urls import reverse

from articles.models import Article, Event, Page
from reviews.models import ConcernDecision, Publication, Withdrawal


class Type(TextChoices):
    """What a notice is. The first two and the last are kinds of revisions."""

    CORRECTION = "correction", "Correction"
    CLARIFICATION = "clarification", "Clarification"
    CONCERN = "concern", "Expression of concern"
    WITHDRAWAL = "withdrawal", "Withdrawal"
    UPDATE = "update", "Update"


VERSIONS = (Type.CORRECTION, Type.CLARIFICATION, Type.UPDATE)
LOGGED = (Type.CORRECTION, Type.CLARIFICATION, Type.CONCERN, Type.WITHDRAWAL)  # updates are told to those who ask for them
Made = Publication | Withdrawal | ConcernDecision


def log(kinds: Iterable[str] = LOGGED) -> list[QuerySet[Any, Any]]:
    """Every notice of these types, newest first: the records of each kind by themselves, `typed`, to be read together by key."""
    wanted = set(kinds)
    standing = Q(article__page__isnull=False, article__page__withdrawal=None)
    again = Publication.objects.filter(revision=OuterRef("revision"), pk__lt=OuterRef("pk"))
    versions = Publication.objects.filter(standing, ~Exists(again))
    noted = ConcernDecision.objects.filter(concern__article__page__withdrawal=None).exclude(public_note="")
    records: dict[str, QuerySet[Any]] = {
        **{kind: versions.filter(revision_kind=kind) for kind in VERSIONS},
        Type.CONCERN: noted,
        Type.WITHDRAWAL: Withdrawal.objects.all(),
    }
    typed = [found.annotate(typed=Value(str(kind), CharField())) for kind, found in records.items() if kind in wanted]
    return [found.order_by("-at", "-typed", "-pk") for found in typed]


def is_logged(kind: str, pk: int) -> bool:
    """Whether the log has a notice of this type about this record."""
    return any(records.filter(pk=pk).exists() for records in log([kind]))


def notices(rows: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """What the log says of these records, by type and key: for one page of it, in two queries for each kind of record."""
    versions = {pk: kind for kind, pk in rows if kind in VERSIONS}
    withdrawn = [pk for kind, pk in rows if kind == Type.WITHDRAWAL]
    noted = [pk for kind, pk in rows if kind == Type.CONCERN]
    found: dict[tuple[str, int], Made] = {}
    if versions:
        published = Publication.objects.filter(pk__in=versions).select_related("revision", "article__page")
        found |= {(versions[made.pk], made.pk): made for made in published.defer(*_heavy(""))}
    if withdrawn:
        taken = Withdrawal.objects.filter(pk__in=withdrawn)
        taken = taken.select_related("publication__revision", "publication__article__page").defer(*_heavy("publication__"))
        found |= {(Type.WITHDRAWAL, made.pk): made for made in taken}
    if noted:
        doubts = ConcernDecision.objects.filter(pk__in=noted).select_related("concern__article__page")
        found |= {(Type.CONCERN, made.pk): made for made in doubts.defer("concern__article__page__html")}
    told = _told(found)
    return [_notice(kind, found[kind, pk], told[kind, pk]) for kind, pk in rows if (kind, pk) in told]


def record_of(kind: str, pk: int) -> Made | None:
    """The record that a notice is about, whatever became of its article."""
    if kind in VERSIONS:
        return Publication.objects.filter(pk=pk, revision_kind=kind).first()
    if kind == Type.WITHDRAWAL:
        return Withdrawal.objects.filter(pk=pk).first()
    return ConcernDecision.objects.filter(pk=pk).exclude(public_note="").first() if kind == Type.CONCERN else None


def article_of(made: Made) -> Article:
    if isinstance(made, ConcernDecision):
        return made.concern.article
    return made.publication.article if isinstance(made, Withdrawal) else made.article


def notice_url(made: Made) -> str:
    """Where the notice about this record stays; empty where there is none."""
    if isinstance(made, Publication):
        kind = made.revision_kind
        again = Publication.objects.filter(revision=made.revision_id, pk__lt=made.pk).exists()
        return _url(kind, made.pk) if kind in VERSIONS and not again else ""
    return _url(Type.WITHDRAWAL if isinstance(made, Withdrawal) else Type.CONCERN, made.pk)


def _url(kind: str, pk: int) -> str:
    return reverse("reviews:notice", args=[str(kind), pk])


def _heavy(path: str) -> tuple[str, ...]:
    return f"{path}revision__body", f"{path}article__page__html"


# The event that tells of each record, and where in the event it is named.
EVENTS = {
    Publication: ("article.published", "publication", "pk"),
    Withdrawal: ("article.withdrawn", "withdrawal", "pk"),
    ConcernDecision: ("concern.decided", "concern", "concern_id"),
}


def _told(found: dict[tuple[str, int], Made]) -> dict[tuple[str, int], Event]:
    """The line of its article's history that tells of each and says the same; those that have none are left out."""
    told: dict[tuple[str, int], Event] = {}
    for model, (name, said, key) in EVENTS.items():
        made = {(article_of(record).pk, getattr(record, key)): at for at, record in found.items() if isinstance(record, model)}
        if not made:
            continue
        keys = {pk for _, pk in made}
        lines = Event.objects.filter(article__in={pk for pk, _ in made}, name=name, **{f"data__{said}__in": list(keys)})
        for line in lines:
            at = made.get((line.article_id or 0, line.data[said]))
            if at and line.is_genuine() and _says(line, found[at]):
                told[at] = line
    return told


def _says(event: Event, made: Made) -> bool:
    """Reasons and notes stand in their events; the words of a version are under the digest that stands there."""
    if isinstance(made, Withdrawal):
        return bool(event.data["reason"] == made.reason and event.data["publication"] == made.publication_id)
    if isinstance(made, ConcernDecision):
        return bool(event.data["public_note"] == made.public_note)
    return bool(event.data["revision"] == made.revision_id and event.data["digest"] == made.revision.digest)


def _notice(kind: str, made: Made, event: Event) -> dict[str, Any]:
    page: Page = article_of(made).page
    live = page.withdrawal_id is None
    return {
        "kind": kind,
        "label": Type(kind).label,
        "title": _title(made, page),
        "text": _text(made),
        "at": made.at,
        "by": event.actor_name,
        "url": page.get_absolute_url(),
        "history_url": reverse("articles:history", args=[page.slug]),
        "notice_url": _url(kind, made.pk),
        "live_again": kind == Type.WITHDRAWAL and live,
    }


def _title(made: Made, page: Page) -> str:
    if isinstance(made, ConcernDecision):
        return page.title
    return (made.publication if isinstance(made, Withdrawal) else made).revision.title


def _text(made: Made) -> str:
    if isinstance(made, ConcernDecision):
        return made.public_note
    return made.reason if isinstance(made, Withdrawal) else made.revision.change_note
