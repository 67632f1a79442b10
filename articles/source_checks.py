"""Asking the registers whether a source still stands, and keeping every answer.

The gravest word of any register counts. One that could not be asked is written down as failed, and what it said
before still counts, as it does when a register no longer knows the source: silence never makes one good again.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles.bibliography.standing import Notice, Standing, combine, merged
from articles.history import record
from articles.models import Reference, ReferenceCheck, User


@dataclass(frozen=True)
class Answer:
    """What one register said of one source, or why it said nothing."""

    asked: str
    standing: Standing
    notices: tuple[Notice, ...] = ()
    message: str = ""
    sha256: str = ""


# What a register says when it has nothing to say about the source itself.
SILENT = (Standing.failed, Standing.unknown, Standing.not_checkable)
PASTED = "pasted"  # what a pasted record says of itself is kept like an answer, but nobody was asked


@transaction.atomic
def record_answers(reference_id: int, answers: Iterable[Answer], *, by: User | None) -> Reference:
    """Keeps the answers and computes where the source stands by all that was ever said. An Event tells of a change."""
    reference = Reference.objects.select_for_update(of=("self",)).get(pk=reference_id)
    now = timezone.now()
    for answer in answers:
        ReferenceCheck.objects.create(
            reference=reference,
            asked=answer.asked,
            standing=answer.standing,
            notices=[asdict(notice) for notice in answer.notices],
            message=answer.message[:500],
            answer_sha256=answer.sha256,
            at=now,
        )
        if answer.asked != PASTED:
            reference.checked_at = now
    before = reference.standing
    said = _said(reference)
    reference.standing = combine(*(Standing(check.standing) for check in said)) if said else Standing.unknown
    reference.notices = [asdict(notice) for notice in merged(_notice(stored) for check in said for stored in check.notices)]
    reference.save(update_fields=["standing", "notices", "checked_at"])
    reference.merged.update(standing=reference.standing, notices=reference.notices, checked_at=reference.checked_at)
    if reference.standing != before:
        record("reference.standing_changed", by=by, key=reference.key, before=before, standing=str(reference.standing))
    return reference


def _said(reference: Reference) -> list[ReferenceCheck]:
    """The last word of each register, and which of them failed last; what was asked under a merged key counts, too.

    That one register does not know a source takes nothing from what another says; it counts where none knows it.
    """
    checks = ReferenceCheck.objects.filter(Q(reference=reference) | Q(reference__merged_into=reference)).order_by("-pk")
    words: list[ReferenceCheck] = []
    failures: list[ReferenceCheck] = []
    silent: list[ReferenceCheck] = []
    for asked in sorted(set(checks.order_by().values_list("asked", flat=True))):
        answers = checks.filter(asked=asked)
        last = answers[0]
        word = answers.exclude(standing__in=SILENT, notices=[]).first()
        words += [word] if word else []
        failures += [last] if last.standing == Standing.failed else []
        silent += [last] if not word else []
    return [*words, *failures] or silent


def _notice(stored: dict) -> Notice:
    return Notice(**{**stored, "sources": tuple(stored.get("sources", ()))})
