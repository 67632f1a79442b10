"""The cards of what a search found, each with the words around it: read in one query, which is written out because it is asked
at every search and would take longer to be put together than to be answered. Nothing is shown before its seals were checked.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connections
from django.utils.safestring import mark_safe

from articles.cards import card_of, picture
from articles.models import Page, Picture, Revision, SearchEntry
from articles.pages import is_current, is_genuine
from articles.prepared import prepared
from articles.search import entry_as_read
from articles.search import is_genuine as is_genuine_entry
from articles.search_query import Asked
from articles.snippets import snippet

# With what the page ought to show by the records, as `PageQuerySet.with_records`.
_SHOWN = """SELECT {page_columns}, {entry_columns}, w.id AS notice,
    (SELECT MAX(l.id) FROM {publication} l WHERE l.article_id = p.article_id) AS latest,
    s.signed_as, r.picture_alt, i.sha256, i.extension, i.width, i.height
FROM {page} p JOIN {entry} e ON e.article_id = p.article_id JOIN {publication} b ON b.id = p.publication_id
JOIN {signoff} s ON s.id = b.medical_id JOIN {revision} r ON r.id = b.revision_id
LEFT JOIN {withdrawal} w ON w.publication_id = b.id LEFT JOIN {picture} i ON i.id = r.picture_id
WHERE p.withdrawal_id IS NULL AND p.article_id IN ({ids})"""
_ENTRY = tuple(field.attname for field in SearchEntry._meta.concrete_fields)


def cards_of(ids: Sequence[int], asked: Asked, topics: Mapping[int, str]) -> list[dict[str, Any]]:
    """In the order found. A row that another hand wrote, or that the records do not bear out, is left out."""
    if not ids:
        return []
    using = connections[Page.objects.db]
    pages: dict[int, Any] = {page.pk: page for page in Page.objects.raw(prepared(_sql(using.alias, len(ids)), using), ids)}
    found = [(pages[pk], _entry(pages[pk])) for pk in ids if pk in pages]
    return [_card(page, entry, asked, topics) for page, entry in found if _is_sound(page, entry)]


@lru_cache(maxsize=64)
def _sql(alias: str, count: int) -> str:
    """The query for so many articles."""
    publication: Any = Page._meta.get_field("publication").related_model
    signoff, withdrawal = publication._meta.get_field("medical").related_model, Page._meta.get_field("withdrawal").related_model
    models: dict[str, Any] = {
        "page": Page, "entry": SearchEntry, "publication": publication, "signoff": signoff, "withdrawal": withdrawal,
        "revision": Revision, "picture": Picture,
    }  # fmt: skip
    return _SHOWN.format(
        page_columns=", ".join(f"p.{field.column}" for field in Page._meta.concrete_fields if field.name != "html"),
        entry_columns=", ".join(f"e.{name} AS entry_{name}" for name in _ENTRY),
        ids=", ".join(["%s"] * count),
        **{name: connections[alias].ops.quote_name(model._meta.db_table) for name, model in models.items()},
    )


def _entry(page: Any) -> SearchEntry:
    return entry_as_read({name: getattr(page, f"entry_{name}") for name in _ENTRY})


def _is_sound(page: Page, entry: SearchEntry) -> bool:
    """Whether the page may be shown, and what was searched is what it shows."""
    is_of_it = entry.publication_id == page.publication_id
    return is_of_it and is_current(page) and is_genuine(page) and is_genuine_entry(entry)


def _card(page: Any, entry: SearchEntry, asked: Asked, topics: Mapping[int, str]) -> dict[str, Any]:
    shown = Picture(sha256=page.sha256, extension=page.extension, width=page.width, height=page.height) if page.sha256 else None
    card = card_of(page, topics.get(entry.topic_id, ""), page.signed_as, picture(shown, page.picture_alt))
    return {**card, "excerpt": mark_safe(snippet(entry.text, asked.words, otherwise=page.summary))}  # escaped by `snippet`
