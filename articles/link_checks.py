"""Whether the addresses of sources still answer. A site that is away for a day is not dead: three failures, over a week."""

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.lookup.links import LinkResult
from articles.models import LinkCheck, Reference
from articles.models.reference import ReferenceQuerySet

FAILURES = 3
OVER = datetime.timedelta(days=7)
LATELY = datetime.timedelta(hours=20)  # so that a command that runs daily asks daily, and one that was stopped goes on
FAILED = {LinkCheck.Outcome.MISSING, LinkCheck.Outcome.FAILED}


def to_check(*, everything: bool, again: bool = False) -> ReferenceQuerySet:
    """References with a web address of their own, on live pages or all; without those that were asked today."""
    found = Reference.objects.filter(merged_into=None).exclude(url="").order_by("pk")
    if not everything:
        found = found.cited_live()
    if again:
        return found
    asked = LinkCheck.objects.filter(reference=OuterRef("pk"), url=OuterRef("url"), at__gt=timezone.now() - LATELY)
    return found.filter(~Exists(asked))


def record_link(reference: Reference, result: LinkResult) -> LinkCheck:
    """Keeps one answer."""
    return LinkCheck.objects.create(
        reference=reference,
        url=reference.url,
        outcome=result.status,
        final_url=result.final_url[:4000],
        message=result.reason[:500],
        at=timezone.now(),
    )


def is_dead(reference: Reference) -> bool:
    """Since the present address answered last there were three failures, the first of them a week before the last."""
    checks = reference.link_checks.filter(url=reference.url)
    answered = checks.exclude(outcome__in=FAILED).order_by("-pk").first()
    failures = checks.filter(pk__gt=answered.pk if answered else 0)
    first, last = failures.order_by("pk").first(), failures.order_by("-pk").first()
    return bool(first and last and last.at - first.at >= OVER and failures.count() >= FAILURES)
