"""Page ranges as NLM writes them, without repeated digits: "5441-4", "S93-9", "e524-33".

Citing Medicine: "do not repeat page numbers unless they are followed by a letter" (126-7, but 126A-127A).
"""

import re
from typing import Final

_DASHES: Final = re.compile(r"\s*(?:[\u2010-\u2015\u2212]|-)+\s*")
_RANGE: Final = re.compile(r"(?<![\w.\-])([A-Za-z]*)([0-9]{1,9})-([A-Za-z]*)([0-9]{1,9})(?![\w\-]|\.[0-9])")


def minimal(pages: str) -> str:
    """The pages with each range at its shortest; article numbers and Roman numerals as they are."""
    return _RANGE.sub(_shortest, _DASHES.sub("-", pages))


def _shortest(found: re.Match[str]) -> str:
    letters, start, end_letters, end = found.groups()
    if end_letters and end_letters.lower() != letters.lower():
        return found[0]
    if len(end) < len(start):  # already shortened: "284-87" means 284-287
        end = start[: len(start) - len(end)] + end
    if start == end:
        return letters + start
    if int(end) < int(start):
        return found[0]
    if len(end) == len(start):
        same = 0
        while start[same] == end[same]:
            same += 1
        end = end[same:]
    return f"{letters}{start}-{end}"
