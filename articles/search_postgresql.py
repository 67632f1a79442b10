"""How PostgreSQL finds: by its indexes alone, and in few texts, so that a search costs the same however many articles there are.

In each place, title, summary, headings and text, first the newest batches of articles are asked, and the others only if
there is room left. GIN is quick where one of the words is rare, and the mark of a batch is one. Where an index cannot tell
whether words stand side by side, only so many of those that have them are looked through: then some newer batches are
asked before all others.
"""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, connections

from articles.full_text import BATCH, PLACES, folded_sql
from articles.models import Page, SearchEntry
from articles.prepared import prepared
from articles.search_query import Asked, Term

LIKENESS = 0.4  # of 1, between a word and a part of a title: "magnezium" and "magnesium" have 0.5
MOST_MENDED = 5  # words, the longest
MOST_ALIKE = 100  # titles, for each of these words
# Articles that are looked through in each place, of the newest and again of the older, where an index cannot tell.
LOOKED_THROUGH = (50, 50, 50, 300)
NEAR = 2  # batches, next to the newest, in which they are looked for before all others

# Every statement finds by index, whatever the planner thinks of words that it cannot know, and is not worth compiling.
_BY_INDEX = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off; "

# The page that readers get is live, and shows what was indexed.
_LIVE = "JOIN {page} p ON p.article_id = e.article_id AND p.publication_id = e.publication_id AND p.withdrawal_id IS NULL"

_NEWEST = """newest AS (
    SELECT ('#batch' || batch || ' | #batch' || GREATEST(batch - 1, 0))::tsquery AS recent, (
        SELECT string_agg('#batch' || GREATEST(batch - back, 0), ' | ') FROM generate_series(2, {near}) back
    )::tsquery AS near
    FROM (SELECT COALESCE(MAX(article_id), 0) / {batch} AS batch FROM {entry}) last
)"""

# What is asked for is worked out by the query itself, so that the planner, not knowing the words, always takes the index:
# for words of which each is common but which never meet, reading row by row would read every text. `loose` is what an index
# can tell alone, which knows neither which words stand side by side nor what stands in the other places.
_ASKED = """WITH {newest}, terms AS MATERIALIZED (
    SELECT {wanted} AS wanted, ({wanted}) && !!({unwanted}) AS exact, ({loose}) && !!({banned}) && %s::tsquery AS loose,
        recent, near
    FROM newest
), asked AS MATERIALIZED (
    SELECT wanted, exact, loose && recent AS newer, loose && !!recent AS older, loose && near AS near,
        loose && !!(recent || near) AS far
    FROM terms WHERE numnode(wanted) > 0
), found0 AS (SELECT 0 AS place, NULL::bigint AS article_id, NULL::bigint AS publication_id WHERE false)"""
_STEP = """, found{step} AS (SELECT place, article_id, publication_id FROM found{before} UNION ALL (
    SELECT {place}, e.article_id, e.publication_id FROM (
        SELECT article_id, publication_id, whole FROM {entry} WHERE {words} @@ (SELECT {age} FROM asked)
            AND (SELECT COUNT(*) FROM found{before}) < {most} AND article_id NOT IN (SELECT article_id FROM found{before}){if_few}
        LIMIT {looked}
    ) e {exactly} LIMIT {most}))"""
# If the near batches have had as many to look through as may be, the others are not asked: that would take long.
_IF_FEW_ARE_NEAR = """ AND {looked} > (
                SELECT COUNT(*) FROM (SELECT FROM {entry} WHERE {words} @@ (SELECT near FROM asked) LIMIT {looked}) n
            )"""
_RANKED = """ SELECT e.article_id FROM found{step} e {live}
ORDER BY e.place, CASE WHEN (SELECT COUNT(*) FROM found{step}) < {most} THEN (
    SELECT ts_rank('{{0.05, 0.2, 0.5, 1}}', whole, wanted) FROM {entry} told CROSS JOIN asked WHERE told.article_id = e.article_id
) END DESC, e.article_id DESC LIMIT {most}"""

# The words that no article has: of most words an article of the newest batches can tell.
_UNKNOWN = """WITH {newest}, told AS MATERIALIZED (
    SELECT word, phraseto_tsquery('pg_catalog.english', word) AS asked, recent FROM unnest(%s::text[]) word CROSS JOIN newest
)
SELECT word FROM told WHERE numnode(asked) > 0 AND CASE
    WHEN (SELECT COUNT(*) FROM {entry} WHERE whole @@ (asked && recent)) > 0 THEN false
    ELSE (SELECT COUNT(*) FROM {entry} WHERE whole @@ asked) = 0 END"""

# Each of them may be like a part of the title; titles that are like more of all the words come first.
_LIKENESS = f"SET LOCAL pg_trgm.word_similarity_threshold = {LIKENESS}; "
_LIKE_TITLES = """WITH near AS (
    SELECT DISTINCT like_it.article_id, like_it.title FROM unnest(%s::text[]) word CROSS JOIN LATERAL (
        SELECT e.article_id, {title} AS title FROM {entry} e {live}
        WHERE word <%% {title} {narrowed} {without} LIMIT {alike}
    ) like_it
)
SELECT article_id FROM near
ORDER BY (SELECT SUM(word_similarity(word, near.title)) FROM unnest(%s::text[]) word) DESC, article_id DESC LIMIT {most}"""


