"""Dates as NLM writes them, year first: 2002, 2002 Jul, 2002 Jul 25, 2001 Dec-2002 Jan, 1999 Spring.

The other house style's dates are here too, and the way back from such words to a date.
A record may carry half a date, a range, or rubbish: what cannot be read is left out, never guessed.
"""

import re
from collections.abc import Mapping
from typing import Final

from articles.bibliography.text import value

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS_IN_FULL: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
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


def ama_date(raw: object) -> str:
    """A CSL date as the AMA style has it: July 25, 2002; July 2002; Spring 1999; a range by its first day."""
    dates = _dates(raw)
    if not dates:
        return value(raw.get("literal")) if isinstance(raw, Mapping) else ""
    first = dates[0]
    if len(first) == 1:
        season = value(raw.get("season")) if isinstance(raw, Mapping) else ""
        return f"{_SEASONS.get(season, season)} {first[0]}".strip()
    month = _MONTHS_IN_FULL[first[1] - 1]
    return f"{month} {first[2]}, {first[0]}" if len(first) == 3 else f"{month} {first[0]}"


def iso_date(raw: object) -> str:
    """A CSL date variable for machines, as far as it is known: 2002, 2002-07, 2002-07-25 (ISO 8601); a range by its first day."""
    dates = _dates(raw)
    return "-".join(f"{part:02}" for part in dates[0]) if dates else ""


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


_MONTH_NUMBERS: Final = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_NUMBERED: Final = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2}))?(?:[-/.]([0-9]{1,2}))?(?:T.*)?", re.ASCII)
_PACKED: Final = re.compile(r"([12][0-9]{3})([01][0-9])([0-3][0-9])", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"([12][0-9]{3})[\s,]*(.*)", re.ASCII)
_YEAR_LAST: Final = re.compile(r"(.*?)[\s,]+([12][0-9]{3})", re.ASCII)
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?", re.ASCII)
_WORD: Final = re.compile(r"([A-Za-z]{3,9})\.?(?:\s+([0-9]{1,2})(?:st|nd|rd|th)?)?", re.ASCII)


def read_date(text: str) -> dict[str, object]:
    """A CSL date out of "2002 Jul 25", "1990 May-Jun", "1999 Spring", "2019-06-03", "June 3, 2019"; {} for nothing."""
    text = value(text).strip(" .,;/")
    if found := _NUMBERED.fullmatch(text) or _PACKED.fullmatch(text):
        return _csl_date(_date([part for part in found.groups() if part]))
    if found := _YEAR_FIRST.fullmatch(text):
        return _in_words(found[1], found[2])
    if found := _YEAR_LAST.fullmatch(text):
        return _in_words(found[2], found[1])
    return {"literal": text} if text else {}


def _csl_date(*dates: tuple[int, ...]) -> dict[str, object]:
    kept = [list(date) for date in dates if date]
    return {"date-parts": kept} if kept else {}


def _in_words(year_digits: str, rest: str) -> dict[str, object]:
    """The rest of a date after its year: "Jul 25", "May-Jun", "Jan 5-7", "Dec-2002 Jan", "Spring"."""
    first_year = int(year_digits)
    first, _, last = (part.strip() for part in rest.partition("-"))
    start = _month_and_day(first)
    if not rest or not start:
        return _csl_date((first_year,)) | ({"season": rest} if rest else {})
    if not last:
        return _csl_date((first_year, *start))
    crossing = _YEAR_FIRST.fullmatch(last)
    last_year, last = (int(crossing[1]), crossing[2]) if crossing else (first_year, last)
    end = _month_and_day(last) or (_date((first_year, start[0], last))[1:] if last.isdigit() else ())
    if not end:
        return _csl_date((first_year,)) | {"season": rest}
    return _csl_date((first_year, *start), (last_year, *end))


def _month_and_day(words: str) -> tuple[int, ...]:
    """7 and 25 for "Jul 25", "July 25", "25 July"."""
    if found := _DAY_FIRST.fullmatch(words):
        month, day = found[2], found[1]
    elif found := _WORD.fullmatch(words):
        month, day = found[1], found[2] or ""
    else:
        return ()
    number = _MONTH_NUMBERS.get(month[:3].lower(), 0)
    return _date(("2000", str(number), day) if day else ("2000", str(number)))[1:]


def iso(raw: object) -> str:
    """The first day of a CSL date as 2002, 2002-07 or 2002-07-25; "" when it holds no year."""
    dates = _dates(raw)
    return "-".join(f"{part:02d}" for part in dates[0]) if dates else ""
