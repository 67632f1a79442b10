"""Where two texts differ, word by word, each difference with what stands around it in its line.

Pure. `minor_change` judges by it whether a difference could be a slip mended and nothing more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.diff import Line, compare

NEAR = 60  # characters on either side that are read for the neighbours of a change

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_OF_A_SENTENCE = re.compile(r"(?:^|[.!?:…][\"'”’)\]*_]*\s)[\s\"'“‘(\[*_>#|-]*$")


@dataclass(frozen=True)
class Side:
    """Words that stand, or stood, between two kept stretches of one line."""

    text: str
    before: str
    after: str

    @property
    def words(self) -> list[str]:
        return [word.lower() for word in WORD.findall(self.text)]

    @property
    def glued(self) -> str:
        """The text with all that touches it: the decimal point of a number, the sign before it."""
        left = re.search(r"\S*$", self.before)[0] if self._touches(self.text[:1]) else ""  # type: ignore[index]
        right = re.match(r"\S*", self.after)[0] if self._touches(self.text[-1:]) else ""  # type: ignore[index]
        return left + self.text + right

    def _touches(self, edge: str) -> bool:
        return not edge.isspace() or self.text.isspace()

    @property
    def shown(self) -> str:
        """For a reason: the words with what touches them, and after a number the next word, which is its unit."""
        glued = " ".join(self.glued.split()).strip(".,;:")
        if any(c.isdigit() for c in glued) and not any(c.isalpha() for c in glued):
            rest = self.after[len(re.match(r"\S*", self.after)[0]) :] if self._touches(self.text[-1:]) else self.after  # type: ignore[index]
            glued = f"{glued} {next(iter(rest.split()), '')}".strip(" .,;:")
        return glued[:120]

    @property
    def names(self) -> list[str]:
        """Words with a capital that no beginning of a sentence explains, and abbreviations."""
        return [found[0] for found in WORD.finditer(self.text) if found[0] != "I" and self._is_name(found[0], found.start())]

    def _is_name(self, word: str, at: int) -> bool:
        before = (self.before + self.text[max(0, at - NEAR) : at])[-NEAR:]
        return any(c.isupper() for c in word[1:]) or (word[0].isupper() and not _OF_A_SENTENCE.search(before))


@dataclass(frozen=True)
class Stretch:
    """One place where the two sides differ. Neither text may be empty on both."""

    old: Side
    new: Side

    def told(self, what: str) -> str:
        old, new = self.old.shown, self.new.shown
        if old == new:  # but for punctuation or space
            old, new = self.old.glued, self.new.glued
        sides = [side for side in (self.old, self.new) if side.text.strip()]
        if len(sides) != 1 or sides[0].glued.strip() != sides[0].text.strip():
            return f"It changes {what}: “{old}” became “{new}”."
        return f"It adds {what}: “{new}”." if self.new.text.strip() else f"It leaves out {what}: “{old}”."

    @property
    def size(self) -> int:
        return max(1, len(self.old.words), len(self.new.words))


def stretches(old: str, new: str) -> Iterator[Stretch]:
    """The differences, found in one order of the two texts, so that there and back are judged alike."""
    if old > new:
        yield from (Stretch(stretch.new, stretch.old) for stretch in stretches(new, old))
    elif old != new:
        for line in compare(old, new):
            if line.kind != "same":
                yield from _of_line(line)


def _of_line(line: Line) -> Iterator[Stretch]:
    sides = [[piece for piece in side or () if piece.text] for side in (line.old, line.new)]
    texts = ["".join(piece.text for piece in side) for side in sides]
    at = [0, 0]
    while sides[0] or sides[1]:
        taken = ["", ""]
        for side, pieces in enumerate(sides):
            while pieces and pieces[0].changed:
                taken[side] += pieces.pop(0).text
        if taken != ["", ""]:
            found = [
                Side(part, text[max(0, i - NEAR) : i], text[i + len(part) : i + len(part) + NEAR])
                for part, text, i in zip(taken, texts, at, strict=True)
            ]
            yield Stretch(*found)
        kept = [pieces.pop(0).text if pieces else "" for pieces in sides]
        at = [i + len(part) + len(same) for i, part, same in zip(at, taken, kept, strict=True)]
