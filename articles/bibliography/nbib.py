"""PubMed's own export, the .nbib or MEDLINE format, as drafts.

A tag of up to four letters, a hyphen, its text; lines indented by six spaces go on; a record begins with PMID.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from articles.bibliography import medline
from articles.bibliography.draft import MOST_RECORDS, NotUnderstood, SourceDraft, checked_size, drafted, too_many
from articles.bibliography.text import value, without_stop

TAG: Final = re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}-(?: |$)(?P<rest>.*)", re.DOTALL)
START: Final = re.compile(r"PMID ?- ?[0-9]")

_REF_TYPES: Final = {
    "RIN": "RetractionIn", "ROF": "RetractionOf", "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf",
    "RRI": "RetractedandRepublishedIn", "EIN": "ErratumIn", "EFR": "ErratumFor", "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor", "CRI": "CorrectedandRepublishedIn", "UIN": "UpdateIn", "RPI": "RepublishedIn",
}  # fmt: skip


@dataclass
class _Record:
    line: int
    lines: list[str] = field(default_factory=list)
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def all(self, *tags: str) -> list[str]:
        return [" ".join(parts) for tag, parts in self.fields if tag in tags]

    def first(self, *tags: str) -> str:
        """The first text there is, in the order of the tags asked for."""
        return next((text for tag in tags for text in self.all(tag)), "")


def read_nbib(text: str, line: int = 1) -> list[SourceDraft]:
    """Every record of the text; `line` is where it begins in what was pasted."""
    records = list(islice(_records(checked_size(text), line), MOST_RECORDS + 1))
    if not records:
        raise NotUnderstood("No PubMed record begins here: each starts with PMID- and a number.", line)
    if len(records) > MOST_RECORDS:
        raise too_many(records[-1].line)
    return [_draft(record) for record in records]


def _records(text: str, first_line: int) -> Iterator[_Record]:
    record: _Record | None = None
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=first_line):
        if START.match(line):
            if record:
                yield record
            record = _Record(number)
        if record:
            _add(record, number, line)
    if record:
        yield record


def _add(record: _Record, number: int, line: str) -> None:
    record.lines.append(line)
    found = TAG.match(line)
    if found:
        record.fields.append((found["tag"], [found["rest"].strip()]))
    elif line.startswith((" ", "\t")) and line.strip():
        record.fields[-1][1].append(line.strip())
    elif line.strip():
        record.problems.append(f"Line {number} is not part of a PubMed record and was left out: “{line[:60]}”.")


def _draft(record: _Record) -> SourceDraft:
    types, links = record.all("PT"), [(_REF_TYPES[tag], " ".join(text), "") for tag, text in record.fields if tag in _REF_TYPES]
    books = [f"https://www.ncbi.nlm.nih.gov/books/{number}/" for number in _marked(record, "bookaccession")]
    return drafted(
        "nbib",
        _csl(record, types),
        {
            "doi": _marked(record, "doi"),
            "pmid": [record.first("PMID")],
            "pmcid": record.all("PMC")[:1],
            "isbn": [text.split("(")[0] for text in record.all("ISBN")],
            "url": books,
        },
        raw="\n".join(record.lines).strip("\n"),
        line=record.line,
        problems=record.problems,
        notices=medline.notices(types, links),
        is_notice=medline.is_notice(types, [ref_type for ref_type, _, _ in links]),
    )


def _csl(record: _Record, types: list[str]) -> dict[str, object]:
    kind = "book" if record.first("BTI") and not record.first("TI") else medline.kind_of(types)
    if kind == "article-journal" and record.first("BTI"):
        kind = "chapter"
    in_journal = {
        "container-title": without_stop(record.first("JT")),
        "container-title-short": record.first("TA"),
        "volume": record.first("VI"),
        "issue": record.first("IP"),
    }
    in_book = {
        "container-title": without_stop(record.first("BTI")) if kind == "chapter" else "",
        "publisher": record.first("PB"),
        "publisher-place": record.first("PL"),
        "edition": record.first("EN"),
        "volume": record.first("VI"),
    }
    language = record.first("LA").lower()
    return {
        "type": kind,
        "title": without_stop(value(record.first("TI", "BTI", "TT"))),
        "original-title": without_stop(value(record.first("TT"))),
        "author": _people(record, "FAU", "AU"),
        "editor": _people(record, "FED", "ED"),
        **(in_book if kind in ("book", "chapter") else in_journal),
        # An article without pages has the publisher's number for it in their place, as in PubMed's own rendering.
        "page": record.first("PG") or next((pii for pii in _marked(record, "pii", "LID") if "/" not in pii), ""),
        "language": "" if language == "eng" else language,
        "genre": "Preprint" if kind == "article" else "",
        **medline.dates(record.first("DP"), record.first("DEP"), record.first("PST")),
    }


def _marked(record: _Record, mark: str, *tags: str) -> list[str]:
    """The identifiers of one sort: "10.1118/1.4748329 [doi]"."""
    ending = f"[{mark}]"
    return [text.removesuffix(ending).strip() for text in record.all(*(tags or ("LID", "AID"))) if text.endswith(ending)]


def _people(record: _Record, full: str, short: str) -> list[dict[str, object]]:
    """In the order printed; the full form of a name is followed by the same name with initials."""
    found: list[dict[str, object]] = []
    said_in_full = False
    for tag, parts in record.fields:
        text = " ".join(parts)
        if tag == full:
            found.append(medline.person(text))
        elif tag == short and not said_in_full:
            found.append(medline.person_with_initials(text))
        elif tag == "CN" and full == "FAU":
            found.append({"literal": value(text)})
        if tag in (full, short):
            said_in_full = tag == full
    return [name for name in found if any(name.values())]
