"""The steps of a made-up article, each with the rows and the line of history that its verb would have written."""

import datetime

from django.utils import timezone

from articles.models import Citation, Contribution, Revision, User
from articles.sealing import seal
from articles.words import digest_of
from reviews import signing
from reviews.models import CitationVerdict, Concern, Publication, ReviewRequest, Schedule, SignOff, Withdrawal
from reviews.models.signoff import Decision, Kind
from reviews.seeding.made import DAY, Draft, Made
from reviews.seeding.plans import Course
from reviews.seeding.vocabulary import rare
from reviews.signatures import sealed_signoff

REASON = "This was made up for measuring."
WRITER, EDITOR, REVIEWER = (str(role) for role in Contribution.Role)
EDITED = (Course.UPDATED, Course.CORRECTED)  # by an editor, from the second draft on
ANSWERED_IN = {Kind.FACTS: 4, Kind.MEDICAL: 9}  # days


def start(made: Made, at: datetime.datetime) -> None:
    made.article.created_at = at
    made.tell(at, "article.started", made.plan.writer, topic=made.plan.topic.slug)


def save(made: Made, at: datetime.datetime) -> Draft:
    """The next draft."""
    plan, number = made.plan, len(made.drafts) + 1
    words = _words(made)
    keys = {f"key{place}": source.cited["key"] for place, source in enumerate(plan.sources, start=1)}
    edits = number > 1 and plan.course in EDITED
    revision = Revision(
        article=made.article, number=number, parent=made.drafts[-1].revision if made.drafts else None, slug=made.article.slug,
        title=f"Words for the measured reader {made.number:,}", summary=words["summary"],
        body=plan.form.body % {**words, **keys}, kind=_kind(made), change_note=words["note"] if made.publications else "",
        author=plan.editor if edits else plan.writer, created_at=at,
    )  # fmt: skip
    citations = [Citation(number=place, **source.cited) for place, source in enumerate(plan.sources, start=1)]
    contributions = [_contribution(plan.writer, WRITER)] + ([_contribution(plan.editor, EDITOR)] if edits else [])
    revision.digest = digest_of(revision, citations, contributions)
    made.batch.add(revision)
    parts: list[Citation | Contribution] = [*citations, *contributions]
    for part in parts:
        part.revision_id = revision.pk
        made.batch.add(part)
    said = {"revision": revision.pk, "number": number, "digest": revision.digest}
    made.tell(at, "revision.saved", revision.author, **said)
    made.drafts.append(Draft(revision, words, citations, contributions))
    return made.drafts[-1]


def ask(made: Made, draft: Draft, kind: Kind, at: datetime.datetime, due: datetime.date) -> ReviewRequest:
    """One review of a draft."""
    reviewer = made.plan.checker if kind is Kind.FACTS else made.plan.doctor.user
    takes_part = _contribution(reviewer, REVIEWER)
    takes_part.revision_id = draft.revision.pk
    made.batch.add(takes_part)
    request = made.batch.add(
        ReviewRequest(
            revision=draft.revision, kind=kind.value, reviewer=reviewer, due=due, asked_by=made.plan.editor, asked_at=at
        )
    )  # fmt: skip
    made.tell(
        at, "review.requested", made.plan.editor, request=request.pk, revision=draft.revision.pk, kind=kind.value,
        reviewer=reviewer.pk, due=due.isoformat(),
    )  # fmt: skip
    return request


