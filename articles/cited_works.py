"""What machines are told of the sources: the citations of a revision as schema.org's creative works.

Made from the frozen citations alone. A source that is edited, merged or retracted later changes nothing here, because
nobody has signed the change.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from articles.bibliography.dates import iso_date
from articles.bibliography.text import marked, plain, value
from articles.models import Citation

TYPES = {
    "article-journal": "ScholarlyArticle",
    "article": "ScholarlyArticle",  # a preprint
    "book": "Book",
    "chapter": "Chapter",
    "report": "Report",
    "webpage": "WebPage",
}
PAGED = {"ScholarlyArticle", "Chapter", "Report"}  # pagination is a property of Article and Chapter
DOI, PUBMED = "https://doi.org/", "https://pubmed.ncbi.nlm.nih.gov/"


def works(citations: Iterable[Citation]) -> list[dict[str, Any]]:
    """Each source that the text rests on. One that is cited as retracted is left out: schema.org has no word for that."""
    return [work(citation) for citation in citations if not citation.retracted_reason]


def work(citation: Citation) -> dict[str, Any]:
    """One source as one node, with only those properties that its frozen facts bear out."""
    facts = citation.facts
    kind = TYPES.get(value(facts.get("type")), "CreativeWork")
    links = dict(citation.links)
    identifiers = _identifiers(links)
    publisher = _words(facts, "publisher")
    node = {
        "@type": kind,
        "name": _words(facts, "title") or citation.label,
        "url": links.get("Web page", ""),
        "identifier": one_or_all(identifiers),
        "sameAs": one_or_all([address for label, address in links.items() if label != "Web page"]),
        "datePublished": iso_date(facts.get("issued")),
        "pagination": _words(facts, "page") if kind in PAGED else "",
        "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
        "isPartOf": _container(kind, facts),
    }
    return {name: told for name, told in node.items() if told}


def one_or_all(values: list[Any]) -> Any:
    """A single value stands alone, as schema.org's examples have it; none is None."""
    return values[0] if len(values) == 1 else values or None


def _identifiers(links: Mapping[str, str]) -> list[dict[str, str]]:
    """schema.org has no property for a DOI or a PMID: each is a named value."""
    found = {
        "DOI": unquote(links.get("DOI", "").removeprefix(DOI)),
        "PMID": links.get("PubMed", "").removeprefix(PUBMED).strip("/"),
    }
    return [{"@type": "PropertyValue", "propertyID": name, "value": known} for name, known in found.items() if known]


def _container(kind: str, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    """The issue of the volume of the journal, as far as they are known; for a chapter its book, for a page its site."""
    name = _words(facts, "container-title")
    if kind in ("Chapter", "WebPage"):
        return {"@type": {"Chapter": "Book", "WebPage": "WebSite"}[kind], "name": name} if name else None
    whole: dict[str, Any] | None = None
    if name:
        whole = {"@type": "Periodical", "name": name, **_known(issn=_words(facts, "ISSN"))}
    for part, number, given in (("PublicationVolume", "volumeNumber", "volume"), ("PublicationIssue", "issueNumber", "issue")):
        if known := _words(facts, given):
            whole = {"@type": part, number: known, **_known(isPartOf=whole)}
    return whole


def _known(**properties: Any) -> dict[str, Any]:
    return {name: told for name, told in properties.items() if told}


def _words(facts: Mapping[str, Any], name: str) -> str:
    """A field as a line of plain words, without the italics that a title may carry."""
    return plain(marked(value(facts.get(name))))
