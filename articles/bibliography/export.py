"""Sources for other programs: CSL-JSON, RIS and BibTeX, in UTF-8.

What comes out here and is read in again gives the same record, as far as the format has a place for it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from articles.bibliography.dates import iso, nlm_date, year
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.latex import encoded
from articles.bibliography.names import surname
from articles.bibliography.text import value

Item: TypeAlias = tuple[str, Mapping[str, object], Identifiers]

_RIS_TYPES: Final = {
    "article-journal": "JOUR", "article": "UNPB", "book": "BOOK", "chapter": "CHAP", "report": "RPRT", "webpage": "ELEC",
}  # fmt: skip
_BIBTEX_TYPES: Final = {
    "article-journal": "article", "article": "unpublished", "book": "book", "chapter": "incollection", "report": "techreport",
    "webpage": "online",
}  # fmt: skip
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def to_csl_json(items: Iterable[Item]) -> str:
    """A list of CSL-JSON items, each with its key and its identifiers."""
    written = []
    for key, csl, ids in items:
        numbers = {"DOI": ids.doi, "PMID": ids.pmid, "PMCID": ids.pmcid, "ISBN": ids.isbn, "URL": ids.url}
        written.append({"id": key, **csl, **{name: number for name, number in numbers.items() if number}})
    return json.dumps(written, ensure_ascii=False, indent=2) + "\n"


def to_ris(items: Iterable[Item]) -> str:
    return "\n".join("".join(f"{tag}  - {text}\n" for tag, text in _ris(*item)) for item in items)


def _ris(key: str, csl: Mapping[str, object], ids: Identifiers) -> Iterator[tuple[str, str]]:
    kind = value(csl.get("type"))
    in_book = kind in ("book", "chapter")
    yield "TY", _RIS_TYPES.get(kind, "GEN")
    yield "ID", key
    first, _, last = value(csl.get("page")).partition("-")
    lines: list[tuple[str, str]] = [
        *(("AU", _ris_name(name)) for name in _people(csl, "author")),
        *(("A2", _ris_name(name)) for name in _people(csl, "editor")),
        ("TI", value(csl.get("title"))),
        ("OP", value(csl.get("original-title"))),
        ("T2", value(csl.get("container-title"))),
        ("J2", "" if in_book else value(csl.get("container-title-short"))),
        *_ris_dates(csl),
        *(
            (tag, value(csl.get(name)))
            for tag, name in (("VL", "volume"), ("IS", "issue"), ("ET", "edition"), ("PB", "publisher"))
        ),
        *((tag, value(csl.get(name))) for tag, name in (("CY", "publisher-place"), ("LA", "language"), ("M1", "number"))),
        ("M3", "Preprint" if kind == "article" else value(csl.get("genre"))),
        ("SP", first),
        ("EP", last),
        ("SN", ids.isbn if in_book else value(csl.get("ISSN"))),
        ("DO", ids.doi),
        ("AN", ids.pmid),
        ("DB", "PubMed" if ids.pmid else ""),
        ("C2", ids.pmcid),
        ("UR", ids.url),
    ]
    yield from ((tag, text) for tag, text in lines if text)
    yield "ER", ""


def _ris_dates(csl: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    issued, accessed = csl.get("issued"), iso(csl.get("accessed"))
    in_words = nlm_date(issued)
    if year(issued):
        day = [*iso(issued).split("-"), "", ""][:3]
        # A season or a range has no place in numbers: it goes behind the third stroke, in words.
        other = "" if in_words == nlm_date(iso(issued)) else in_words.removeprefix(year(issued)).strip()
        yield "PY", year(issued)
        yield "DA", "/".join([*day, other])
    if accessed:
        yield "Y2", "/".join([*accessed.split("-"), "", ""][:3])


def _people(csl: Mapping[str, object], role: str) -> list[Mapping[str, object]]:
    people = csl.get(role)
    return [name for name in people if isinstance(name, Mapping)] if isinstance(people, Sequence) else []


def _group(name: Mapping[str, object]) -> str:
    return value(name.get("literal")) or value(name.get("name"))


def _ris_name(name: Mapping[str, object]) -> str:
    """Family, given, suffix; the comma after a single name shows that it is a person's."""
    if group := _group(name):
        return group
    parts = [surname(name), value(name.get("given")), value(name.get("suffix"))]
    return ", ".join(parts if parts[2] else parts[:2]).strip()


def to_bibtex(items: Iterable[Item]) -> str:
    return "\n".join(map(_bibtex_entry, items))


def _bibtex_entry(item: Item) -> str:
    key, csl, ids = item
    fields = "".join(f"  {name} = {text},\n" for name, text in _bibtex(csl, ids) if text not in ("", "{}", "{{}}"))
    return f"@{_BIBTEX_TYPES.get(value(csl.get('type')), 'misc')}{{{key},\n{fields}}}\n"


def _bibtex(csl: Mapping[str, object], ids: Identifiers) -> Iterator[tuple[str, str]]:
    kind = value(csl.get("type"))
    yield "author", _bibtex_people(csl, "author")
    yield "editor", _bibtex_people(csl, "editor")
    for name, field in (("title", "title"), ("origtitle", "original-title")):
        yield name, f"{{{{{encoded(value(csl.get(field)))}}}}}"  # twice in brackets: its capitals are meant
    yield ("booktitle" if kind == "chapter" else "journal"), _braced(csl, "container-title")
    yield "shortjournal", _braced(csl, "container-title-short")
    yield from _bibtex_dates(csl)
    for name in ("volume", "edition", "publisher"):
        yield name, _braced(csl, name)
    yield "number", _braced(csl, "issue" if kind == "article-journal" else "number")
    yield "address", _braced(csl, "publisher-place")
    yield "pages", "{" + encoded(value(csl.get("page"))).replace("-", "--") + "}"
    yield "langid", _braced(csl, "language")
    yield "type", _braced(csl, "genre")
    for name, number in (("doi", ids.doi), ("pmid", ids.pmid), ("pmcid", ids.pmcid), ("isbn", ids.isbn), ("url", ids.url)):
        yield name, "{" + re.sub(r"[{}]", "", number) + "}"


def _braced(csl: Mapping[str, object], field: str) -> str:
    return "{" + encoded(value(csl.get(field))) + "}"


def _bibtex_dates(csl: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The year and month for BibTeX, the whole date for biblatex."""
    issued = csl.get("issued")
    first = iso(issued)
    yield "year", "{" + year(issued) + "}"
    if len(first) > 4:
        yield "month", _MONTHS[int(first[5:7]) - 1]
    parts = issued.get("date-parts") if isinstance(issued, Mapping) else None
    last = iso({"date-parts": parts[1:2]}) if isinstance(parts, list) and len(parts) == 2 else ""
    yield "date", "{" + "/".join(filter(None, (first, last))) + "}"
    yield "urldate", "{" + iso(csl.get("accessed")) + "}"


def _bibtex_people(csl: Mapping[str, object], role: str) -> str:
    names = []
    for name in _people(csl, role):
        parts = [encoded(text) for text in (surname(name), value(name.get("suffix")), value(name.get("given")))]
        written = ", ".join(parts if parts[1] else [parts[0], parts[2]])
        names.append("{" + encoded(_group(name)) + "}" if _group(name) else written)
    if names and role == "author" and csl.get("authors_truncated") is True:
        names.append("others")
    return "{" + " and ".join(names) + "}"
