"""Rows by the thousand on their way into the database: keys given out beforehand, chains continued, tables in their order."""

import datetime
from collections import defaultdict
from typing import Any, TypeVar

from django.db.models import Max, Model, OuterRef, Subquery

from articles import history
from articles.models import (
    Article,
    Citation,
    Contribution,
    Contributor,
    Event,
    Page,
    Reference,
    Revision,
    SearchEntry,
    Topic,
    User,
)
from reviews.models import (
    CitationVerdict,
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
    Withdrawal,
)
from reviews.seeding import bulk

Row = TypeVar("Row", bound=Model)
# What a row refers to stands before it.
TABLES: tuple[type[Model], ...] = (
    User, User.groups.through, Contributor, Credential, Topic, Reference, Article, Revision, Contribution, Citation,
    ReviewRequest, SignOff, CitationVerdict, Publication, Withdrawal, Page, SearchEntry, FeedbackReport, FeedbackDetail,
    ReportOwner, Triage, Schedule, Concern, Event,
)  # fmt: skip


class Keys:
    """The keys of new rows, from the highest that is taken: what is sealed has to name its row before it is written."""

    def __init__(self) -> None:
        self._taken = {model: model._base_manager.aggregate(highest=Max("pk"))["highest"] or 0 for model in TABLES}

    def next(self, model: type[Model]) -> int:
        self._taken[model] += 1
        return self._taken[model]

    def coming(self, model: type[Model]) -> int:
        """The key that is given out next."""
        return self._taken[model] + 1


class Batch:
    """Rows that are written together. The caller holds the transaction."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._rows: dict[type[Model], list[Any]] = defaultdict(list)

    def add(self, row: Row) -> Row:
        """The same row, with its key."""
        if row.pk is None:
            row.pk = self.keys.next(type(row))
        self._rows[type(row)].append(row)
        return row

    def write(self) -> int:
        """How many rows they were."""
        for model in TABLES:
            bulk.insert(model, self._rows[model])
            if articles := self._rows[Article] if model is Revision else []:
                _point_to_drafts(articles)
        bulk.go_on_counting([model for model in TABLES if self._rows[model] and model not in (Page, SearchEntry)])
        count = sum(map(len, self._rows.values()))
        self._rows.clear()
        return count


class Chain:
    """The history of one article, or of the site, as it goes on; each line is added to the batch."""

    def __init__(self, batch: Batch, article: Article | None = None, last: Event | None = None) -> None:
        self._batch, self._article, self._last = batch, article, last

    def tell(self, at: datetime.datetime, name: str, by: User | None, /, **data: Any) -> None:
        event = history.following(self._last, name, by=by, article=self._article, data=data, at=at)
        self._last = self._batch.add(event)


def site_chain(batch: Batch) -> Chain:
    """The site's own history from where it stands. Nobody else goes on with it until the transaction ends."""
    history.take_turn()
    return Chain(batch, last=Event.objects.filter(article=None).order_by("-number").first())


def _point_to_drafts(articles: list[Article]) -> None:
    """An article stands before its revisions, and names the newest of them once they are there."""
    newest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number").values("pk")[:1]
    Article.objects.filter(pk__range=(articles[0].pk, articles[-1].pk)).update(draft=Subquery(newest))
