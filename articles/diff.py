"""What changed between two texts, on two levels: lines, and then words inside the lines that changed.

Pure. Words over a whole text would take minutes on a long article; inside changed lines it takes milliseconds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

MOST_LINES = 4_000  # beyond these bounds the change is shown whole, not piece by piece
MOST_WORDS = 1_500
ALIKE = 0.3  # the share of words in common from which two lines are one line, changed

_PIECES = re.compile(r"\s+|\w+(?:['’-]\w+)*|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """Words that are the same on both sides, or that only one side has."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Line:
    """One line of both sides. A side that does not have it is None."""

    kind: Literal["same", "changed", "removed", "added"]
    old: tuple[Piece, ...] | None
    new: tuple[Piece, ...] | None


@dataclass(frozen=True)
class Change:
    """One part of an article, such as its summary, on both sides."""

    name: str
    lines: tuple[Line, ...]

    @property
    def is_same(self) -> bool:
        return all(line.kind == "same" for line in self.lines)


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Every part that either side has, in the order of the new one."""
    return [Change(name, tuple(compare(old.get(name, ""), new.get(name, "")))) for name in dict.fromkeys([*new, *old])]


def compare(old: str, new: str) -> list[Line]:
    """Both texts line by line."""
    before, after = old.split("\n") if old else [], new.split("\n") if new else []
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in _steps(before, after, MOST_LINES):
        if tag == "equal":
            lines += [_same(text) for text in before[i1:i2]]
        else:
            lines += _replaced(before[i1:i2], after[j1:j2])
    return lines


def _steps(before: Sequence[str], after: Sequence[str], most: int) -> Iterator[tuple[str, int, int, int, int]]:
    """difflib's steps. What is alike at both ends is taken off first; what remains has a bound on its size."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    last, last_new = len(before) - end, len(after) - end
    if start:
        yield "equal", 0, start, 0, start
    if last - start > most or last_new - start > most:
        yield "replace", start, last, start, last_new
    elif start < max(last, last_new):
        matcher = SequenceMatcher(None, before[start:last], after[start:last_new])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            yield tag, start + i1, start + i2, start + j1, start + j2
    if end:
        yield "equal", last, len(before), last_new, len(after)


def _same(text: str) -> Line:
    piece = (Piece(text, False),)
    return Line("same", piece, piece)


def _replaced(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    if max(len(before), len(after)) > MOST_LINES:
        before, after = ["\n".join(before)] if before else [], ["\n".join(after)] if after else []
    for old, new in zip_longest(before, after):
        if new is None:
            yield Line("removed", (Piece(old, True),), None)
        elif old is None:
            yield Line("added", None, (Piece(new, True),))
        else:
            yield _words(old, new)


def _words(old: str, new: str) -> Line:
    """The line with its changed words marked, or marked whole where the two have too little in common."""
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    steps = list(_steps(before, after, MOST_WORDS))
    kept = sum(len(before[i].strip()) for tag, i1, i2, _, _ in steps if tag == "equal" for i in range(i1, i2))
    if kept < ALIKE * max(len(old), len(new)):
        return Line("changed", (Piece(old, True),), (Piece(new, True),))
    left = tuple(Piece("".join(before[i1:i2]), tag != "equal") for tag, i1, i2, _, _ in steps if i2 > i1)
    right = tuple(Piece("".join(after[j1:j2]), tag != "equal") for tag, _, _, j1, j2 in steps if j2 > j1)
    return Line("changed", left, right)
