"""Which answers of the reader's site may be kept whole.

A view that is the same for everybody says so with `kept`, and names the parameters of its query that ask for another page. All
others mean nothing and are taken off, so that nobody can fill a memory with copies of one page (RFC 9111, section 4.1).
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])
LONGEST = 190  # characters of a path that is kept


def kept(*query: str) -> Callable[[View], View]:
    """Marks a view whose answers may be kept. Outermost, above what refuses other methods."""

    def mark(view: View) -> View:
        view.kept_query = frozenset(query)  # type: ignore[attr-defined]
        return view

    return mark


def is_kept(path: str, query: str) -> bool:
    """Whether the answer to this may be kept under its path: its view allows it, and nothing in its query counts."""
    try:
        counting = getattr(resolve(path).func, "kept_query", None)
    except Resolver404:
        return False
    if counting is None or len(path) > LONGEST:
        return False
    try:
        return not (counting and query and counting & dict(parse_qsl(query, keep_blank_values=True, max_num_fields=50)).keys())
    except ValueError:  # more fields than anybody means
        return False
