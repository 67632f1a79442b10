"""One source as an entry in the list of references, in NLM (Vancouver) style.

Follows NLM's Citing Medicine and the ICMJE sample references. What a record lacks is left out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import astuple
from typing import Final, TypeAlias

from articles.bibliography.dates import nlm_date
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.languages import foreign_language
from articles.bibliography.names import how_many, name_list
from articles.bibliography.pages import minimal
from articles.bibliography.text import escape, marked, plain, sentence, value, without_stop

FIRST_AUTHORS: Final = 6

Csl: TypeAlias = Mapping[str, object]
Layout: TypeAlias = Callable[[Csl, Identifiers, int], list[str]]


def entry_text(csl: Csl, ids: Identifiers, authors: int = FIRST_AUTHORS) -> str:
    """The entry in plain text."""
    return plain(entry_html(csl, ids, authors))


def entry_html(csl: Csl, ids: Identifiers, authors: int = FIRST_AUTHORS) -> str:
    """The entry as safe HTML without links; of the record's own markup only <i>, <sub> and <sup> stay."""
    ids = Identifiers(*map(value, astuple(ids)))
    layout = _LAYOUTS.get(value(csl.get("type")))
    if layout is None:
        layout = _article if _journal(csl) else _whole_work
    parts = layout(csl, ids, authors) + _closing(csl, ids)
    written = [sentence(part) for part in parts if part]
    if _cites_address(csl, ids):
        written.append(f"Available from: {escape(ids.url)}")  # no stop: it would become part of the address
    return " ".join(written)


def _article(csl: Csl, ids: Identifiers, authors: int) -> list[str]:
    journal = _journal(csl)
    label = _label(csl, ids)
    return [
        _people(csl, "author", authors),
        _title(csl) if journal else _labelled(_title(csl), label),
        _labelled(journal, label),
        _issue(csl, ids),
    ]


def _whole_work(csl: Csl, ids: Identifiers, authors: int) -> list[str]:
    writers = _people(csl, "author", authors)
    editors = _editors(csl, authors)
    return [
        writers or editors,
        _labelled(_title(csl), _label(csl, ids)),
        _edition(csl),
        editors if writers else "",
        _series(csl),
        _imprint(csl),
        _number(csl),
    ]


def _chapter(csl: Csl, ids: Identifiers, authors: int) -> list[str]:
    book = _labelled(_book(csl), _label(csl, ids))
    editors = _editors(csl, authors)
    held_in = f"{sentence(editors)} {book}".strip()
    pages = _pages(csl)
    return [
        _people(csl, "author", authors),
        _title(csl),
        f"In: {held_in}" if held_in else "",
        _edition(csl),
        _imprint(csl),
        f"p. {pages}" if pages else "",
    ]


_LAYOUTS: Final[Mapping[str, Layout]] = {
    "article-journal": _article,
    "article": _article,
    "chapter": _chapter,
    "book": _whole_work,
    "report": _whole_work,
    "webpage": _whole_work,
}


def _field(csl: Csl, name: str) -> str:
    return escape(value(csl.get(name)))


def _people(csl: Csl, role: str, limit: int) -> str:
    more = role == "author" and csl.get("authors_truncated") is True
    return escape(name_list(csl.get(role), limit, more))


def _editors(csl: Csl, limit: int) -> str:
    names = _people(csl, "editor", limit)
    if not names:
        return ""
    return f"{names}, editor" if how_many(csl.get("editor")) == 1 else f"{names}, editors"


def _title(csl: Csl) -> str:
    """The title; in square brackets when it is a translation of one in another language."""
    title = without_stop(value(csl.get("title")))
    if not title or not foreign_language(value(csl.get("language"))):
        return marked(title)
    if title.startswith("[") and title.endswith("]"):
        title = without_stop(title[1:-1])
    if title == without_stop(value(csl.get("original-title"))):  # nobody has translated it
        return marked(title)
    return f"[{marked(title)}]"


def _labelled(title: str, label: str) -> str:
    return f"{title} [{label}]" if title and label else title


def _label(csl: Csl, ids: Identifiers) -> str:
    if value(csl.get("type")) == "article" or "preprint" in value(csl.get("genre")).lower():
        return "Preprint"
    return "Internet" if value(csl.get("type")) == "webpage" or _cites_address(csl, ids) else ""


