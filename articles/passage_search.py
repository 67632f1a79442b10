"""Where in a text some words stand that a reader selected or copied. Pure.

A browser gives selected words with its own spaces and with the numbers of citations, and people copy them with other quotation
marks: neither keeps words from being found. Numbers, signs and the order of words do: "1.5 mg" is not "15 mg".
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from articles.dialect import parse
from articles.folding import folded
from articles.passages import keys_in, passages

LONGEST = 1000  # characters of a quotation, as many as a report takes
MOST_TIMES = 100  # of words that stand more often nobody needs to know how often

# A citation as the page prints it: (1), (2, 3), (4, p. 7; 5).
_PRINTED = re.compile(r"\(\d{1,3}(?:[,;][^()\n]{1,200})?\)")
_CUT = re.compile(r"\A\s*[\d,; ]{0,40}\)|\([\d,; ]{0,40}\s*\Z")  # where a selection began or ended inside one
_POINTS = frozenset(".,·")
_UNSEEN = "\u00ad\u200b-\u200d\u2060"
_PIECE = re.compile(rf"\w+(?:[{_UNSEEN}]+\w+)*|[^\w\s{_UNSEEN}]")
_DROPPED = frozenset("\"'`´′″‘’‚‛“”„‟‹›«»|")
_ALIKE = str.maketrans("‐‑‒–—―−", "-------", "\u00ad\u200b\u200c\u200d\u2060")


@dataclass(frozen=True)
class Block:
    """One piece of a text as readers see it: a paragraph, an item, a row, … with the numbers of its citations."""

    kind: str
    text: str


@dataclass(frozen=True)
class Part:
    """Some words of a block, and whether they are those that were looked for."""

    text: str
    is_quoted: bool


@dataclass(frozen=True)
class Found:
    """The blocks that hold the words, the heading above them, and how often the words stand in the text (100: or more)."""

    heading: str
    blocks: tuple[tuple[str, tuple[Part, ...]], ...]  # kind, parts
    times: int


def blocks_of(title: str, summary: str, body: str, references: Sequence[str] = ()) -> tuple[Block, ...]:
    """All that can be selected on an article's page, in reading order."""
    tokens = parse(body)
    numbers = {key: number for number, key in enumerate(keys_in(tokens), 1)}
    found = [Block("title", title), Block("summary", summary)]
    found += [Block(passage.kind, _printed(passage.tokens, numbers)) for passage in passages(tokens)]
    found += [Block("reference", entry) for entry in references]
    return tuple(block for block in found if block.text.strip())


def find(quote: str, blocks: Sequence[Block]) -> Found | None:
    """The first place where the words stand, as whole words if they can be had; it may reach over several blocks."""
    letters = _Letters("\n".join(block.text for block in blocks))
    for wanted in dict.fromkeys(_Letters(words).text for words in (quote[:LONGEST], _CUT.sub("", quote[:LONGEST]))):
        if wanted and (places := letters.places(wanted)):
            begin, end = letters.span(places[0], places[0] + len(wanted))
            return _found(blocks, begin, end, len(places))
    return None


class _Letters:
    """A text brought down to what must agree: words and signs, in small letters, without citations and quotation marks."""

    def __init__(self, text: str) -> None:
        out: list[str] = []
        self._at: list[int] = []  # where each piece begins in these letters
        self._spans: list[tuple[int, int, bool]] = []  # where it stands in the text, and whether all its letters are here
        length, after_word = 0, False
        for piece, start in _pieces(folded(text)):
            small = piece.translate(_ALIKE)
            is_word = small[0].isalnum() or small[0] == "_"
            if is_word and after_word:
                out.append(" ")
                length += 1
            self._at.append(length)
            self._spans.append((start, start + len(piece), len(small) == len(piece)))
            out.append(small)
            length, after_word = length + len(small), is_word
        self.text = "".join(out)

    def places(self, wanted: str) -> list[int]:
        """Where the wanted letters begin; those that begin and end with whole words and numbers alone, if there are any."""
        found: list[int] = []
        at = self.text.find(wanted)
        while at >= 0 and len(found) < MOST_TIMES * 10:
            found.append(at)
            at = self.text.find(wanted, at + len(wanted))
        whole = [place for place in found if not self._cuts(place) and not self._cuts(place + len(wanted))]
        return (whole or found)[:MOST_TIMES]

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """The same stretch in the text that was given; a word with unseen letters in it is taken whole."""
        first, last = bisect_right(self._at, begin) - 1, bisect_right(self._at, end - 1) - 1
        (start, _, is_exact), (tail, tail_end, is_exact_too) = self._spans[first], self._spans[last]
        return (
            start + begin - self._at[first] if is_exact else start,
            tail + end - self._at[last] if is_exact_too else tail_end,
        )

    def _cuts(self, at: int) -> bool:
        """Whether this place is inside a word, or inside a number such as 1.5."""
        before, after = self.text[max(0, at - 2) : at], self.text[at : at + 2]
        if before[-1:].isalnum() and after[:1].isalnum():
            return True
        point_before = before[-1:] in _POINTS and before[:-1].isdigit() and after[:1].isdigit()
        return point_before or (before[-1:].isdigit() and after[:1] in _POINTS and after[1:].isdigit())


def _found(blocks: Sequence[Block], begin: int, end: int, times: int) -> Found:
    held, first, start = [], -1, 0
    for n, block in enumerate(blocks):
        if begin < start + len(block.text) and start < end:
            first = n if first < 0 else first
            held.append((block.kind, _parts(block.text, begin - start, end - start)))
        start += len(block.text) + 1
    return Found(_heading(blocks, first), tuple(held), times)


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Words and signs with their places; what is dropped on both sides is left out."""
    at = 0
    for citation in [*_PRINTED.finditer(text), None]:
        end = citation.start() if citation else len(text)
        for match in _PIECE.finditer(text, at, end):
            if match[0] not in _DROPPED:
                yield match[0], match.start()
        at = citation.end() if citation else end


def _parts(text: str, begin: int, end: int) -> tuple[Part, ...]:
    begin, end = max(0, begin), min(len(text), end)
    parts = (Part(text[:begin], False), Part(text[begin:end], True), Part(text[end:], False))
    return tuple(part for part in parts if part.text)


def _heading(blocks: Sequence[Block], first: int) -> str:
    if blocks[first].kind in ("title", "summary", "heading"):
        return ""
    if blocks[first].kind == "reference":
        return "References"
    return next((block.text for block in reversed(blocks[:first]) if block.kind == "heading"), "")


def _printed(tokens: Sequence[Token], numbers: Mapping[str, int]) -> str:
    out: list[str] = []
    for token in tokens:
        match token.type:
            case "citation":
                out.append(f"({_numbers(token, numbers)})")
            case "softbreak" | "hardbreak":
                out.append(" ")
            case "cell":
                out.append(" | ")
            case "text" | "code_inline" | "fence" | "code_block":
                out.append(token.content)
    return " ".join("".join(out).split())


def _numbers(citation: Token, numbers: Mapping[str, int]) -> str:
    items = citation.meta["items"]
    between = "; " if any(locator for _, locator in items) else ", "
    return between.join(f"{numbers[key]}, {locator}" if locator else str(numbers[key]) for key, locator in items)
