"""How the sources of a revision stand, for whoever reviews, asks for reviews or publishes; and the button that asks anew."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.timesince import timesince

from articles.admin.source_words import badge, look_ups_are_off, notice_rows
from articles.bibliography.standing import Standing
from articles.models import Citation, Reference, Revision
from reviews import case, gate
from reviews.policy import cited, violations_of


def standing_of(citation: Citation) -> dict[str, Any]:
    """Where the source of one citation stands by now, and what this text says of it."""
    reference = citation.reference
    retracted = reference.standing == Standing.retracted
    return {
        "badge": badge(reference.standing),
        "checked": checked_in_words(reference),
        "notices": notice_rows(reference.notices),
        "archive_url": reference.archive_url,
        "label": citation.label or reference.label,
        "retracted_reason": citation.retracted_reason,
        "as_if_it_stood": retracted and not citation.retracted_reason,
    }


def checked_in_words(reference: Reference) -> str:
    """When a register was asked last. What nobody knows is told apart from what nobody was asked about."""
    if reference.checked_at is None:
        return "No register has been asked about it yet."
    at = timezone.localtime(reference.checked_at)
    when = f"on {at:%-d %B %Y}, {timesince(reference.checked_at).split(',')[0]} ago"
    if reference.standing == Standing.unknown and not reference.notices:
        return f"Asked {when}; no register that was asked knows it."
    return f"Asked {when}."


def of(request: HttpRequest, revision: Revision) -> dict[str, Any]:
    """All sources of a revision, and what the source policy says of them."""
    standing, waived = violations_of(revision)
    return {
        "stands": [{"citation": citation, **standing_of(citation)} for citation in cited(revision)],
        "as_if_they_stood": [gate.told_as_retracted(citation) for citation in case.retracted_sources(revision)],
        "violations": sorted(standing, key=lambda one: one.severity),  # errors first
        "waived": waived,
        "may_ask_registers": request.user.has_perm("articles.change_reference"),
        "look_ups_are_off": look_ups_are_off(),
    }
