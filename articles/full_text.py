"""An index over the words of a table, for people who search: made by the database, kept by the database.

On PostgreSQL two stored tsvectors with GIN indexes, the first over what stands at the head of a page, and trigrams of the
title against misspellings where the extension pg_trgm may be installed. On SQLite an FTS5 table. It stands in Meta.indexes
because SQLite, which rebuilds a table at many a migration, asks its indexes for their SQL.
"""

import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.backends.ddl_references import Statement, Table

# Letters that are typed without their marks, as in "Sjogren": folded alike in the index and in what is searched for.
_MARKED = {
    chr(code): base
    for code in range(0x80, min(0x250, sys.maxunicode))
    if len(base := "".join(c for c in unicodedata.normalize("NFKD", chr(code).lower()) if not unicodedata.combining(c))) == 1
    and base.isascii()
    and base.isalpha()
}

POSTGRESQL = """ALTER TABLE %(table)s
    ADD COLUMN head tsvector GENERATED ALWAYS AS (%(head)s) STORED,
    ADD COLUMN whole tsvector GENERATED ALWAYS AS (%(whole)s) STORED;
CREATE INDEX %(name)s ON %(table)s USING gin (head);
CREATE INDEX %(whole_name)s ON %(table)s USING gin (whole);
DO $trigrams$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX %(trigrams)s ON %(table)s USING gin ((%(title)s) gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'The extension pg_trgm cannot be installed here: misspelt searches will not be mended.';
END $trigrams$"""
POSTGRESQL_REMOVE = """DROP INDEX IF EXISTS %(trigrams)s;
ALTER TABLE %(table)s DROP COLUMN IF EXISTS head, DROP COLUMN IF EXISTS whole"""

SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS %(index)s USING fts5(%(columns)s, content=%(content)s, content_rowid=%(key)s, "
    "tokenize='porter unicode61 remove_diacritics 2')"
)
SQLITE_TRIGGER = "CREATE TRIGGER %(name)s AFTER %(event)s ON %(table)s BEGIN %(body)s END"
SQLITE_REBUILD = "INSERT INTO %(index)s(%(index)s) VALUES ('rebuild')"
SQLITE_REMOVE = "DROP TABLE IF EXISTS %(index)s"


def folded(text: str) -> str:
    """The text in small letters without marks, as both databases compare it."""
    return "".join(_MARKED.get(letter, letter) for letter in text.lower())


def folded_sql(column: str) -> str:
    """The same for a column, as an expression that PostgreSQL may index."""
    marked, bare = "".join(_MARKED), "".join(_MARKED.values())
    return f"translate(lower({column}), '{marked}', '{bare}')"


def fts_table(model: type[models.Model]) -> str:
    """The name of SQLite's FTS5 table over this model."""
    return f"{model._meta.db_table}_fts"


class FullText(models.Index):
    """Over four columns, the weightiest first; the first two are the head. The model's key is one whole number."""

    def create_sql(self, model: type[models.Model], schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        quote = schema_editor.quote_name
        columns = [quote(model._meta.get_field(name).column) for name in self.fields]
        if schema_editor.connection.vendor == "postgresql":
            weighted = [
                f"setweight(to_tsvector('pg_catalog.english'::regconfig, {folded_sql(column)}), '{weight}')"
                for column, weight in zip(columns, "ABCD", strict=True)
            ]
            return Statement(
                POSTGRESQL, table=Table(model._meta.db_table, quote), head=" || ".join(weighted[:2]),
                whole=" || ".join(weighted), title=folded_sql(columns[0]), **self._names(quote),
            )  # fmt: skip
        index = quote(fts_table(model))
        key = model._meta.pk.column  # type: ignore[union-attr]
        schema_editor.execute(
            SQLITE % {"index": index, "columns": ", ".join(columns), "content": f"'{model._meta.db_table}'", "key": f"'{key}'"},
            params=None,
        )
        schema_editor.deferred_sql.extend(self._triggers(model, quote, columns, quote(key), index))
        return Statement(SQLITE_REBUILD, index=index, table=Table(model._meta.db_table, quote))

    def remove_sql(self, model: type[models.Model], schema_editor: Any, **kwargs: Any) -> Any:
        quote = schema_editor.quote_name
        table = Table(model._meta.db_table, quote)
        if schema_editor.connection.vendor == "postgresql":
            return Statement(POSTGRESQL_REMOVE, table=table, **self._names(quote))
        for event in ("insert", "delete", "update"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{self.name}_{event}')}", params=None)
        return Statement(SQLITE_REMOVE, index=quote(fts_table(model)), table=table)

    def _names(self, quote: Any) -> dict[str, str]:
        return {
            "name": quote(self.name), "whole_name": quote(f"{self.name}_whole"), "trigrams": quote(f"{self.name}_trigrams"),
        }  # fmt: skip

    def _triggers(self, model: type[models.Model], quote: Any, columns: list[str], key: str, index: str) -> Iterator[Statement]:
        """FTS5 is told of every change with the words as they were, from which it knows what to forget."""
        listed = ", ".join(columns)
        forget = f"INSERT INTO {index}({index}, rowid, {listed}) VALUES ('delete', OLD.{key}, {_of('OLD', columns)});"
        learn = f"INSERT INTO {index}(rowid, {listed}) VALUES (NEW.{key}, {_of('NEW', columns)});"
        for event, body in (("insert", learn), ("delete", forget), ("update", f"{forget} {learn}")):
            yield Statement(
                SQLITE_TRIGGER, name=quote(f"{self.name}_{event}"), event=event.upper(),
                table=Table(model._meta.db_table, quote), body=body,
            )  # fmt: skip


def _of(row: str, columns: list[str]) -> str:
    return ", ".join(f"{row}.{column}" for column in columns)
