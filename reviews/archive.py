"""An archive of any size for measuring the desks: made in bulk, held to every lock, and never kept.

What a verb would make one by one, with its seals and its history, is made here by the thousand and rolled back by whoever
measures. Nothing of it would pass the gate or the verification, and nothing of it is meant to.
"""

import datetime
import itertools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, OuterRef, Subquery
from django.utils import timezone

from articles.models import Article, Citation, Contribution, Event, Page, Reference, Revision, Topic, User
from reviews.models import (
    Concern,
    Credential,
    FeedbackDetail,
    FeedbackReport,
    Publication,
    ReportOwner,
    ReviewRequest,
    Schedule,
    SignOff,
    Triage,
)  # fmt: skip
from reviews.models.signoff import Decision, Kind

DIGEST = "0" * 64
REASONS = FeedbackDetail.Reason.values


@dataclass(frozen=True)
class People:
    """Whose archive it is."""

    writers: Sequence[User]
    editor: User
    facts: User
    medical: User


def fill(people: People, articles: int, open_items: int) -> None:
    """So many articles, nine of ten live; and so many things that wait: half reports, a third requests, the rest concerns."""
    now = timezone.now()
    credential = Credential.objects.create(
        holder=people.medical, qualification="MD", registering_body="Measured", number="2", valid_from=timezone.localdate(),
        verified_by=people.editor, verified_at=now,
    )  # fmt: skip
    source = Reference.objects.create(
        key="archived", csl={"type": "article-journal", "title": "Archived"}, source_class="trial", added_by=people.editor,
        added_at=now, standing="retracted",
    )  # fmt: skip
    firsts = _articles(people, articles, now)
    unpublished, out = firsts[: articles // 10], firsts[articles // 10 :]
    asked, objected, signed = (unpublished[part::3] for part in range(3))
    _signed(people, objected, credential, now, Decision.CHANGES)
    _signed(people, signed, credential, now)
    live = _published(people, out, credential, now)
    _scheduled(people, signed[:20], now)
    newer = _revisions(people, [revision.article_id for revision in out[: open_items // 6]], 2, now)
    Article.objects.filter(pk__in=Revision.objects.filter(number=2, change_note="Archived").values("article")).update(
        draft=_newest()
    )
    _requests(people, [*asked, *newer][: open_items // 6], now)  # two of each
    _reports(people, live, open_items // 2, now)
    cited = live[: open_items // 6]
    _add(_citation(source, publication.revision) for publication in cited)
    _add(Concern(article_id=one.article_id, reference=source, standing="retracted", at=now) for one in cited)


def _articles(people: People, count: int, now: datetime.datetime) -> list[Revision]:
    topic = Topic.objects.create(name="Archived", slug="archived-and-rolled-back")
    owners = itertools.cycle(people.writers)
    made = _add(Article(slug=f"archived-{n}", topic=topic, owner=next(owners), created_at=now) for n in range(count))
    revisions = _revisions(people, [article.pk for article in made], 1, now)
    Article.objects.filter(topic=topic).update(draft=_newest())
    _add(
        Event(
            article_id=r.article_id,
            number=1,
            actor=r.author,
            actor_name="Measured",
            name="article.started",
            data={},
            at=now - datetime.timedelta(minutes=n),
            seal="",
        )
        for n, r in enumerate(revisions)
    )
    return revisions


def _revisions(people: People, articles: Iterable[int], number: int, now: datetime.datetime) -> list[Revision]:
    author = people.writers[0]
    revisions = _add(
        Revision(
            article_id=article, number=number, slug=f"archived-{article}", title=f"Archived {article}", summary="Measured.",
            body="Measured.", kind="first" if number == 1 else "update", change_note="" if number == 1 else "Archived",
            author=author, created_at=now, digest=DIGEST,
        )
        for article in articles
    )  # fmt: skip
    hands = [(author, "writer"), (people.facts, "reviewer"), (people.medical, "reviewer")]
    _add(Contribution(revision=r, user=user, role=role, credited_as="Measured") for r in revisions for user, role in hands)
    return revisions


def _newest() -> Subquery:
    return Subquery(Revision.objects.filter(article=OuterRef("pk")).order_by("-number").values("pk")[:1])


def _requests(people: People, revisions: Iterable[Revision], now: datetime.datetime) -> list[ReviewRequest]:
    """Both kinds in turn, due from ten days ago to ten days from now."""
    today = timezone.localdate(now)
    return _add(
        ReviewRequest(
            revision=revision, kind=kind, reviewer=reviewer, due=today + datetime.timedelta(days=n % 20 - 10),
            asked_by=people.editor, asked_at=now,
        )
        for n, revision in enumerate(revisions)
        for kind, reviewer in ((Kind.FACTS, people.facts), (Kind.MEDICAL, people.medical))
    )  # fmt: skip


def _signed(
    people: People, revisions: Sequence[Revision], credential: Credential, now: datetime.datetime, medical: str = Decision.APPROVE
) -> list[SignOff]:
    decided = {Kind.FACTS: Decision.APPROVE, Kind.MEDICAL: medical}
    return _add(
        SignOff(
            request=request, revision_id=request.revision_id, kind=request.kind, reviewer_id=request.reviewer_id,
            decision=decided[Kind(request.kind)], checklist=[], credential=credential if request.kind == Kind.MEDICAL else None,
            signed_as="Measured", interests="None", statement="Measured.", digest=DIGEST, signed_at=now, seal="",
        )
        for request in _requests(people, revisions, now)
    )  # fmt: skip


def _published(
    people: People, revisions: Sequence[Revision], credential: Credential, now: datetime.datetime
) -> list[Publication]:
    """Live pages that fall due from three months ago to a year from now."""
    signed = {(signoff.revision_id, signoff.kind): signoff for signoff in _signed(people, revisions, credential, now)}
    made = _add(
        Publication(
            article_id=revision.article_id, revision=revision, revision_kind="first", reviewed=revision, by=people.editor, at=now,
            medical=signed[revision.pk, Kind.MEDICAL], medical_reviewer=people.medical,
            facts=signed[revision.pk, Kind.FACTS], facts_reviewer=people.facts,
        )
        for revision in revisions
    )  # fmt: skip
    today = timezone.localdate(now)
    _add(
        Page(
            article_id=publication.article_id, publication=publication, slug=f"archived-{publication.article_id}",
            title=publication.revision.title, summary="Measured.", html="Measured.", etag=DIGEST, seal="",
            first_published_at=now, updated_at=now, review_due=today + datetime.timedelta(days=n % 455 - 90), review_months=12,
        )
        for n, publication in enumerate(made)
    )  # fmt: skip
    return made


def _scheduled(people: People, revisions: Sequence[Revision], now: datetime.datetime) -> None:
    hours = (now + datetime.timedelta(hours=1 + n) for n in range(len(revisions)))
    _add(
        Schedule(article_id=revision.article_id, revision=revision, at=at, by=people.editor, made_at=now)
        for revision, at in zip(revisions, hours, strict=True)
    )


def _reports(people: People, live: Sequence[Publication], count: int, now: datetime.datetime) -> None:
    """As many that wait as are decided, from a hundred days ago to today; and four votes for each."""
    today = timezone.localdate(now)
    shown = itertools.cycle(live)

    def told(helpful: bool | None, n: int) -> FeedbackReport:
        return FeedbackReport(
            publication=next(shown), helpful=helpful, key=uuid.uuid4(), on=today - datetime.timedelta(days=n % 100)
        )

    _add(told(n % 3 > 0, n) for n in range(4 * count))
    reports = _add(told(None, n) for n in range(2 * count))
    _add(
        FeedbackDetail(report=report, reason=REASONS[n % len(REASONS)], text="Measured.", on=report.on)
        for n, report in enumerate(reports)
    )
    _add(ReportOwner(report=report, owner=people.editor, at=now) for report in reports)
    _add(
        Triage(report=one, article_id=one.publication.article_id, outcome="dismiss", reason="Measured.", by=people.editor, at=now)
        for one in reports[count:]
    )


def _citation(source: Reference, revision: Revision) -> Citation:
    return Citation(revision=revision, reference=source, number=1, key=source.key, label="Archived", entry="Archived", links=[])


def _add(rows: Iterable[Any]) -> list[Any]:
    """Inserts rows of one model by the thousand, past every verb."""
    made: list[Model] = list(rows)
    return type(made[0])._base_manager.bulk_create(made, batch_size=2000) if made else []
