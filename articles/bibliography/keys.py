"""The citation key a writer types: garrison2020magnesium, from the first author, the year and the title.

Made once, when a source is added; it can be changed until the source is first cited.
"""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from itertools import count
from typing import Final

from articles.bibliography.dates import year
from articles.bibliography.text import marked, plain, value

_LONGEST_PART: Final = 40
# Letters that do not come apart into a plain letter and a mark.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n"}
)
_SMALL: Final = """
a an and are as at be by can do does for from has have how in into is it its new of on or our s so than that the their this to
was were what when which who why with without der die das ein eine le la les un une el los las retracted withdrawn
"""
_SMALL_WORDS: Final = frozenset(_SMALL.split())


def make_key(csl: Mapping[str, object], taken: Container[str]) -> str:
    """A key that nobody has yet: a, b, c … is added to tell sources apart."""
    wanted = _name(csl)[:_LONGEST_PART] + year(csl.get("issued")) + _title_word(csl)[:_LONGEST_PART] or "source"
    return next(key for key in _candidates(wanted) if key not in taken)


def _candidates(wanted: str) -> Iterator[str]:
    yield wanted
    for number in count():
        yield wanted + _letters(number)


def _letters(number: int) -> str:
    """a to z, then aa, ab …"""
    ending = chr(ord("a") + number % 26)
    return _letters(number // 26 - 1) + ending if number >= 26 else ending


def _plain(text: str) -> str:
    """Lower-case ASCII letters, digits and spaces; writing without such letters leaves nothing."""
    apart = unicodedata.normalize("NFKD", plain(marked(text)).lower().translate(_LETTERS))
    joined = re.sub(r"['\u2019]", "", "".join(sign for sign in apart if not unicodedata.combining(sign)))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", joined).split())


def _name(csl: Mapping[str, object]) -> str:
    """The first author's or editor's family name, or an organisation's initials."""
    for role in ("author", "editor"):
        people = csl.get(role)
        for person in people if isinstance(people, list) else ():
            if isinstance(person, Mapping) and (name := _one_name(person)):
                return name
    return ""


def _one_name(person: Mapping[str, object]) -> str:
    particle, family = value(person.get("non-dropping-particle")), value(person.get("family"))
    if family or value(person.get("given")):
        return _plain(f"{particle} {family or value(person.get('given'))}").replace(" ", "")
    words = _plain(value(person.get("literal")) or value(person.get("name"))).split()
    initials = "".join(word[0] for word in words if word not in _SMALL_WORDS)
    return initials if len(initials) > 1 else "".join(words)


def _title_word(csl: Mapping[str, object]) -> str:
    words = _plain(value(csl.get("title")) or value(csl.get("container-title"))).split()
    return next((word for word in words if word not in _SMALL_WORDS and re.search("[a-z]{2}", word)), "".join(words[:1]))
