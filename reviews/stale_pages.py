"""Finished pages that say when the next review is due by an interval which their topic no longer has."""

from django.db.models import F, Q

from articles.models import Page
from articles.refusal import Refused
from reviews.publishing import rebuild

MOST = 200  # at a time: a topic may hold thousands


def rebuild_stale(most: int = MOST) -> int:
    """Builds them anew, some at a time; those made before the date was kept, too. How many were built."""
    kept = Q(review_due__isnull=False, review_months=F("article__topic__review_interval_months"))
    stale = Page.objects.live().exclude(kept).order_by("pk").values_list("pk", flat=True)[:most]
    built = 0
    faults: list[str] = []
    for pk in list(stale):
        try:
            rebuild(pk)
            built += 1
        except Refused as refusal:
            faults += refusal.reasons
    if faults:
        raise Refused(*faults)
    return built
