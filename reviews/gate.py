"""The gate: may these words go out? Every door meets it, because `publish` is the only way out.

All facts are read once into a Case; each rule is a pure function of it that yields reasons an editor can act on. Its
docstring is what it assures, in the words of the checklist. A new rule is one function and one line in RULES. The rules
on evidence are asked again of pages that are live.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from articles.models import Citation, Revision
from articles.pages import is_genuine, review_due
from reviews.case import Case, read
from reviews.models import CitationVerdict, Publication

__all__ = ["EVIDENCE", "RULES", "Case", "Reason", "Rule", "blockers", "concerns", "read", "renews"]


@dataclass(frozen=True)
class Reason:
    """Why not, and on which screen it is mended: text, review, credential or history."""

    rule: str
    text: str
    mend: str


Rule = Callable[[Case], Iterator[Reason]]


def needs_fact_check(case: Case) -> Iterator[Reason]:
    """A fact checker has approved these words."""
    if case.facts is None:
        yield Reason("needs_fact_check", "No fact checker has approved this revision.", "review")


def needs_medical_review(case: Case) -> Iterator[Reason]:
    """A medical reviewer has approved these words."""
    if case.medical is None:
        yield Reason("needs_medical_review", "No medical reviewer has approved this revision.", "review")


def needs_second_look(case: Case) -> Iterator[Reason]:
    """A second person has looked at a minor change."""
    if case.is_carried and case.look is None:
        text = "Nobody has taken a second look at this minor change: ask a reviewer for one."
        yield Reason("needs_second_look", text, "review")


def minor_change_is_minor(case: Case) -> Iterator[Reason]:
    """A minor change touches nothing that has a meaning."""
    for touched in case.touched:
        text = f"{touched} That is more than a minor change: save it as an update or a correction."
        yield Reason("minor_change_is_minor", text, "text")


def signers_are_independent(case: Case) -> Iterator[Reason]:
    """Nobody who signed had a hand in the text."""
    for signoff in case.signoffs:
        if signoff.reviewer_id in case.authors:
            text = f"{signoff.signed_as} had a hand in this text, and so cannot sign it."
            yield Reason("signers_are_independent", text, "review")


def signers_are_two_people(case: Case) -> Iterator[Reason]:
    """Two different people signed."""
    if case.medical and case.facts and case.medical.reviewer_id == case.facts.reviewer_id:
        text = f"{case.medical.signed_as} signed both the facts and the medicine: two people have to."
        yield Reason("signers_are_two_people", text, "review")


def signatures_are_genuine(case: Case) -> Iterator[Reason]:
    """The signatures are as they were made."""
    if not case.seals_hold:
        text = "A signature does not match its seal: it was altered after signing. Run verify_records, and ask for a new review."
        yield Reason("signatures_are_genuine", text, "history")


def words_are_those_signed(case: Case) -> Iterator[Reason]:
    """The words are exactly those that were signed."""
    signed = [signoff.digest == case.reviewed.digest for signoff in (case.facts, case.medical) if signoff]
    looked = case.look is None or case.look.digest == case.revision.digest
    if not (case.digest_holds and all(signed) and looked):
        text = "The stored text is not what its digest says: it was altered after signing. Run verify_records."
        yield Reason("words_are_those_signed", text, "history")


def credential_is_verified(case: Case) -> Iterator[Reason]:
    """The medical reviewer’s credential has been verified."""
    credential = case.entitled and case.entitled.credential
    if credential and credential.verified_at is None:
        text = f"Nobody has verified the credential of {credential.holder.printed_name}."
        yield Reason("credential_is_verified", text, "credential")


def credential_is_verified_by_another(case: Case) -> Iterator[Reason]:
    """Somebody else verified it."""
    credential = case.entitled and case.entitled.credential
    if credential and credential.verified_by_id == credential.holder_id:
        text = f"{credential.holder.printed_name} verified their own credential: somebody else has to."
        yield Reason("credential_is_verified_by_another", text, "credential")


def credential_is_in_date(case: Case) -> Iterator[Reason]:
    """The credential is valid today."""
    credential = case.entitled and case.entitled.credential
    if credential and not credential.valid_from <= case.today <= (credential.valid_until or datetime.date.max):
        text = f"The credential of {credential.holder.printed_name} is not valid today ({credential.as_printed})."
        yield Reason("credential_is_in_date", text, "credential")


def credential_is_not_revoked(case: Case) -> Iterator[Reason]:
    """The credential has not been revoked."""
    credential = case.entitled and case.entitled.credential
    if credential and credential.revoked_at:
        text = f"The credential of {credential.holder.printed_name} was revoked on {credential.revoked_at:%-d %B %Y}."
        yield Reason("credential_is_not_revoked", text, "credential")


def review_is_recent(case: Case) -> Iterator[Reason]:
    """The medical review is recent enough for this topic."""
    if case.is_carried and not case.is_live:
        return  # a minor change keeps every date, an overdue one too
    if case.medical and case.today >= (due := review_due(case.medical.signed_at, case.revision.article)):
        text = f"The medical review was good until {due:%-d %B %Y}: ask for a new one."
        yield Reason("review_is_recent", text, "review")


def objections_are_settled(case: Case) -> Iterator[Reason]:
    """Every objection has been answered."""
    for objection in case.objections:
        text = (
            f"{objection.signed_as} – {objection.meaning.lower()} – on revision {objection.revision.number} has not been "
            "answered: ask them to review again, or record why it no longer holds."
        )
        yield Reason("objections_are_settled", text, "review")


def sources_support_the_text(case: Case) -> Iterator[Reason]:
    """No source was found to contradict the text."""
    for verdict in case.verdicts:
        if verdict.verdict == CitationVerdict.Verdict.DOES_NOT:
            text = f"Reference {verdict.citation.number} does not support the text: {verdict.note}"
            yield Reason("sources_support_the_text", text, "text")


def sources_stand(case: Case) -> Iterator[Reason]:
    """No source has been retracted, unless the text says so."""
    for citation in case.retracted:
        yield Reason("sources_stand", told_as_retracted(citation), "text")


def source_policy_is_kept(case: Case) -> Iterator[Reason]:
    """The sources are of the kinds, number and places that the policy asks for."""
    for violation in case.violations:
        if violation.severity == "error":
            yield Reason("source_policy_is_kept", violation.message, "policy")


def every_citation_is_checked(case: Case) -> Iterator[Reason]:
    """The fact check covers every source."""
    if case.facts and len(case.verdicts) < case.citations:
        text = f"The fact check covers {len(case.verdicts)} of {case.citations} citations."
        yield Reason("every_citation_is_checked", text, "review")


def text_has_no_errors(case: Case) -> Iterator[Reason]:
    """The text has none of the slips that can be found by machine."""
    for finding in case.findings:
        if finding.severity == "error":
            where = f" ({finding.where})" if finding.where else ""
            yield Reason("text_has_no_errors", finding.message + where, "text")


def change_is_explained(case: Case) -> Iterator[Reason]:
    """Readers are told what changed."""
    if case.last_published is not None and case.revision.number > case.last_published and not case.revision.change_note:
        text = "Readers are not told what changed: save the draft again with a change note, and have it signed."
        yield Reason("change_is_explained", text, "text")


def newer_words_are_not_replaced(case: Case) -> Iterator[Reason]:
    """No newer words have been published."""
    if case.last_published is not None and case.revision.number < case.last_published:
        text = f"Revision {case.last_published} was published after this one: restore this text as a new draft instead."
        yield Reason("newer_words_are_not_replaced", text, "history")


def address_is_its_own(case: Case) -> Iterator[Reason]:
    """No other article has this address."""
    if case.address_taken:
        text = f"Another article has, or once had, the address {case.revision.slug}: save the draft again with a different one."
        yield Reason("address_is_its_own", text, "text")


def is_not_already_live(case: Case) -> Iterator[Reason]:
    """These words are not live yet."""
    if case.is_live and not renews(case):
        yield Reason("is_not_already_live", "These words are live already.", "history")


def something_is_new(case: Case) -> Iterator[Reason]:
    """Readers get something that they do not have yet."""
    if not case.is_live and not case.says_something_new:
        text = "But for its note this is what readers have already: change the text, or ask for a new review of what is live."
        yield Reason("something_is_new", text, "text")


def corrections_are_named(case: Case) -> Iterator[Reason]:
    """What corrects a fault that a reader reported is called a correction."""
    if case.corrections_asked and case.revision.kind != Revision.Kind.CORRECTION and not case.is_live:
        text = "A reader’s report is to be answered by a correction that began in this text: save it as a correction."
        yield Reason("corrections_are_named", text, "text")


def renews(case: Case) -> bool:
    """The words that are live have been medically reviewed again as they stand."""
    return bool(case.is_live and case.live and case.medical and case.medical.pk > case.live.medical_id)


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
    sources_stand,
)
RULES: tuple[Rule, ...] = (
    needs_fact_check,
    needs_medical_review,
    needs_second_look,
    minor_change_is_minor,
    *EVIDENCE,
    every_citation_is_checked,
    source_policy_is_kept,
    text_has_no_errors,
    change_is_explained,
    newer_words_are_not_replaced,
    address_is_its_own,
    is_not_already_live,
    something_is_new,
    corrections_are_named,
)


def blockers(case: Case, rules: Sequence[Rule] = RULES) -> list[Reason]:
    """Every reason why these words may not go out. Empty: they may."""
    return [reason for rule in rules for reason in rule(case)]


def concerns(publication: Publication) -> list[Reason]:
    """What is wrong by now with a page that is live. Nothing comes down by itself: people decide."""
    case = read(publication.revision, publication=publication)
    found = blockers(case, EVIDENCE)
    if not is_genuine(publication.article.page):
        found.append(Reason("page_is_genuine", "The finished page was altered in the database. Run refresh_pages.", "history"))
    if publication.article.page.publication_id != publication.pk or publication.article.page.withdrawal_id:
        found.append(Reason("page_is_current", "The page shows something else. Run refresh_pages.", "history"))
    return found


def told_as_retracted(citation: Citation) -> str:
    return (
        f"Reference {citation.number} ({citation.key}) has been retracted: take it out, or say in the draft why it is cited "
        "as retracted, and have that signed."
    )
