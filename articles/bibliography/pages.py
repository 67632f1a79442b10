"""Page ranges as NLM writes them, without repeated digits ("5441-4", "S93-9"), and as the AMA does, in full.

Citing Medicine: "do not repeat page numbers unless they are followed by a letter" (126-7, but 126A-127A).
"""

import re
from typing import Final

_DASHES: Final = re.compile(r"\s*(?:[\u2010-\u2015\u2212]|-)+\s*")
_RANGE: Final = re.compile(r"(?<![\w.\-])([A-Za-z]*)([0-9]{1,9})-([A-Za-z]*)([0-9]{1,9})(?![\w\-]|\.[0-9])")


def minimal(pages: str) -> str:
    """The pages with each range at its shortest; article numbers and Roman numerals as they are."""
    return _RANGE.sub(_shortest, _DASHES.sub("-", pages))


def full(pages: str) -> str:
    """The pages with each range written out, as the AMA style has them: "5441-5444", "S93-S99"."""
    return _RANGE.sub(_longest, _DASHES.sub("-", pages))


def _longest(found: re.Match[str]) -> str:
    letters, start, end = _ends(found)
    if not end:
        return found[0]
    return letters + start if start == end else f"{letters}{start}-{letters}{end}"


def _ends(found: re.Match[str]) -> tuple[str, str, str]:
    """Letters, first page and last page; no last page where the range makes no sense."""
    letters, start, end_letters, end = found.groups()
    if end_letters and end_letters.lower() != letters.lower():
        return letters, start, ""
    if len(end) < len(start):  # already shortened: "284-87" means 284-287
        end = start[: len(start) - len(end)] + end
    return letters, start, end if int(end) >= int(start) else ""


def _shortest(found: re.Match[str]) -> str:
    letters, start, end = _ends(found)
    if not end:
        return found[0]
    if start == end:
        return letters + start
    if len(end) == len(start):
        same = 0
        while start[same] == end[same]:
            same += 1
        end = end[same:]
    return f"{letters}{start}-{end}"
