"""An index over the words of a table, for people who search: made by the database, kept by the database.

On PostgreSQL a stored tsvector, with a GIN index for each place that a word can stand in, and trigrams of the title against
misspellings where the extension pg_trgm may be installed. On SQLite an FTS5 table. What narrows a search is indexed among the
words, so that one index answers all of it: the shelf of a row, and on PostgreSQL its batch, since no GIN index yields the
newest rows first. It stands in Meta.indexes because SQLite, which rebuilds a table at many a migration, asks its indexes for
their SQL. A migration that renames the table, or one of its columns, or on PostgreSQL changes their type, takes this index
away first and puts it back.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.backends.ddl_references import Statement, Table

BATCH = 1000  # keys

# The marks of a row count as words of its title, and so are in each of the indexes. No reader can ask for a "#".
# What is written goes into the index at once: otherwise every search would read, from end to end, a list of what waits.
POSTGRESQL = """ALTER TABLE %(table)s ADD COLUMN whole tsvector GENERATED ALWAYS AS (
    (%(marks)s)::tsvector || %(words)s
) STORED;
CREATE INDEX %(name)s ON %(table)s USING gin (whole) WITH (fastupdate = off);
CREATE INDEX %(name_a)s ON %(table)s USING gin (ts_filter(whole, '{a}')) WITH (fastupdate = off);
CREATE INDEX %(name_ab)s ON %(table)s USING gin (ts_filter(whole, '{a,b}')) WITH (fastupdate = off);
CREATE INDEX %(name_abc)s ON %(table)s USING gin (ts_filter(whole, '{a,b,c}')) WITH (fastupdate = off);
DO $trigrams$ BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX %(trigrams)s ON %(table)s USING gin ((%(title)s) gin_trgm_ops) WITH (fastupdate = off);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
    RAISE NOTICE 'The extension pg_trgm cannot be installed here: misspelt searches will not be mended.';
END $trigrams$"""
POSTGRESQL_REMOVE = """DROP INDEX IF EXISTS %(trigrams)s;
ALTER TABLE %(table)s DROP COLUMN IF EXISTS head, DROP COLUMN IF EXISTS whole"""
# The words of a row as far as each place, the best first, as the indexes have them.
PLACES = ("ts_filter(whole, '{a}')", "ts_filter(whole, '{a,b}')", "ts_filter(whole, '{a,b,c}')", "whole")

# Every mention of the table, and of the index named after it, is a Table, to follow the rename that ends a rebuild.
SQLITE = (
    "DROP TABLE IF EXISTS %(index)s",
    "CREATE VIRTUAL TABLE %(index)s USING fts5(%(columns)s, content=%(content)s, content_rowid=%(key)s, "
    "tokenize='porter unicode61 remove_diacritics 2')",
    "INSERT INTO %(index)s(%(index)s) VALUES ('rebuild')",
)
# FTS5 is told of every change with the words as they were, from which it knows what to forget.
LEARN = "INSERT INTO %(index)s(rowid, %(columns)s) VALUES (NEW.%(key)s, %(new)s);"
FORGET = "INSERT INTO %(index)s(%(index)s, rowid, %(columns)s) VALUES ('delete', OLD.%(key)s, %(old)s);"
SQLITE_TRIGGERS = {"insert": LEARN, "delete": FORGET, "update": f"{FORGET} {LEARN}"}
SQLITE_REMOVE = "DROP TABLE IF EXISTS %(index)s"

# PostgreSQL's parser would read "mg/kg" as a file, "cramps.Magnesium" as a host and "<b or c>" as markup, each in one
# piece and so not to be found by its parts; and it keeps "beta-blocker" both whole and in parts. FTS5 knows only words.
SEPARATORS = "-/.@_~&<>+"


def folded_sql(column: str) -> str:
    """The words of a column in small letters without marks, as an expression that PostgreSQL may index."""
    bare = f"regexp_replace(lower(normalize({column}, NFD)), '[\\u0300-\\u036f]+', '', 'g')"
    return f"translate({bare}, '{SEPARATORS}', '{' ' * len(SEPARATORS)}')"


def fts_table(model: type[models.Model]) -> str:
    """The name of SQLite's FTS5 table over this model."""
    return _named_after(model._meta.db_table)


def _named_after(table: str) -> str:
    return f"{table}_fts"


class FullText(models.Index):
    """Over four columns of words, the weightiest first, and perhaps the shelf: a whole number, as the model's key is."""

    def create_sql(self, model: type[models.Model], schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        quote = schema_editor.quote_name
        meta: Any = model._meta
        columns = [quote(meta.get_field(name).column) for name in self.fields]
        if schema_editor.connection.vendor == "postgresql":
            words, shelf = columns[:4], columns[4:]
            weighted = [
                f"setweight(to_tsvector('pg_catalog.english'::regconfig, {folded_sql(column)}), '{weight}')"
                for column, weight in zip(words, "ABCD", strict=True)
            ]
            marks = [("batch", f"({quote(meta.pk.column)} / {BATCH})"), *(("shelf", column) for column in shelf)]
            return Statement(
                POSTGRESQL, table=Table(meta.db_table, quote), words=" || ".join(weighted), title=folded_sql(words[0]),
                marks=" || ".join(f"' #{name}' || {number}::text || ':1A'" for name, number in marks), **self._names(quote),
            )  # fmt: skip
        schema_editor.deferred_sql.extend(self._on_sqlite(model, quote, columns))
        return Statement("SELECT 1")  # Django must have something harmless to run now

    def remove_sql(self, model: type[models.Model], schema_editor: Any, **kwargs: Any) -> Any:
        quote = schema_editor.quote_name
        table = model._meta.db_table
        if schema_editor.connection.vendor == "postgresql":
            return Statement(POSTGRESQL_REMOVE, table=Table(table, quote), **self._names(quote))
        # Removed in the migration that made it, the index must not be made at that migration's end.
        waiting = [sql for sql in schema_editor.deferred_sql if not _makes(sql, _named_after(table))]
        schema_editor.deferred_sql = waiting
        for event in SQLITE_TRIGGERS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{self.name}_{event}')}", params=None)
        return Statement(SQLITE_REMOVE, index=Table(table, lambda name: quote(_named_after(name))))

    def _names(self, quote: Any) -> dict[str, str]:
        parts = {"name": "", "name_a": "_a", "name_ab": "_ab", "name_abc": "_abc", "trigrams": "_trigrams"}
        return {part: quote(f"{self.name}{ending}") for part, ending in parts.items()}

    def _on_sqlite(self, model: type[models.Model], quote: Any, columns: list[str]) -> Iterator[Statement]:
        """All at the end, when the table has its own name again; the triggers last."""
        meta: Any = model._meta
        name = meta.db_table
        listed, of = ", ".join(columns), {row: ", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD")}
        parts = {
            "table": Table(name, quote),
            "index": Table(name, lambda table: quote(_named_after(table))),
            "content": Table(name, lambda table: f"'{table}'"),
            "columns": listed, "key": quote(meta.pk.column), "new": of["NEW"], "old": of["OLD"],
        }  # fmt: skip
        for sql in SQLITE:
            yield Statement(sql, **parts)
        for event, body in SQLITE_TRIGGERS.items():
            made = f"CREATE TRIGGER %(name)s AFTER {event.upper()} ON %(table)s BEGIN {body} END"
            yield Statement(made, name=quote(f"{self.name}_{event}"), **parts)


def _makes(sql: Any, fts: str) -> bool:
    index = sql.parts.get("index") if isinstance(sql, Statement) else None
    return index is not None and _named_after(index.table) == fts
