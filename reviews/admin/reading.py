"""What lies on the review desk: changes, sources beside their sentences, findings, remarks, signatures, what blocks."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from articles.admin.sides import side_of
from articles.diff import Line, changes
from articles.markup import sentences_citing
from articles.models import Article, Revision, User
from reviews import gate
from reviews.admin.printing import signatures_on
from reviews.admin.remarks import remarks_on
from reviews.admin.sourced import standing_of
from reviews.admin.standing import state_of, waiting
from reviews.models import CitationVerdict, Publication, ReviewRequest, SignOff
from reviews.models.signoff import Kind
from reviews.policy import cited


def of(review: ReviewRequest, user: User) -> dict[str, Any]:
    """For the template, in the order of the page."""
    case = gate.read(review.revision)
    revision = case.revision
    signoff = SignOff.objects.filter(request=review).select_related("revision").first()
    is_open = ReviewRequest.objects.open().filter(pk=review.pk).exists()
    badge, state = state_of(review, is_open=is_open)
    others = revision.signoffs.exclude(request=review).select_related("reviewer__contributor")
    remarks = remarks_on(revision)
    return {
        "review": review,
        "revision": revision,
        "article": revision.article,
        "is_look": review.kind == Kind.LOOK,
        "is_mine": review.reviewer_id == user.pk,
        "is_editor": Article.objects.editable_by(user).filter(pk=revision.article_id).exists(),
        "badge": badge,
        "state": state,
        "waiting": waiting(review.due, timezone.localdate()) if is_open else "",
        "signature": signatures_on(user, SignOff.objects.filter(pk=signoff.pk))[0] if signoff else None,
        "newer_draft": revision.article.draft if revision.article.draft_id != revision.pk else None,
        "newer_request": _newer_request(review),
        "comparisons": comparisons(review, revision),
        "sources": sources(revision),
        "findings": sorted(case.findings, key=lambda finding: finding.severity),
        "remarks": remarks,
        "open_remarks": sum(not remark.is_resolved for remark in remarks),
        "signatures": signatures_on(user, others),
        "waiting_for": _still_asked(review),
        "blockers": gate.blockers(case),
    }


def comparisons(review: ReviewRequest, revision: Revision) -> list[dict[str, Any]]:
    """What changed since the words that are out, and since the words that this reviewer saw last.

    Of a minor change first, what changed since the words that were reviewed in full: it rests on that review.
    """
    publications = Publication.objects.filter(article=revision.article_id).select_related(
        "revision__picture", "reviewed__picture"
    )
    live = publications.standing().order_by("-pk").first()
    rests_on = publications.filter(revision=revision).first() or live
    bases = []
    if rests_on and review.kind == Kind.LOOK:
        bases.append(("the words that were reviewed in full", rests_on.reviewed))
    if live and live.revision_id != revision.pk and all(base != live.revision for _, base in bases):
        bases.append(("the words that are live", live.revision))
    seen = _seen_before(review)
    if seen and all(base != seen for _, base in bases):
        bases.append((f"the words that {review.reviewer.printed_name} saw last", seen))
    return [{"since": since, "old": old, "changes": changed_parts(old, revision)} for since, old in bases]


def changed_parts(old: Revision, new: Revision) -> list[dict[str, Any]]:
    found = [change for change in changes(side_of(old), side_of(new)) if not change.is_same]
    return [{"name": c.name, "lines": [marked(line) for line in c.lines if _says_something(line)]} for c in found]


def _says_something(line: Line) -> bool:
    return line.kind != "same" and any(piece.text.strip() for piece in (line.old or ()) + (line.new or ()))


@dataclass(frozen=True)
class Words:
    """A stretch of a changed line: kept, removed ("del") or added ("ins")."""

    mark: str
    text: str


def marked(line: Line) -> list[Words]:
    """Both sides of a line in one, in reading order."""
    old, new = list(line.old or ()), list(line.new or ())
    out: list[Words] = []
    while old or new:
        if old and old[0].changed:
            out.append(Words("del", old.pop(0).text))
        elif new and new[0].changed:
            out.append(Words("ins", new.pop(0).text))
        else:
            out.append(Words("", (old or new)[0].text))
            old, new = old[1:], new[1:]
    return out


def sources(revision: Revision) -> list[dict[str, Any]]:
    """Every citation beside the sentences it is cited for, and what the fact checkers found."""
    sentences = sentences_citing(revision.body)
    verdicts: dict[int, list[CitationVerdict]] = {}
    found = CitationVerdict.objects.filter(signoff__in=SignOff.objects.standing().filter(revision=revision, kind=Kind.FACTS))
    for verdict in found.select_related("signoff"):
        verdicts.setdefault(verdict.citation_id, []).append(verdict)
    return [
        {
            **standing_of(citation),
            "citation": citation,
            "sentences": sentences.get(citation.key, []),
            "verdicts": verdicts.get(citation.pk, []),
        }
        for citation in cited(revision)
    ]


def _seen_before(review: ReviewRequest) -> Revision | None:
    """The revision this person signed last, or else was last asked about."""
    asked = ReviewRequest.objects.filter(
        reviewer=review.reviewer_id,
        revision__article=review.revision.article_id,
        revision__number__lt=review.revision.number,
    ).order_by("-revision__number")
    last = asked.filter(signoff__isnull=False).first() or asked.first()
    return Revision.objects.select_related("picture").get(pk=last.revision_id) if last else None


def _newer_request(review: ReviewRequest) -> ReviewRequest | None:
    later = ReviewRequest.objects.filter(
        reviewer=review.reviewer_id, kind=review.kind, revision__article=review.revision.article_id, pk__gt=review.pk
    )
    return later.select_related("revision").order_by("-pk").first()


def _still_asked(review: ReviewRequest) -> list[ReviewRequest]:
    others = ReviewRequest.objects.open().filter(revision=review.revision_id).exclude(pk=review.pk)
    return list(others.select_related("reviewer__contributor"))
