"""One source as an entry in the list of references, in AMA style.

Follows the AMA Manual of Style, 11th edition: first names three of more than six authors, journals and books in
italics, pages in full, no stop after a DOI or an address. What a record lacks is left out.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from articles.bibliography.dates import ama_date, year
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.languages import foreign_language
from articles.bibliography.names import how_many, name_list
from articles.bibliography.pages import full
from articles.bibliography.parts import Csl, book, edition, field, is_preprint, journal, series
from articles.bibliography.standing import Notice, mark_of, merged, tells_of_fault, word
from articles.bibliography.text import escape, marked, plain, sentence, value, without_stop

MOST_AUTHORS: Final = 6
FIRST_AUTHORS: Final = 3

_NOTICES: Final = {
    "retraction": "Retracted in",
    "withdrawal": "Retracted in",
    "removal": "Retracted in",
    "partial_retraction": "Partly retracted in",
    "expression_of_concern": "Expression of concern in",
    "correction": "Correction published in",
    "corrigendum": "Correction published in",
    "erratum": "Correction published in",
    "clarification": "Correction published in",
}


@dataclass(frozen=True)
class _Source:
    csl: Csl
    ids: Identifiers
    authors: int
    mark: str


def entry_text(csl: Csl, ids: Identifiers, *, notices: Sequence[Notice] = (), authors: int = MOST_AUTHORS) -> str:
    """The entry in plain text."""
    return plain(entry_html(csl, ids, notices=notices, authors=authors))


def entry_html(csl: Csl, ids: Identifiers, *, notices: Sequence[Notice] = (), authors: int = MOST_AUTHORS) -> str:
    """The entry as safe HTML without links; where there are more authors than `authors`, three are named."""
    ids = Identifiers(*map(value, astuple(ids)))
    source = _Source(csl, ids, authors, mark_of(notices, value(csl.get("title"))))
    layout = _LAYOUTS.get(value(csl.get("type"))) or (_article if journal(csl) else _whole_work)
    parts = [*layout(source), *map(_notice, merged(notices))]
    return " ".join([*(sentence(part) for part in parts if part), *_closing(source)])


def _article(source: _Source) -> list[str]:
    visits = _visits(source.csl) if _address(source) else []
    return [_people(source, "author"), _title(source), _italic(journal(source.csl)), _issue(source.csl), *visits]


def _whole_work(source: _Source) -> list[str]:
    writers, editors = _people(source, "author"), _editors(source)
    return [
        writers or editors,
        _italic(_title(source)),
        edition(source.csl),
        editors if writers else "",
        series(source.csl),
        _imprint(source.csl),
        _number(source.csl),
        *_visits(source.csl),
    ]


def _chapter(source: _Source) -> list[str]:
    editors, held_in = _editors(source), _italic(book(source.csl))
    found_in = f"{sentence(editors)} {held_in}".strip()
    return [
        _people(source, "author"),
        _title(source),
        f"In: {found_in}" if found_in else "",
        edition(source.csl),
        _imprint(source.csl),
    ]


def _webpage(source: _Source) -> list[str]:
    writers = _people(source, "author")
    site = book(source.csl) or field(source.csl, "publisher")
    published = ama_date(source.csl.get("issued"))
    return [
        writers,
        _title(source),
        "" if site.lower() == writers.lower() else site,
        f"Published {escape(published)}" if published else "",
        *_visits(source.csl),
    ]


_LAYOUTS: Final[Mapping[str, Callable[[_Source], list[str]]]] = {
    "article-journal": _article,
    "article": _article,
    "chapter": _chapter,
    "book": _whole_work,
    "report": _whole_work,
    "webpage": _webpage,
}


def _italic(markup: str) -> str:
    """In italics; words that are in italics already would stand out by being upright."""
    return f"<i>{re.sub('</?i>', '', markup)}</i>" if markup else ""


def _people(source: _Source, role: str) -> str:
    people = source.csl.get(role)
    more = role == "author" and source.csl.get("authors_truncated") is True
    limit = source.authors if how_many(people) <= source.authors else min(FIRST_AUTHORS, source.authors)
    return escape(name_list(people, limit, more))


def _editors(source: _Source) -> str:
    names = _people(source, "editor")
    ending = "ed" if how_many(source.csl.get("editor")) == 1 else "eds"
    return f"{names}, {ending}" if names else ""


def _title(source: _Source) -> str:
    """The title as published, its translation in brackets, and in which language one has to read it."""
    title, original = (without_stop(value(source.csl.get(name))) for name in ("title", "original-title"))
    language = foreign_language(value(source.csl.get("language")))
    written = marked(title)
    if language and title != original:
        written = written if title.startswith("[") else f"[{written}]"
        written = f"{sentence(marked(original))} {written}" if original else f"{written}. Article in {escape(language)}"
    return f"{written} [{source.mark}]" if written and source.mark else written


def _issue(csl: Csl) -> str:
    """2012;39(10):5795-5813, or when it appeared and no more where there is no issue yet."""
    numbers = field(csl, "volume") + (f"({field(csl, 'issue')})" if field(csl, "issue") else "")
    pages = escape(full(value(csl.get("page"))))
    day = escape(ama_date(csl.get("issued")))
    if is_preprint(csl):
        return f"Preprint posted online {day}" if day else "Preprint"
    if not numbers and not pages:
        return f"Published online {day}" if day else ""
    when = escape(year(csl.get("issued"))) or day if numbers else day
    written = ";".join(filter(None, (when, numbers)))
    return f"{written}:{pages}" if written and pages else written or pages


def _imprint(csl: Csl) -> str:
    """Publisher; 2002:93-113 (this edition of the manual leaves the place out)"""
    pages = escape(full(value(csl.get("page"))))
    made = "; ".join(filter(None, (field(csl, "publisher"), escape(year(csl.get("issued"))))))
    return f"{made}:{pages}" if made and pages else made or pages


def _visits(csl: Csl) -> list[str]:
    dates = (("Updated", csl.get("updated")), ("Accessed", csl.get("accessed")))
    return [f"{said} {escape(ama_date(raw))}" if ama_date(raw) else "" for said, raw in dates]


def _number(csl: Csl) -> str:
    genre, number = field(csl, "genre"), field(csl, "number")
    if is_preprint(csl):
        return "Preprint"
    return f"Report {number}" if number and not genre else f"{genre} {number}".strip()


def _closing(source: _Source) -> list[str]:
    """The DOI, or else the address: neither is followed by a stop, which would become part of it."""
    last = f"doi:{escape(source.ids.doi)}" if source.ids.doi else _address(source)
    return [last] if last else []


def _address(source: _Source) -> str:
    """The address, where no lasting identifier does its work."""
    lasting = source.ids.doi or ((source.ids.pmid or source.ids.pmcid) and value(source.csl.get("type")) == "article-journal")
    return "" if lasting else escape(source.ids.url)


_CITATION: Final = re.compile(r"(?P<journal>.+?)\. (?P<year>[12][0-9]{3})[^;:]*(?P<numbers>[;:].*)", re.DOTALL)


def _notice(notice: Notice) -> str:
    """Such as "Retracted in: Lancet. 2010;375(9713):445", with the journal in italics."""
    label = _NOTICES.get(word(notice.type)) or value(notice.label)
    if not label or not tells_of_fault(notice):
        return ""
    where = without_stop(value(notice.citation))
    found = _CITATION.fullmatch(where)
    if found:
        name, when, numbers = (escape(part) for part in found.groups())
        return f"{escape(label)}: <i>{name}</i>. {when}{full(numbers)}"
    where = where or (f"doi:{value(notice.doi)}" if notice.doi else "")
    return escape(f"{label}: {where}") if where else ""
