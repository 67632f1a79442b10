"""Asking for a review: who may be asked, and for which words."""

import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles import history
from articles.models import Article, Contribution, Revision, User
from articles.refusal import Refused, Stale
from reviews import notices
from reviews.models import Credential, NoticeKind, ReviewRequest, SignOff
from reviews.models.signoff import Kind


@transaction.atomic
def request_review(
    revision: Revision, *, kind: str, reviewer: User, due: datetime.date, by: User, note: str = ""
) -> ReviewRequest:
    """Asks one person to review these words. The person becomes their reviewer, and so can no longer write them."""
    article = Article.objects.locked(revision.article_id)
    live = article.publications.standing().order_by("-pk").first()
    renews = live if live and live.revision_id == revision.pk else None
    if article.draft_id != revision.pk and not renews:
        raise Stale("A newer draft has been saved: open it and ask for a review of that one.")
    reasons = unfit(reviewer, kind, revision)
    if due < timezone.localdate():
        reasons.append("The due date has passed: choose today or a later day.")
    if reasons:
        raise Refused(*reasons)
    Contribution.objects.get_or_create(
        revision=revision,
        user=reviewer,
        defaults={"role": Contribution.Role.REVIEWER, "credited_as": reviewer.printed_name},
    )
    request = ReviewRequest.objects.create(
        revision=revision,
        kind=kind,
        reviewer=reviewer,
        due=due,
        note=note.strip(),
        renews=renews,
        asked_by=by,
        asked_at=timezone.now(),
    )
    history.record(
        "review.requested", by=by, article=article, request=request.pk, revision=revision.pk, kind=kind,
        reviewer=reviewer.pk, due=due.isoformat(),
    )  # fmt: skip
    notices.tell(reviewer, NoticeKind.REQUEST, f"Review asked: {revision.title}", notices.asked(request))
    return request


def kinds_for(revision: Revision) -> list[Kind]:
    """What can be asked about these words: of a minor change that is not out yet, a second look."""
    changes_what_is_live = Article.objects.live().filter(pk=revision.article_id).exists() and not revision.publications.exists()
    return [Kind.LOOK] if revision.kind == Revision.Kind.MINOR and changes_what_is_live else [Kind.FACTS, Kind.MEDICAL]


def unfit(reviewer: User, kind: str, revision: Revision) -> list[str]:
    """Every reason why this person cannot be asked; empty: they can."""
    name = reviewer.printed_name
    renews = revision.publications.standing().order_by("-pk").first()
    offered = " or ".join(known.label.lower() for known in kinds_for(revision))
    reasons = [] if kind in kinds_for(revision) else [f"Choose what is asked: a {offered}."]
    if not may_sign(reviewer):
        reasons.append(f"{name} may not sign: choose an active member of the Reviewers.")
    if revision.contributions.filter(user=reviewer).exclude(role=Contribution.Role.REVIEWER).exists():
        reasons.append(f"{name} had a hand in this text, and so cannot review it: choose somebody else.")
    in_force = Credential.objects.in_force(timezone.localdate()).filter(holder=reviewer)
    if kind != Kind.FACTS and not in_force.exists():
        reasons.append(f"{name} has no verified credential in force: have one verified, or choose somebody else.")
    if ReviewRequest.objects.open().filter(revision=revision, kind=kind, reviewer=reviewer).exists():
        reasons.append(f"{name} has already been asked for this.")
    signed = SignOff.objects.standing().filter(revision=revision, kind=kind, reviewer=reviewer, request__renews=renews)
    if signed.exists():
        reasons.append(f"{name} has already signed these words.")
    return reasons


def signers() -> QuerySet[User]:
    """Who has been given the right to sign. Being a superuser is no such right."""
    given = Q(groups__permissions__codename="add_signoff") | Q(user_permissions__codename="add_signoff")
    return User.objects.filter(given, is_active=True).distinct()


def may_sign(user: User) -> bool:
    return signers().filter(pk=user.pk).exists()
