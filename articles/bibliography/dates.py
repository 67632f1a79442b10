"""Dates as NLM writes them, year first: 2002, 2002 Jul, 2002 Jul 25, 2001 Dec-2002 Jan, 1999 Spring.

A record may carry half a date, a range, or rubbish: what cannot be read is left out, never guessed.
"""

import re
from collections.abc import Mapping
from typing import Final

from articles.bibliography.text import value

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEASONS: Final = {"1": "Spring", "2": "Summer", "3": "Autumn", "4": "Winter"}
_ISO: Final = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?:T.*)?", re.ASCII)


def nlm_date(raw: object) -> str:
    """A CSL date variable in NLM's order; "" when it holds no year."""
    dates = _dates(raw)
    if not dates:
        return value(raw.get("literal")) if isinstance(raw, Mapping) else ""
    first, last = dates[0], dates[-1]
    written = _written(first)
    if last != first and len(dates) == 2:
        same = 0
        while same < min(len(first), len(last)) and first[same] == last[same]:
            same += 1
        # "2002 Jan-Feb", "2002 Jan 5-7": what both ends share is said once.
        written += "-" + " ".join(_words(last)[same:])
    if len(first) == 1 and isinstance(raw, Mapping):
        season = value(raw.get("season"))
        written = f"{written} {_SEASONS.get(season, season)}".strip()
    return written


def year(raw: object) -> str:
    """The year alone, for short names."""
    dates = _dates(raw)
    return str(dates[0][0]) if dates else ""


def _dates(raw: object) -> list[tuple[int, ...]]:
    parts = raw.get("date-parts") if isinstance(raw, Mapping) else None
    if isinstance(parts, (list, tuple)):
        found = [date for date in map(_date, parts) if date]
        if found:
            return found
    text = value(raw.get("raw")) if isinstance(raw, Mapping) else value(raw)
    iso = _ISO.fullmatch(text)
    date = _date([part for part in iso.groups() if part]) if iso else ()
    return [date] if date else []


def _date(parts: object) -> tuple[int, ...]:
    """Year, month and day as far as they make sense, in that order."""
    if not isinstance(parts, (list, tuple)):
        return ()
    read: list[int] = []
    for part, lowest, highest in zip(parts, (1000, 1, 1), (2999, 12, 31), strict=False):
        digits = value(part)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 4):
            break
        if not lowest <= int(digits) <= highest:
            break
        read.append(int(digits))
    return tuple(read)


def _words(date: tuple[int, ...]) -> list[str]:
    return [MONTHS[part - 1] if place == 1 else str(part) for place, part in enumerate(date)]


def _written(date: tuple[int, ...]) -> str:
    return " ".join(_words(date))
