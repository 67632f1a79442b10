"""How evidence looks when it was typed instead of cited: numbers in brackets, figures, addresses of papers.

Pure text patterns for `findings`. They only suspect: "(3)" may be a citation, an item or a dose. What is told
apart here is what is surely a typed citation from what only may be one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBERS = r"\d{1,3}(?: ?[,;–-] ?\d{1,3})*"
_SQUARE = re.compile(rf"\[\^?{_NUMBERS}\](?![\w-])")
_ROUND = re.compile(rf"\({_NUMBERS}\)(?![\w′-]| ?\d)")
_INTERVAL = re.compile(r"\b(?:CI|IQR|interval|range|quartiles?|median|mean)\b[^\[]{0,30}$", re.IGNORECASE)
_WORD_BEFORE = re.compile(r"([^\W_]+)\W*$")
_COUNTED = re.compile(
    r"\d.*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|days?|weeks?|months?|years?|hours?|minutes?|"
    r"age[sd]?|doses?|grades?|stages?|steps?|types?|phases?|fig|figures?|tables?|box|sections?|chapters?|questions?|"
    r"items?|levels?|scores?|visits?|numbers?|points?|groups?|equations?|appendix|class|category|schedule|no|n",
    re.IGNORECASE,
)
_MOST_SOURCES = 30  # a higher number in brackets is more often a count: "women (50)"

_AMOUNT = r"(?<![\w.])(?<![^\W\d]-)\d[\d.,]{0,15}(?: ?(?:[–-]|to) ?\d[\d.,]{0,15})?"
_COUNT = r"(?i:\d{1,6}|one|two|three|four|five|six|seven|eight|nine|ten)"
STATISTIC = re.compile(
    rf"{_AMOUNT} ?(?:%|per ?cent\b|°C|°F|-?fold\b|times (?:more|less|as|higher|lower|greater)\b|"
    r"(?:mg|mcg|[µμ]g|ng|g|kg|m[lL]|d[lL]|[lL]|IU|units?|[mnµμ]mol|mEq|mm ?Hg|bpm|kcal|kJ|mSv|Gy)\b)"
    rf"|\b{_COUNT} (?:in (?!(?:19|20)\d\d\b)(?:every )?|out of (?:every )?){_COUNT}\b"
    r"|\b[pP] ?[<=>≤≥] ?0?\.\d+|\b(?:OR|RR|HR|NNT|NNH|SMD)\b ?[=:,]? ?\d[\d.]{0,8}|\b[nN] ?= ?\d{1,9}",
)

_PAPER = re.compile(
    r"(?:(?:dx\.)?doi\.org/10\.|pubmed\.ncbi\.nlm\.nih\.gov/\d|ncbi\.nlm\.nih\.gov/(?:pubmed|pmc)/|"
    r"pmc\.ncbi\.nlm\.nih\.gov/articles/|europepmc\.org/)[^\s)\]>”\"]{0,80}"
    r"|\bdoi: ?10\.\d{4}[^\s)\]>”\"]{0,80}|\bPMID:? ?\d{4,9}|\bPMC\d{4,9}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TypedNumber:
    """A group such as "(1, 2)" or "[3]"; `sure` if it can hardly be anything but a citation."""

    text: str
    sure: bool


def typed_numbers(text: str) -> list[TypedNumber]:
    """Numbers in brackets that look like citations typed by hand."""
    return [*_square(text), *_round(text)]


def papers_named(text: str) -> list[str]:
    """Papers that a text links to or names by identifier."""
    return list(dict.fromkeys(match[0].rstrip(".,;:") for match in _PAPER.finditer(text)))


def _square(text: str) -> Iterator[TypedNumber]:
    for match in _SQUARE.finditer(text):
        if not _INTERVAL.search(text[max(0, match.start() - 60) : match.start()]):
            yield TypedNumber(match[0], sure=True)


def _round(text: str) -> Iterator[TypedNumber]:
    for match in _ROUND.finditer(text):
        numbers = re.findall(r"\d+", match[0])
        before = text[max(0, match.start() - 40) : match.start()]
        if any(number.startswith("0") for number in numbers) or _counts_something(before):
            continue
        sure = _is_citation([int(number) for number in numbers], match[0], before, text[match.end() :][:1])
        if sure is not None:
            yield TypedNumber(match[0], sure)


def _counts_something(before: str) -> bool:
    """Such as week (1), three (3) times, median 5 (3-8); or vitamin K(2), where the number is in the name."""
    if before[-1:].isalnum() and not re.search(r"[a-z]{4}$", before):
        return True
    word = _WORD_BEFORE.search(before)
    return bool(word and _COUNTED.fullmatch(word[1]))


def _is_citation(numbers: list[int], group: str, before: str, after: str) -> bool | None:
    """True: surely; False: perhaps; None: no."""
    few = numbers[-1] <= _MOST_SOURCES
    if len(numbers) > 1:
        ascending = numbers == sorted(set(numbers))
        if re.search("[–-]", group):
            return False if few and ascending else None
        return ascending and few
    if after in ("", *".,;:!?)"):
        return few
    listed = not before.strip() or re.search(r"(?:[,;:.]|\b(?:and|or)) *$", before)  # "(1) rest, (2) ice and (3) heat"
    return False if few and not listed else None
