"""BibTeX and biblatex files as drafts.

Each entry is cut out of the text first, and mended where a comma or the last bracket is missing, so that
bibtexparser reads one small entry at a time and a fault in one costs no other.
"""

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import bibtexparser
from bibtexparser.middlewares.names import parse_single_name_into_parts
from bibtexparser.model import DuplicateFieldKeyBlock, Entry

from articles.bibliography.dates import read_date
from articles.bibliography.draft import MOST_RECORDS, NotUnderstood, SourceDraft, checked_size, drafted, too_many
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.latex import decoded
from articles.bibliography.people import looks_like_a_group, person
from articles.bibliography.text import value, without_stop

START: Final = re.compile(r"[ \t]*@[ \t]*([A-Za-z]+)[ \t]*[{(]")
_ASSIGNMENT: Final = re.compile(r"\s*[A-Za-z][\w:-]*\s*=")
_ADDRESS: Final = re.compile(r"https?://[^\s{}]+")
_LONGEST_ENTRY: Final = 30_000
_PATIENCE: Final = 3.0  # seconds for the whole text: some LaTeX is slow to read
_OTHERS: Final = ("others", "et al.", "et al")
_NOT_SOURCES: Final = ("string", "preamble", "comment")

_TYPES: Final = {
    "article": "article-journal", "periodical": "article-journal", "book": "book", "mvbook": "book", "booklet": "book",
    "collection": "book", "proceedings": "book", "inbook": "chapter", "incollection": "chapter", "inproceedings": "chapter",
    "conference": "chapter", "inreference": "chapter", "techreport": "report", "report": "report", "manual": "report",
    "phdthesis": "report", "mastersthesis": "report", "thesis": "report", "online": "webpage", "www": "webpage",
    "electronic": "webpage", "dataset": "webpage", "unpublished": "article", "preprint": "article",
}  # fmt: skip

# The library writes to the log what the problems of each draft say as well, with the pasted text.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class _Chunk:
    kind: str
    text: str
    line: int


def read_bibtex(text: str, line: int = 1) -> list[SourceDraft]:
    """Every entry of the text; `line` is where it begins in what was pasted."""
    chunks = list(_chunks(checked_size(text).lstrip("\ufeff"), line))
    entries = [chunk for chunk in chunks if chunk.kind not in _NOT_SOURCES]
    if not entries:
        raise NotUnderstood("No BibTeX entry begins here: each starts with @ and its type, such as @article{.", line)
    if len(entries) > MOST_RECORDS:
        raise too_many(entries[-1].line)
    strings = "\n".join(chunk.text for chunk in chunks if chunk.kind == "string")[:_LONGEST_ENTRY]
    drafts, started = [], time.monotonic()
    for entry in entries:
        if time.monotonic() - started > _PATIENCE:
            raise NotUnderstood("Reading takes too long from here on. Import the file in smaller pieces.", entry.line)
        drafts.append(_draft(entry, strings))
    return drafts


def _chunks(text: str, first_line: int) -> Iterator[_Chunk]:
    """The blocks of the file, each from its own @ to before the next; what stands between them is comment."""
    kind, lines, began = "", list[str](), first_line
    for number, line in enumerate(text.splitlines(), start=first_line):
        found = START.match(line)
        if found:
            if kind:
                yield _Chunk(kind, "\n".join(lines), began)
            kind, lines, began = found[1].lower(), [], number
        if kind:
            lines.append(line)
    if kind:
        yield _Chunk(kind, "\n".join(lines), began)


