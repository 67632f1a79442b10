"""The made-up library: a tree of topics, and the sources that are cited, of which a few have been retracted."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from articles.bibliography.standing import Notice, Standing
from articles.cited_works import work
from articles.citing import citation_of
from articles.models import Reference, Topic, User
from articles.models.article import SPECIALTIES
from articles.source_checks import Answer, record_answers
from articles.structured_data import ESCAPES
from reviews.seeding.people import Cast
from reviews.seeding.rows import Batch, Chain, Keys, site_chain

WIDE = ["Amber", "Bridge", "Candle", "Dome", "Engine", "Ferry", "Garden", "Harbour"]
NARROW = ("Quiet", "Round", "Tall", "Distant")
DESCRIPTION = "This shelf was made up for measuring."
FALLEN = 8  # sources that were retracted after they had been cited
FEWEST = 500
CLASSES = Reference.Class.values


@dataclass(frozen=True)
class Source:
    """A source as every text cites it, worked out once."""

    cited: dict[str, Any]  # what a citation of it says, but for its number
    node: str  # what machines are told of it, as it stands on the page


@dataclass(frozen=True)
class Library:
    topics: Sequence[Topic]  # those that articles stand on, each with its parent
    sound: Sequence[Source]
    fallen: Sequence[Source]


def stock(cast: Cast, articles: int, at: datetime.datetime) -> Library:
    """Topics, unless they are there from an earlier archive, and new sources: one for five articles."""
    with transaction.atomic():
        batch = Batch(Keys())
        chain = site_chain(batch)
        if not _shelves().exists():
            _build_shelves(batch, chain, cast, at)
        references = [_reference(batch, chain, cast.writers, at) for _ in range(FALLEN + max(FEWEST, articles // 5))]
        sources = [_source(reference) for reference in references]
        batch.write()
        for reference in references[:FALLEN]:
            _falls(reference, by=cast.editors[0])
    topics = list(_shelves().exclude(parent=None).select_related("parent", "editor__contributor"))
    return Library(topics, sources[FALLEN:], sources[:FALLEN])


def _shelves() -> Any:
    return Topic.objects.filter(slug__startswith="measured-").order_by("pk")


def _build_shelves(batch: Batch, chain: Chain, cast: Cast, now: datetime.datetime) -> None:
    for at, wide in enumerate(WIDE):
        editor, deputy = cast.editors[at % len(cast.editors)], cast.editors[(at + 1) % len(cast.editors)]
        parent = _topic(batch, chain, f"{wide} words", None, editor, deputy, now)
        for narrow in NARROW:
            _topic(batch, chain, f"{narrow} {wide.lower()} words", parent, editor, deputy, now)


def _topic(
    batch: Batch, chain: Chain, name: str, parent: Topic | None, editor: User, deputy: User, now: datetime.datetime
) -> Topic:
    number = batch.keys.coming(Topic)
    topic = batch.add(
        Topic(
            name=f"{name} for measuring", slug=f"measured-{slugify(name)}", parent=parent, description=DESCRIPTION,
            editor=editor, deputy=deputy, specialty=SPECIALTIES[number % len(SPECIALTIES)],
        )
    )  # fmt: skip
    chain.tell(now, "topic.added", editor, topic=topic.name, id=topic.pk)
    return topic


def _reference(batch: Batch, chain: Chain, writers: Sequence[User], now: datetime.datetime) -> Reference:
    number = batch.keys.coming(Reference)
    by = writers[number % len(writers)]
    csl = {
        "type": "article-journal",
        "title": f"Source {number:,}, which was made up for measuring",
        "author": [{"family": "Madeup", "given": "A"}, {"family": "Invented", "given": "B"}],
        "container-title": "Journal of Sources Made Up for Measuring",
        "container-title-short": "J Made Up Sources",
        "issued": {"date-parts": [[2016 + number % 10]]},
        "volume": str(number % 90 + 1),
        "page": f"{number}-{number + 9}",
    }
    reference = batch.add(
        Reference(
            key=f"madeup-{number}", csl=csl, url=f"https://example.org/made-up-source-{number}", peer_reviewed=True,
            source_class=CLASSES[number % len(CLASSES)], added_by=by, added_at=now,
        )
    )  # fmt: skip
    chain.tell(now, "reference.added", by, key=reference.key)
    return reference


def _source(reference: Reference) -> Source:
    citation = citation_of(reference, 1)
    cited = {name: getattr(citation, name) for name in ("key", "label", "entry", "url", "links", "facts")}
    return Source({**cited, "reference_id": reference.pk}, json.dumps(work(citation), ensure_ascii=False).translate(ESCAPES))


def _falls(reference: Reference, by: User) -> None:
    """A register has said that it was retracted."""
    notice = Notice(
        type="retraction", date=f"{reference.added_at:%Y-%m-%d}", sources=("made up",), citation="Made up for measuring"
    )
    record_answers(reference.pk, [Answer("made up", Standing.retracted, (notice,))], by=by)
