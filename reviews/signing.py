"""Signing a review, taking a signature back, and settling an objection.

A signature is made of two things that only its owner has: the session and, each time anew, the password (21 CFR
11.200(a)(1)). It is bound by a digest and a keyed seal to exactly the words that were read (21 CFR 11.70).
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from articles import history
from articles.models import Article, Contribution, User
from articles.pages import refresh
from articles.refusal import Refused, Stale
from articles.sealing import seal
from reviews import notices, signature_concerns
from reviews.case import retracted_sources
from reviews.gate import told_as_retracted
from reviews.models import (
    CitationVerdict,
    Credential,
    NoticeKind,
    RequestWithdrawal,
    Resolution,
    ReviewRequest,
    Revocation,
    SignOff,
)
from reviews.models.signoff import Decision, Kind
from reviews.publishing import take_down
from reviews.requesting import may_sign
from reviews.signatures import sealed_revocation, sealed_signoff

WRONG_PASSWORDS = 5
LOCKED_FOR = datetime.timedelta(minutes=15)
MATTERS_TO_A_SIGNER = {
    "revision.saved", "revision.signed", "signature.revoked", "objection.resolved", "article.published", "article.withdrawn",
}  # fmt: skip
STATEMENT = (
    "I have read exactly these words and the sources they cite. I sign with my own password, and this electronic "
    "signature is to be taken as equal to my handwritten one."
)
CHECKLIST = {
    "claims": "Each claim matches what its source says",
    "current": "The sources are current; I looked today",
    "doses": "Doses, units, contraindications and interactions are right, or there are none",
    "balance": "Benefits, harms and uncertainty are told in balance",
    "safety": "A reader is told when to get help",
    "interests": "My competing interests are declared below",
}
LOOK_CHECKLIST = {"meaning": "No change of meaning: spelling, grammar or layout only"}
CHECKLISTS: dict[str, dict[str, str]] = {Kind.MEDICAL: CHECKLIST, Kind.LOOK: LOOK_CHECKLIST, Kind.FACTS: {}}


class WrongPassword(Refused):
    """The second component of the signature was missing or wrong; the attempt has been recorded."""


@dataclass(frozen=True)
class Answer:
    """What a reviewer filled in. `seen` is the last event of the article that the screen knew of."""

    decision: str
    digest: str
    seen: int
    password: str
    note: str = ""
    interests: str = ""
    credential: int | None = None
    checklist: Mapping[str, bool] = field(default_factory=dict)
    verdicts: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # citation id -> (verdict, note)
    accepted: bool = False


def sign(request_id: int, answer: Answer, *, by: User) -> SignOff:
    """Signs one request. Refuses with every reason at once; a wrong password is recorded although nothing else is."""
    try:
        with transaction.atomic():
            return _sign(request_id, answer, by)
    except WrongPassword:
        _record_wrong_password(request_id, by)
        raise


def is_locked_out(user: User) -> bool:
    """Five wrong passwords at signing close it for a quarter of an hour (21 CFR 11.300(d))."""
    return _failures(user) >= WRONG_PASSWORDS


@transaction.atomic
def revoke(signoff: SignOff, *, reason: str, by: User) -> Revocation:
    """Takes a signature back; what is live on its strength comes down at once. An objection only its signer takes back."""
    article = Article.objects.locked(signoff.revision.article_id)
    reason = reason.strip()
    if faults := _faults_of(reason, "Say why the signature is taken back: the reason stays with the record."):
        raise Refused(*faults)
    if Revocation.objects.filter(signoff=signoff).exists():
        raise Stale("This signature has already been taken back.")
    if signoff.decision != Decision.APPROVE and by.pk != signoff.reviewer_id:
        raise Refused(f"Only {signoff.signed_as} can take this objection back. Record instead why it no longer holds.")
    revocation = Revocation(signoff=signoff, by=by, reason=reason, at=timezone.now())
    revocation.seal = seal("revocation", sealed_revocation(revocation))
    revocation.save(force_insert=True)
    history.record("signature.revoked", by=by, article=article, signoff=signoff.pk, reason=reason)
    live = article.publications.order_by("-pk").first()
    if live and signoff.pk in (live.medical_id, live.facts_id, live.look_id) and not hasattr(live, "withdrawal"):
        take_down(article, live, f"The {signoff.get_kind_display().lower()} of this page has been withdrawn.", by=by)
    else:
        refresh(article)  # what readers were told of an objection goes with it
    return revocation


@transaction.atomic
def resolve(signoff: SignOff, *, reason: str, by: User) -> Resolution:
    """An editor records why an objection no longer holds. Whoever had a hand in the text cannot."""
    article = Article.objects.locked(signoff.revision.article_id)
    reasons = _faults_of(reason.strip(), "Say why the objection no longer holds: the reason stays with the record.")
    if not SignOff.objects.objecting().filter(pk=signoff.pk).exists():
        reasons.append("This is not an open objection.")
    if Contribution.objects.filter(revision__article=article, user=by).exclude(role=Contribution.Role.REVIEWER).exists():
        reasons.append("You had a hand in this text: somebody else has to settle the objection.")
    if reasons:
        raise Refused(*reasons)
    resolution = Resolution.objects.create(signoff=signoff, by=by, reason=reason.strip(), at=timezone.now())
    history.record("objection.resolved", by=by, article=article, signoff=signoff.pk, reason=reason.strip())
    refresh(article)  # what readers were told of it goes
    return resolution


def _sign(request_id: int, answer: Answer, by: User) -> SignOff:
    request = ReviewRequest.objects.select_related("revision").get(pk=request_id)
    article = Article.objects.locked(request.revision.article_id)
    by = User.objects.get(pk=by.pk)  # the account as it is now, not as it was when the page was opened
    _refuse_stale(article, request, answer)
    credential = Credential.objects.filter(pk=answer.credential, holder=by).first() if answer.credential else None
    if reasons := _faults(request, answer, by, credential):
        raise Refused(*reasons)
    if not by.check_password(answer.password):
        raise WrongPassword("The password is not right. Nothing was signed; what you filled in is still here.")
    signoff = SignOff(
        request=request,
        revision=request.revision,
        kind=request.kind,
        reviewer=by,
        decision=answer.decision,
        note=answer.note.strip(),
        checklist=[[text, bool(answer.checklist.get(name))] for name, text in CHECKLISTS[request.kind].items()],
        credential=credential if request.kind != Kind.FACTS else None,
        signed_as=by.printed_name,
        credential_as=credential.as_printed if credential and request.kind != Kind.FACTS else "",
        interests=answer.interests.strip(),
        statement=STATEMENT,
        digest=request.revision.digest,
        signed_at=timezone.now(),
    )
    verdicts = [
        CitationVerdict(revision=request.revision, citation=citation, verdict=verdict, note=note.strip())
        for citation in request.revision.citations.all()
        for verdict, note in [answer.verdicts.get(citation.pk, ("", ""))]
        if verdict and request.kind == Kind.FACTS
    ]
    signoff.seal = seal("signoff", sealed_signoff(signoff, verdicts))
    signoff.save(force_insert=True)
    for verdict in verdicts:
        verdict.signoff = signoff
        verdict.save(force_insert=True)
    history.record(
        "revision.signed", by=by, article=article, signoff=signoff.pk, revision=signoff.revision_id, kind=signoff.kind,
        decision=signoff.decision, digest=signoff.digest,
    )  # fmt: skip
    signature_concerns.open_for_objection(signoff, article)
    for user in {request.asked_by, article.owner} - {by}:
        notices.tell(user, NoticeKind.DECISION, f"{signoff.meaning}: {request.revision.title}", notices.signed(signoff))
    return signoff


def _refuse_stale(article: Article, request: ReviewRequest, answer: Answer) -> None:
    moved = history.missed(article, answer.seen, MATTERS_TO_A_SIGNER)
    if moved or answer.digest != request.revision.digest:
        raise Stale(
            "Something happened to this article after you opened this page, so nothing was signed.",
            *(f"{event.actor_name}: {event.name.replace('.', ' ')} at {event.at:%H:%M} UTC." for event in moved),
            "Look at what changed below. What you filled in is still here; sign again if you still mean it.",
        )
    if SignOff.objects.filter(request=request).exists():
        raise Stale("This request has already been answered. To sign again, ask the editor for a new request.")
    if RequestWithdrawal.objects.filter(request=request).exists():
        raise Stale("This request was taken back: nobody waits for this review any longer. Nothing was signed.")


def _faults(request: ReviewRequest, answer: Answer, by: User, credential: Credential | None) -> list[str]:
    if request.reviewer_id != by.pk:
        return [f"This review was asked of {request.reviewer.printed_name}, not of you."]
    reasons = []
    if is_locked_out(by):
        return ["Signing is closed for 15 minutes after five wrong passwords. The security contact has been told."]
    if not may_sign(by):
        reasons.append("Your account has no right to sign. Ask an administrator to add you to the Reviewers.")
    if not by.password_is_own:
        reasons.append("Your password was set by somebody else: choose one of your own first (Change password, above).")
    if not answer.accepted:
        reasons.append("Accept the statement above the password to sign.")
    if answer.decision not in Decision.values:
        reasons.append("Choose a decision: approve, request changes, or decline.")
    elif answer.decision != Decision.APPROVE and not answer.note.strip():
        reasons.append("Say what has to change, or why you decline.")
    if answer.decision == Decision.APPROVE:
        reasons += [told_as_retracted(citation) for citation in retracted_sources(request.revision)]
    if not answer.interests.strip():
        reasons.append("Declare your competing interests and confirm what you declare; write “None” if you have none.")
    rules = _facts_faults if request.kind == Kind.FACTS else _medical_faults
    return [*reasons, *rules(request, answer, credential)]


def _medical_faults(request: ReviewRequest, answer: Answer, credential: Credential | None) -> list[str]:
    if answer.decision != Decision.APPROVE:
        return []
    reasons = [f"Not ticked: {text}." for name, text in CHECKLISTS[request.kind].items() if not answer.checklist.get(name)]
    today = timezone.localdate()
    if credential is None:
        reasons.append("Choose the credential that you sign with.")
    elif not Credential.objects.in_force(today).filter(pk=credential.pk).exists():
        reasons.append("That credential has lapsed, is not verified by somebody else, or was revoked: ask an editor.")
    return reasons


def _facts_faults(request: ReviewRequest, answer: Answer, credential: Credential | None) -> list[str]:
    reasons = []
    for citation in request.revision.citations.all():
        verdict, note = answer.verdicts.get(citation.pk, ("", ""))
        if verdict not in CitationVerdict.Verdict.values:
            if answer.decision == Decision.APPROVE or verdict:
                reasons.append(f"Reference {citation.number}: say whether the source supports the text.")
        elif verdict != CitationVerdict.Verdict.SUPPORTS and not note.strip():
            reasons.append(f"Reference {citation.number}: say in the note what the source does not support.")
        if verdict == CitationVerdict.Verdict.DOES_NOT and answer.decision == Decision.APPROVE:
            reasons.append(f"Reference {citation.number} does not support the text: request changes instead of approving.")
    return reasons


def _faults_of(reason: str, missing: str) -> list[str]:
    if len(reason) > 2000:
        return ["The reason is longer than 2,000 characters: shorten it."]
    return [] if reason else [missing]


def _failures(user: User) -> int:
    since = timezone.now() - LOCKED_FOR
    return history.Event.objects.filter(actor=user, name="signing.refused", at__gte=since).count()


def _record_wrong_password(request_id: int, by: User) -> None:
    with transaction.atomic():
        request = ReviewRequest.objects.select_related("revision").get(pk=request_id)
        article = Article.objects.locked(request.revision.article_id)
        history.record("signing.refused", by=by, article=article, request=request_id, reason="wrong password")
        if _failures(by) == WRONG_PASSWORDS:
            notices.alert(f"Signing closed for {by.get_username()}", notices.locked_out(by, request))