def review(made: Made, draft: Draft, kind: Kind, at: datetime.datetime, decision: Decision = Decision.APPROVE) -> SignOff:
    """Asked for at that time, and answered some days later."""
    request = ask(made, draft, kind, at, due=timezone.localdate(at + 14 * DAY))
    credential = made.plan.doctor.credential if kind is Kind.MEDICAL else None
    signoff = made.batch.add(
        SignOff(
            request=request,
            revision=draft.revision,
            kind=kind.value,
            reviewer=request.reviewer,
            decision=decision.value,
            note="" if decision is Decision.APPROVE else REASON,
            checklist=[[text, decision is Decision.APPROVE] for text in signing.CHECKLISTS[kind].values()],
            credential=credential,
            signed_as=request.reviewer.printed_name,
            credential_as=credential.as_printed if credential else "",
            interests="None",
            statement=signing.STATEMENT,
            digest=draft.revision.digest,
            signed_at=at + ANSWERED_IN[kind] * DAY,
        )
    )
    verdicts = [
        CitationVerdict(signoff_id=signoff.pk, revision_id=signoff.revision_id, citation_id=citation.pk, verdict="supports")
        for citation in (draft.citations if kind is Kind.FACTS else ())
    ]
    signoff.seal = seal("signoff", sealed_signoff(signoff, verdicts))
    for verdict in verdicts:
        made.batch.add(verdict)
    made.tell(
        signoff.signed_at, "revision.signed", signoff.reviewer, signoff=signoff.pk, revision=draft.revision.pk,
        kind=signoff.kind, decision=signoff.decision, digest=signoff.digest,
    )  # fmt: skip
    return signoff


def publish(made: Made, draft: Draft, facts: SignOff, medical: SignOff, at: datetime.datetime) -> None:
    revision = draft.revision
    publication = made.batch.add(
        Publication(
            article=made.article, revision=revision, revision_kind=revision.kind, reviewed=revision, medical=medical,
            medical_reviewer=medical.reviewer, facts=facts, facts_reviewer=facts.reviewer, by=made.plan.editor, at=at,
        )
    )  # fmt: skip
    made.publications.append(publication)
    made.tell(
        at, "article.published", made.plan.editor, publication=publication.pk, revision=revision.pk, number=revision.number,
        digest=revision.digest,
    )  # fmt: skip


def withdraw(made: Made, at: datetime.datetime) -> None:
    publication, by = made.publications[-1], made.plan.editor
    withdrawal = made.batch.add(Withdrawal(publication=publication, reason=REASON, by=by, at=at))
    made.withdrawal = withdrawal
    made.tell(at, "article.withdrawn", by, withdrawal=withdrawal.pk, publication=publication.pk, reason=REASON)


def schedule(made: Made, draft: Draft, made_at: datetime.datetime, at: datetime.datetime) -> None:
    by = made.plan.editor
    row = made.batch.add(Schedule(article=made.article, revision=draft.revision, at=at, by=by, made_at=made_at))
    said = {"schedule": row.pk, "revision": draft.revision.pk, "digest": draft.revision.digest, "at": at.isoformat()}
    made.tell(made_at, "publication.scheduled", by, **said)


def open_concern(made: Made, at: datetime.datetime) -> None:
    """About the last source, which has fallen since it was cited."""
    cited = made.plan.sources[-1].cited
    concern = made.batch.add(
        Concern(article=made.article, reference_id=cited["reference_id"], standing="retracted", at=at)
    )  # fmt: skip
    made.tell(at, "concern.opened", None, concern=concern.pk, key=cited["key"], standing=concern.standing)


def _words(made: Made) -> dict[str, str]:
    """All new in the first draft, its first word a rare one; each later draft draws one paragraph anew."""
    form, draw = made.plan.form, made.plan.draw
    if made.drafts:
        place = f"p{len(made.drafts) + 1}"
        return {**made.drafts[-1].words, place: form.words_for(place, draw), "note": _note(draw(2))}
    words = {**form.filled(draw), "p1": form.words_for("p1", lambda count: [rare(made.number), *draw(count - 1)])}
    summary = f"Words that were made up for measuring, like their title and their sources: {', '.join(draw(4))}."
    return {**words, "summary": summary, "note": ""}


def _note(drawn: list[str]) -> str:
    return f"The paragraph about the {' and the '.join(drawn)} was made up anew for measuring."


def _kind(made: Made) -> str:
    if not made.publications:
        return "first"
    return "correction" if made.plan.course is Course.CORRECTED and len(made.drafts) == 2 else "update"


def _contribution(user: User, role: str) -> Contribution:
    return Contribution(user_id=user.pk, role=role, credited_as=user.printed_name)
