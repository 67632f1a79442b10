"""A Crossref work as a draft of a source. Crossref's JSON looks like CSL-JSON and is not: titles are lists, dates may
be [[null]], abstracts are XML, and publishers leave out what they like. Nothing is guessed; what is missing is said.
"""

from collections.abc import Mapping
from typing import Any, Final

from articles.bibliography.draft import SourceDraft
from articles.bibliography.identifiers import Identifiers, doi_key, normalise_isbn
from articles.bibliography.standing import Notice, suspicion
from articles.bibliography.text import marked, plain, value
from articles.lookup.answers import IS_A_NOTICE

REGISTER: Final = "Crossref"

_TYPES: Final = {
    "journal-article": "article-journal",
    "proceedings-article": "chapter",
    "book-chapter": "chapter",
    "book-section": "chapter",
    "book-part": "chapter",
    "reference-entry": "chapter",
    "book": "book",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "report": "report",
    "report-component": "report",
    "standard": "report",
    "posted-content": "article",
}
# The issue's own date first: it is the one that stands before the volume in an entry.
_DATES: Final = ("published-print", "issued", "published", "published-online", "posted")
# Words that a real NLM abbreviation of several words never spells out.
_NEVER_IN_FULL: Final = frozenset({"journal", "of", "and", "the", "&"})
_PARTS_OF_NAMES: Final = ("family", "given", "suffix")


def draft_of(work: Mapping[str, Any], asked: str, notices: tuple[Notice, ...], is_notice: bool) -> SourceDraft:
    """Everything we keep of a work, and in words what it lacks."""
    problems: list[str] = []
    csl = _csl(work, problems)
    doi = value(work.get("DOI")) or asked
    if doi_key(doi) != doi_key(asked):
        problems.insert(0, f"Crossref keeps this work under another DOI, {doi}. Check that it is the one you mean.")
    if is_notice:
        problems.insert(0, IS_A_NOTICE)
    elif not notices and (hint := suspicion(value(csl.get("title")))):
        problems.insert(0, hint)
    identifiers = Identifiers(doi=asked if doi_key(doi) == doi_key(asked) else doi, isbn=_isbn(work, csl))
    provenance = dict.fromkeys([*csl, "doi", *(["isbn"] if identifiers.isbn else [])], REGISTER)
    return SourceDraft(
        csl=csl,
        identifiers=identifiers,
        kind="doi",
        raw=asked,
        problems=tuple(problems),
        notices=notices,
        provenance=provenance,
        is_notice=is_notice,
    )


def date_of(raw: object) -> str:
    """2010, 2010-02 or 2010-02-06 from Crossref's date; "" when it holds none."""
    return "-".join(f"{part:02d}" for part in _date(raw))


def _csl(work: Mapping[str, Any], problems: list[str]) -> dict[str, object]:
    kind = _kind(work, problems)
    csl: dict[str, object] = {"type": kind, "title": _title(work, problems)}
    csl |= {"author": _people(work.get("author"), problems), "editor": _people(work.get("editor"), [])}
    csl |= _container(work, kind, problems)
    csl["issued"] = next(({"date-parts": [list(date)]} for date in map(_date, map(work.get, _DATES)) if date), None)
    csl["page"] = value(work.get("page")) or value(work.get("article-number"))
    for theirs, ours in (
        ("volume", "volume"),
        ("issue", "issue"),
        ("publisher", "publisher"),
        ("publisher-location", "publisher-place"),
        ("edition-number", "edition"),
        ("language", "language"),
        ("original-title", "original-title"),
        ("ISSN", "ISSN"),
    ):
        csl[ours] = value(work.get(theirs))
    if kind == "article":
        csl["genre"] = "Preprint" if work.get("subtype") in ("preprint", None) else value(work.get("subtype"))
        _published_since(work, problems)
    csl = {name: said for name, said in csl.items() if said}
    problems += _missing(csl)
    return csl


def _kind(work: Mapping[str, Any], problems: list[str]) -> str:
    theirs = value(work.get("type"))
    if theirs in _TYPES:
        return _TYPES[theirs]
    problems.append(f"Crossref calls this “{theirs or 'nothing'}”. Choose what kind of source it is.")
    return "article-journal" if value(work.get("container-title")) else "report"


