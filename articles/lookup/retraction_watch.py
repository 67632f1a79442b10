"""The Retraction Watch list as a file: nobody outside learns what a writer cites.

The file is the CSV that Crossref gives away; it is read row by row, and only rows about the sources asked for are kept.
"""

import codecs
import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TextIO

from articles.bibliography.identifiers import doi_key
from articles.bibliography.standing import Notice, Standing, merged, standing_of, word

SOURCE: Final = "retraction-watch"  # the name Crossref gives it, so that the same notice from both is one
COLUMNS: Final = (
    "Record ID", "Title", "Journal", "RetractionDate", "RetractionDOI", "RetractionPubMedID",
    "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature",
)  # fmt: skip
_DATE: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?:\s.*)?", re.ASCII)
_RESOLVER: Final = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_PMID: Final = re.compile(r"[1-9][0-9]{0,7}", re.ASCII)


class NotReadable(ValueError):
    """The file is not the list, or is damaged; says where."""


@dataclass(frozen=True)
class Row:
    """One thing that happened to one paper."""

    doi: str
    pmid: str
    notice: Notice


@dataclass(frozen=True)
class Register:
    """What the list says of the sources that were asked for."""

    rows_read: int
    _by_doi: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))
    _by_pmid: dict[str, list[Notice]] = field(default_factory=lambda: defaultdict(list))

    def notices(self, doi: str = "", pmid: str = "") -> tuple[Notice, ...]:
        """The gravest first; a paper that is listed under both its numbers is found once."""
        found = self._by_doi.get(doi_key(doi), []) if doi else []
        return merged([*found, *(self._by_pmid.get(pmid, []) if pmid else [])])

    def standing(self, doi: str = "", pmid: str = "") -> Standing:
        """A source without DOI and PMID cannot be found in the list, which is not the same as not being in it."""
        return standing_of(self.notices(doi, pmid)) if doi or pmid else Standing.not_checkable


def read(path: Path, dois: Collection[str], pmids: Collection[str]) -> Register:
    """One pass through the file. Memory grows with what is asked for, not with the file."""
    wanted_dois, wanted_pmids = frozenset(map(doi_key, dois)), frozenset(pmids)
    by_doi: dict[str, list[Notice]] = defaultdict(list)
    by_pmid: dict[str, list[Notice]] = defaultdict(list)
    count = 0
    for row in rows(path):
        count += 1
        if row.doi in wanted_dois:
            by_doi[row.doi].append(row.notice)
        if row.pmid in wanted_pmids:
            by_pmid[row.pmid].append(row.notice)
    return Register(count, dict(by_doi), dict(by_pmid))


def rows(path: Path) -> Iterator[Row]:
    """Every row, in the file's order; NotReadable at the first that cannot be trusted."""
    try:
        with path.open(encoding="utf-8-sig", errors="latin-1-bytes", newline="") as lines:
            yield from _rows(lines)
    except OSError as error:
        raise NotReadable(f"The file {path} cannot be opened: {error.strerror}.") from error


def _rows(lines: TextIO) -> Iterator[Row]:
    # Strict: a quotation mark out of place would otherwise swallow the next row, and with it a retraction.
    table = csv.reader(lines, strict=True)
    try:
        header = next(table, [])
        places = _places(header)
        last = max(places.values())
        for cells in table:
            if not cells:
                continue
            if len(cells) <= last:
                raise NotReadable(f"Line {table.line_num} ends too early. Is the file complete? Download it again.")
            if len(cells) > len(header):
                raise NotReadable(f"Line {table.line_num} has more columns than the first line. Download the file again.")
            yield _row({name: cells[place].strip() for name, place in places.items()})
    except csv.Error as error:
        raise NotReadable(f"Line {table.line_num} cannot be read ({error}). Download the file again.") from error


def _places(header: list[str]) -> dict[str, int]:
    """Where each column stands: the order may change, the names may not."""
    names = [name.strip() for name in header]
    if missing := [name for name in COLUMNS if name not in names]:
        listed = ", ".join(f"“{name}”" for name in missing)
        raise NotReadable(f"This is not the Retraction Watch list: the first line has no column {listed}.")
    return {name: names.index(name) for name in COLUMNS}


def _row(cells: dict[str, str]) -> Row:
    notice = Notice(
        type=word(cells["RetractionNature"]) or "unknown",
        doi=_doi(cells["RetractionDOI"]),
        pmid=_pmid(cells["RetractionPubMedID"]),
        date=_date(cells["RetractionDate"]),
        sources=(SOURCE,),
        label=cells["RetractionNature"],
    )
    return Row(_doi(cells["OriginalPaperDOI"]).lower(), _pmid(cells["OriginalPaperPubMedID"]), notice)


def _doi(cell: str) -> str:
    """The list writes "unavailable" where there is none."""
    doi = _RESOLVER.sub("", cell)
    return doi if doi.startswith("10.") else ""


def _pmid(cell: str) -> str:
    """0 means none."""
    return cell if _PMID.fullmatch(cell) else ""


def _date(cell: str) -> str:
    """Month before day, as in America: 2/6/2010 is 6 February."""
    found = _DATE.fullmatch(cell)
    return f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}" if found else ""


def _byte_as_latin_1(error: UnicodeError) -> tuple[str, int]:
    """Old rows are in another encoding than new ones: what is not UTF-8 is taken for Latin-1, byte by byte."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin-1-bytes", _byte_as_latin_1)
