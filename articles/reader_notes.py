"""What editors decided to tell readers at the top of a page: of sources that no longer stand, and of its review."""

from typing import Any

from django.db.models import Q


def notes(publication: Any) -> list[dict[str, Any]]:
    """Those about the review first. A note goes with what it is about.

    Of a source it stays while the words cite it; of a credential while the page rests on what was signed with it; of an
    objection until that is settled or taken back, or there is a newer medical review.
    """
    unsettled = Q(kind="objection", signoff__resolution=None, signoff__revocation=None)
    decided = publication.article.concerns.filter(
        Q(reference__citations__revision=publication.revision)
        | Q(kind__in=["lapsed", "revoked"], signoff__in=[publication.medical_id, publication.look_id])
        | unsettled & Q(at__gt=publication.medical.signed_at),
        decision__public_note__gt="",
    )
    found = [
        {
            "text": concern.decision.public_note,
            "at": concern.decision.at,
            "about": "source" if concern.kind == "source" else "review",
        }
        for concern in decided.select_related("decision").order_by("pk").distinct()
    ]
    return sorted(found, key=lambda note: note["about"])