def _title(work: Mapping[str, Any], problems: list[str]) -> str:
    titles = _values(work.get("title"))
    if not titles:
        return ""
    if len(titles) > 1:
        problems.append(f"Crossref gives more than one title; this one was left out: {_bare(titles[1])}")
    subtitle = next(iter(_values(work.get("subtitle"))), "")
    if subtitle and _bare(subtitle).lower() not in _bare(titles[0]).lower():
        return f"{titles[0].rstrip(' :.')}: {subtitle}"
    return titles[0]


def _people(raw: object, problems: list[str]) -> list[dict[str, str]]:
    people = []
    for entry in raw if isinstance(raw, list) else []:
        person = _person(entry) if isinstance(entry, Mapping) else {}
        if person:
            people.append(person)
        if list(person) == ["family"]:
            problems.append(f"The author “{person['family']}” has no first name. Is it a person or an organisation?")
    return people


def _person(entry: Mapping[str, Any]) -> dict[str, str]:
    if name := value(entry.get("name")) or value(entry.get("literal")):
        return {"literal": name}
    person = {key: said for key in _PARTS_OF_NAMES if (said := value(entry.get(key)))}
    if "family" in person or "given" not in person:
        return person if "family" in person else {}
    return {"literal": person["given"]}  # a lone first name is a name all the same


def _container(work: Mapping[str, Any], kind: str, problems: list[str]) -> dict[str, object]:
    titles = _values(work.get("container-title"))
    if kind == "article":
        return {"container-title": _server(work) or next(iter(titles), "")}
    if kind == "chapter" and len(titles) > 1:  # the series first, then the book
        return {"container-title": titles[-1], "collection-title": titles[0]}
    full = next(iter(titles), "")
    short = next(iter(_values(work.get("short-container-title"))), "")
    if kind != "article-journal" or not short or short.lower() == full.lower():
        return {"container-title": full}
    if " " in short and _NEVER_IN_FULL & set(short.lower().replace(".", "").split()):
        problems.append(f"Crossref's short name of the journal, “{short}”, is not NLM's; the full name is used instead.")
        return {"container-title": full or short}
    return {"container-title": full, "container-title-short": short}


def _server(work: Mapping[str, Any]) -> str:
    """Where a preprint was posted: bioRxiv, medRxiv …"""
    places = work.get("institution")
    first = places[0] if isinstance(places, list) and places else places
    return value(first.get("name")) if isinstance(first, Mapping) else ""


def _published_since(work: Mapping[str, Any], problems: list[str]) -> None:
    relation = work.get("relation")
    listed = relation.get("is-preprint-of") if isinstance(relation, Mapping) else None
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, Mapping) and (doi := value(entry.get("id"))):
            problems.append(f"This preprint has since been published as {doi}. Cite that, if it says the same.")
            return


def _date(raw: object) -> tuple[int, ...]:
    parts = raw.get("date-parts") if isinstance(raw, Mapping) else None
    first = parts[0] if isinstance(parts, list) and parts else None
    date: list[int] = []
    for part, lowest, highest in zip(first if isinstance(first, list) else [], (1000, 1, 1), (2999, 12, 31), strict=False):
        if not isinstance(part, int) or isinstance(part, bool) or not lowest <= part <= highest:
            break
        date.append(part)
    return tuple(date)


def _isbn(work: Mapping[str, Any], csl: Mapping[str, object]) -> str:
    """A book's own ISBN; a chapter's would be the book's, and two chapters are not one source."""
    if csl.get("type") != "book":
        return ""
    for isbn in _values(work.get("ISBN")):
        try:
            return normalise_isbn(isbn.rpartition("/")[2])
        except ValueError:
            continue
    return ""


def _missing(csl: Mapping[str, object]) -> list[str]:
    wanted = [("title", "title"), ("author", "author"), ("issued", "date")]
    if csl.get("type") == "article-journal":
        wanted.append(("container-title", "journal"))
    said_so = [f"Crossref gives no {name}. Add it if the source has one." for key, name in wanted if key not in csl]
    if csl.get("type") in ("book", "chapter") and "editor" in csl:
        said_so = [problem for problem in said_so if "no author" not in problem]
    return said_so


def _values(raw: object) -> list[str]:
    return [said for said in map(value, raw if isinstance(raw, list) else [raw]) if said]


def _bare(markup: str) -> str:
    return plain(marked(markup))
