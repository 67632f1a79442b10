"""What PubMed's two formats, .nbib and XML, have in common: how it names people, types and notices.

Follows NLM's MEDLINE/PubMed data element descriptions and the PubMed DTD.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from articles.bibliography.dates import iso, read_date
from articles.bibliography.standing import Notice, from_pubmed, gravest_first, is_notice_in_pubmed
from articles.bibliography.text import value, without_stop

SOURCE: Final = "PubMed"
_MOST_NOTICES: Final = 50

_SUFFIX: Final = re.compile(r"(?P<rest>.+?)[\s,]+(?P<suffix>Jr|Sr|2nd|3rd|[4-9]th|I{2,3}|IV)\.?", re.IGNORECASE)
_INITIALS: Final = re.compile(r"(?P<family>.+?)\s+(?P<given>[^\W\d_]{1,4})")
_DOI: Final = re.compile(r"\bdoi:\s*(\S+?)\.?(?=\s|$)", re.IGNORECASE)
_PMID: Final = re.compile(r"\bPMID:\s*([1-9][0-9]{0,7})\b")
_LEAD: Final = re.compile(r"^(?:retraction|erratum|expression of concern|partial retraction) in:\s*", re.IGNORECASE)
_WHEN: Final = re.compile(r"\.\s*([12][0-9]{3}(?:\s+[A-Z][a-z]{2}(?:\s+[0-9]{1,2})?)?)(?=[;:.\s]|$)")

_RETRACTED: Final = ("retracted publication",)
_NOTICE_TYPES: Final = ("retraction of publication", "retraction notice", "published erratum", "expression of concern")


def person(full: str) -> dict[str, object]:
    """A CSL name out of "Maurer, Calvin R Jr"; a name without a comma and with several words is a group's."""
    family, comma, given = (part.strip() for part in value(full).partition(","))
    if not comma:
        return {"literal": family} if " " in family else {"family": family}
    return _named(family, *_without_suffix(given))


def person_with_initials(short: str) -> dict[str, object]:
    """A CSL name out of "van der Pluijm I" or "Maurer CR Jr"."""
    rest, suffix = _without_suffix(value(short))
    found = _INITIALS.fullmatch(rest)
    return _named(found["family"], found["given"], suffix) if found else _named(rest, "", suffix)


def _without_suffix(name: str) -> tuple[str, str]:
    found = _SUFFIX.fullmatch(name)
    return (found["rest"], found["suffix"]) if found else (name, "")


def _named(family: str, given: str, suffix: str) -> dict[str, object]:
    parts = {"family": family, "given": given, "suffix": suffix}
    return {name: part for name, part in parts.items() if part}


def kind_of(types: Iterable[str]) -> str:
    """The CSL type behind PubMed's publication types."""
    said = {value(each).lower() for each in types}
    if "preprint" in said:
        return "article"
    return "book" if said & {"book", "books"} else "chapter" if "book chapter" in said else "article-journal"


def is_notice(types: Iterable[str], ref_types: Iterable[str]) -> bool:
    """Whether the record is itself a retraction, erratum or expression of concern: either place may say so."""
    if any(value(each).lower() in _NOTICE_TYPES for each in types):
        return True
    return any(is_notice_in_pubmed(each) for each in ref_types)


def notices(types: Iterable[str], links: Iterable[tuple[str, str, str]]) -> list[Notice]:
    """What happened to this article, from its links (RefType, RefSource, PMID) and from its publication types."""
    found = [_notice(kind, source, pmid) for ref_type, source, pmid in links if (kind := from_pubmed(ref_type))]
    retracted = any(value(each).lower() in _RETRACTED for each in types)
    if retracted and not any(notice.type == "retraction" for notice in found):
        found.append(Notice("retraction", sources=(SOURCE,), label="Retracted Publication"))
    # No real work has so many; a made-up record must not keep everybody waiting.
    return list(gravest_first(dict.fromkeys(found))[:_MOST_NOTICES])


def _notice(kind: str, source: str, pmid: str) -> Notice:
    source = _LEAD.sub("", value(source))
    doi, number = _DOI.search(source), _PMID.search(source)
    citation = _PMID.sub("", _DOI.sub("", source))
    when = _WHEN.search(citation)
    return Notice(
        type=kind,
        doi=doi[1] if doi else "",
        pmid=pmid or (number[1] if number else ""),
        date=iso(read_date(when[1])) if when else "",
        sources=(SOURCE,),
        label=kind.replace("_", " ").capitalize(),
        citation=without_stop(" ".join(citation.split()).rstrip(" .;") + "."),
    )


def dates(issued: str, electronic: str, status: str) -> Mapping[str, object]:
    """Only electronic: by the day it went online; in print too: by its issue, and when it was ahead of print."""
    printed, online = read_date(issued), read_date(electronic)
    if not online or online == printed:
        return {"issued": printed}
    if status == "epublish" or not printed:
        return {"issued": online}
    return {"issued": printed, "available-date": online} if status == "ppublish" else {"issued": printed}
