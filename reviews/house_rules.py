"""What the house promises about its reviews, computed from the policy in force and from what is live."""

from typing import Any

from articles.models import Page, Reference, Topic
from reviews.models import Publication
from reviews.policy import in_force


def sources() -> dict[str, Any]:
    """The source policy in force, for readers."""
    rules = in_force()
    kinds = dict(Reference.Class.choices)
    return {
        "kinds": [str(kinds.get(name, name)) for name in rules.allowed_classes],
        "minimum": rules.minimum_sources,
        "years": rules.maximum_age_years,
        "guideline_years": rules.maximum_guideline_age_years,
        "preprints": rules.preprints_allowed,
        "blocked": list(rules.blocked_domains),
    }


def intervals() -> list[dict[str, Any]]:
    """After how many months articles are reviewed again, each with the topics where that holds and something is live."""
    topics = Topic.objects.filter(articles__page__in=Page.objects.live()).distinct().order_by("review_interval_months", "name")
    found: dict[int, list[Topic]] = {}
    for topic in topics:
        found.setdefault(topic.review_interval_months, []).append(topic)
    return [{"months": months, "topics": shelved} for months, shelved in found.items()]


def counts() -> dict[str, int]:
    """How many articles are live, and how many people signed them."""
    live = Publication.objects.filter(pk__in=Page.objects.live().values("publication"))
    return {
        "live": live.count(),
        "medical": live.order_by().values("medical_reviewer").distinct().count(),
        "facts": live.order_by().values("facts_reviewer").distinct().count(),
    }
