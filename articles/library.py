"""Questions that the list of references asks of the whole library at once, each in one query."""

import datetime

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q
from django.utils import timezone

from articles.link_checks import FAILED, FAILURES, OVER
from articles.models import Article, Citation, LinkCheck, Page
from articles.models.reference import ReferenceQuerySet

RECENTLY = datetime.timedelta(days=30)


def cited_in_drafts(references: ReferenceQuerySet) -> ReferenceQuerySet:
    """Cited in the newest draft of an article that readers do not see in these words."""
    live = Page.objects.live().filter(article=OuterRef("pk"), publication__revision=OuterRef("draft"))
    drafts = Article.objects.filter(~Exists(live)).exclude(draft=None)
    return references.cited_by(Citation.objects.filter(revision__in=drafts.values("draft")))


def cited_nowhere(references: ReferenceQuerySet) -> ReferenceQuerySet:
    """In no revision of any article, under no key."""
    return references.exclude(pk__in=references.cited_by(Citation.objects.all()).values("pk"))


def checked(references: ReferenceQuerySet, when: str) -> ReferenceQuerySet:
    """Asked about within the last 30 days ("lately"), before ("long_ago") or "never"."""
    since = timezone.now() - RECENTLY
    asked = {"lately": Q(checked_at__gte=since), "long_ago": Q(checked_at__lt=since), "never": Q(checked_at=None)}
    return references.filter(asked[when]) if when in asked else references


def with_dead_links(references: ReferenceQuerySet) -> ReferenceQuerySet:
    """Those for which `link_checks.is_dead` is true, found together."""
    checks = LinkCheck.objects.filter(url=F("reference__url"), reference__merged_into=None)
    answered = LinkCheck.objects.filter(reference=OuterRef("reference"), url=OuterRef("url"), pk__gt=OuterRef("pk"))
    failing = checks.filter(outcome__in=FAILED).exclude(Exists(answered.exclude(outcome__in=FAILED)))
    spans = failing.order_by().values_list("reference").annotate(times=Count("pk"), first=Min("at"), last=Max("at"))
    long = [reference for reference, times, first, last in spans if times >= FAILURES and last - first >= OVER]
    return references.filter(pk__in=long)
