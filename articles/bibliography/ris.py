"""RIS, which most databases and reference managers export, as drafts.

The format is used loosely: hyphens without spaces, records without an end, the same thing under several tags. Lines
are put in order first, so that rispy reads each record by itself and a fault stays where it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import rispy  # type: ignore[import-untyped]

from articles.bibliography.dates import iso, read_date
from articles.bibliography.draft import MOST_RECORDS, NotUnderstood, SourceDraft, checked_size, drafted, too_many
from articles.bibliography.identifiers import normalise_doi
from articles.bibliography.people import person
from articles.bibliography.text import value, without_stop

LINE: Final = re.compile(r"\s{0,3}(?P<tag>[A-Z][A-Z0-9])\s{0,2}-(?:\s(?P<rest>.*)|$)", re.DOTALL)
START: Final = re.compile(r"\s{0,3}TY\s{0,2}-(?:\s|$)")

_TYPES: Final = {
    "JOUR": "article-journal", "EJOUR": "article-journal", "JFULL": "article-journal", "MGZN": "article-journal",
    "NEWS": "article-journal", "ABST": "article-journal", "INPR": "article-journal", "BOOK": "book", "EBOOK": "book",
    "EDBOOK": "book", "CHAP": "chapter", "ECHAP": "chapter", "CONF": "chapter", "CPAPER": "chapter", "ENCYC": "chapter",
    "RPRT": "report", "GOVDOC": "report", "STAND": "report", "THES": "report", "PAMP": "report", "ELEC": "webpage",
    "WEB": "webpage", "BLOG": "webpage", "ICOMM": "webpage", "DATA": "webpage", "UNPB": "article", "UNPD": "article",
}  # fmt: skip
_EVERY_TAG: Final = {f"{first}{second}": f"{first}{second}" for first in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                     for second in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}  # fmt: skip
_DOI_PLACES: Final = ("UR", "M3", "N1", "L3", "L1", "L2", "ID", "AN")
_LOOSE_DOI: Final = re.compile(r"10\.[0-9]{4,9}/\S+")
_LOOSE_PMID: Final = re.compile(r"\bPMID\s*:?\s*([1-9][0-9]{0,7})\b", re.IGNORECASE)
_LOOSE_PMCID: Final = re.compile(r"\bPMC[1-9][0-9]{0,8}\b", re.IGNORECASE)

Fields = Mapping[str, list[str]]


@dataclass
class _Record:
    line: int
    lines: list[str] = field(default_factory=list)
    tagged: list[tuple[str, list[str]]] = field(default_factory=list)
    ended: bool = False


def read_ris(text: str, line: int = 1) -> list[SourceDraft]:
    """Every record of the text; `line` is where it begins in what was pasted."""
    records = list(islice(_records(checked_size(text), line), MOST_RECORDS + 1))
    if not records:
        raise NotUnderstood("No RIS record begins here: each starts with TY  - and its type.", line)
    if len(records) > MOST_RECORDS:
        raise too_many(records[-1].line)
    return [_draft(record) for record in records]


def _records(text: str, first_line: int) -> Iterator[_Record]:
    record: _Record | None = None
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=first_line):
        found = LINE.match(line)
        if found and found["tag"] == "TY":
            if record:
                yield record
            record = _Record(number)
        if record is None:
            continue
        record.lines.append(line)
        if found and found["tag"] == "ER":
            record.ended = True
            yield record
            record = None
        elif found:
            record.tagged.append((found["tag"], [(found["rest"] or "").strip()]))
        elif line.strip():
            record.tagged[-1][1].append(line.strip())
    if record:
        yield record


def _draft(record: _Record) -> SourceDraft:
    fields = _fields(record)
    problems = [] if record.ended else [f"Line {record.line}: the record has no end (ER  -). Check that nothing is missing."]
    said = _first(fields, "TY").upper()
    if said not in _TYPES:
        problems.append(f"Line {record.line}: the RIS type “{said[:20]}” is not known here. Check what kind of source it is.")
    kind = _TYPES.get(said) or ("webpage" if "UR" in fields and not _journal(fields)[0] else "article-journal")
    issued, complaint = _issued(fields, record.line)
    csl = _csl(fields, kind) | {"issued": issued}
    raw = "\n".join(record.lines).strip("\n")
    return drafted("ris", csl, _identifiers(fields, kind), raw=raw, line=record.line, problems=[*problems, *complaint])


def _fields(record: _Record) -> Fields:
    """The texts of every tag. A continued line has been joined already: doing that in rispy takes long for long texts."""
    lines = [f"{tag}  - {value(' '.join(parts))}" for tag, parts in record.tagged]
    tags = list(_EVERY_TAG)
    read = rispy.loads(
        "\n".join([*lines, "ER  - "]), mapping=_EVERY_TAG, list_tags=tags, delimiter_tags_mapping={}, skip_unknown_tags=True
    )
    fields: dict[str, list[str]] = {}
    for tag, texts in read[0].items() if read else ():
        kept = [text for text in (texts if isinstance(texts, list) else [texts]) if text]
        if kept:
            fields[tag] = kept
    return fields


def _first(fields: Fields, *tags: str) -> str:
    return next((fields[tag][0] for tag in tags if tag in fields), "")


def _csl(fields: Fields, kind: str) -> dict[str, object]:
    in_book = kind in ("book", "chapter")
    journal, short = _journal(fields)
    authors = _people(fields, "AU", "A1")
    return {
        "type": kind,
        "title": without_stop(_first(fields, "TI", "T1", "CT") or (_first(fields, "BT") if kind == "book" else "")),
        "original-title": without_stop(_first(fields, "OP")),
        "container-title": _first(fields, "BT", "T2") if in_book and kind != "book" else "" if kind == "book" else journal,
        "container-title-short": "" if in_book else short,
        "author": authors,
        "editor": _people(fields, "ED", "A2") if in_book or kind == "report" else [],
        "volume": _first(fields, "VL"),
        "issue": _first(fields, "IS", "CP") if not in_book else "",
        "page": _pages(fields),
        "edition": _first(fields, "ET"),
        "publisher": _first(fields, "PB"),
        "publisher-place": _first(fields, "CY", "PP"),
        "language": "" if _first(fields, "LA").lower() in ("en", "eng", "english") else _first(fields, "LA"),
        "accessed": read_date(_first(fields, "Y2")),
        **_genre(fields, kind),
    }


def _genre(fields: Fields, kind: str) -> dict[str, str]:
    words = next((text for text in fields.get("M3", ()) if not _LOOSE_DOI.search(text)), "")
    if kind == "article":
        return {"genre": "Preprint"}
    return {"genre": words, "number": _first(fields, "M1")} if kind in ("report", "webpage") else {}


def _journal(fields: Fields) -> tuple[str, str]:
    """The journal's name and its abbreviation, whichever of five tags they stand in."""
    name = _first(fields, "JF", "T2", "JO", "JA", "J2")
    short = _first(fields, "JA", "J2") or (_first(fields, "JO") if len(_first(fields, "JO")) < len(name) else "")
    return name, "" if short == name else short


