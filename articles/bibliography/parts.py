"""The parts of an entry that both house styles, NLM's and the AMA's, write in the same way.

Each is safe HTML without its closing stop, and "" when the record says nothing.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from articles.bibliography.text import escape, marked, value, without_stop

Csl: TypeAlias = Mapping[str, object]

_ORDINALS: Final = {"1": "st", "2": "nd", "3": "rd"}


def field(csl: Csl, name: str) -> str:
    return escape(value(csl.get(name)))


def journal(csl: Csl) -> str:
    """The journal's recorded abbreviation (NLM writes it without stops), else its full name."""
    short = re.sub(r"\.(?=\s|$)", "", value(csl.get("container-title-short")))
    return escape(short) or marked(without_stop(value(csl.get("container-title"))))


def book(csl: Csl) -> str:
    return marked(without_stop(value(csl.get("container-title"))))


def series(csl: Csl) -> str:
    """The site or series a work belongs to, unless that is just its publisher again."""
    name = value(csl.get("container-title"))
    return "" if name.lower() == value(csl.get("publisher")).lower() else marked(without_stop(name))


def edition(csl: Csl) -> str:
    """The words 2nd ed, from 2, "2nd", "2nd ed." or "2nd edition"."""
    number = re.sub(r"\s*\b(?:edition|edn|ed)\b\.?\s*$", "", value(csl.get("edition")), flags=re.IGNORECASE)
    if number.isascii() and number.isdigit():
        number += "th" if number[-2:] in ("11", "12", "13") else _ORDINALS.get(number[-1], "th")
    return f"{escape(number)} ed" if number else ""


def is_preprint(csl: Csl) -> bool:
    return value(csl.get("type")) == "article" or "preprint" in value(csl.get("genre")).lower()
