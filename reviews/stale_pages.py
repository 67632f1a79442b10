"""Finished pages that have to be drawn anew: their topic has another interval now, or they were drawn with an earlier look."""

from django.db import transaction
from django.db.models import F, Q, QuerySet

from articles import history
from articles.look import fingerprint
from articles.models import Page
from articles.refusal import Refused
from reviews.publishing import rebuild

MOST = 200  # at a time: a topic may hold thousands


def rebuild_stale(most: int = MOST) -> int:
    """Builds them anew, some at a time; those made before the date was kept, too. How many were built.

    A new interval is something that readers see, and no other event tells of it: this one does. A new look is told by itself.
    """
    kept = Q(review_due__isnull=False, review_months=F("article__topic__review_interval_months"))
    overtaken, faults = _rebuild(Page.objects.live().exclude(kept), most)
    tell_of(overtaken)
    earlier, more_faults = _rebuild(Page.objects.exclude(look=fingerprint()), most - overtaken)
    if faults or more_faults:
        raise Refused(*faults, *more_faults)
    return overtaken + earlier


@transaction.atomic
def tell_of(built: int) -> None:
    """Pages that say something else now, although nobody published anything: whoever keeps them is to look again."""
    if built:
        history.record("pages.rebuilt", by=None, pages=built)


def _rebuild(pages: QuerySet[Page], most: int) -> tuple[int, list[str]]:
    built = 0
    faults: list[str] = []
    for pk in list(pages.order_by("pk").values_list("pk", flat=True)[:most]):
        try:
            rebuild(pk)
            built += 1
        except Refused as refusal:
            faults += refusal.reasons
    return built, faults