def _draft(chunk: _Chunk, strings: str) -> SourceDraft:
    if len(chunk.text) > _LONGEST_ENTRY:
        return _unread(chunk, "This entry is too long to be one source. Check its brackets.")
    mended, problems = _mended(chunk)
    try:
        blocks = bibtexparser.parse_string(f"{strings}\n{mended}").blocks
    except Exception as error:  # whatever the library stumbles over, the rest of the paste is still read
        return _unread(chunk, f"This entry cannot be read ({type(error).__name__}).")
    whole = [block.ignore_error_block if isinstance(block, DuplicateFieldKeyBlock) else block for block in blocks]
    entry = next((block for block in whole if isinstance(block, Entry)), None)
    if entry is None or not entry.fields:
        return _unread(chunk, "This entry is broken: look for a missing key, comma, quotation mark or bracket.")
    fields = {field.key.lower(): str(field.value) for field in reversed(entry.fields)}
    try:
        return _read(chunk, fields, problems)
    except RecursionError:
        return _unread(chunk, "The brackets of this entry are nested too deeply.")


def _unread(chunk: _Chunk, reason: str) -> SourceDraft:
    raw = chunk.text.strip()[:_LONGEST_ENTRY]
    return SourceDraft({}, Identifiers(), "bibtex", raw, chunk.line, (f"Line {chunk.line}: {reason}",))


def _mended(chunk: _Chunk) -> tuple[str, list[str]]:
    """The entry with its missing commas and closing brackets, and a word about each."""
    lines, problems, depth = chunk.text.split("\n"), list[str](), 0
    begins = START.match(lines[0])
    if begins is None or begins[0].endswith("("):
        return chunk.text, problems
    for place, line in enumerate(lines):
        depth = max(0, depth + _opened(line))
        if depth == 0:
            return "\n".join(lines[: place + 1]), problems  # what follows the entry is comment
        following = next((after for after in lines[place + 1 : place + 4] if after.strip()), "")
        if depth == 1 and line.strip() and line.rstrip()[-1] not in ",{#=" and _ASSIGNMENT.match(following):
            lines[place] = line.rstrip() + ","
            problems.append(f"Line {chunk.line + place}: a comma was missing at the end of the line; it was added.")
    problems.append(f"Line {chunk.line}: the closing bracket of this entry is missing. Check that nothing is cut off.")
    return "\n".join(lines) + "}" * depth, problems


def _opened(line: str) -> int:
    """How many brackets more are opened than closed."""
    bare = re.sub(r"\\.", "", line)
    return bare.count("{") - bare.count("}")


def _read(chunk: _Chunk, fields: dict[str, str], problems: list[str]) -> SourceDraft:
    kind, doubt = _kind(chunk, fields)
    names = {role: _people(fields.get(role, "")) for role in ("author", "editor")}
    csl = _csl(fields, kind) | {role: people for role, (people, _) in names.items()}
    csl["authors_truncated"] = True if names["author"][1] else None
    eprint = fields.get("eprint", "") if fields.get("eprinttype", "").lower() in ("pubmed", "pmid") else ""
    ids = {
        "doi": [fields.get("doi", ""), _doi_in(fields.get("note", ""))],
        "pmid": [fields.get("pmid", ""), eprint],
        "pmcid": [fields.get("pmcid", "") or fields.get("pmc", "")],
        "isbn": [fields.get("isbn", "")],
        "url": [found[0] for name in ("url", "howpublished") if (found := _ADDRESS.search(fields.get(name, "")))],
    }
    return drafted(
        "bibtex",
        csl,
        {name: [value(re.sub(r"\\([_&%#~$])", r"\1", each)) for each in found if each.strip()] for name, found in ids.items()},
        raw=chunk.text.strip(),
        line=chunk.line,
        problems=[*problems, *doubt],
    )


def _kind(chunk: _Chunk, fields: dict[str, str]) -> tuple[str, list[str]]:
    if chunk.kind in _TYPES:
        return _TYPES[chunk.kind], []
    if chunk.kind == "misc":
        preprint = "preprint" in (fields.get("type", "") + fields.get("note", "")).lower() or "archiveprefix" in fields
        return ("article" if preprint else "webpage" if "url" in fields or "howpublished" in fields else "report"), []
    return "article-journal", [f"Line {chunk.line}: the BibTeX type @{chunk.kind[:40]} is not known here. Check what it is."]


