"""What readers can find: the words of live pages, as they were signed. `pages.refresh` keeps the index, `find` asks it.

However many articles hold a word, only so many of them are ranked: those that have it in the title, then in the summary,
then in a heading, then in the text. Ranking does not depend on how often a word is repeated before it depends on where.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from articles.dialect import parse as tokens_of
from articles.full_text import folded_sql, fts_table
from articles.markup import plain
from articles.models import Article, Page, Revision, SearchEntry
from articles.passages import headings_in
from articles.sealing import digest, holds, seal
from articles.search_query import Asked, Term, beginnings

MOST = 400  # results; of more it is only said that there are more
CLOSE = 20  # results for words that are nowhere as they were typed
LIKENESS = 0.4  # of 1, between a word and a part of a title: "magnezium" and "magnesium" have 0.5
MOST_MENDED = 5  # words, the longest, whose likes are looked for on PostgreSQL
BEGINNINGS = range(13, 3, -1)  # of misspelt words, in letters, that are tried on SQLite
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
    )
    entry.seal = seal("search", sealed(entry))
    SearchEntry.objects.update_or_create(
        article_id=page.article_id,
        defaults={f.attname: getattr(entry, f.attname) for f in SearchEntry._meta.concrete_fields if not f.primary_key},
    )


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
    on_postgresql = connection.vendor == "postgresql"
    found = (_found_on_postgresql if on_postgresql else _found_on_sqlite)(asked, topics)
    if found:
        return Found(tuple(found[:MOST]), more=len(found) > MOST)
    near = (_close_on_postgresql if on_postgresql else _close_on_sqlite)(asked, topics)
    return Found(tuple(near[:CLOSE]), close=bool(near))


def _names() -> dict[str, str]:
    quote = connection.ops.quote_name
    tables = {"article": Article, "page": Page, "entry": SearchEntry}
    return {name: quote(model._meta.db_table) for name, model in tables.items()}


def _in_topics(topics: Collection[int] | None, join: str, hit: str) -> tuple[str, list[int]]:
    if topics is None:
        return "", []
    marks = ", ".join(["%s"] * len(topics)) or "NULL"
    return f"{join} {_names()['article']} a ON a.id = {hit} AND a.topic_id IN ({marks})", list(topics)


def _rows(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


# The page that readers get is live, and shows what was indexed. {topics} narrows first: it is the cheapest.
_LIVE = """{topics} JOIN {page} p ON p.article_id = e.article_id AND p.publication_id = e.publication_id
    AND p.withdrawal_id IS NULL"""

# What is asked for is worked out by the query itself, so that the planner, not knowing the words, always takes the index:
# for words of which each is common but which never meet, reading row by row would read every text.
_POSTGRESQL = f"""WITH asked AS MATERIALIZED (SELECT {{wanted}} AS wanted, ({{wanted}}) && !!({{unwanted}}) AS whole),
at_head AS (
    SELECT e.article_id FROM {{entry}} e {_LIVE} WHERE e.head @@ (SELECT wanted FROM asked) {{exclusion}} LIMIT {MOST + 1}
), anywhere AS (
    SELECT e.article_id FROM {{entry}} e {_LIVE} WHERE e.whole @@ (SELECT whole FROM asked) LIMIT {MOST + 1}
), candidates AS (SELECT article_id FROM at_head UNION SELECT article_id FROM anywhere)
SELECT e.article_id FROM candidates JOIN {{entry}} e USING (article_id) CROSS JOIN asked
ORDER BY CASE WHEN ts_filter(e.head, '{{{{a}}}}') @@ wanted THEN 0 WHEN e.head @@ wanted THEN 1
    WHEN ts_filter(e.whole, '{{{{a,b,c}}}}') @@ wanted THEN 2 ELSE 3 END,
    ts_rank('{{{{0.05, 0.2, 0.5, 1}}}}', e.whole, wanted) DESC, e.article_id DESC"""

# Each word may be like a part of the title; titles that are like more of the words come first. The likeness that the
# operator wants is set on the way, for this statement only.
_LIKE_TITLES = f"""WITH asked AS MATERIALIZED (
    SELECT unnest(ARRAY[{{words}}]) AS word, set_config('pg_trgm.word_similarity_threshold', '{LIKENESS}', true)
), near AS (
    SELECT DISTINCT like_it.article_id, like_it.title FROM asked CROSS JOIN LATERAL (
        SELECT e.article_id, {folded_sql("e.title")} AS title FROM {{entry}} e {_LIVE}
        WHERE asked.word <%% {folded_sql("e.title")} AND NOT e.whole @@ ({{unwanted}}) LIMIT {MOST}
    ) like_it
)
SELECT article_id FROM near
ORDER BY (SELECT SUM(word_similarity(asked.word, near.title)) FROM asked) DESC, article_id DESC LIMIT {CLOSE}"""


def _found_on_postgresql(asked: Asked, topics: Collection[int] | None) -> list[int]:
    limits, in_topics = _in_topics(topics, "JOIN", "e.article_id")
    sql = _POSTGRESQL.format(
        wanted=_tsquery(asked.wanted, "&&"),
        unwanted=_tsquery(asked.unwanted, "||"),
        exclusion="AND e.whole @@ (SELECT whole FROM asked)" if asked.unwanted else "",
        **_live_names(limits),
    )
    wanted, unwanted = _phrases(asked.wanted), _phrases(asked.unwanted)
    return [pk for (pk,) in _rows(sql, [*wanted, *wanted, *unwanted, *in_topics, *in_topics])]


def _close_on_postgresql(asked: Asked, topics: Collection[int] | None) -> list[int]:
    if not _knows_trigrams():
        return []
    limits, in_topics = _in_topics(topics, "JOIN", "e.article_id")
    telling = sorted(asked.words, key=len, reverse=True)[:MOST_MENDED]
    words = ", ".join([folded_sql("%s::text")] * len(telling))
    sql = _LIKE_TITLES.format(words=words, unwanted=_tsquery(asked.unwanted, "||"), **_live_names(limits))
    return [pk for (pk,) in _rows(sql, [*telling, *in_topics, *_phrases(asked.unwanted)])]


@lru_cache(maxsize=1)
def _knows_trigrams() -> bool:
    """Whether the extension pg_trgm could be installed; asked once, it does not come by itself."""
    return bool(_rows("SELECT to_regproc('word_similarity') IS NOT NULL", [])[0][0])


def _live_names(topics: str) -> dict[str, str]:
    return {**_names(), "topics": topics}


def _tsquery(terms: Sequence[Term], operator: str) -> str:
    one = f"phraseto_tsquery('pg_catalog.english', {folded_sql('%s::text')})"
    return f" {operator} ".join([one] * len(terms)) or "''::tsquery"


def _phrases(terms: Sequence[Term]) -> list[str]:
    return [" ".join(term) for term in terms]


# CROSS JOIN keeps the order of the loops: FTS5 finds, newest articles first, and the rest is looked up for what it found.
_SQLITE = """SELECT * FROM (
    SELECT {fts}.rowid, {tier}, bm25({fts}, 10, 5, 2, 1) FROM {fts} {topics}
    CROSS JOIN {page} p ON p.article_id = {fts}.rowid AND p.withdrawal_id IS NULL
    CROSS JOIN {entry} e ON e.article_id = p.article_id AND e.publication_id = p.publication_id
    WHERE {fts} MATCH %s ORDER BY {fts}.rowid DESC LIMIT {most}
)"""
_TIERS = ("{title} : ", "{title summary} : ", "{title summary headings} : ", "")


def _found_on_sqlite(asked: Asked, topics: Collection[int] | None) -> list[int]:
    wanted = " AND ".join(_quoted(asked.wanted))
    rows = _matching([f"{tier}({wanted}){_without(asked)}" for tier in _TIERS], topics, most=MOST + 1)
    ranked = sorted(rows, key=lambda row: (row[1], row[2], -row[0]))
    return list(dict.fromkeys(pk for pk, _, _ in ranked))


def _close_on_sqlite(asked: Asked, topics: Collection[int] | None) -> list[int]:
    """The articles with words that begin alike; of those, where most letters are the same."""
    steps = dict.fromkeys(beginnings(asked.wanted, length) for length in BEGINNINGS)
    searches = [" AND ".join(f'"{word}" *' for word in words) for words in steps]
    rows = _matching([f"({search}){_without(asked)}" for search in searches], topics, most=CLOSE)
    return [pk for pk, step, _ in rows if step == rows[0][1]]


def _matching(searches: Sequence[str], topics: Collection[int] | None, most: int) -> list[tuple[Any, ...]]:
    """For each search in turn its articles, each with the place of the search and what bm25 says: the lower, the better."""
    fts = connection.ops.quote_name(fts_table(SearchEntry))
    limits, in_topics = _in_topics(topics, "CROSS JOIN", f"{fts}.rowid")
    parts = [_SQLITE.format(**_names(), fts=fts, tier=tier, topics=limits, most=most) for tier in range(len(searches))]
    return _rows(" UNION ALL ".join(parts), [value for search in searches for value in (*in_topics, search)])


def _quoted(terms: Sequence[Term]) -> list[str]:
    return [f'"{phrase}"' for phrase in _phrases(terms)]


def _without(asked: Asked) -> str:
    return f" NOT ({' OR '.join(_quoted(asked.unwanted))})" if asked.unwanted else ""
