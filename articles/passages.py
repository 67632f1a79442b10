"""What a body says, read from its tokens: passages as a reader meets them, outline, sources and pictures.

`markup` turns the same tokens into HTML; `findings` looks through the passages for slips.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from markdown_it.token import Token

from articles.sentences import CITED

_PICTURE = re.compile(r"/pictures/([0-9a-f]{64})\.(?:webp|png|jpg)")


Kind = Literal["heading", "paragraph", "item", "row", "caption", "code"]


@dataclass(frozen=True)
class Heading:
    """A heading of the article itself, for the table of contents."""

    level: int
    text: str
    id: str


@dataclass(frozen=True)
class Passage:
    """One heading, paragraph, list item, table row, caption or code block."""

    kind: Kind
    tokens: tuple[Token, ...]
    level: int = 0  # of a heading; 0 if it stands in a list or quotation, outside the outline
    line: int = 0  # the first line of the paragraph, or of the whole table

    @cached_property
    def marked_text(self) -> str:
        """The words, with one CITED character for each citation."""
        return marked_words(self.tokens)

    @cached_property
    def text(self) -> str:
        return words(self.tokens)

    @cached_property
    def citations(self) -> list[Token]:
        return [token for token in self.tokens if token.type == "citation"]

    @cached_property
    def pictures(self) -> list[Token]:
        return [token for token in self.tokens if token.type == "image"]


def passages(tokens: Sequence[Token]) -> Iterator[Passage]:
    """The text of a body in reading order, piece by piece."""
    kind: Kind = "paragraph"
    level = line = lists = 0
    row: list[list[Token]] | None = None
    for token in tokens:
        match token.type:
            case "list_item_open" | "list_item_close":
                lists += token.nesting
            case "heading_open":
                kind, level, line = "heading", 0 if token.level else int(token.tag[1]), _line(token)
            case "paragraph_open" | "figure_open":
                kind, level, line = "item" if lists else "paragraph", 0, _line(token)
            case "figcaption_open":
                kind = "caption"
            case "table_open":
                line = _line(token)
            case "tr_open":
                row = []
            case "tr_close" if row is not None:
                yield Passage("row", _row(row), line=line)
                row = None
            case "inline" if row is not None:
                row.append(token.children or [])
            case "inline":
                yield Passage(kind, tuple(token.children or ()), level, line)
            case "fence" | "code_block":
                yield Passage("code", (token,), line=_line(token))


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0


def _row(cells: list[list[Token]]) -> tuple[Token, ...]:
    """A row read aloud: its cells told apart by semicolons."""
    row: list[Token] = []
    begun = False
    for cell in cells:
        if words(cell):
            row += [Token("cell", "", 0, content="; ")] if begun else []
            begun = True
        row += cell
    return tuple(row)


def headings_in(tokens: Sequence[Token]) -> tuple[Heading, ...]:
    """The outline: headings that are not part of a list or a quotation."""
    return tuple(
        Heading(int(token.tag[1]), words(inline.children or ()), str(token.attrs["id"]))
        for token, inline in pairwise(tokens)
        if token.type == "heading_open" and not token.level
    )


def keys_in(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The keys cited, each once, in order of first appearance."""
    citations = (child for token in tokens for child in token.children or () if child.type == "citation")
    return tuple(dict.fromkeys(key for citation in citations for key, _ in citation.meta["items"]))


def picture_sha256(image: Token) -> str:
    """Which uploaded picture an image shows; empty if it is not one of ours."""
    match = _PICTURE.fullmatch(str(image.attrs["src"]))
    return match[1] if match else ""


def is_decorative(image: Token) -> bool:
    return str(image.attrs.get("title", "")).strip().lower() == "decorative"


def picture_alt(image: Token) -> str:
    return "" if is_decorative(image) else words(image.children or ())


def words(tokens: Iterable[Token]) -> str:
    """The words of some inline tokens, without markup, citations and pictures."""
    return unmarked(marked_words(tokens))


def marked_words(tokens: Iterable[Token]) -> str:
    out: list[str] = []
    for token in tokens:
        match token.type:
            case "citation":
                out.append(CITED)
            case "softbreak" | "hardbreak":
                out.append(" ")
            case "text" | "code_inline" | "fence" | "code_block" | "cell":
                out.append(token.content)
    return " ".join("".join(out).split())


def unmarked(text: str) -> str:
    return " ".join(re.sub(rf"\s*{CITED}", "", text).split())
