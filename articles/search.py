"""What readers can find: the words of live pages, as they were signed. `pages.refresh` keeps the index, `find` asks it.

However many articles hold a word, only so many of them are found: those that have it in the title, then in the summary,
then in a heading, then in the text, and in each of these places the newest first; if there are no more, those that tell most
of it come first there. Ranking does not depend on how often a word is repeated before it depends on where.

A search stays quick in an archive of any size because it looks at few texts. Two bounds can hide something from a reader:
for a "phrase" (or a -"phrase") only so many of the articles that have all its words are looked through in each place, the
newest and then some of the older ones; and of the titles that are like a misspelt word only so many are compared.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from articles import search_postgresql, search_sqlite
from articles.dialect import parse as tokens_of
from articles.markup import plain
from articles.models import Article, Page, Revision, SearchEntry
from articles.passages import headings_in
from articles.sealing import digest, holds, seal
from articles.search_query import Asked

MOST = 100  # results; of more it is only said that there are more
CLOSE = 20  # results for words that are nowhere as they were typed
# A tsvector holds at most 1 MB, and a character has at most four bytes.
LONGEST_TEXT = 200_000
LONGEST_HEADINGS = 20_000


@dataclass(frozen=True)
class Found:
    """Articles by their keys, the best first. `close` if none has the words, and these only come near."""

    ids: tuple[int, ...] = ()
    more: bool = False
    close: bool = False


def index(page: Page, revision: Revision) -> None:
    """Writes the article's entry from the revision that its page shows, or deletes it if the page is withdrawn."""
    if page.withdrawal_id is not None:
        SearchEntry.objects.filter(article=page.article_id).delete()
        return
    headings = "\n".join(heading.text for heading in headings_in(tokens_of(revision.body)))
    entry = SearchEntry(
        article_id=page.article_id,
        publication_id=page.publication_id,
        title=revision.title,
        summary=revision.summary,
        headings=headings[:LONGEST_HEADINGS],
        text=plain(revision.body)[:LONGEST_TEXT],
        topic_id=page.article.topic_id,
    )
    entry.seal = seal("search", sealed(entry))
    SearchEntry.objects.update_or_create(
        article_id=page.article_id,
        defaults={f.attname: getattr(entry, f.attname) for f in SearchEntry._meta.concrete_fields if not f.primary_key},
    )


def move(article: Article) -> None:
    """Puts the article's entry, if it has one, on the shelf where the article stands."""
    SearchEntry.objects.filter(article=article).update(topic=article.topic_id)


def entry_as_read(columns: Mapping[str, Any]) -> SearchEntry:
    """An entry that was read together with other things, so that it can be checked."""
    return SearchEntry(**columns)


def is_genuine(entry: SearchEntry) -> bool:
    """Whether `index` wrote this row as it stands. What it says is shown to nobody before."""
    return holds("search", sealed(entry), entry.seal)


def sealed(entry: SearchEntry) -> dict[str, Any]:
    words = {"title": entry.title, "summary": entry.summary, "headings": entry.headings, "text": entry.text}
    return {"article": entry.article_id, "publication": entry.publication_id, "sha256": digest(words)}


def find(asked: Asked, topics: Collection[int] | None = None) -> Found:
    """The live articles that have all the words asked for, in these topics only if any are named.

    When there are none: those whose words come close, of PostgreSQL those whose title does.
    """
    if not asked.wanted:
        return Found()
    engine = search_postgresql if connection.vendor == "postgresql" else search_sqlite
    found = engine.found(asked, topics, MOST + 1)
    if found:
        return Found(tuple(found[:MOST]), more=len(found) > MOST)
    near = engine.close(asked, topics, CLOSE)
    return Found(tuple(near), close=bool(near))
