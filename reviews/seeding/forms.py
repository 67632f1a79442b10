"""The forms that a made-up text takes: sections, lists and tables, with places for words and citations. Pure.

A form is a text in Markdown with named places, and for each place the sentences that are filled in there. All texts of one form
have the same number of words, and so the same reading time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviews.seeding.vocabulary import PATTERNS

CITATIONS = 5  # of each revision
OWN_HEADINGS = tuple(f"{which} words on %s and %s" for which in ("Made-up", "Other", "More"))
SHORT = "a %s and a %s beside the %s of some %s, made up for measuring"
Draw = Callable[[int], Sequence[str]]


@dataclass(frozen=True)
class Form:
    """The places are named as the body has them: %(p3)s."""

    number: int
    body: str
    places: dict[str, str]

    def filled(self, draw: Draw) -> dict[str, str]:
        """Words for every place."""
        return {name: self.words_for(name, draw) for name in self.places}

    def words_for(self, name: str, draw: Draw) -> str:
        pattern = self.places[name]
        return pattern % tuple(draw(pattern.count("%s")))

    @cached_property
    def own_headings(self) -> list[str]:
        return [name for name in self.places if name.startswith("h")]


class _Writing:
    """Puts one form together, block by block."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.blocks: list[str] = []
        self.places: dict[str, str] = {}
        self._cited = self._said = 0

    def heading(self, section: int) -> None:
        if section % 2:
            self.blocks.append(f"## Part {['two', 'three', 'four', 'five', 'six'][section - 1]} of these made-up words")
        else:
            self.blocks.append(f"## {self._place('h', OWN_HEADINGS[section // 2])}")

    def paragraph(self, sentences: int) -> None:
        self.blocks.append(self._place("p", self._sentences(sentences)) + self._citation(sentences - 2))

    def items(self, count: int) -> None:
        self.blocks.append("\n".join(f"- {self._place('i', self._sentences(1))}{self._citation(1)}" for _ in range(count)))

    def table(self, rows: int) -> None:
        head = "| Made up | For measuring |\n| --- | --- |\n"
        lines = [f"| {self._place('c', SHORT)} | {self._place('c', SHORT)} |" for _ in range(rows)]
        self.blocks.append(head + "\n".join(lines))

    def form(self) -> Form:
        return Form(self.number, "\n\n".join(self.blocks), self.places)

    def _place(self, kind: str, pattern: str) -> str:
        name = f"{kind}{sum(known.startswith(kind) for known in self.places) + 1}"
        self.places[name] = pattern
        return f"%({name})s"

    def _sentences(self, count: int) -> str:
        first, self._said = self._said, self._said + count
        return " ".join(PATTERNS[(self.number + said) % len(PATTERNS)] for said in range(first, first + count))

    def _citation(self, sources: int) -> str:
        """Each source in turn, so that all are cited, and most of them again and again."""
        first, self._cited = self._cited, self._cited + sources
        return " [" + "; ".join(f"@%(key{cited % CITATIONS + 1})s" for cited in range(first, first + sources)) + "]"


def _form(number: int) -> Form:
    writing = _Writing(number)
    sections = 4 + number % 3
    for section in range(sections):
        writing.heading(section)
        for paragraph in range(12 // sections):
            writing.paragraph(4 if paragraph % 2 else 3)
        if section == 1:
            writing.items(3 + number % 2)
        if section == 2 and number % 2:
            writing.table(3)
    return writing.form()


FORMS = tuple(_form(number) for number in range(4))
