"""Does every record still say what was signed? Recomputes all digests, seals and chains, and names what was altered.

The locks keep the rows from changing; this finds what somebody changed who could drop the locks (21 CFR 11.10(a)).
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from articles.history import broken_links
from articles.models import Article, Event, Page, Picture, Revision
from articles.pages import is_genuine
from articles.sealing import holds, sha256
from articles.words import recomputed_digest
from reviews.gate import seal_holds
from reviews.models import Publication, Revocation, SignOff, Withdrawal
from reviews.signatures import sealed_revocation

BATCH = 200
# For each table, the event that its verb writes in the same transaction, and the name of the row in that event.
WITNESSED: tuple[tuple[Any, str, str], ...] = (
    (Revision, "revision.saved", "revision"),
    (SignOff, "revision.signed", "signoff"),
    (Revocation, "signature.revoked", "signoff"),
    (Publication, "article.published", "publication"),
    (Withdrawal, "article.withdrawn", "withdrawal"),
)


def faults() -> Iterator[str]:
    """One line for each fault, naming the row; in constant memory, however large the archive."""
    yield from _revisions()
    yield from _signatures()
    yield from _publications()
    yield from _pages()
    yield from _pictures()
    yield from _chains()
    yield from _witnesses()


def _revisions() -> Iterator[str]:
    rows = Revision.objects.select_related("picture").prefetch_related("citations", "contributions").order_by("pk")
    for revision in rows.iterator(BATCH):
        if recomputed_digest(revision) != revision.digest:
            yield f"revision {revision.pk} ({revision}): its words or citations were altered after it was saved"


def _signatures() -> Iterator[str]:
    rows = SignOff.objects.select_related("revision").prefetch_related("verdicts").order_by("pk")
    for signoff in rows.iterator(BATCH):
        if not seal_holds(signoff):
            yield f"sign-off {signoff.pk} ({signoff}): it was altered after signing, or not made by this site"
        if signoff.digest != signoff.revision.digest:
            yield f"sign-off {signoff.pk} ({signoff}): it is not of the words of revision {signoff.revision_id}"
    for revocation in Revocation.objects.order_by("pk").iterator(BATCH):
        if not holds("revocation", sealed_revocation(revocation), revocation.seal):
            yield f"revocation {revocation.pk}: it was altered, or not made by this site"


def _publications() -> Iterator[str]:
    rows = Publication.objects.select_related("medical__revocation", "facts__revocation", "withdrawal").order_by("pk")
    for publication in rows.iterator(BATCH):
        for signoff in (publication.medical, publication.facts):
            standing = not hasattr(signoff, "revocation") or hasattr(publication, "withdrawal")
            if signoff.revision_id != publication.revision_id or signoff.decision != "approve" or not standing:
                yield f"publication {publication.pk} ({publication}): sign-off {signoff.pk} does not carry it"


def _pages() -> Iterator[str]:
    for page in Page.objects.order_by("pk").iterator(BATCH):
        if sha256(page.html.encode()) != page.etag or not is_genuine(page):
            yield f"page of article {page.pk} ({page}): it was altered in the database; readers are not given it"
        last = Publication.objects.filter(article=page.pk).order_by("-pk").select_related("withdrawal").first()
        if last is None or last.pk != page.publication_id or getattr(last, "withdrawal", None) != page.withdrawal:
            yield f"page of article {page.pk} ({page}): it does not show the last publication; run refresh_pages"


def _pictures() -> Iterator[str]:
    for picture in Picture.objects.order_by("pk").iterator(BATCH):
        try:
            with picture.file.open("rb") as file:
                same = sha256(file.read()) == picture.sha256
        except FileNotFoundError:
            yield f"picture {picture.pk} ({picture}): its file is missing from MEDIA_ROOT"
        else:
            if not same:
                yield f"picture {picture.pk} ({picture}): its file was replaced"


def _chains() -> Iterator[str]:
    events = Event.objects.order_by("article", "number").iterator(1000)
    for article, chain in groupby(events, key=lambda event: event.article_id):
        for fault in broken_links(list(chain)):
            yield f"history of {f'article {article}' if article else 'the site'}, {fault}"
    for article in Article.objects.filter(events=None):
        yield f"article {article.pk} ({article}): its history is missing"


def _witnesses() -> Iterator[str]:
    """A row without its event was not made by a verb; an event without its row has lost it."""
    for model, name, key in WITNESSED:
        told = set(Event.objects.filter(name=name).values_list(f"data__{key}", flat=True))
        field = "signoff_id" if model is Revocation else "pk"
        rows = set(model.objects.values_list(field, flat=True))
        for missing in sorted(rows - told):
            yield f"{model._meta.verbose_name} {missing}: the history does not tell of it ({name})"
        for missing in sorted(told - rows):
            yield f"{model._meta.verbose_name} {missing}: the history tells of it, but the row is gone"
