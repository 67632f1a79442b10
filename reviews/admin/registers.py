"""Asking the registers on the spot: about one source, or about all that a revision cites.

Somebody sits before the screen, so it ends after a quarter of a minute; what was not asked by then is said. Nothing is
asked inside a transaction, and a register that is away holds nothing up.
"""

import datetime
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from articles.admin.doors import account
from articles.admin.source_words import look_ups_are_off
from articles.lookup import configured
from articles.models import Reference
from articles.models.reference import ReferenceQuerySet
from reviews import source_checking
from reviews.admin.screens import back_to, visible_revision

SECONDS = 15.0
JUST_NOW = datetime.timedelta(minutes=10)  # pressing the button again goes on with the rest


def urls(wrap: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("source/<int:reference_id>/check/", wrap(check_one), name="reviews_reference_check"),
        path("revision/<int:revision_id>/check/", wrap(check_cited), name="reviews_revision_check"),
    ]


def check_one(request: HttpRequest, reference_id: int) -> HttpResponse:
    """POST asks about one source."""
    if refused := _refused(request):
        return refused
    found = Reference.objects.filter(pk=reference_id).first()
    if found is None:
        raise Http404
    reference = found.merged_into or found
    _ask(request, source_checking.chosen(ids=[reference.pk]))
    return HttpResponseRedirect(back_to(request, reverse("admin:articles_reference_change", args=[reference.pk])))


def check_cited(request: HttpRequest, revision_id: int) -> HttpResponse:
    """POST asks about every source of a revision, but for those that were asked about just now."""
    if refused := _refused(request):
        return refused
    revision = visible_revision(account(request), revision_id)
    cited = revision.citations.select_related("reference")
    ids = {citation.reference.merged_into_id or citation.reference_id for citation in cited}
    if ids:
        chosen = source_checking.chosen(ids=ids)
        _ask(request, source_checking.due(chosen, source_checking.REGISTERS, JUST_NOW))
    return HttpResponseRedirect(back_to(request, reverse("admin:reviews_publication_checklist", args=[revision.pk])))


def _refused(request: HttpRequest) -> HttpResponse | None:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("articles.change_reference"):
        raise PermissionDenied
    return None


def _ask(request: HttpRequest, references: ReferenceQuerySet) -> None:
    """Asks, records, opens what concerns follow, and tells the person what came of it."""
    if off := look_ups_are_off():
        messages.warning(request, off)
        return
    until = time.monotonic() + SECONDS
    ask = partial(source_checking.ask_registers, patience=configured.PATIENCE)
    total, told = references.count(), 0
    failures: dict[str, None] = {}
    for checked in source_checking.check(references, ask, by=account(request)):
        told += 1
        if checked.reference.standing in source_checking.TOLD or total == 1:
            messages.warning(request, f"{checked.reference.label}: {checked.reference.get_standing_display().lower()}.")
        failures |= dict.fromkeys(checked.failures)
        if time.monotonic() > until:
            break
    for failure in failures:
        messages.warning(request, failure)
    if told < total:
        messages.warning(request, f"The registers were asked about {told} of {total} sources in the time there was. Ask again.")
    else:
        messages.success(request, _done(total))


def _done(total: int) -> str:
    if not total:
        return "The registers were asked about every source within the last few minutes."
    return f"The registers were asked about {total} source{'s' if total > 1 else ''}."
