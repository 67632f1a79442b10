"""A signature as people read it: printed name, date and time with zone, meaning (21 CFR 11.50)."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from articles.models import User
from reviews.models import SignOff
from reviews.models.signoff import Decision

BADGES = {Decision.APPROVE: "ready", Decision.CHANGES: "blocked", Decision.DECLINE: "blocked"}


def printed_time(at: datetime.datetime) -> str:
    """The house's own time, and how far it is from UTC: two clocks of one name, an hour apart, are told apart."""
    local = timezone.localtime(at)
    offset = f"{local:%z}"
    return f"{local:%-d %B %Y, %H:%M:%S %Z} (UTC{offset[:3]}:{offset[3:5]})".replace("UTC (UTC+00:00)", "UTC")


def printed_signature(signoff: SignOff) -> dict[str, Any]:
    """Everything that was signed, for a template."""
    revocation = getattr(signoff, "revocation", None)
    resolution = getattr(signoff, "resolution", None)
    return {
        "signoff": signoff,
        "name": signoff.signed_as,
        "at": printed_time(signoff.signed_at),
        "meaning": signoff.meaning,
        "badge": "withdrawn" if revocation else BADGES[Decision(signoff.decision)],
        "credential": signoff.credential_as,
        "revocation": revocation,
        "revoked_at": printed_time(revocation.at) if revocation else "",
        "resolution": resolution,
        "resolved_at": printed_time(resolution.at) if resolution else "",
        "verdicts": list(signoff.verdicts.select_related("citation")),
    }


def signatures_on(user: User, signoffs: Any) -> list[dict[str, Any]]:
    """Signatures, each with what this person may do about it."""
    rows = signoffs.select_related("revocation__by__contributor", "resolution__by__contributor", "revision")
    open_objections = set(rows.objecting().values_list("pk", flat=True))
    return [{**printed_signature(signoff), **_deeds(user, signoff, open_objections)} for signoff in rows]


def may_take_back(user: User, signoff: SignOff) -> bool:
    return signoff.reviewer_id == user.pk or (signoff.decision == Decision.APPROVE and user.has_perm("reviews.add_resolution"))


def _deeds(user: User, signoff: SignOff, open_objections: set[int]) -> dict[str, str]:
    revocable = not hasattr(signoff, "revocation") and may_take_back(user, signoff)
    resolvable = signoff.pk in open_objections and user.has_perm("reviews.add_resolution")
    return {
        "revoke_url": reverse("admin:reviews_signoff_revoke", args=[signoff.pk]) if revocable else "",
        "resolve_url": reverse("admin:reviews_signoff_resolve", args=[signoff.pk]) if resolvable else "",
    }
