"""What a signature's seal covers: copied onto another revision, or altered, it no longer holds (21 CFR 11.70)."""

from typing import Any

from reviews.models import CitationVerdict, Revocation, SignOff


def sealed_signoff(signoff: SignOff, verdicts: list[CitationVerdict]) -> dict[str, Any]:
    """Everything the signature says, for its seal: copied onto another revision, or altered, it no longer holds."""
    return signoff.sealed(verdicts)


def sealed_revocation(revocation: Revocation) -> dict[str, Any]:
    return {
        "signoff": revocation.signoff_id,
        "by": revocation.by_id,
        "reason": revocation.reason,
        "at": revocation.at.isoformat(),
    }


def seal_holds(signoff: SignOff) -> bool:
    return signoff.is_genuine