def found(asked: Asked, topics: Collection[int] | None, most: int) -> list[int]:
    """The live articles that have all the words, at most so many, the best first."""
    names = {"most": most, **_names()}
    single = [term for term in asked.unwanted if len(term) == 1]
    parts = [
        _ASKED.format(
            wanted=_tsquery(asked.wanted, "&&"), unwanted=_tsquery(asked.unwanted, "||"),
            loose=_tsquery(asked.wanted, "&&", loose=True), banned=_tsquery(single, "||"), **names,
        )
    ]  # fmt: skip
    steps = [(place, words, age) for place, words in enumerate(PLACES) for age in _ages(asked, words)]
    for step, (place, words, age) in enumerate(steps):
        exactly = _exactly(asked, words)
        how = {**names, "words": words, "looked": LOOKED_THROUGH[place] if exactly else most}
        if_few = _IF_FEW_ARE_NEAR.format(**how) if age == "far" else ""
        parts.append(_STEP.format(step=step + 1, before=step, place=place, age=age, exactly=exactly, if_few=if_few, **how))
    parts.append(_RANKED.format(step=len(steps), **names))
    wanted, unwanted = _phrases(asked.wanted), _phrases(asked.unwanted)
    params = [*wanted, *wanted, *unwanted, *wanted, *_phrases(single), _shelves(topics)]
    return [pk for (pk,) in _rows("".join(parts), params)]


def close(asked: Asked, topics: Collection[int] | None, most: int) -> list[int]:
    """The live articles whose title comes close to the words that no article has, at most so many, the closest first."""
    telling = sorted(asked.words, key=len, reverse=True)[:MOST_MENDED]
    unknown = _rows(_UNKNOWN.format(**_names()), [telling]) if _knows_trigrams() else []
    if not unknown:
        return []
    narrowed = [] if topics is None else [list(topics)]
    sql = _LIKE_TITLES.format(
        title=folded_sql("e.title"), narrowed="AND e.topic_id = ANY(%s)" if narrowed else "",
        without=f"AND NOT e.whole @@ ({_tsquery(asked.unwanted, '||')})" if asked.unwanted else "",
        alike=MOST_ALIKE, most=most, **_names(),
    )  # fmt: skip
    params = [[word for (word,) in unknown], *narrowed, *_phrases(asked.unwanted), telling]
    return [pk for (pk,) in _rows(sql, params, _BY_INDEX + _LIKENESS)]


@lru_cache(maxsize=1)
def _knows_trigrams() -> bool:
    """Whether the extension pg_trgm could be installed; asked once, it does not come by itself."""
    return bool(_rows("SELECT to_regproc('word_similarity') IS NOT NULL", [])[0][0])


def _names() -> dict[str, str]:
    quote = connection.ops.quote_name
    names = {"page": quote(Page._meta.db_table), "entry": quote(SearchEntry._meta.db_table)}
    return {**names, "live": _LIVE.format(**names), "newest": _NEWEST.format(batch=BATCH, near=NEAR + 1, **names)}


def _ages(asked: Asked, words: str) -> tuple[str, ...]:
    """In which order articles are asked by their age."""
    return ("newer", "near", "far") if _exactly(asked, words) else ("newer", "older")


def _exactly(asked: Asked, words: str) -> str:
    """What is to be looked up in the rows that the index of this place found."""
    tests = []
    if any(len(term) > 1 for term in asked.wanted):
        tests.append(f"{words} @@ (SELECT wanted FROM asked)")
    if any(len(term) > 1 for term in asked.unwanted) or (asked.unwanted and words != "whole"):
        tests.append("whole @@ (SELECT exact FROM asked)")
    return f"WHERE {' AND '.join(tests)}" if tests else ""


def _tsquery(terms: Sequence[Term], operator: str, *, loose: bool = False) -> str:
    """Each term as it stands, or its words wherever they stand."""
    ones = [
        f"{'plainto' if loose and len(term) > 1 else 'phraseto'}_tsquery('pg_catalog.english', {folded_sql('%s::text')})"
        for term in terms
    ]
    return f" {operator} ".join(ones) or "''::tsquery"


def _phrases(terms: Sequence[Term]) -> list[str]:
    return [" ".join(term) for term in terms]


def _shelves(topics: Collection[int] | None) -> str:
    """The marks of these topics; of no topic at all a mark that no row has."""
    return "" if topics is None else " | ".join(f"#shelf{topic}" for topic in topics) or "#shelf"


def _rows(sql: str, params: Sequence[Any], settings: str = _BY_INDEX) -> list[tuple[Any, ...]]:
    using = connections[SearchEntry.objects.db]  # a replica, where one answers readers
    statement = prepared(sql, using)
    with using.cursor() as cursor:
        cursor.execute(settings + statement, params)
        return cursor.fetchall()
