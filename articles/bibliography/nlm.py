"""One source as an entry in the list of references, in NLM (Vancouver) style.

Follows NLM's Citing Medicine and the ICMJE sample references. What a record lacks is left out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from typing import Final, TypeAlias

from articles.bibliography.dates import nlm_date
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.languages import foreign_language
from articles.bibliography.names import how_many, name_list
from articles.bibliography.pages import minimal
from articles.bibliography.parts import Csl, book, edition, field, is_preprint, journal, series
from articles.bibliography.standing import Notice, mark_of, merged, tells_of_fault, word
from articles.bibliography.text import escape, marked, plain, sentence, value, without_stop

FIRST_AUTHORS: Final = 6

Layout: TypeAlias = Callable[[Csl, Identifiers, int, str], list[str]]

# NLM's words before the place where a notice appeared; the same for all kinds of correction.
_NOTICES: Final = {
    "retraction": "Retraction in",
    "withdrawal": "Retraction in",
    "removal": "Retraction in",
    "partial_retraction": "Partial retraction in",
    "expression_of_concern": "Expression of concern in",
    "correction": "Erratum in",
    "corrigendum": "Erratum in",
    "erratum": "Erratum in",
    "clarification": "Erratum in",
}


def entry_text(csl: Csl, ids: Identifiers, *, notices: Sequence[Notice] = (), authors: int = FIRST_AUTHORS) -> str:
    """The entry in plain text."""
    return plain(entry_html(csl, ids, notices=notices, authors=authors))


def entry_html(csl: Csl, ids: Identifiers, *, notices: Sequence[Notice] = (), authors: int = FIRST_AUTHORS) -> str:
    """The entry as safe HTML without links; of the record's own markup only <i>, <sub> and <sup> stay.

    With its notices, a source that was retracted or corrected says so, and where.
    """
    ids = Identifiers(*map(value, astuple(ids)))
    layout = _LAYOUTS.get(value(csl.get("type")))
    if layout is None:
        layout = _article if journal(csl) else _whole_work
    mark = mark_of(notices, value(csl.get("title")))
    parts = layout(csl, ids, authors, mark) + _closing(csl, ids, [*map(_notice, merged(notices))])
    written = [sentence(part) for part in parts if part]
    if _cites_address(csl, ids):
        written.append(f"Available from: {escape(ids.url)}")  # no stop: it would become part of the address
    return " ".join(written)


def _article(csl: Csl, ids: Identifiers, authors: int, mark: str) -> list[str]:
    label = _label(csl, ids)
    title = _labelled(_title(csl), mark)
    published_in = journal(csl)
    return [
        _people(csl, "author", authors),
        title if published_in else _labelled(title, label),
        _labelled(published_in, label),
        _issue(csl, ids),
    ]


def _whole_work(csl: Csl, ids: Identifiers, authors: int, mark: str) -> list[str]:
    writers = _people(csl, "author", authors)
    editors = _editors(csl, authors)
    return [
        writers or editors,
        _labelled(_labelled(_title(csl), mark), _label(csl, ids)),
        edition(csl),
        editors if writers else "",
        series(csl),
        _imprint(csl),
        _number(csl),
    ]


def _chapter(csl: Csl, ids: Identifiers, authors: int, mark: str) -> list[str]:
    editors = _editors(csl, authors)
    held_in = f"{sentence(editors)} {_labelled(book(csl), _label(csl, ids))}".strip()
    pages = _pages(csl)
    return [
        _people(csl, "author", authors),
        _labelled(_title(csl), mark),
        f"In: {held_in}" if held_in else "",
        edition(csl),
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
    if is_preprint(csl):
        return "Preprint"
    return "Internet" if value(csl.get("type")) == "webpage" or _cites_address(csl, ids) else ""


def _cites_address(csl: Csl, ids: Identifiers) -> bool:
    """An address stands in the entry where no lasting identifier does its work."""
    if not ids.url or ids.doi:
        return False
    return _LAYOUTS.get(value(csl.get("type"))) is not _article or not (ids.pmid or ids.pmcid)


def _issue(csl: Csl, ids: Identifiers) -> str:
    """Date, volume, issue and pages: 2002 Jul 25;347(4):284-7"""
    written = escape(nlm_date(csl.get("issued")))
    if _cites_address(csl, ids):
        written = f"{written} {_visits(csl)}".strip()
    issue = field(csl, "issue")
    numbers = field(csl, "volume") + (f"({issue})" if issue else "")
    if numbers:
        written += f";{numbers}" if written else numbers
    pages = _pages(csl)
    if pages:
        written += f":{pages}" if written else f"p. {pages}"
    return written


def _pages(csl: Csl) -> str:
    return escape(minimal(value(csl.get("page"))))


def _imprint(csl: Csl) -> str:
    """Place: Publisher; 2016 Nov 30 [updated 2020 Dec 11; cited 2025 Jan 5]"""
    # NLM sets a state or province off with brackets: "Washington (DC)".
    place = re.sub(r",\s*([A-Z]{2})$", r" (\1)", value(csl.get("publisher-place")))
    made_by = ": ".join(filter(None, (escape(place), field(csl, "publisher"))))
    dates = f"{escape(nlm_date(csl.get('issued')))} {_visits(csl)}".strip()
    return "; ".join(filter(None, (made_by, dates)))


def _visits(csl: Csl) -> str:
    updated, cited = (escape(nlm_date(csl.get(name))) for name in ("updated", "accessed"))
    dates = "; ".join(f"{word} {date}" for word, date in (("updated", updated), ("cited", cited)) if date)
    return f"[{dates}]" if dates else ""


def _number(csl: Csl) -> str:
    """Such as NICE guideline NG59, or Report No.: 12, or just Fact sheet."""
    genre, number = field(csl, "genre"), field(csl, "number")
    if "preprint" in genre.lower():
        genre = ""
    if number and not genre:
        return f"Report No.: {number}"
    return f"{genre} {number}".strip()


def _closing(csl: Csl, ids: Identifiers, notices: list[str]) -> list[str]:
    """What ends every entry: the language if it is not English, the DOI, what became of the work, its numbers."""
    numbers = [f"PMID: {escape(ids.pmid)}"] if ids.pmid else []
    numbers += [f"PMCID: {escape(ids.pmcid)}"] if ids.pmcid else []
    ahead = escape(nlm_date(csl.get("available-date")))
    return [
        escape(foreign_language(value(csl.get("language")))),
        f"doi: {escape(ids.doi)}" if ids.doi else "",
        f"Epub {ahead}" if ahead else "",
        *notices,
        "; ".join(numbers),
    ]


def _notice(notice: Notice) -> str:
    """Such as "Retraction in: J Biol Chem. 2001 Mar 30;276(13):10576"; "" when nobody can look it up."""
    label = _NOTICES.get(word(notice.type)) or value(notice.label)
    where = [without_stop(value(notice.citation))]
    where += [f"doi: {value(notice.doi)}"] if notice.doi else []
    if not any(where):
        where = [f"PMID: {value(notice.pmid)}"] if notice.pmid else []
    found = ". ".join(filter(None, where))
    return escape(f"{label}: {found}") if label and found and tells_of_fault(notice) else ""
