"""A review desk as its reviewer would fill it in: everything ticked, ready to be spoilt by a test."""

from typing import Any

from django.urls import reverse

from articles import history
from reviews import signing
from reviews.models import Credential, ReviewRequest
from reviews.models.signoff import Kind
from tests import worlds


def address(review: ReviewRequest) -> str:
    return reverse("admin:reviews_reviewrequest_change", args=[review.pk])


def filled(review: ReviewRequest, **changes: Any) -> dict[str, Any]:
    """A complete approval. A field that a test sets to None is not sent at all."""
    data: dict[str, Any] = {
        "seen": history.last_number(review.revision.article),
        "digest": review.revision.digest,
        "interests": "None",
        "confirmed": "on",
        "decision": "approve",
        "note": "",
        "accepted": "on",
        "password": worlds.PASSWORD,
    }
    if review.kind == Kind.FACTS:
        data |= {f"verdict_{citation.pk}": "supports" for citation in review.revision.citations.all()}
    else:
        data |= {f"check_{name}": "on" for name in signing.CHECKLISTS[review.kind]}
        held = Credential.objects.filter(holder=review.reviewer).first()
        data["credential"] = held.pk if held else ""
    return {name: value for name, value in {**data, **changes}.items() if value is not None}
