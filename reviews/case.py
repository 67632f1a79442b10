"""The facts of one revision, all read at one moment, for the rules of the gate to judge."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from articles.bibliography.standing import Standing
from articles.checking import findings_of
from articles.findings import Finding
from articles.models import Citation, Contribution, Revision
from articles.retouching import touched_by
from articles.source_policy import Violation
from articles.words import recomputed_digest, says_something_new
from reviews.models import CitationVerdict, Publication, SignOff
from reviews.models.signoff import Kind, SignOffQuerySet
from reviews.models.triage import unanswered
from reviews.policy import cited, violations_of
from reviews.signatures import seal_holds


@dataclass(frozen=True)
class Case:
    """Everything the rules may know of one revision, read at one moment."""

    revision: Revision
    now: datetime.datetime
    reviewed: Revision  # the words that both signatures are on: of a minor change those that it started from
    medical: SignOff | None  # the newest standing approval of each kind
    facts: SignOff | None
    look: SignOff | None  # at a minor change
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
    live: Publication | None  # what readers get now
    touched: Sequence[str]  # what a change that calls itself minor touches all the same
    says_something_new: bool  # against what is live, notes aside
    corrections_asked: int  # decided upon reports from readers, in these words, and not out yet
    address_taken: bool  # by another article, in whatever revision

    @property
    def today(self) -> datetime.date:
        return timezone.localdate(self.now)

    @property
    def is_live(self) -> bool:
        return self.live is not None and self.live.revision_id == self.revision.pk

    @property
    def is_carried(self) -> bool:
        """A minor change that rests on the review of the words it started from."""
        return self.reviewed.pk != self.revision.pk

    @property
    def signoffs(self) -> list[SignOff]:
        return [signoff for signoff in (self.facts, self.medical, self.look) if signoff]

    @property
    def entitled(self) -> SignOff | None:
        """The signature that needs a credential in force today."""
        return self.look if self.is_carried else self.medical


def read(revision: Revision, *, publication: Publication | None = None) -> Case:
    """Reads every fact about one revision; the signatures are the newest standing approvals, or those of a publication."""
    revision = Revision.objects.select_related("article__topic", "article__draft", "picture").get(pk=revision.pk)
    live = revision.article.publications.standing().select_related("revision", "reviewed").order_by("-pk").first()
    signed = _signed(publication) if publication else _newest(revision, live)
    authors = revision.contributions.exclude(role=Contribution.Role.REVIEWER).values_list("user", flat=True)
    published = revision.article.publications.order_by("-revision__number").select_related("revision").first()
    return Case(
        revision=revision,
        now=timezone.now(),
        reviewed=signed.reviewed,
        medical=signed.medical,
        facts=signed.facts,
        look=signed.look,
        seals_hold=all(seal_holds(signoff) for signoff in (signed.medical, signed.facts, signed.look) if signoff),
        digest_holds=all(recomputed_digest(words) == words.digest for words in {revision, signed.reviewed}),
        authors=frozenset(authors),
        objections=list(
            SignOff.objects.objecting()
            .filter(revision__article=revision.article_id, revision__number__lte=revision.number)
            .select_related("revision")
        ),
        verdicts=list(signed.facts.verdicts.select_related("citation")) if signed.facts else [],
        citations=len(cited(revision)),
        findings=findings_of(revision),
        retracted=retracted_sources(revision),
        violations=violations_of(revision)[0],
        last_published=published.revision.number if published else None,
        live=live,
        touched=touched_by(revision, signed.reviewed) if revision.kind == Revision.Kind.MINOR else [],
        says_something_new=live is None or says_something_new(revision, live.revision),
        corrections_asked=unanswered().filter(draft__article=revision.article_id, draft__number__lte=revision.number).count(),
        address_taken=Revision.objects.filter(slug=revision.slug).exclude(article=revision.article_id).exists(),
    )


@dataclass(frozen=True)
class _Signed:
    reviewed: Revision
    medical: SignOff | None
    facts: SignOff | None
    look: SignOff | None = None


def _signed(publication: Publication) -> _Signed:
    return _Signed(publication.reviewed, publication.medical, publication.facts, publication.look)


def _newest(revision: Revision, live: Publication | None) -> _Signed:
    """The newest standing approvals of these words; a minor change that lacks them has those of what is live."""
    signoffs = revision.signoffs.select_related("reviewer__contributor", "credential__holder__contributor")
    medical = signoffs.approving(Kind.MEDICAL).order_by("-pk").first()
    facts = _by_another(signoffs.approving(Kind.FACTS), medical)
    if medical and facts and medical.reviewer_id == facts.reviewer_id:
        medical = _by_another(signoffs.approving(Kind.MEDICAL), facts)
    if revision.kind != Revision.Kind.MINOR or (medical and facts) or live is None:
        return _Signed(revision, medical, facts)
    if live.revision_id == revision.pk and live.look_id is None:
        return _Signed(revision, live.medical, live.facts)
    look = signoffs.approving(Kind.LOOK).order_by("-pk").first()
    return _Signed(live.reviewed, _standing(live.medical), _standing(live.facts), look)


def _standing(signoff: SignOff) -> SignOff | None:
    return None if hasattr(signoff, "revocation") else signoff


def _by_another(signoffs: SignOffQuerySet, signed: SignOff | None) -> SignOff | None:
    """The newest of them, by somebody else than who signed the other kind, if there is one."""
    newest = signoffs.order_by("-pk")
    return (newest.exclude(reviewer=signed.reviewer_id).first() if signed else None) or newest.first()


def retracted_sources(revision: Revision) -> list[Citation]:
    """Citations of retracted sources that do not say so."""
    return [one for one in cited(revision) if one.reference.standing == Standing.retracted and not one.retracted_reason]
