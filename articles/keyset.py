"""Lists that go on from a key instead of a number: a leaf begins after the last row of the one before it.

However far anybody goes on, the database walks an index to that row; it counts nothing and skips nothing, and what is
published meanwhile moves no row from one leaf to another. A key holds what its row is sorted by, so that it leads to the same
place when the row itself has gone. It is signed: whatever else stands in an address leads to the first leaf.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db import connections
from django.db.models import F, Field, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import OrderBy

AFTER, BEFORE = "after", "before"
LONGEST = 2000  # characters of a key; a longer one is none of ours
MOST = 1000  # what is more than that is not counted
NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Leaf:
    """A part of a list: of each row what it is sorted by, its own key last; and the keys of the leaves around it."""

    keys: list[tuple[Any, ...]]
    at: str  # after which it begins; empty: it is the first
    after: str  # leads to the next one, if there is one
    before: str  # leads to the one before

    @property
    def pks(self) -> list[Any]:
        return [key[-1] for key in self.keys]


@dataclass(frozen=True)
class Column:
    """One thing that a list is sorted by."""

    name: str
    descending: bool
    nulls_first: bool | None = None  # None: it is never empty
    says_where: bool = False  # whether the order itself says where the empty ones come

    def reversed(self) -> "Column":
        nulls = None if self.nulls_first is None else not self.nulls_first
        return replace(self, descending=not self.descending, nulls_first=nulls)

    def ordered(self) -> OrderBy:
        nulls = {"nulls_first": self.nulls_first or None, "nulls_last": not self.nulls_first or None} if self.says_where else {}
        return OrderBy(F(self.name), descending=self.descending, **nulls)

    def beyond(self, value: Any) -> Q:
        """Rows that come after this value."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if self.nulls_first else NOTHING
        return self._compared("lt" if self.descending else "gt", value)

    def from_there(self, value: Any) -> Q:
        """Rows that have this value or come after it: a bound by which an index is entered."""
        if value is None:
            return Q() if self.nulls_first else Q(**{f"{self.name}__isnull": True})
        return self._compared("lte" if self.descending else "gte", value)

    def _compared(self, how: str, value: Any) -> Q:
        found = Q(**{f"{self.name}__{how}": value})
        return found | Q(**{f"{self.name}__isnull": True}) if self.nulls_first is False else found


def leaf(*parts: QuerySet[Any], asked: Mapping[str, str], size: int, full: Iterable[str] = ()) -> Leaf:
    """The part of a list that an address asks for, by one query.

    The rows are ordered, by their own key last. `full` names what is never empty in these rows although its column may be. A
    list may have several parts, each read by itself: then all are sorted one way, and by nothing that may be empty.
    """
    columns = _columns(parts[0], set(full))
    signer = Signer(salt=f"leaf of {' '.join(str(column) for column in columns)}", sep=".")
    fields = _fields(parts[0], len(columns))
    back, on = _read(signer, asked.get(BEFORE, ""), fields), _read(signer, asked.get(AFTER, ""), fields)
    if back:
        found = _rows(parts, [column.reversed() for column in columns], back, size + 1)
        if len(found) > size:
            keys = found[size - 1 :: -1]
            return Leaf(keys, _written(signer, found[size]), _written(signer, keys[-1]), _written(signer, keys[0]))
        on = None  # too few are left: they stand on the first leaf
    found = _rows(parts, columns, on, size + 1)
    if on and not found:  # what came after has gone
        return leaf(*parts, asked={}, size=size, full=full)
    keys = found[:size]
    further = _written(signer, keys[-1]) if len(found) > size else ""
    return Leaf(keys, _written(signer, on), further, _written(signer, keys[0])) if on else Leaf(keys, "", further, "")


def many(rows: QuerySet[Any], most: int = MOST, by: str = "pk") -> int:
    """How many there are, as far as anybody wants to know: of a long list one more than `most`. `by` names an indexed column."""
    return rows.order_by().values(by)[: most + 1].count()


def in_words(count: int, most: int = MOST) -> str:
    """What `many` found, as it is told."""
    return f"more than {most:,}" if count > most else f"{count:,}"


def _columns(rows: QuerySet[Any], full: set[str]) -> list[Column]:
    first = connections[rows.db].features.order_by_nulls_first
    found = []
    for part in rows.query.order_by:
        one = part if isinstance(part, OrderBy) else _order_by(part)
        name: str = one.expression.name  # type: ignore[union-attr]
        told = one.nulls_first or one.nulls_last
        nulls = bool(one.nulls_first) if told else first != one.descending
        empty = name not in full and _may_be_empty(rows, name)
        found.append(Column(name, one.descending, nulls if empty else None, bool(told and empty)))
    return found


def _order_by(part: Any) -> OrderBy:
    if isinstance(part, str):
        return OrderBy(F(part.removeprefix("-")), descending=part.startswith("-"))
    return OrderBy(part)


def _may_be_empty(rows: QuerySet[Any], name: str) -> bool:
    if name in rows.query.annotations:
        return False  # what we work out ourselves always has a value
    options: Any = rows.model._meta
    for step in name.split(LOOKUP_SEP):
        field = options.pk if step == "pk" else options.get_field(step)
        if field.null or not field.concrete:
            return True
        options = field.remote_field.model._meta if field.remote_field else None
    return False


def _fields(rows: QuerySet[Any], count: int) -> list[Field]:
    columns = _columns(rows, set())
    shown = rows.order_by().annotate(**{f"sorted_by_{n}": F(column.name) for n, column in enumerate(columns)})
    return [shown.query.annotations[f"sorted_by_{n}"].output_field for n in range(count)]


def _rows(
    parts: Iterable[QuerySet[Any]], columns: list[Column], start: tuple[Any, ...] | None, most: int
) -> list[tuple[Any, ...]]:
    names = [column.name for column in columns]
    order = [column.ordered() for column in columns]
    read = [part.filter(_after(columns, start) if start else Q()).order_by(*order).values_list(*names)[:most] for part in parts]
    if len(read) == 1:
        return list(read[0])
    return sorted(chain.from_iterable(read), reverse=columns[0].descending)[:most]


def _after(columns: list[Column], start: tuple[Any, ...]) -> Q:
    """Beyond the first column's value, or at it and beyond that of the next."""
    (column, *others), (value, *rest) = columns, start
    if not others:
        return column.beyond(value)
    return column.from_there(value) & (column.beyond(value) | _after(others, tuple(rest)))


def _written(signer: Signer, key: tuple[Any, ...]) -> str:
    return signer.sign_object([one.isoformat() if isinstance(one, datetime.date) else one for one in key])


def _read(signer: Signer, typed: str, fields: list[Field]) -> tuple[Any, ...] | None:
    if not typed or len(typed) > LONGEST:
        return None
    try:
        return tuple(field.to_python(value) for field, value in zip(fields, signer.unsign_object(typed), strict=True))
    except BadSignature:
        return None
