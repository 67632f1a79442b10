"""What a reviewer should not have to find: slips that can be seen without knowing any medicine.

Each rule is a function that reads the draft and yields findings in words a writer can act on. An error keeps
the article from going out; a warning is for a person to weigh. A rule that cannot be sure warns.
"""

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Literal

from markdown_it.token import Token

from articles.dialect import TOO_MUCH, parse
from articles.evidence import STATISTIC, papers_named, typed_numbers
from articles.passages import Passage, is_decorative, keys_in, passages, picture_alt, picture_sha256, words

LONGEST_SUMMARY = 400
Severity = Literal["error", "warning"]

_REFERENCES = {"references", "reference list", "bibliography", "citations", "works cited", "literature cited"}
_REFERENCES_AT_END = _REFERENCES | {
    "sources",
    "literature",
    "references and sources",
    "sources and references",
}


@dataclass(frozen=True)
class Finding:
    """One slip: what to do about it, and the heading or the first words of the passage where it is."""

    code: str
    severity: Severity
    message: str
    where: str


@dataclass(frozen=True)
class Draft:
    """The words under examination, parsed once."""

    title: str
    summary: str
    passages: tuple[Passage, ...]
    tokens: list[Token]
    picture: bool
    picture_alt: str
    picture_decorative: bool
    known_keys: Container[str]

    @property
    def outline(self) -> list[Passage]:
        return [passage for passage in self.passages if passage.level]


def findings(
    *,
    title: str,
    summary: str,
    body: str,
    picture: bool,
    picture_alt: str,
    picture_decorative: bool,
    known_keys: Container[str],
) -> list[Finding]:
    """Everything found in a draft; an empty list is a draft that is ready to be read."""
    tokens = parse(body)
    draft = Draft(title, summary, tuple(passages(tokens)), tokens, picture, picture_alt, picture_decorative, known_keys)
    return [finding for rule in RULES for finding in rule(draft)]


def empty_text(draft: Draft) -> Iterator[Finding]:
    for name, filled in (("title", draft.title), ("summary", draft.summary)):
        if not filled.strip():
            yield Finding("empty_text", "error", f"The {name} is empty: write it.", name)
    if not any(map(_says_something, draft.passages)):
        yield Finding("empty_text", "error", "The text is empty: write it.", "text")


def too_much_markup(draft: Draft) -> Iterator[Finding]:
    if draft.tokens and draft.tokens[0].content.endswith(TOO_MUCH):
        message = "The text has too much markup to be shown: divide the article, or remove what is not text."
        yield Finding("too_much_markup", "error", message, "text")


def long_summary(draft: Draft) -> Iterator[Finding]:
    if (length := len(draft.summary.strip())) > LONGEST_SUMMARY:
        message = f"The summary has {length} characters: shorten it to {LONGEST_SUMMARY} or fewer."
        yield Finding("long_summary", "warning", message, "summary")


def empty_section(draft: Draft) -> Iterator[Finding]:
    pieces = [passage for passage in draft.passages if passage.level or _says_something(passage)]
    for heading, after in zip_longest(pieces, pieces[1:]):
        if heading.level and (after is None or 0 < after.level <= heading.level):
            message = f"The section {_quoted(heading)} is empty: write it, or remove the heading."
            yield Finding("empty_section", "error", message, _where(heading))


def repeated_heading(draft: Draft) -> Iterator[Finding]:
    """The same words under different headings ("Side effects" of two drugs) can be meant: only a warning."""
    seen: dict[str, set[tuple[str, ...]]] = {}
    above: list[Passage] = []
    for heading in draft.outline:
        above = [higher for higher in above if higher.level < heading.level]
        path = tuple(higher.text.casefold() for higher in above)
        name = heading.text.casefold()
        if name in seen:
            severity: Severity = "error" if path in seen[name] or name in path else "warning"
            message = f"The heading {_quoted(heading)} is used more than once: give each section a name of its own."
            yield Finding("repeated_heading", severity, message, _where(heading))
        seen.setdefault(name, set()).add(path)
        above.append(heading)


def skipped_level(draft: Draft) -> Iterator[Finding]:
    before = 1  # the title of the article
    for heading in draft.outline:
        if heading.level > before + 1:
            message = f"The heading {_quoted(heading)} skips a level: write it with {'#' * (before + 1)}."
            yield Finding("skipped_level", "error", message, _where(heading))
        before = heading.level


def unknown_citation(draft: Draft) -> Iterator[Finding]:
    told: set[str] = set()
    for passage in draft.passages:
        for key in [key for citation in passage.citations for key, _ in citation.meta["items"]]:
            if key not in draft.known_keys and key not in told:
                told.add(key)
                message = f"There is no reference with the key “{key}”: add the reference, or correct the key."
                yield Finding("unknown_citation", "error", message, _where(passage))


def broken_citation(draft: Draft) -> Iterator[Finding]:
    for passage in draft.passages:
        if match := re.search(r"\[@[^\]]{0,40}\]?", _typed(passage)):
            message = f"“{match[0]}” cannot be read as a citation: write [@key], or [@key, p. 4; @other]."
            yield Finding("broken_citation", "error", message, _where(passage))


