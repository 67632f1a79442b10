"""The source policy in force, what a revision has against it, and what editors have waived."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils import timezone

from articles import history
from articles.models import Article, Citation, Reference, Revision, User
from articles.refusal import Refused
from articles.source_policy import CitedSource, Policy, Violation, violations
from reviews.models import SourcePolicy, Waiver


def in_force() -> Policy:
    """The newest policy; before there is one, ten years for sources, five for guidelines, and one source at least."""
    newest = SourcePolicy.objects.order_by("-pk").first()
    if newest is None:
        return Policy()
    return Policy(**{name: getattr(newest, name) for name in Policy.__dataclass_fields__})


def cited(revision: Revision) -> QuerySet[Citation]:
    """The citations of a revision in their order, each with its source: read once, whoever asks for them."""
    prefetch_related_objects([revision], Prefetch("citations", Citation.objects.select_related("reference").order_by("number")))
    return revision.citations.all()


def violations_of(revision: Revision) -> tuple[list[Violation], list[tuple[Violation, Waiver]]]:
    """What stands against the policy, and what would but for a waiver."""
    sources = [
        CitedSource(c.key, c.number, c.reference.source_class, c.reference.csl, c.reference.url or c.url) for c in cited(revision)
    ]
    waivers = {(waiver.rule, waiver.key): waiver for waiver in Waiver.objects.filter(article=revision.article_id)}
    standing, waived = [], []
    for violation in violations(in_force(), sources, timezone.localdate()):
        if waiver := waivers.get((violation.rule, violation.key)):
            waived.append((violation, waiver))
        else:
            standing.append(violation)
    return standing, waived


@transaction.atomic
def set_policy(policy: Policy, *, by: User) -> SourcePolicy:
    """From now on this policy is in force. What is live stays; the next review meets it."""
    unknown = set(policy.allowed_classes) - set(Reference.Class.values)
    if unknown:
        raise Refused(f"There is no kind of source called {', '.join(sorted(unknown))}.")
    domains = [domain.strip().lower().removeprefix("www.") for domain in policy.blocked_domains if domain.strip()]
    if odd := [domain for domain in domains if "/" in domain or "." not in domain]:
        raise Refused(f"Write blocked sites as example.com, not as {odd[0]}.")
    facts = {**policy.__dict__, "allowed_classes": list(policy.allowed_classes), "blocked_domains": domains}
    made = SourcePolicy.objects.create(**facts, by=by, at=timezone.now())
    history.record("policy.set", by=by, policy=made.pk, **facts)
    return made


@transaction.atomic
def waive(article_id: int, *, rule: str, key: str, reason: str, by: User) -> Waiver:
    """Accepts one violation for one article, with a reason that stays with the record."""
    article = Article.objects.locked(article_id)
    if not reason.strip():
        raise Refused("Say why this is accepted: the reason stays with the record.")
    if len(reason) > 2000:
        raise Refused("The reason is longer than 2,000 characters: shorten it.")
    known: Sequence[Violation] = violations_of(article.draft)[0] if article.draft else []
    if not any((violation.rule, violation.key) == (rule, key) for violation in known):
        raise Refused("The newest draft has nothing of the kind against the policy.")
    waiver = Waiver.objects.create(article=article, rule=rule, key=key, reason=reason.strip(), by=by, at=timezone.now())
    history.record("policy.waived", by=by, article=article, waiver=waiver.pk, rule=rule, key=key, reason=waiver.reason)
    return waiver
