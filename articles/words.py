"""All that a reader is told, as one record: what a digest covers and a signature is bound to.

Title, address, summary, text, picture with its alternative text, kind of change and public note, the citations exactly
as cited, and who is credited, by name and account. Not covered, because it is not signed: the site's name and look.
"""

from collections.abc import Iterable
from typing import Any

from articles.models import Citation, Contribution, Revision
from articles.sealing import digest

REVIEWER = Contribution.Role.REVIEWER


def words_of(revision: Revision, citations: Iterable[Citation]) -> dict[str, Any]:
    """The words alone: two saves with equal words are one revision, whoever saved."""
    citations = list(citations)
    words: dict[str, Any] = {
        "slug": revision.slug,
        "title": revision.title,
        "summary": revision.summary,
        "body": revision.body,
        "picture": revision.picture.sha256 if revision.picture else None,
        "picture_alt": revision.picture_alt,
        "picture_decorative": revision.picture_decorative,
        "kind": revision.kind,
        "change_note": revision.change_note,
        "citations": [[c.number, c.key, c.label, c.entry, c.url, c.links, c.retracted_reason] for c in citations],
    }
    if any(citation.facts for citation in citations):  # which citations of the first version of Imprimatur did not have
        words["facts"] = [citation.facts for citation in citations]
    return words


def says_something_new(revision: Revision, before: Revision) -> bool:
    """Whether readers of one revision would read anything that they do not in the other, its note aside."""
    new, old = (words_of(one, one.citations.order_by("number")) for one in (revision, before))
    return any(new.get(name) != old.get(name) for name in {*new, *old} - {"kind", "change_note"})


def digest_of(revision: Revision, citations: Iterable[Citation], contributions: Iterable[Contribution]) -> str:
    """SHA-256 of the words and the credits, 64 hexadecimal digits."""
    credits = sorted([c.role, c.credited_as, c.user_id] for c in contributions if c.role != REVIEWER)
    return digest({"version": 1, "words": words_of(revision, citations), "credits": credits})


def recomputed_digest(revision: Revision) -> str:
    """The digest of what the rows say now; differs from `revision.digest` only where somebody tampered."""
    citations = sorted(revision.citations.all(), key=lambda citation: citation.number)
    return digest_of(revision, citations, revision.contributions.all())
