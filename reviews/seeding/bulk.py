"""The one place where made-up rows meet the database: COPY on PostgreSQL, INSERT by the thousand on SQLite.

Every trigger, key and constraint is in force for each of them.
"""

import datetime
import json
import uuid
from collections.abc import Callable, Sequence
from io import StringIO
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from articles import row_statistics


def insert(model: type[Model], rows: Sequence[Model]) -> None:
    """Writes new rows of one table, whose keys are given."""
    if rows:
        (_copy if connection.vendor == "postgresql" else _insert)(model, rows)


def go_on_counting(models: Sequence[type[Model]]) -> None:
    """The next row that somebody else writes gets the key after the last of these; SQLite sees to it by itself."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(sql)


def settle() -> None:
    """Afterwards, outside of any transaction: what the planner has to know, and which rows everybody sees."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("RESET statement_timeout")
        else:
            row_statistics.refresh()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _insert(model: type[Model], rows: Sequence[Model]) -> None:
    fields = model._meta.concrete_fields
    marks = ", ".join(["%s"] * len(fields))
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {_columns_of(model)} VALUES ({marks})", values)


def _copy(model: type[Model], rows: Sequence[Model]) -> None:
    names = [field.attname for field in model._meta.concrete_fields]
    lines = StringIO()
    for row in rows:
        lines.write("\t".join([_written(getattr(row, name)) for name in names]) + "\n")
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {_columns_of(model)} FROM STDIN", lines)


def _columns_of(model: type[Model]) -> str:
    quote: Any = connection.ops.quote_name
    return f"{quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in model._meta.concrete_fields)})"


def _written(value: Any) -> str:
    """One value in the text format of COPY."""
    return FORMATS.get(type(value), _text)(value)


def _text(value: Any) -> str:
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _json(value: Any) -> str:
    return _text(json.dumps(value))


FORMATS: dict[type, Callable[[Any], str]] = {
    type(None): lambda value: "\\N",
    bool: lambda value: "t" if value else "f",
    int: str,
    uuid.UUID: str,
    datetime.datetime: datetime.datetime.isoformat,
    datetime.date: datetime.date.isoformat,
    dict: _json,
    list: _json,
}