def _people(fields: Fields, *tags: str) -> list[dict[str, str]]:
    names = next((fields[tag] for tag in tags if tag in fields), [])
    return [name for name in map(person, names) if name]


def _pages(fields: Fields) -> str:
    first, last = _first(fields, "SP", "C7", "AR"), _first(fields, "EP")
    return f"{first}-{last}" if first and last and last != first and "-" not in first else first or last


def _issued(fields: Fields, line: int) -> tuple[dict[str, object], list[str]]:
    """The fullest of the dates that stand in the year given; the year alone where they contradict each other."""
    dates = [_date(text) for tag in ("PY", "Y1", "DA") for text in fields.get(tag, ())[:1]]
    dates = [date for date in dates if iso(date)] or [date for date in dates if date]
    if not dates:
        return {}, []
    same = [date for date in dates if iso(date)[:4] == iso(dates[0])[:4]]
    complaint = [] if len(same) == len(dates) else [f"Line {line}: the record gives two different years. Check the date."]
    return max(same, key=lambda date: (len(iso(date)), len(str(date)))), complaint


def _date(text: str) -> dict[str, object]:
    """2002/07/25/, or 2002///Spring with words of its own behind the third stroke."""
    parts = [part.strip() for part in text.split("/")]
    if len(parts) == 4 and parts[3] and parts[0]:
        return read_date(f"{parts[0]} {parts[3]}")
    return read_date("-".join(filter(None, parts[:3])) if len(parts) > 1 else text)


def _identifiers(fields: Fields, kind: str) -> dict[str, list[str]]:
    loose = [text for tag in ("AN", "N1", "C1", "C2", "U1", "U2") for text in fields.get(tag, ())]
    in_pubmed = any("pubmed" in text.lower() or "medline" in text.lower() for text in fields.get("DB", ()))
    addresses = fields.get("UR", [])
    numbers = [found[1] for text in loose if (found := _LOOSE_PMID.search(text))]
    return {
        "doi": _dois(fields),
        "pmid": numbers + [text for text in fields.get("AN", ()) if in_pubmed and text.isdigit()],
        "pmcid": [found[0] for text in loose if (found := _LOOSE_PMCID.search(text))],
        "isbn": [text.split("(")[0].split(";")[0] for text in fields.get("SN", ())] if kind in ("book", "chapter") else [],
        "url": [address for address in addresses if not _doi_in(address)],
    }


def _dois(fields: Fields) -> list[str]:
    """The field for it, whatever is in it; from other fields only what is a DOI beyond doubt."""
    elsewhere = [found for tag in _DOI_PLACES for text in fields.get(tag, ()) if (found := _doi_in(text))]
    return [*fields.get("DO", ()), *elsewhere]


def _doi_in(text: str) -> str:
    found = _LOOSE_DOI.search(text)
    if not found or ("doi" not in text.lower() and found.start() > 0):
        return ""
    for candidate in (text, found[0]):
        try:
            return normalise_doi(candidate)
        except ValueError:
            continue
    return ""
