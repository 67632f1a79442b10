"""What a signature's seal covers: copied onto another revision, or altered, it no longer holds (21 CFR 11.70)."""

from typing import Any

from articles.sealing import holds
from reviews.models import CitationVerdict, Revocation, SignOff


def sealed_signoff(signoff: SignOff, verdicts: list[CitationVerdict]) -> dict[str, Any]:
    """Everything the signature says, for its seal: copied onto another revision, or altered, it no longer holds."""
    fields = (
        "request_id", "revision_id", "kind", "reviewer_id", "decision", "note", "checklist", "credential_id",
        "signed_as", "credential_as", "interests", "statement", "digest",
    )  # fmt: skip
    return {
        **{name: getattr(signoff, name) for name in fields},
        "signed_at": signoff.signed_at.isoformat(),
        "verdicts": sorted([v.citation_id, v.verdict, v.note] for v in verdicts),
    }


def sealed_revocation(revocation: Revocation) -> dict[str, Any]:
    return {
        "signoff": revocation.signoff_id,
        "by": revocation.by_id,
        "reason": revocation.reason,
        "at": revocation.at.isoformat(),
    }


def seal_holds(signoff: SignOff) -> bool:
    return holds("signoff", sealed_signoff(signoff, list(signoff.verdicts.all())), signoff.seal)
