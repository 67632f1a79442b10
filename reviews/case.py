"""The facts of one revision, all read at one moment, for the rules of the gate to judge."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from articles.bibliography.standing import Standing
from articles.checking import findings_of
from articles.findings import Finding
from articles.models import Citation, Contribution, Revision
from articles.source_policy import Violation
from articles.words import recomputed_digest
from reviews.models import CitationVerdict, SignOff
from reviews.models.signoff import Kind, SignOffQuerySet
from reviews.policy import violations_of
from reviews.signatures import seal_holds


@dataclass(frozen=True)
class Case:
    """Everything the rules may know of one revision, read at one moment."""

    revision: Revision
    now: datetime.datetime
    medical: SignOff | None  # the newest standing approval of each kind
    facts: SignOff | None
    seals_hold: bool
    digest_holds: bool
    authors: frozenset[int]  # accounts that wrote or edited
    objections: Sequence[SignOff]
    verdicts: Sequence[CitationVerdict]
    citations: int
    findings: Sequence[Finding]
    retracted: Sequence[Citation]  # cited as if they still stood
    violations: Sequence[Violation]  # of the source policy, not waived
    last_published: int | None  # number of the newest revision that was ever out
    is_live: bool
    address_taken: bool  # by another article, in whatever revision

    @property
    def today(self) -> datetime.date:
        return timezone.localdate(self.now)

    @property
    def signoffs(self) -> list[SignOff]:
        return [signoff for signoff in (self.facts, self.medical) if signoff]


def read(revision: Revision, *, medical: SignOff | None = None, facts: SignOff | None = None) -> Case:
    """Reads every fact about one revision; the signatures are the newest standing approvals unless they are named."""
    revision = Revision.objects.select_related("article__topic", "picture").get(pk=revision.pk)
    signoffs = revision.signoffs.select_related("reviewer__contributor", "credential__holder__contributor")
    medical = medical or signoffs.approving(Kind.MEDICAL).order_by("-pk").first()
    facts = facts or _by_another(signoffs.approving(Kind.FACTS), medical)
    if medical and facts and medical.reviewer_id == facts.reviewer_id:
        medical = _by_another(signoffs.approving(Kind.MEDICAL), facts)
    authors = revision.contributions.exclude(role=Contribution.Role.REVIEWER).values_list("user", flat=True)
    published = revision.article.publications.order_by("-revision__number").select_related("revision").first()
    live = revision.article.publications.standing().order_by("-pk").first()
    return Case(
        revision=revision,
        now=timezone.now(),
        medical=medical,
        facts=facts,
        seals_hold=all(seal_holds(signoff) for signoff in (medical, facts) if signoff),
        digest_holds=recomputed_digest(revision) == revision.digest,
        authors=frozenset(authors),
        objections=list(
            SignOff.objects.objecting()
            .filter(revision__article=revision.article_id, revision__number__lte=revision.number)
            .select_related("revision")
        ),
        verdicts=list(facts.verdicts.select_related("citation")) if facts else [],
        citations=revision.citations.count(),
        findings=findings_of(revision),
        retracted=retracted_sources(revision),
        violations=violations_of(revision)[0],
        last_published=published.revision.number if published else None,
        is_live=live is not None and live.revision_id == revision.pk,
        address_taken=Revision.objects.filter(slug=revision.slug).exclude(article=revision.article_id).exists(),
    )


def _by_another(signoffs: SignOffQuerySet, signed: SignOff | None) -> SignOff | None:
    """The newest of them, by somebody else than who signed the other kind, if there is one."""
    newest = signoffs.order_by("-pk")
    return (newest.exclude(reviewer=signed.reviewer_id).first() if signed else None) or newest.first()


def retracted_sources(revision: Revision) -> list[Citation]:
    """Citations of retracted sources that do not say so."""
    cited = revision.citations.filter(reference__standing=Standing.retracted, retracted_reason="")
    return list(cited.order_by("number"))
