"""Going through what has come in, and noting what of it is still open (reviews/models/sweep.py says what for).

Everything here is open until something is recorded that is never taken back; so what was once closed need not be looked at
again. A row gets its key before it can be seen, by as long as its transaction lasts: the newest rows are left for next time.
Once a day everything is gone through from the beginning, so that no error stays.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from reviews.models import FeedbackDetail, LeftOpen, ReviewRequest, SignOff, Sweep, maybe_open
from reviews.models.triage import undecided

SETTLED = datetime.timedelta(hours=1)  # longer than any transaction lasts
AT_ONCE = 2000


@dataclass(frozen=True)
class Kind:
    """One kind of record: which of its rows are open, and which are so old that all before them can be seen."""

    open: Callable[[], QuerySet[Any]]
    among: Callable[[], QuerySet[Any]]  # the same, of those that may be
    old: Callable[[datetime.datetime], Q]


KINDS = {
    "requests": Kind(ReviewRequest.objects.open, ReviewRequest.objects.waiting, lambda at: Q(asked_at__lt=at)),
    "approvals": Kind(
        SignOff.objects.unused, lambda: maybe_open("approvals", SignOff.objects.unused()), lambda at: Q(signed_at__lt=at)
    ),
    "objections": Kind(SignOff.objects.objecting, SignOff.objects.unanswered, lambda at: Q(signed_at__lt=at)),
    # Of a reader no hour is kept: whatever came in before yesterday.
    "reports": Kind(
        lambda: FeedbackDetail.objects.filter(report__triage=None),
        undecided,
        lambda at: Q(on__lt=timezone.localdate(at) - datetime.timedelta(days=1)),
    ),
}


def sweep(*, from_the_beginning: bool = False) -> dict[str, int]:
    """How many rows of each kind are still open."""
    return {name: _sweep(name, kind, from_the_beginning) for name, kind in KINDS.items()}


@transaction.atomic
def _sweep(name: str, kind: Kind, from_the_beginning: bool) -> int:
    swept, _ = Sweep.objects.get_or_create(name=name, defaults={"up_to": 0})
    swept = Sweep.objects.select_for_update().get(pk=swept.pk)
    found = kind.open() if from_the_beginning or not swept.up_to else kind.among()
    old = found.model._base_manager.filter(kind.old(timezone.now() - SETTLED), pk__gt=swept.up_to)
    seen = old.aggregate(last=Max("pk"))["last"] or swept.up_to
    still = set(found.filter(pk__lte=seen).order_by().values_list("pk", flat=True))
    were = set(swept.left.values_list("row", flat=True))
    swept.left.filter(row__in=were - still).delete()
    LeftOpen.objects.bulk_create((LeftOpen(sweep=swept, row=row) for row in still - were), batch_size=AT_ONCE)
    Sweep.objects.filter(pk=swept.pk).update(up_to=seen)
    return len(still)