def _csl(fields: dict[str, str], kind: str) -> dict[str, object]:
    def words(*names: str) -> str:
        return next((text for name in names if (text := decoded(fields.get(name, "")))), "")

    genre = words("type") if kind in ("report", "webpage") else "Preprint" if kind == "article" else ""
    language = words("langid", "language")
    return {
        "type": kind,
        "title": _title(words("title"), words("subtitle")),
        "original-title": without_stop(words("origtitle")),
        "container-title": words("booktitle") if kind == "chapter" else words("journal", "journaltitle", "organization"),
        "container-title-short": words("shortjournal"),
        "volume": words("volume"),
        "issue": words("issue") if "number" not in fields else words("number") if kind == "article-journal" else "",
        "number": words("number") if kind in ("report", "webpage") else "",
        "page": re.sub(r"\s*[\u2013\u2014-]+\s*", "-", words("pages") or words("eid", "articleno")),
        "edition": words("edition"),
        "publisher": words("publisher", "institution", "school"),
        "publisher-place": words("address", "location"),
        "language": "" if language.lower() in ("english", "american", "british", "en", "eng") else language,
        "genre": genre,
        "issued": _issued(fields),
        "accessed": read_date(words("urldate")),
    }


def _title(title: str, subtitle: str) -> str:
    return without_stop(f"{title}: {subtitle}" if title and subtitle else title or subtitle)


def _issued(fields: dict[str, str]) -> dict[str, object]:
    """biblatex's one field, or BibTeX's year with its month: jan, 1, "January", "10~jan"."""
    date = decoded(fields.get("date", ""))
    if date:
        first, _, last = date.partition("/")
        start, end = read_date(first), read_date(last)
        return {"date-parts": [*_parts(start), *_parts(end)]} if _parts(start) and _parts(end) else start
    # A month put together of two parts ("25~" # jul) comes as it was written.
    year, month = (decoded(re.sub(r'["#]', " ", fields.get(name, ""))) for name in ("year", "month"))
    if month.isdigit():
        return read_date(f"{year}-{month}")
    return read_date(f"{year} {month}".replace("\u2013", "-"))


def _parts(date: dict[str, object]) -> list[object]:
    parts = date.get("date-parts")
    return parts[:1] if isinstance(parts, list) else []


def _people(field: str) -> tuple[list[dict[str, str]], bool]:
    """The names, and whether there are others."""
    written = _split(field)
    others = any(name.strip("{} ").lower() in _OTHERS for name in written)
    named = [_person(name) for name in written if name.strip("{} ").lower() not in (*_OTHERS, "")]
    return [name for name in named if name], others


def _split(field: str) -> list[str]:
    """The field cut at each "and" outside brackets. (The library's own cutter loses a command after an "and".)"""
    names, depth, begins = list[str](), 0, 0
    for found in re.finditer(r"\\.|[{}]|\s+and(?=\s)", field):
        sign = found[0]
        depth += (sign == "{") - (sign == "}")
        if depth <= 0 and sign.endswith("and"):
            names.append(field[begins : found.start()])
            begins = found.end()
    return [name.strip() for name in (*names, field[begins:])]


def _person(written: str) -> dict[str, str]:
    whole = decoded(written)
    if (written.startswith("{") and _closes_at_end(written)) or ("," not in written and looks_like_a_group(whole)):
        return {"literal": whole}
    if "," in whole:
        return person(whole)
    parts = parse_single_name_into_parts(whole, strict=False)
    # "van der Pluijm" sorts and prints with its particles.
    family, given, suffix = (" ".join(words) for words in ([*parts.von, *parts.last], parts.first, parts.jr))
    named = {"family": family, "given": given, "suffix": suffix}
    return {part: said for part, said in named.items() if said}


def _closes_at_end(written: str) -> bool:
    """Whether the first bracket is closed by the last sign, so that it holds the whole name."""
    depth = 0
    for place, sign in enumerate(written):
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            return place == len(written) - 1
    return False


def _doi_in(text: str) -> str:
    found = re.search(r"10\.[0-9]{4,9}/[^\s{}]+", text)
    return found[0] if found and "doi" in text.lower() else ""
