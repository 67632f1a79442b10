"""Where a reader can find a source, and the short name by which a link to it is announced.

The entry itself carries no links: they stand after it, each with a label of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from articles.bibliography.dates import year
from articles.bibliography.identifiers import (
    Identifiers,
    doi_url,
    normalise_doi,
    normalise_pmcid,
    normalise_pmid,
    safe_url,
)
from articles.bibliography.names import person_or_group, surname
from articles.bibliography.text import marked, plain, value, without_stop

_LONGEST_TITLE: Final = 100
_DOI_SITES: Final = ("doi.org", "dx.doi.org", "www.doi.org")


@dataclass(frozen=True)
class Link:
    label: str
    url: str


def links(ids: Identifiers) -> tuple[Link, ...]:
    """DOI, PubMed, PMC, then the web page; whatever is not valid gets no link."""
    found: list[Link] = []
    if doi := _valid(normalise_doi, ids.doi):
        found.append(Link("DOI", doi_url(doi)))
    if pmid := _valid(normalise_pmid, ids.pmid):
        found.append(Link("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"))
    if pmcid := _valid(normalise_pmcid, ids.pmcid):
        found.append(Link("PMC", f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"))
    url = _valid(safe_url, ids.url)
    if url and not _leads_there_too(url, found):
        found.append(Link("Web page", url))
    return tuple(found)


def best_url(ids: Identifiers) -> str:
    """The most lasting address there is; "" when there is none."""
    found = links(ids)
    return found[0].url if found else ""


def label(csl: Mapping[str, object]) -> str:
    """The source's short name: "Garrison 2020. Magnesium for skeletal muscle cramps"."""
    who_and_when = " ".join(filter(None, (_first_name(csl), year(csl.get("issued")))))
    named = ". ".join(filter(None, (who_and_when, _short_title(csl))))
    return named or "Source without a title"


def _valid(normalise: Callable[[str], str], raw: str) -> str:
    try:
        return normalise(raw) if raw else ""
    except ValueError:
        return ""


def _leads_there_too(url: str, found: list[Link]) -> bool:
    """Whether the address only repeats an identifier that has its link already."""
    if any(link.label == "DOI" for link in found) and urlsplit(url).hostname in _DOI_SITES:
        return True
    return url.rstrip("/") in {link.url.rstrip("/") for link in found}


def _first_name(csl: Mapping[str, object]) -> str:
    for role in ("author", "editor"):
        people = csl.get(role)
        first = people[0] if isinstance(people, (list, tuple)) and people else None
        family = surname(first) if isinstance(first, Mapping) else ""
        if name := family or person_or_group(first)[0]:
            return name
    return ""


def _short_title(csl: Mapping[str, object]) -> str:
    title = plain(marked(without_stop(value(csl.get("title")) or value(csl.get("container-title")))))
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[:_LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:.-\u2013\u2014") + "…"