def typed_citation(draft: Draft) -> Iterator[Finding]:
    for passage in draft.passages:
        if found := typed_numbers(_typed(passage)):
            groups = ", ".join(dict.fromkeys(f"“{number.text}”" for number in found))
            if any(number.sure for number in found):
                message = f"{groups}: citation numbers are made, never typed. Cite the source as [@key]."
                yield Finding("typed_citation", "error", message, _where(passage))
            else:
                message = f"{groups} may be a citation number typed by hand: if it is, cite the source as [@key]."
                yield Finding("typed_citation", "warning", message, _where(passage))


def typed_references(draft: Draft) -> Iterator[Finding]:
    last = draft.outline[-1:]
    for passage in draft.passages:
        names = _REFERENCES_AT_END if passage in last else _REFERENCES
        if passage.kind in ("heading", "paragraph") and passage.text.strip(" :.").casefold() in names:
            message = (
                f"{_quoted(passage)} looks like a list of references typed by hand. The list is made from "
                "the citations: cite each source in the text, and remove this section."
            )
            yield Finding("typed_references", "error", message, _where(passage))


def uncited_link(draft: Draft) -> Iterator[Finding]:
    for passage in draft.passages:
        hrefs = [str(token.attrs["href"]) for token in passage.tokens if token.type == "link_open"]
        for paper in papers_named(" ".join([*hrefs, _typed(passage)])):
            message = f"“{paper}” is linked or named but not cited: add it as a reference and cite it as [@key]."
            yield Finding("uncited_link", "warning", message, _where(passage))


def uncited_numbers(draft: Draft) -> Iterator[Finding]:
    covered = False  # by a line such as "Doses in the trial [@key]:" before a list or a table
    for _, group in groupby(draft.passages, key=_table_or_passage):
        pieces = list(group)
        first = pieces[0]
        if first.kind not in ("item", "row"):
            covered = bool(first.citations) and first.text.endswith(":")
        figure = next((match for piece in pieces if (match := STATISTIC.search(_typed(piece)))), None)
        if figure and not covered and first.kind != "heading" and not any(piece.citations for piece in pieces):
            what = {"row": "table", "item": "list item"}.get(first.kind, first.kind)
            message = f"This {what} gives a figure (“{figure[0]}”) but no source: cite one as [@key]."
            yield Finding("uncited_numbers", "warning", message, _where(first))


def no_citations(draft: Draft) -> Iterator[Finding]:
    if any(map(_says_something, draft.passages)) and not keys_in(draft.tokens):
        message = "The text cites no source: cite the evidence for what it says as [@key]."
        yield Finding("no_citations", "warning", message, "text")


def picture_without_alt(draft: Draft) -> Iterator[Finding]:
    if draft.picture and not draft.picture_alt.strip() and not draft.picture_decorative:
        message = "The main picture has no description: say what it shows, or mark it as decorative."
        yield Finding("picture_without_alt", "error", message, "main picture")
    for passage in draft.passages:
        for picture in passage.pictures:
            if picture_sha256(picture) and not picture_alt(picture).strip() and not is_decorative(picture):
                message = (
                    'A picture has no description: write ![what it shows](…), or ![](… "decorative") '
                    "if a reader loses nothing without it."
                )
                yield Finding("picture_without_alt", "error", message, _where(passage))


def foreign_picture(draft: Draft) -> Iterator[Finding]:
    for passage in draft.passages:
        for picture in passage.pictures:
            if not picture_sha256(picture):
                source = str(picture.attrs["src"])[:80]
                message = f"The picture “{source}” is not shown: upload it here, and use the uploaded copy."
                yield Finding("foreign_picture", "error", message, _where(passage))


def unusable_link(draft: Draft) -> Iterator[Finding]:
    for passage in draft.passages:
        for token in passage.tokens:
            if token.type == "link_missing_open":
                href = str(token.attrs["href"])[:80]
                message = f"The link to “{href}” is not shown: use an address that starts with https:// or mailto:."
                yield Finding("unusable_link", "error", message, _where(passage))


RULES: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    empty_text,
    too_much_markup,
    long_summary,
    empty_section,
    repeated_heading,
    skipped_level,
    unknown_citation,
    broken_citation,
    typed_citation,
    typed_references,
    uncited_link,
    uncited_numbers,
    no_citations,
    picture_without_alt,
    foreign_picture,
    unusable_link,
)


def _says_something(passage: Passage) -> bool:
    return bool(passage.text or passage.citations or passage.pictures)


def _typed(passage: Passage) -> str:
    """The words of a passage except its code, where everything is meant as it stands."""
    return words(token for token in passage.tokens if token.type not in ("code_inline", "fence", "code_block"))


def _table_or_passage(passage: Passage) -> tuple[str, int]:
    return ("table", passage.line) if passage.kind == "row" else ("passage", id(passage))


def _quoted(passage: Passage) -> str:
    return f"“{passage.text if len(passage.text) <= 60 else passage.text[:60].rsplit(' ', 1)[0] + ' …'}”"


def _where(passage: Passage) -> str:
    if passage.kind == "heading":
        return passage.text or "a heading without words"
    return _quoted(passage) if passage.text else "a picture" if passage.pictures else "a citation"
