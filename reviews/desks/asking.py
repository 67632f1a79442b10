"""How the desks ask: many counts in one question, addresses that may not exist, and days in words."""

import datetime
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.text import Truncator

from articles import shelves

FEW = 5  # lines of a listing


def counted(**wanted: "QuerySet[Any] | tuple[QuerySet[Any], str]") -> dict[str, int]:
    """How many rows each has, or how many different values of a column; all in one question."""
    parts = [_part(name, *(asked if isinstance(asked, tuple) else (asked, ""))) for name, asked in wanted.items()]
    first, *others = parts
    return dict(first.union(*others, all=True) if others else first)


def _part(name: str, rows: "QuerySet[Any]", distinct: str = "") -> "QuerySet[Any, tuple[str, int]]":
    many = Count(distinct, distinct=True) if distinct else Count("pk")
    return rows.order_by().annotate(what=Value(name)).values("what").annotate(many=many).values_list("what", "many")


def every_ten_minutes(what: str, now: str) -> str:
    """What is said where figures come from `shelves.kept`; nothing in a house in which they are counted each time."""
    told = f"There are so many live pages here that {what} counted every ten minutes. {now} as of now."
    return told if shelves.is_large() else ""


def link(name: str, query: str = "", *args: Any) -> str:
    """The address of a list with its filters; empty if the office has no such list."""
    try:
        return reverse(f"admin:{name}", args=args) + (f"?{query}" if query else "")
    except NoReverseMatch:
        return ""


def short(title: str) -> str:
    return Truncator(title).chars(90)


def on(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%-d %B %Y}"