def _cites_address(csl: Csl, ids: Identifiers) -> bool:
    """An address stands in the entry where no lasting identifier does its work."""
    if not ids.url or ids.doi:
        return False
    return _LAYOUTS.get(value(csl.get("type"))) is not _article or not (ids.pmid or ids.pmcid)


def _journal(csl: Csl) -> str:
    """The journal's recorded abbreviation (NLM writes it without stops), else its full name."""
    short = re.sub(r"\.(?=\s|$)", "", value(csl.get("container-title-short")))
    return escape(short) or marked(without_stop(value(csl.get("container-title"))))


def _book(csl: Csl) -> str:
    return marked(without_stop(value(csl.get("container-title"))))


def _issue(csl: Csl, ids: Identifiers) -> str:
    """Date, volume, issue and pages: 2002 Jul 25;347(4):284-7"""
    written = escape(nlm_date(csl.get("issued")))
    if _cites_address(csl, ids):
        written = f"{written} {_visits(csl)}".strip()
    issue = _field(csl, "issue")
    numbers = _field(csl, "volume") + (f"({issue})" if issue else "")
    if numbers:
        written += f";{numbers}" if written else numbers
    pages = _pages(csl)
    if pages:
        written += f":{pages}" if written else f"p. {pages}"
    return written


def _pages(csl: Csl) -> str:
    return escape(minimal(value(csl.get("page"))))


def _edition(csl: Csl) -> str:
    """The words 2nd ed, from 2, "2nd", "2nd ed." or "2nd edition"."""
    edition = re.sub(r"\s*\b(?:edition|edn|ed)\b\.?\s*$", "", value(csl.get("edition")), flags=re.IGNORECASE)
    if edition.isascii() and edition.isdigit():
        edition += _ordinal_ending(edition)
    return f"{escape(edition)} ed" if edition else ""


def _ordinal_ending(digits: str) -> str:
    if digits[-2:] in ("11", "12", "13"):
        return "th"
    return {"1": "st", "2": "nd", "3": "rd"}.get(digits[-1], "th")


def _series(csl: Csl) -> str:
    """The site or series a work belongs to, unless that is just its publisher again."""
    series = value(csl.get("container-title"))
    return "" if series.lower() == value(csl.get("publisher")).lower() else marked(without_stop(series))


def _imprint(csl: Csl) -> str:
    """Place: Publisher; 2016 Nov 30 [updated 2020 Dec 11; cited 2025 Jan 5]"""
    # NLM sets a state or province off with brackets: "Washington (DC)".
    place = re.sub(r",\s*([A-Z]{2})$", r" (\1)", value(csl.get("publisher-place")))
    made_by = ": ".join(filter(None, (escape(place), _field(csl, "publisher"))))
    dates = f"{escape(nlm_date(csl.get('issued')))} {_visits(csl)}".strip()
    return "; ".join(filter(None, (made_by, dates)))


def _visits(csl: Csl) -> str:
    updated, cited = (escape(nlm_date(csl.get(name))) for name in ("updated", "accessed"))
    dates = "; ".join(f"{word} {date}" for word, date in (("updated", updated), ("cited", cited)) if date)
    return f"[{dates}]" if dates else ""


def _number(csl: Csl) -> str:
    """Such as NICE guideline NG59, or Report No.: 12, or just Fact sheet."""
    genre, number = _field(csl, "genre"), _field(csl, "number")
    if "preprint" in genre.lower():
        genre = ""
    if number and not genre:
        return f"Report No.: {number}"
    return f"{genre} {number}".strip()


def _closing(csl: Csl, ids: Identifiers) -> list[str]:
    """What ends every entry: the language if it is not English, then the identifiers."""
    numbers = [f"PMID: {escape(ids.pmid)}"] if ids.pmid else []
    numbers += [f"PMCID: {escape(ids.pmcid)}"] if ids.pmcid else []
    return [
        escape(foreign_language(value(csl.get("language")))),
        f"doi: {escape(ids.doi)}" if ids.doi else "",
        "; ".join(numbers),
    ]
