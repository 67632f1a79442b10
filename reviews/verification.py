"""Does every record still say what was signed? Recomputes all digests, seals and chains, and names what was altered.

The locks keep the rows from changing; this finds what somebody changed who could drop the locks (21 CFR 11.10(a)).
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from articles import history, stored_responses
from articles.models import Article, Contribution, Event, Page, Picture, Revision, StoredResponse, Wording
from articles.pages import is_genuine
from articles.sealing import holds, sha256
from articles.words import recomputed_digest
from reviews.models import (
    ConcernDecision,
    Credential,
    InvitationUse,
    Publication,
    Remark,
    ReportAnswer,
    RequestWithdrawal,
    Resolution,
    ReviewRequest,
    Revocation,
    Schedule,
    ScheduleOutcome,
    SignOff,
    SourcePolicy,
    Triage,
    Waiver,
    Withdrawal,
)
from reviews.models.signoff import Decision, Kind
from reviews.signatures import seal_holds, sealed_revocation

BATCH = 200
# The event that a verb writes in the transaction of its row: who did it, and what it says of which columns. The first
# column names the row.
WITNESSED: tuple[tuple[QuerySet[Any], str, str, dict[str, str]], ...] = (
    (Revision.objects.all(), "revision.saved", "author", {"revision": "pk", "number": "number", "digest": "digest"}),
    (Picture.objects.all(), "picture.uploaded", "uploaded_by", {"sha256": "sha256"}),
    (ReviewRequest.objects.all(), "review.requested", "asked_by", {
        "request": "pk", "revision": "revision", "kind": "kind", "reviewer": "reviewer",
    }),
    (Remark.objects.all(), "remark.made", "author", {"remark": "pk", "revision": "revision"}),
    (SignOff.objects.all(), "revision.signed", "reviewer", {
        "signoff": "pk", "revision": "revision", "kind": "kind", "decision": "decision", "digest": "digest",
    }),
    (Revocation.objects.all(), "signature.revoked", "by", {"signoff": "signoff", "reason": "reason"}),
    (Resolution.objects.all(), "objection.resolved", "by", {"signoff": "signoff", "reason": "reason"}),
    (Publication.objects.all(), "article.published", "by", {"publication": "pk", "revision": "revision"}),
    (Withdrawal.objects.all(), "article.withdrawn", "by", {"withdrawal": "pk", "publication": "publication", "reason": "reason"}),
    (ConcernDecision.objects.all(), "concern.decided", "by", {"concern": "concern", "public_note": "public_note"}),
    (Triage.objects.all(), "report.triaged", "by", {"report": "report", "outcome": "outcome"}),
    (ReportAnswer.objects.all(), "report.answered", "publication__by", {
        "report": "triage__report", "publication": "publication",
    }),
    (Schedule.objects.all(), "publication.scheduled", "by", {"schedule": "pk", "revision": "revision"}),
    (ScheduleOutcome.objects.filter(outcome="published"), "schedule.fired", "by", {
        "schedule": "schedule", "publication": "publication",
    }),
    (ScheduleOutcome.objects.filter(outcome="refused"), "schedule.refused", "by", {"schedule": "schedule"}),
    (ScheduleOutcome.objects.filter(outcome="cancelled"), "schedule.cancelled", "by", {"schedule": "schedule"}),
    (RequestWithdrawal.objects.all(), "review.request_withdrawn", "by", {"request": "request", "reason": "reason"}),
    (InvitationUse.objects.all(), "invitation.used", "invitation__request__reviewer", {"invitation": "invitation"}),
    (Wording.objects.all(), "wording.changed", "by", {"wording": "pk", "place": "place"}),
    (SourcePolicy.objects.all(), "policy.set", "by", {"policy": "pk", "minimum_sources": "minimum_sources"}),
    (Waiver.objects.all(), "policy.waived", "by", {"waiver": "pk", "rule": "rule", "key": "key", "reason": "reason"}),
    (Credential.objects.exclude(verified_at=None), "credential.verified", "verified_by", {
        "credential": "pk", "holder": "holder",
    }),
    (Credential.objects.exclude(revoked_at=None), "credential.revoked", "revoked_by", {
        "credential": "pk", "holder": "holder", "reason": "revoked_reason",
    }),
)  # fmt: skip


def faults() -> Iterator[str]:
    """One line for each fault, naming the row; in constant memory, however large the archive."""
    yield from _foreign_keys()
    yield from _revisions()
    yield from _signatures()
    yield from _publications()
    yield from _pages()
    yield from _stored_responses()
    yield from _pictures()
    yield from _chains()
    yield from _witnesses()


def _revisions() -> Iterator[str]:
    rows = Revision.objects.select_related("picture").prefetch_related("citations", "contributions").order_by("pk")
    for revision in rows.iterator(BATCH):
        if recomputed_digest(revision) != revision.digest:
            yield f"revision {revision.pk} ({revision}): its words or citations were altered after it was saved"


def _signatures() -> Iterator[str]:
    rows = SignOff.objects.select_related("revision", "credential").prefetch_related("verdicts").order_by("pk")
    for signoff in rows.iterator(BATCH):
        if not seal_holds(signoff):
            yield f"sign-off {signoff.pk} ({signoff}): it was altered after signing, or not made by this site"
        if signoff.credential and signoff.credential_as != signoff.credential.as_printed:
            yield f"credential {signoff.credential.pk}: it was altered after {signoff.signed_as} signed with it"
        if signoff.digest != signoff.revision.digest:
            yield f"sign-off {signoff.pk} ({signoff}): it is not of the words of revision {signoff.revision_id}"
    for revocation in Revocation.objects.order_by("pk").iterator(BATCH):
        if not holds("revocation", sealed_revocation(revocation), revocation.seal):
            yield f"revocation {revocation.pk}: it was altered, or not made by this site"


def unsound(publication: Publication) -> Iterator[str]:
    """What shows that `publish` did not make this publication, or that what it rests on was altered since."""
    revision, reviewed, where = publication.revision, publication.reviewed, f"publication {publication.pk} ({publication})"
    authors = {c.user_id for c in revision.contributions.all() if c.role != Contribution.Role.REVIEWER}
    for words in {revision, reviewed}:
        if recomputed_digest(words) != words.digest:
            yield f"{where}: the words of revision {words.pk} were altered"
    rests_on = [(publication.medical, Kind.MEDICAL, reviewed), (publication.facts, Kind.FACTS, reviewed)]
    if publication.look:
        rests_on.append((publication.look, Kind.LOOK, revision))
    elif reviewed.pk != revision.pk:
        yield f"{where}: nobody signed the words of revision {revision.pk}"
    for signoff, kind, words in rests_on:
        fits = (signoff.digest, signoff.kind, signoff.decision) == (words.digest, kind, Decision.APPROVE)
        if not fits or signoff.revision_id != words.pk or signoff.reviewer_id in authors or not seal_holds(signoff):
            yield f"{where}: sign-off {signoff.pk} does not carry it"
    if publication.medical.reviewer_id == publication.facts.reviewer_id:
        yield f"{where}: one person signed both the facts and the medicine"
    said = {"publication": publication.pk, "revision": revision.pk, "digest": revision.digest}
    if not history.tells_of(publication.article, "article.published", **said):
        yield f"{where}: the history does not tell of it"


def _publications() -> Iterator[str]:
    for publication in Publication.objects.order_by("pk").iterator(BATCH):
        yield from unsound(publication)


def _pages() -> Iterator[str]:
    for page in Page.objects.order_by("pk").iterator(BATCH):
        if sha256(page.html.encode()) != page.etag or not is_genuine(page):
            yield f"page of article {page.pk} ({page}): it was altered in the database; readers are not given it"
        last = Publication.objects.filter(article=page.pk).order_by("-pk").select_related("withdrawal").first()
        if last is None or last.pk != page.publication_id or getattr(last, "withdrawal", None) != page.withdrawal:
            yield f"page of article {page.pk} ({page}): it does not show the last publication; run refresh_pages"
        revoked = Revocation.objects.filter(signoff__in=_signatures_of(page.publication))
        if page.withdrawal_id is None and revoked.exists():
            yield f"page of article {page.pk} ({page}): it is live although a signature was taken back"
    for article in Article.objects.filter(publications__isnull=False, page=None).distinct():
        yield f"article {article.pk} ({article}): it was published, but its page is gone; run refresh_pages"


def _stored_responses() -> Iterator[str]:
    for row in StoredResponse.objects.order_by("pk").iterator(BATCH):
        if not stored_responses.is_genuine(row):
            yield f"stored response {row.pk}: it was altered in the database; readers are not given it"


def _signatures_of(publication: Publication) -> list[int]:
    return [pk for pk in (publication.medical_id, publication.facts_id, publication.look_id) if pk]


def _pictures() -> Iterator[str]:
    for picture in Picture.objects.order_by("pk").iterator(BATCH):
        try:
            with picture.file.open("rb") as file:
                same = sha256(file.read()) == picture.sha256
        except FileNotFoundError:
            yield f"picture {picture.pk} ({picture}): its file is missing from MEDIA_ROOT"
        else:
            if not same:
                yield f"picture {picture.pk} ({picture}): its file was replaced"


def _chains() -> Iterator[str]:
    events = Event.objects.order_by("article", "number").iterator(1000)
    for article, chain in groupby(events, key=lambda event: event.article_id):
        for fault in history.broken_links(list(chain)):
            yield f"history of {f'article {article}' if article else 'the site'}, {fault}"
    for article in Article.objects.filter(events=None):
        yield f"article {article.pk} ({article}): its history is missing"


def _witnesses() -> Iterator[str]:
    """A row without its event was not made by a verb; an event without its row has lost it."""
    for rows, name, actor, columns in WITNESSED:
        what, (key, *_) = rows.model._meta.verbose_name, columns
        events = filter(Event.is_genuine, Event.objects.filter(name=name).iterator(BATCH))
        told = {event.data[key]: (event.actor_id, *(event.data[column] for column in columns)) for event in events}
        found = {row[1]: row for row in rows.values_list(actor, *columns.values()).order_by("pk").iterator(BATCH)}
        for row in found.keys() - told.keys():
            yield f"{what} {row}: the history does not tell of it ({name})"
        for row in told.keys() - found.keys():
            yield f"{what} {row}: the history tells of it, but the row is gone ({name})"
        for row in told.keys() & found.keys():
            if told[row] != found[row]:
                yield f"{what} {row}: the history tells it otherwise ({name})"


def _foreign_keys() -> Iterator[str]:
    """SQLite asks each connection whether it minds them; its own shell does not."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_key_check")
            broken = cursor.fetchall()
        for table, row, parent, _ in broken:
            yield f"{table}, row {row}: what it says of {parent} is not so"
