"""The few words of a text around what a reader searched for, with these marked. Pure, and linear in the text.

Marking is lighter than the database's stemming: it only has to show where "cramps" was found by "cramp".
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import islice

from articles.folding import folded

AROUND = 240  # characters
BEFORE = 60  # of them ahead of the first match, so that it stands in its sentence
MOST_MATCHES = 200  # of one text; what stands after them is not looked at
_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "edly", "ies", "ied", "ely", "ed", "es", "ly", "s", "e", "y")
_SHORTEST_STEM = 4

Span = tuple[int, int, str]  # from, to, and which stem


def snippet(text: str, words: Sequence[str], otherwise: str = "") -> str:
    """Safe HTML of about 240 characters around the best matches, each in <mark>; without any, the beginning of `otherwise`.

    `words` are folded, as `search_query.Asked.words`. Best is where most different words stand together, and the first such.
    """
    text = _tidy(text.replace("\n", " · "))
    found = _matches(text, words)
    if not found and otherwise:
        text = _tidy(otherwise)
        found = _matches(text, words)
    start, end = _window(text, found)
    marked = _marked(text, start, end, [span for span in found if start <= span[0] and span[1] <= end])
    return ("… " if start else "") + marked + (" …" if end < len(text) else "")


def stem(word: str) -> str:
    """What this word shares with its other forms; short words and numbers are their own stem."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def says(text: str, term: Sequence[str]) -> bool:
    """Whether these words stand side by side, in whichever forms, in a text that is folded."""
    forms = (f"{re.escape(stem(word))}{_rest(stem(word))}" for word in term)
    return re.search("(?<![^\\W_])" + "[\\W_]+".join(forms) + "(?![^\\W_])", text) is not None


def _tidy(text: str) -> str:
    """In one line, with single spaces. Most texts are so already, and need not be taken to pieces."""
    is_tidy = text.isprintable() and "  " not in text and text == text.strip()  # of all that parts words, only " " is printable
    return text if is_tidy else " ".join(text.split())


def _matches(text: str, words: Sequence[str]) -> list[Span]:
    """Where the words stand, in order, none over another."""
    stems = sorted({stem(word) for word in words if word}, key=len, reverse=True)
    if not stems:
        return []
    text = folded(text.replace("·", "."))  # a text that is ASCII is folded many times quicker
    forms = re.compile("|".join(f"(?:{re.escape(s)}){_rest(s)}(?![^\\W_])" for s in stems))
    # Looking for a text in a text is many times quicker than a pattern that must be tried at every letter.
    places = sorted({place for s in stems for place in _beginning_with(s, text)})
    hits = islice((hit for place in places if (hit := forms.match(text, place))), MOST_MATCHES)
    found: list[Span] = []
    for hit in hits:
        if not found or hit.start() >= found[-1][1]:
            found.append((hit.start(), hit.end(), next(s for s in stems if hit[0].startswith(s))))
    return found


def _beginning_with(stem: str, text: str) -> Iterator[int]:
    """Where words begin like this."""
    place = text.find(stem)
    while place >= 0:
        if place == 0 or not text[place - 1].isalnum():
            yield place
        place = text.find(stem, place + len(stem))


def _rest(stem: str) -> str:
    """How many more letters another form may have."""
    if len(stem) < 3 or stem.isdecimal():
        return ""
    return "[^\\W_]{0,5}" if len(stem) >= _SHORTEST_STEM else "s?"


def _window(text: str, found: Sequence[Span]) -> tuple[int, int]:
    """From where to where: the words that begin and end there are whole, unless one is longer than all."""
    if len(text) <= AROUND:
        return 0, len(text)
    start = _boundary_after(text, max(0, min(_best(found) - BEFORE, len(text) - AROUND))) if found else 0
    end = min(len(text), start + AROUND)
    if end < len(text) and (space := text.rfind(" ", start + AROUND // 2, end + 1)) > 0:
        end = space
    return start, end


def _best(found: Sequence[Span]) -> int:
    """Where the first match of the richest stretch begins."""
    starts = [start for start, _, _ in found]
    all_kinds = len({kind for _, _, kind in found})
    best, richest = starts[0], 0
    for n, start in enumerate(starts):
        reach = bisect_right(starts, start + AROUND - BEFORE)
        if (rich := len({kind for _, _, kind in found[n:reach]})) > richest:
            best, richest = start, rich
            if richest == all_kinds:
                break
    return best


def _boundary_after(text: str, place: int) -> int:
    if place == 0:
        return 0
    space = text.find(" ", place - 1)
    return space + 1 if 0 <= space < place + BEFORE else place


def _marked(text: str, start: int, end: int, spans: Sequence[Span]) -> str:
    out = []
    for first, last, _ in spans:
        out += [escape(text[start:first]), "<mark>", escape(text[first:last]), "</mark>"]
        start = last
    return "".join(out) + escape(text[start:end])
