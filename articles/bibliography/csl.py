"""CSL-JSON, as Zotero and other reference managers export it, as drafts.

Only what an entry can print is taken over; everything else in the file is left behind.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from articles.bibliography.draft import MOST_RECORDS, NotUnderstood, SourceDraft, checked_size, drafted, too_many
from articles.bibliography.text import value, without_stop

WORDS: Final = (
    "title", "original-title", "container-title", "container-title-short", "volume", "issue", "page", "number", "edition",
    "publisher", "publisher-place", "genre", "language", "ISSN",
)  # fmt: skip
PEOPLE: Final = ("author", "editor")
DATES: Final = ("issued", "available-date", "accessed", "updated")
_NAME_PARTS: Final = ("family", "given", "suffix", "non-dropping-particle", "dropping-particle", "literal")
_OURS: Final = ("article-journal", "article", "book", "chapter", "report", "webpage")
_OTHERS: Final = {
    "article-magazine": "article-journal", "article-newspaper": "article-journal", "journal-article": "article-journal",
    "review": "article-journal", "paper-conference": "chapter", "book-chapter": "chapter", "entry": "chapter",
    "entry-dictionary": "chapter", "entry-encyclopedia": "chapter", "posted-content": "article", "preprint": "article",
    "monograph": "book", "edited-book": "book", "reference-book": "book", "thesis": "report", "pamphlet": "report",
    "standard": "report", "document": "report", "dataset": "webpage", "post": "webpage", "post-weblog": "webpage",
}  # fmt: skip
_IDENTIFIERS: Final = {"doi": "DOI", "pmid": "PMID", "pmcid": "PMCID", "isbn": "ISBN", "url": "URL"}
# Zotero keeps fields it has no place for in the note: "PMID: 32956536".
_IN_NOTE: Final = re.compile(r"^\s*(PMID|PMCID|DOI)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


def read_csl(text: str, line: int = 1) -> list[SourceDraft]:
    """Every item of a list, or the one item there is; `line` is where the text begins in what was pasted."""
    drafts: list[SourceDraft] = []
    for item, raw, at in _items(checked_size(text), line):
        if len(drafts) == MOST_RECORDS:
            raise too_many(at)
        drafts.append(_draft(item, raw, at))
    if not drafts:
        raise NotUnderstood("This JSON holds no sources.", line)
    return drafts


def _items(text: str, line: int) -> Iterator[tuple[Mapping[str, object], str, int]]:
    """Each item with its own words and line, read one by one so that a fault can be placed."""
    decoder = json.JSONDecoder()
    place, counted = _skip(text, 0, "\ufeff"), 0
    is_list = text[place : place + 1] == "["
    place = _skip(text, place + 1) if is_list else place
    while text[place : place + 1] not in ("]", ""):
        line, counted = line + text.count("\n", counted, place), place
        try:
            item, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            at = line + text.count("\n", place, error.pos)
            raise NotUnderstood("The JSON is broken or cut off here. Export the sources again.", at) from error
        except (ValueError, RecursionError) as error:
            raise NotUnderstood("This JSON cannot be read. Export the sources again.", line) from error
        if not isinstance(item, dict):
            raise NotUnderstood("A source in CSL-JSON stands in curly brackets { }.", line)
        yield item, text[place:end], line
        place = _skip(text, end, ",")
        if not is_list and place < len(text):
            raise NotUnderstood("Something follows the source. Put several sources into [ ].", line)
    if is_list and not text[place:].startswith("]"):
        raise NotUnderstood("The JSON is cut off: its closing ] is missing. Export the sources again.", line)


_BLANK: Final = " \t\r\n"


def _skip(text: str, place: int, more: str = "") -> int:
    while place < len(text) and text[place] in _BLANK + more:
        place += 1
    return place


def _draft(item: Mapping[str, object], raw: str, line: int) -> SourceDraft:
    kind, problems = _kind(value(item.get("type")), line)
    # A number of an article is what other records call its page.
    page = value(item.get("page")) or (value(item.get("number")) if kind == "article-journal" else "")
    csl: dict[str, object] = {"type": kind}
    csl |= {name: without_stop(value(item.get(name))) if "title" in name else value(item.get(name)) for name in WORDS}
    csl |= {name: people(item.get(name)) for name in PEOPLE}
    csl |= {name: _date(item.get(name)) for name in DATES}
    csl |= {"page": page, "authors_truncated": True if item.get("authors_truncated") is True else None}
    csl["container-title-short"] = csl["container-title-short"] or value(item.get("journalAbbreviation"))
    if kind == "article-journal":
        csl.pop("number")
    return drafted("csl", csl, _identifiers(item), raw=raw, line=line, problems=problems)


def _kind(said: str, line: int) -> tuple[str, list[str]]:
    kind = said if said in _OURS else _OTHERS.get(said, "")
    if kind:
        return kind, []
    return "article-journal", [f"Line {line}: the kind of source “{said[:40]}” is not known here; it was taken for an article."]


def people(raw: object) -> list[dict[str, str]]:
    """The names that can be read; others are left out."""
    found = []
    for name in raw if isinstance(raw, Sequence) and not isinstance(raw, str) else ():
        if isinstance(name, Mapping):
            parts = {part: value(name.get(part)) for part in _NAME_PARTS}
            parts["literal"] = parts["literal"] or value(name.get("name"))
            found.append({part: said for part, said in parts.items() if said})
    return [name for name in found if name]


def _date(raw: object) -> object:
    """A date's own words, without anything nested deeper than a date is."""
    if isinstance(raw, str):
        return {"raw": value(raw)} if value(raw) else None
    if not isinstance(raw, Mapping):
        return None
    kept: dict[str, object] = {name: value(raw.get(name)) for name in ("season", "literal", "raw") if value(raw.get(name))}
    parts = raw.get("date-parts")
    if isinstance(parts, list):
        dates = [[int(value(each)) for each in date[:3] if _is_number(each)] for date in parts[:2] if isinstance(date, list)]
        kept |= {"date-parts": [date for date in dates if date]} if any(dates) else {}
    return kept


def _is_number(raw: object) -> bool:
    digits = value(raw)
    return digits.isascii() and digits.isdigit() and len(digits) <= 4


def _identifiers(item: Mapping[str, object]) -> dict[str, list[str]]:
    found = {name: [value(item.get(field))] for name, field in _IDENTIFIERS.items()}
    note = item.get("note")
    for label, number in _IN_NOTE.findall(note[:20_000] if isinstance(note, str) else ""):
        found[label.lower()].append(number)
    found["isbn"] = found["isbn"][0].split()[:1]  # Zotero puts several into one field
    return {name: [each for each in each_found if each] for name, each_found in found.items()}
