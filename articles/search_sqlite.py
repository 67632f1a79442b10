"""How SQLite finds: FTS5 walks from the newest article back, and stops as soon as there are enough."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Any

from django.db import connection

from articles.folding import folded
from articles.full_text import fts_table
from articles.models import Page, SearchEntry
from articles.search_query import Asked, Term
from articles.snippets import says

BEGINNINGS = range(13, 3, -1)  # of misspelt words, in letters, that are tried
MOST_MENDED = 5  # words; of more the search is no search
FEW = 5  # words or phrases; of more, and of phrases, it would take long to tell which articles tell most of them
ANYWHERE = "{title summary headings text}"
NARROWER = ("{title summary headings}", "{title summary}", "{title}")

# CROSS JOIN keeps the order of the loops: the rest is looked up for what FTS5 found.
_MATCHING = """SELECT {fts}.rowid FROM {fts}
    CROSS JOIN {page} p ON p.article_id = {fts}.rowid AND p.withdrawal_id IS NULL
    CROSS JOIN {entry} e ON e.article_id = p.article_id AND e.publication_id = p.publication_id
    WHERE {fts} MATCH %s ORDER BY {order} LIMIT {most}"""
_NEWEST = "{fts}.rowid DESC"
_TELLING = "bm25({fts}, 10, 5, 2, 1, 0), {fts}.rowid DESC"  # counts every row of every word: only for what is not everywhere


def found(asked: Asked, topics: Collection[int] | None, most: int) -> list[int]:
    """The live articles that have all the words, at most so many, the best first."""
    wanted = " AND ".join(_quoted(asked.wanted))
    anywhere = _matching(f"{ANYWHERE} : ({wanted})", asked, topics, most)
    is_short = len(asked.wanted) <= FEW
    if len(anywhere) < most:
        if anywhere and is_short and all(len(term) == 1 for term in asked.wanted):
            anywhere = _matching(f"{ANYWHERE} : ({wanted})", asked, topics, most, order=_TELLING)
        return _by_place(asked, anywhere)
    for columns in NARROWER if is_short else ():
        better = _matching(f"{columns} : ({wanted})", asked, topics, most)
        if len(better) < most:  # these are all that there are, and whatever else is known stands behind them
            return list(dict.fromkeys([*_by_place(asked, better), *anywhere]))[:most]
        anywhere = better
    return anywhere


def close(asked: Asked, topics: Collection[int] | None, most: int) -> list[int]:
    """The live articles with words that begin as those do that no article has, alike in as many letters as can be."""
    words = [word for term in asked.wanted for word in term]
    unknown = {word for word in words if not _matching(f'{ANYWHERE} : "{word}"', Asked(""), None, 1)}
    if not 0 < len(unknown) <= MOST_MENDED or min(map(len, unknown)) <= min(BEGINNINGS):
        return []
    for length in BEGINNINGS:
        tried = [f'"{word[:length]}" *' if word in unknown else f'"{word}"' for word in words]
        if found := _matching(f"{ANYWHERE} : ({' AND '.join(tried)})", asked, topics, most):
            return found
    return []


def _by_place(asked: Asked, told: Sequence[int]) -> list[int]:
    """Of few articles their own words tell, quicker than FTS5 could, where they have all that is wanted.

    In each place they stay in their order.
    """
    places: dict[int, int] = {}
    for pk, *columns in SearchEntry.objects.filter(pk__in=told).values_list("pk", "title", "summary", "headings"):
        upto = accumulate(map(folded, columns), "{}\n{}".format)
        places[pk] = next((n for n, text in enumerate(upto) if all(says(text, term) for term in asked.wanted)), len(columns))
    return sorted(told, key=lambda pk: places[pk])


def _matching(search: str, asked: Asked, topics: Collection[int] | None, most: int, order: str = _NEWEST) -> list[int]:
    """The first articles that are live and match, without those that have a word to leave out."""
    if asked.unwanted:
        search = f"({search}) NOT ({ANYWHERE} : ({' OR '.join(_quoted(asked.unwanted))}))"
    if topics is not None:
        shelves = " OR ".join(f'"{topic}"' for topic in topics) or '""'
        search = f"topic_id : ({shelves}) AND ({search})"
    names = _names()
    return _rows(_MATCHING.format(most=most, order=order.format(**names), **names), [search])


def _quoted(terms: Sequence[Term]) -> list[str]:
    return [f'"{" ".join(term)}"' for term in terms]


def _names() -> dict[str, str]:
    quote = connection.ops.quote_name
    return {
        "fts": quote(fts_table(SearchEntry)), "page": quote(Page._meta.db_table), "entry": quote(SearchEntry._meta.db_table),
    }  # fmt: skip


def _rows(sql: str, params: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [pk for (pk,) in cursor.fetchall()]
