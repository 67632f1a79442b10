"""Names as NLM writes them: family name, initials without stops, suffix last; groups as they are.

Citing Medicine, chapter 1: van der Pluijm I; Smith AB Jr; Gilstrap LC 3rd; persons and a group apart by ";".
"""

import re
from collections.abc import Mapping
from typing import Final

from articles.bibliography.text import value

_BREAK: Final = re.compile(r"[\s.\-\u2010-\u2015\u00b7]+")
_SUFFIXES: Final = {"ii": "2nd", "iii": "3rd", "iv": "4th", "v": "5th"}
_LONGEST_INITIALS: Final = 4


def initials(given: str, family: str = "") -> str:
    """Initials of "Scott R.", "Jean-Paul", "S.R.", "SR" or "Michael PT"."""
    # In a record written in capitals throughout, "ANNA" is a name and not four initials.
    longest = 2 if len(family) > 2 and family.isupper() else _LONGEST_INITIALS
    found = ""
    for part in _BREAK.split(given):
        letters = "".join(filter(str.isalpha, part))
        found += letters if letters.isupper() and len(letters) <= longest else letters[:1].upper()
    return found


def person_or_group(name: object) -> tuple[str, bool]:
    """The name as printed, and whether it is an organisation's; "" when there is none."""
    if not isinstance(name, Mapping):
        return value(name), True
    group = value(name.get("literal")) or value(name.get("name"))
    if group:
        return group, True
    family = surname(name)
    given = value(name.get("given"))
    if not family:
        return given, False
    suffix = value(name.get("suffix")).rstrip(".")
    parts = (family, initials(given, family), _SUFFIXES.get(suffix.lower(), suffix))
    return " ".join(filter(None, parts)), False


def surname(name: Mapping[str, object]) -> str:
    """The family name with its particles: "van der Pluijm"."""
    parts = ("dropping-particle", "non-dropping-particle", "family")
    return " ".join(filter(None, (value(name.get(part)) for part in parts)))


def name_list(raw: object, limit: int, more: bool = False) -> str:
    """Names in order, the first `limit` of them; "et al." when others exist, listed or not."""
    found = [name for name in map(person_or_group, raw) if name[0]] if isinstance(raw, (list, tuple)) else []
    written = ""
    previous_is_group = False
    for name, is_group in found[:limit]:
        # A semicolon sets a group apart from the people next to it.
        separator = "; " if is_group or previous_is_group else ", "
        written += f"{separator}{name}" if written else name
        previous_is_group = is_group
    if written and (more or len(found) > limit):
        written += ", et al."
    return written


def how_many(raw: object) -> int:
    return sum(1 for name in raw if person_or_group(name)[0]) if isinstance(raw, (list, tuple)) else 0
