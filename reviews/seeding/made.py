"""One made-up article while it is being made: its drafts, what went out, and what its history will tell."""

import datetime
from dataclasses import dataclass
from typing import Any

from articles.models import Article, Citation, Contribution, Revision, User
from reviews.models import Publication, Withdrawal
from reviews.seeding.plans import Plan
from reviews.seeding.rows import Batch, Chain

DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Draft:
    """A revision, with what was made together with it."""

    revision: Revision
    words: dict[str, str]  # by their places in the form; the note and the summary, too
    citations: list[Citation]
    contributions: list[Contribution]


class Made:
    """The article, and all that was made of it so far. `out` is the moment of its last publication, if it has one."""

    def __init__(self, plan: Plan, batch: Batch, now: datetime.datetime) -> None:
        self.plan, self.batch, self.now = plan, batch, now
        self.out = now - plan.age * DAY - datetime.timedelta(seconds=plan.random.randrange(80_000))
        self.number = batch.keys.coming(Article)
        self.article = batch.add(
            Article(slug=f"measured-words-{self.number}", topic=plan.topic, owner=plan.writer, created_at=self.out)
        )
        self.drafts: list[Draft] = []
        self.publications: list[Publication] = []
        self.withdrawal: Withdrawal | None = None
        self._told: list[tuple[datetime.datetime, str, User | None, dict[str, Any]]] = []

    def before_out(self, days: int) -> datetime.datetime:
        return self.out - days * DAY

    def tell(self, at: datetime.datetime, name: str, by: User | None, /, **data: Any) -> None:
        """A line of the history, which is written when all are known."""
        self._told.append((at, name, by, data))

    def write_history(self) -> None:
        """In the order of the times."""
        chain = Chain(self.batch, self.article)
        for at, name, by, data in sorted(self._told, key=lambda line: line[0]):
            chain.tell(at, name, by, **data)

    def published_draft(self) -> Draft:
        """The words that the last publication let out."""
        return next(draft for draft in self.drafts if draft.revision is self.publications[-1].revision)
