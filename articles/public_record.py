"""An article's public record, for whoever wants to check what its page says: who signed which words, when, on what sources.

Read from the records when it is asked for, and given only as far as each of them is still what was signed: a row that
another hand wrote or altered makes the whole record unsound.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from articles.bibliography.text import plain
from articles.history import genuine_events, told_publications
from articles.models import Article, Citation, Contribution, Page
from articles.moments import with_zone
from articles.pages import review_due
from articles.words import recomputed_digest

HOW = (
    "SHA-256, as 64 hexadecimal digits, of everything a reader is told in this revision, written as JSON with sorted keys, "
    "without spaces, in UTF-8: title, address, summary, text, picture and its description, kind of change, change note, "
    "numbered sources as cited, and who is credited. Each signature names the digest that it was given for."
)


class Unsound(Exception):
    """A row behind the record is not what was signed; the message names it, for the log."""


def public_record(page: Page) -> dict[str, Any]:
    """What is told of a page that may be served. Raises Unsound where a row no longer says what was signed."""
    told = _told(page.article)
    if page.withdrawal_id:
        return _notice(page, told)
    publications = list(
        told_publications(page.article)
        .select_related("revision__picture", "reviewed__picture", "medical", "facts", "look", "withdrawal")
        .prefetch_related(
            "revision__citations", "revision__contributions", "medical__verdicts", "facts__verdicts", "look__verdicts"
        )
    )
    for publication in publications:
        _refuse_unless_sound(publication, told)
    served, *earlier = publications
    revision, medical = served.revision, served.medical
    return {
        "url": settings.SITE_URL + page.get_absolute_url(),
        "title": page.title,
        "summary": page.summary,
        "kind": revision.kind,
        "change_note": revision.change_note,
        "revision": revision.number,
        "digest": revision.digest,
        "how_the_digest_is_made": HOW,
        "first_published": with_zone(page.first_published_at),
        "updated": with_zone(page.updated_at) if page.updated_at != page.first_published_at else None,
        "medically_reviewed": with_zone(medical.signed_at),
        "next_review_due": review_due(medical.signed_at, page.article).isoformat(),
        "credits": _credits(revision.contributions.all()),
        "signatures": [_signature(signoff) for signoff, _ in _signatures(served)],
        "references": [_reference(citation) for citation in revision.citations.all()],
        "earlier_publications": [_earlier(publication) for publication in earlier],
    }


def _notice(page: Page, told: list[dict[str, Any]]) -> dict[str, Any]:
    """Of a withdrawn article nothing is told but that it was withdrawn, when and why."""
    withdrawal: Any = page.withdrawal
    _refuse_unless_told(page.publication, told)
    return {
        "url": settings.SITE_URL + page.get_absolute_url(),
        "title": page.title,
        "withdrawn": with_zone(withdrawal.at),
        "reason": withdrawal.reason,
    }


def _told(article: Article) -> list[dict[str, Any]]:
    """What the article's history, whose lines are sealed, says of its publications and withdrawals."""
    return [event.data for name in ("article.published", "article.withdrawn") for event in genuine_events(article, name)]


def _refuse_unless_sound(publication: Any, told: list[dict[str, Any]]) -> None:
    revision = publication.revision
    said = {"publication": publication.pk, "revision": revision.pk, "digest": revision.digest}
    if any(recomputed_digest(words) != words.digest for words in {revision, publication.reviewed}) or not _is_said(said, told):
        raise Unsound(f"revision {revision.pk}")
    for signoff, words in _signatures(publication):
        if signoff.digest != words.digest or not signoff.is_genuine:
            raise Unsound(f"sign-off {signoff.pk}")
    _refuse_unless_told(publication, told)


def _signatures(publication: Any) -> list[tuple[Any, Any]]:
    """Each signature with the words that it is on: of a minor change two are on those that it started from."""
    signed = [(publication.facts, publication.reviewed), (publication.medical, publication.reviewed)]
    return [*signed, (publication.look, publication.revision)] if publication.look else signed


def _refuse_unless_told(publication: Any, told: list[dict[str, Any]]) -> None:
    """A withdrawal has no seal of its own: the history must tell of it in the same words."""
    withdrawal = getattr(publication, "withdrawal", None)
    if withdrawal is None:
        return
    said = {"withdrawal": withdrawal.pk, "publication": publication.pk, "reason": withdrawal.reason}
    if not _is_said(said, told):
        raise Unsound(f"withdrawal {withdrawal.pk}")


def _is_said(said: dict[str, Any], told: list[dict[str, Any]]) -> bool:
    return any(said.items() <= line.items() for line in told)


def _credits(contributions: Iterable[Contribution]) -> list[dict[str, str]]:
    return [{"role": c.role, "name": c.credited_as} for c in contributions if c.role != Contribution.Role.REVIEWER]


def _signature(signoff: Any) -> dict[str, str]:
    return {
        "meaning": signoff.meaning,
        "name": signoff.signed_as,
        "credential": signoff.credential_as,
        "signed": with_zone(signoff.signed_at),
        "interests": signoff.interests,
        "digest": signoff.digest,
    }


def _reference(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "entry": plain(citation.entry),
        "links": [{"label": label, "url": url} for label, url in citation.links],
        "retracted_reason": citation.retracted_reason,
    }


def _earlier(publication: Any) -> dict[str, Any]:
    withdrawal = getattr(publication, "withdrawal", None)
    return {
        "revision": publication.revision.number,
        "kind": publication.revision.kind,
        "published": with_zone(publication.at),
        "digest": publication.revision.digest,
        "change_note": publication.revision.change_note,
        "withdrawn": with_zone(withdrawal.at) if withdrawal else None,
        "withdrawal_reason": withdrawal.reason if withdrawal else "",
    }
