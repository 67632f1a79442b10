"""The page of one concern: what is wrong in plain words, what rests on it, and the ways out."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from articles.admin.source_words import badge
from articles.impact import Use, impact_of
from articles.models import Article, Citation, Page, User
from reviews.admin.credentials import standing_of as credential_standing
from reviews.admin.printing import may_take_back, printed_signature, printed_time
from reviews.admin.sourced import standing_of
from reviews.models import Concern, SignOff


def of(concern: Any, user: User) -> dict[str, Any]:
    """All that its template shows; the concern comes from the list, with its page and decision."""
    decision = getattr(concern, "decision", None)
    page = concern.article.page
    about = _source(concern, user) if concern.reference else _signature(concern, user)
    return {
        "concern": concern,
        "page": page,
        "since": printed_time(concern.at),
        "decision": decision,
        "decided_at": printed_time(decision.at) if decision else "",
        "may_decide": decision is None and user.has_perm("reviews.change_concern"),
        "may_edit": user.has_perm("articles.change_article"),
        **_ways_out(page, user),
        **about,
    }


def _source(concern: Concern, user: User) -> dict[str, Any]:
    reference = concern.reference
    assert reference
    cited = concern.article.page.publication.revision.citations.filter(reference=reference)
    citation = cited.select_related("reference").first()
    uses = impact_of(reference.merged_into or reference)
    mine = set(Article.objects.visible_to(user).filter(pk__in=[use.article.pk for use in uses]).values_list("pk", flat=True))
    return {
        "citation": citation,
        "source": standing_of(citation or Citation(reference=reference)),
        "standing": badge(concern.standing),
        "may_ask_registers": user.has_perm("articles.change_reference"),
        "here": [use for use in uses if use.article.pk == concern.article_id],
        "elsewhere": [use for use in uses if _is_elsewhere(use, concern) and use.article.pk in mine],
    }


def _signature(concern: Concern, user: User) -> dict[str, Any]:
    """The credential itself, and why it was revoked, is the business of those who may see credentials."""
    signoff = concern.signoff
    assert signoff
    publication = concern.article.page.publication
    credential = signoff.credential
    sees_credential = bool(credential) and user.has_perm("reviews.view_credential")
    objects = concern.kind == Concern.Kind.OBJECTION
    is_open_objection = objects and SignOff.objects.objecting().filter(pk=signoff.pk).exists()
    next_page = f"?next={reverse('admin:reviews_concern_change', args=[concern.pk])}"
    settle = is_open_objection and user.has_perm("reviews.add_resolution")
    take_back = is_open_objection and may_take_back(user, signoff)
    return {
        "signature": printed_signature(signoff),
        "objects": objects,
        "rests_on_it": is_open_objection if objects else signoff.pk in (publication.medical_id, publication.look_id),
        "may_see_signature": user.has_perms(["reviews.view_publication", "reviews.view_reviewrequest"]),
        "credential": credential if sees_credential else None,
        "credential_badge": credential_standing(credential, timezone.localdate()) if credential else None,
        "ended_on": credential.valid_until if credential and concern.kind == Concern.Kind.LAPSED else None,
        "settle_url": reverse("admin:reviews_signoff_resolve", args=[signoff.pk]) + next_page if settle else "",
        "take_back_url": reverse("admin:reviews_signoff_revoke", args=[signoff.pk]) + next_page if take_back else "",
    }


def _ways_out(page: Page, user: User) -> dict[str, Any]:
    if page.withdrawal_id:
        return {}
    asks, withdraws = user.has_perm("reviews.add_reviewrequest"), user.has_perm("reviews.add_withdrawal")
    ask = f"{reverse('admin:reviews_reviewrequest_add')}?revision={page.publication.revision_id}"
    return {
        "ask_url": ask if asks else "",
        "withdraw_url": reverse("admin:reviews_publication_withdraw", args=[page.publication_id]) if withdraws else "",
    }


def _is_elsewhere(use: Use, concern: Concern) -> bool:
    return use.article.pk != concern.article_id
