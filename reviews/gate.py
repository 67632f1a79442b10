"""The gate: may these words go out? Every door meets it, because `publish` is the only way out.

All facts are read once into a Case; each rule is a pure function of it that yields reasons an editor can act on.
A new rule is one function and one line in RULES. The rules on evidence are asked again of pages that are live.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone

from articles.checking import findings_of
from articles.findings import Finding
from articles.models import Contribution, Revision
from articles.pages import is_genuine, review_due
from articles.sealing import holds
from articles.words import recomputed_digest
from reviews.models import CitationVerdict, Publication, SignOff
from reviews.models.signoff import Kind
from reviews.signatures import sealed_signoff


@dataclass(frozen=True)
class Reason:
    """Why not, and on which screen it is mended: text, review, credential or history."""

    rule: str
    text: str
    mend: str


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
    last_published: int | None  # number of the newest revision that was ever out
    is_live: bool

    @property
    def today(self) -> datetime.date:
        return timezone.localdate(self.now)


Rule = Callable[[Case], Iterator[Reason]]


def needs_fact_check(case: Case) -> Iterator[Reason]:
    if case.facts is None:
        yield Reason("needs_fact_check", "No fact checker has approved this revision.", "review")


def needs_medical_review(case: Case) -> Iterator[Reason]:
    if case.medical is None:
        yield Reason("needs_medical_review", "No medical reviewer has approved this revision.", "review")


def signers_are_independent(case: Case) -> Iterator[Reason]:
    for signoff in _signoffs(case):
        if signoff.reviewer_id in case.authors:
            text = f"{signoff.signed_as} had a hand in this text, and so cannot sign it."
            yield Reason("signers_are_independent", text, "review")


def signers_are_two_people(case: Case) -> Iterator[Reason]:
    if case.medical and case.facts and case.medical.reviewer_id == case.facts.reviewer_id:
        text = f"{case.medical.signed_as} signed both the facts and the medicine: two people have to."
        yield Reason("signers_are_two_people", text, "review")


def signatures_are_genuine(case: Case) -> Iterator[Reason]:
    if not case.seals_hold:
        text = "A signature does not match its seal: it was altered after signing. Run verify_records, and ask for a new review."
        yield Reason("signatures_are_genuine", text, "history")


def words_are_those_signed(case: Case) -> Iterator[Reason]:
    if not case.digest_holds or any(signoff.digest != case.revision.digest for signoff in _signoffs(case)):
        text = "The stored text is not what its digest says: it was altered after signing. Run verify_records."
        yield Reason("words_are_those_signed", text, "history")


def credential_is_verified(case: Case) -> Iterator[Reason]:
    credential = case.medical and case.medical.credential
    if credential and credential.verified_at is None:
        text = f"Nobody has verified the credential of {credential.holder.printed_name}."
        yield Reason("credential_is_verified", text, "credential")


def credential_is_verified_by_another(case: Case) -> Iterator[Reason]:
    credential = case.medical and case.medical.credential
    if credential and credential.verified_by_id == credential.holder_id:
        text = f"{credential.holder.printed_name} verified their own credential: somebody else has to."
        yield Reason("credential_is_verified_by_another", text, "credential")


def credential_is_in_date(case: Case) -> Iterator[Reason]:
    credential = case.medical and case.medical.credential
    if credential and not credential.valid_from <= case.today <= (credential.valid_until or datetime.date.max):
        text = f"The credential of {credential.holder.printed_name} is not valid today ({credential.as_printed})."
        yield Reason("credential_is_in_date", text, "credential")


def credential_is_not_revoked(case: Case) -> Iterator[Reason]:
    credential = case.medical and case.medical.credential
    if credential and credential.revoked_at:
        text = f"The credential of {credential.holder.printed_name} was revoked on {credential.revoked_at:%-d %B %Y}."
        yield Reason("credential_is_not_revoked", text, "credential")


def review_is_recent(case: Case) -> Iterator[Reason]:
    if case.medical and case.today >= (due := review_due(case.medical.signed_at, case.revision.article)):
        text = f"The medical review was good until {due:%-d %B %Y}: ask for a new one."
        yield Reason("review_is_recent", text, "review")


def objections_are_settled(case: Case) -> Iterator[Reason]:
    for objection in case.objections:
        text = (
            f"{objection.signed_as} – {objection.meaning.lower()} – on revision {objection.revision.number} has not been "
            "answered: ask them to review again, or record why it no longer holds."
        )
        yield Reason("objections_are_settled", text, "review")


def sources_support_the_text(case: Case) -> Iterator[Reason]:
    for verdict in case.verdicts:
        if verdict.verdict == CitationVerdict.Verdict.DOES_NOT:
            text = f"Reference {verdict.citation.number} does not support the text: {verdict.note}"
            yield Reason("sources_support_the_text", text, "text")


def every_citation_is_checked(case: Case) -> Iterator[Reason]:
    if case.facts and len(case.verdicts) < case.citations:
        text = f"The fact check covers {len(case.verdicts)} of {case.citations} citations."
        yield Reason("every_citation_is_checked", text, "review")


def text_has_no_errors(case: Case) -> Iterator[Reason]:
    for finding in case.findings:
        if finding.severity == "error":
            where = f" ({finding.where})" if finding.where else ""
            yield Reason("text_has_no_errors", finding.message + where, "text")


def change_is_explained(case: Case) -> Iterator[Reason]:
    if case.last_published is not None and case.revision.number > case.last_published and not case.revision.change_note:
        text = "Readers are not told what changed: save the draft again with a change note, and have it signed."
        yield Reason("change_is_explained", text, "text")


def newer_words_are_not_replaced(case: Case) -> Iterator[Reason]:
    if case.last_published is not None and case.revision.number < case.last_published:
        text = f"Revision {case.last_published} was published after this one: restore this text as a new draft instead."
        yield Reason("newer_words_are_not_replaced", text, "history")


def is_not_already_live(case: Case) -> Iterator[Reason]:
    if case.is_live:
        yield Reason("is_not_already_live", "These words are live already.", "history")


EVIDENCE: tuple[Rule, ...] = (
    signers_are_independent,
    signers_are_two_people,
    signatures_are_genuine,
    words_are_those_signed,
    credential_is_verified,
    credential_is_verified_by_another,
    credential_is_in_date,
    credential_is_not_revoked,
    review_is_recent,
    objections_are_settled,
    sources_support_the_text,
)
RULES: tuple[Rule, ...] = (
    needs_fact_check,
    needs_medical_review,
    *EVIDENCE,
    every_citation_is_checked,
    text_has_no_errors,
    change_is_explained,
    newer_words_are_not_replaced,
    is_not_already_live,
)


def blockers(case: Case, rules: Sequence[Rule] = RULES) -> list[Reason]:
    """Every reason why these words may not go out. Empty: they may."""
    return [reason for rule in rules for reason in rule(case)]


def concerns(publication: Publication) -> list[Reason]:
    """What is wrong by now with a page that is live. Nothing comes down by itself: people decide."""
    case = read(publication.revision, medical=publication.medical, facts=publication.facts)
    found = blockers(case, EVIDENCE)
    if not is_genuine(publication.article.page):
        found.append(Reason("page_is_genuine", "The finished page was altered in the database. Run refresh_pages.", "history"))
    if publication.article.page.publication_id != publication.pk or publication.article.page.withdrawal_id:
        found.append(Reason("page_is_current", "The page shows something else. Run refresh_pages.", "history"))
    return found


def read(revision: Revision, *, medical: SignOff | None = None, facts: SignOff | None = None) -> Case:
    """Reads every fact about one revision; the signatures are the newest standing approvals unless they are named."""
    revision = Revision.objects.select_related("article__topic", "picture").get(pk=revision.pk)
    signoffs = revision.signoffs.select_related("reviewer__contributor", "credential__holder__contributor")
    medical = medical or signoffs.approving(Kind.MEDICAL).order_by("-pk").first()
    facts = facts or signoffs.approving(Kind.FACTS).order_by("-pk").first()
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
        last_published=published.revision.number if published else None,
        is_live=live is not None and live.revision_id == revision.pk,
    )


def seal_holds(signoff: SignOff) -> bool:
    return holds("signoff", sealed_signoff(signoff, list(signoff.verdicts.all())), signoff.seal)


def _signoffs(case: Case) -> list[SignOff]:
    return [signoff for signoff in (case.facts, case.medical) if signoff]
