"""Which answers of the reader's site may be kept whole, and under which address each is kept.

A view that is the same for everybody says so with `kept`, and names the parameters of its query that mean something: all
others are taken off, so that nobody can fill a memory with copies of one page (RFC 9111, section 4.1, on cache keys).
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])
LONGEST = 200  # characters of an address that is kept


def kept(*query: str) -> Callable[[View], View]:
    """Marks a view whose answers may be kept. Outermost, above what refuses other methods."""

    def mark(view: View) -> View:
        view.kept_query = query  # type: ignore[attr-defined]
        return view

    return mark


def address_of(path: str, query: str) -> tuple[str, str] | None:
    """The path and what counts of its query, if the view behind it lets its answers be kept."""
    try:
        names = getattr(resolve(path).func, "kept_query", None)
    except Resolver404:
        return None
    if names is None:
        return None
    asked = dict(parse_qsl(query, max_num_fields=50)) if names and query else {}  # of a name given twice the last counts
    counting = urlencode([(name, asked[name]) for name in names if name in asked])
    return (path, counting) if len(path) + len(counting) < LONGEST else None
