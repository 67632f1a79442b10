"""What lies on the publishing checklist: one line for each rule of the gate, and where to mend what blocks."""

from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse

from articles.models import Article, Revision, User
from reviews import gate
from reviews.admin import schedules
from reviews.admin.printing import printed_time, signatures_on
from reviews.admin.remarks import remarks_on
from reviews.models import ReviewRequest, SignOff

# Rules that say nothing as long as the signature they are about is missing.
ABOUT_SIGNATURES = {
    "signers_are_independent": ("facts", "medical"),
    "signers_are_two_people": ("facts", "medical"),
    "signatures_are_genuine": ("facts", "medical"),
    "words_are_those_signed": ("facts", "medical"),
    "credential_is_verified": ("entitled",),
    "credential_is_verified_by_another": ("entitled",),
    "credential_is_in_date": ("entitled",),
    "credential_is_not_revoked": ("entitled",),
    "review_is_recent": ("medical",),
    "sources_support_the_text": ("facts",),
    "every_citation_is_checked": ("facts",),
}


@dataclass(frozen=True)
class Mend:
    """A link to the screen where a reason is mended."""

    url: str
    label: str


@dataclass(frozen=True)
class Line:
    """One rule: it holds, it blocks with reasons, or it cannot be told before somebody has signed."""

    assures: str
    state: Literal["holds", "blocks", "waits"]
    reasons: list[str]
    mend: Mend | None


def of(revision: Revision, user: User) -> dict[str, Any]:
    """For the template, in the order of the page."""
    article = revision.article
    case = gate.read(revision)
    lines = [_line(rule, case, user) for rule in gate.RULES if _is_about(rule, case)]
    live = article.publications.standing().select_related("revision", "by__contributor").order_by("-pk").first()
    open_objections = SignOff.objects.filter(pk__in=[objection.pk for objection in case.objections])
    remarks = remarks_on(revision)
    return {
        "revision": revision,
        "article": article,
        "lines": lines,
        "blocking": sum(bool(line.reasons) for line in lines),
        "live": live,
        "live_at": printed_time(live.at) if live else "",
        "is_live": case.is_live,
        "renews": gate.renews(case),
        "newer_draft": article.draft if article.draft and article.draft_id != revision.pk else None,
        "signatures": signatures_on(user, revision.signoffs.all()),
        "older_objections": signatures_on(user, open_objections.exclude(revision=revision)),
        "waiting_for": ReviewRequest.objects.open().filter(revision=revision).select_related("reviewer__contributor"),
        "may_ask": user.has_perm("reviews.add_reviewrequest") and _edits(user, revision) and _may_be_asked_about(case),
        "may_publish": user.has_perm("reviews.add_publication"),
        "may_withdraw": user.has_perm("reviews.add_withdrawal"),
        "may_edit": user.has_perm("articles.change_article") and _edits(user, revision),
        "remarks": remarks,
        "open_remarks": sum(not remark.is_resolved for remark in remarks),
        **schedules.of(revision, user),
        "warnings": [finding for finding in case.findings if finding.severity == "warning"],
    }


def _may_be_asked_about(case: gate.Case) -> bool:
    return case.is_live or case.revision.article.draft_id == case.revision.pk


def _is_about(rule: gate.Rule, case: gate.Case) -> bool:
    """What is asked of minor changes and of corrections alone is not ticked off for every other text."""
    if rule in (gate.needs_second_look, gate.minor_change_is_minor):
        return case.revision.kind == Revision.Kind.MINOR
    return rule is not gate.corrections_are_named or case.corrections_asked > 0


def _line(rule: gate.Rule, case: gate.Case, user: User) -> Line:
    reasons = list(rule(case))
    unsigned = any(getattr(case, kind) is None for kind in ABOUT_SIGNATURES.get(rule.__name__, ()))
    return Line(
        assures=(rule.__doc__ or rule.__name__).rstrip("."),
        state="blocks" if reasons else "waits" if unsigned else "holds",
        reasons=[reason.text for reason in reasons],
        mend=_mend(reasons[0].mend, case.revision, user) if reasons else None,
    )


def _mend(where: str, revision: Revision, user: User) -> Mend | None:
    """Where this person can do something about it; nothing where they cannot."""
    article = revision.article
    if where == "text" and user.has_perm("articles.change_article") and _edits(user, revision):
        return Mend(reverse("admin:articles_article_change", args=[article.pk]), "Edit the text")
    if where == "review" and user.has_perm("reviews.add_reviewrequest") and _edits(user, revision):
        if article.draft_id == revision.pk or Article.objects.live().filter(page__publication__revision=revision).exists():
            return Mend(f"{reverse('admin:reviews_reviewrequest_add')}?revision={revision.pk}", "Ask for review")
        return Mend(reverse("admin:articles_article_revisions", args=[article.pk]), "All revisions")
    if where == "policy" and user.has_perm("reviews.add_waiver"):
        return Mend(reverse("admin:reviews_waiver_add") + f"?revision={revision.pk}", "Accept it, with a reason")
    if where == "credential" and user.has_perm("reviews.view_credential"):
        return Mend(reverse("admin:reviews_credential_changelist"), "Credentials")
    if where == "history":
        return Mend(reverse("admin:articles_article_revisions", args=[article.pk]), "All revisions")
    return None


def _edits(user: User, revision: Revision) -> bool:
    return Article.objects.editable_by(user).filter(pk=revision.article_id).exists()
