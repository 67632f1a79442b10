"""Sources in words, for every screen that shows one: where it stands, who said what of it, and what was published about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.bibliography.identifiers import Identifiers
from articles.bibliography.links import Link, links
from articles.bibliography.standing import Notice
from articles.lookup import configured
from articles.models.reference import STANDINGS

STANDING = dict(STANDINGS)
TINTS = {
    "ok": "live", "corrected": "waiting", "concern": "ready", "retracted": "blocked", "notice": "withdrawn",
    "failed": "ready",
}  # fmt: skip
WORTH_SAYING = {"retracted", "concern", "corrected", "notice"}  # what a writer must know before citing
WHO = {
    **configured.NAMES,
    "retraction_watch": "Retraction Watch",
    "retraction-watch": "Retraction Watch",
    "publisher": "the publisher",
    "ris": "the RIS record",
    "nbib": "the PubMed (.nbib) record",
    "bibtex": "the BibTeX entry",
    "csl": "the CSL-JSON record",
    "pubmed-xml": "the PubMed XML record",
    "pasted": "the paste",
    "typed": "typed here",
}
FIELDS = {
    "type": "type", "title": "title", "author": "authors", "editor": "editors", "container-title": "journal, book or site",
    "container-title-short": "journal, abbreviated", "issued": "date", "volume": "volume", "issue": "issue", "page": "pages",
    "publisher": "publisher", "publisher-place": "place", "edition": "edition", "genre": "series", "number": "number",
    "language": "language", "accessed": "read on", "updated": "updated on", "doi": "DOI", "pmid": "PMID", "pmcid": "PMCID",
    "isbn": "ISBN", "url": "web address",
}  # fmt: skip
UNCHECKED = "Look-ups are switched off on this site: no register was asked, and everything you typed is kept."


@dataclass(frozen=True)
class NoticeRow:
    """Something that was published about a source."""

    what: str
    date: str
    links: tuple[Link, ...]
    citation: str
    who: str


def badge(standing: str) -> SafeString:
    """Where a source stands: words, in a tint that only repeats them."""
    return format_html(
        '<span class="im-badge im-badge--{}">{}</span>', TINTS.get(standing, "draft"), STANDING.get(standing, standing)
    )


def who(name: str) -> str:
    return WHO.get(name, name)


def who_said(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """For each that said something, what: ("Crossref", "title, authors")."""
    told: dict[str, list[str]] = {}
    for field, name in provenance.items():
        told.setdefault(who(str(name)), []).append(FIELDS.get(field, field))
    return [(name, ", ".join(fields)) for name, fields in told.items()]


def notice_rows(notices: Iterable[Notice | Mapping[str, Any]]) -> list[NoticeRow]:
    return [_row(notice if isinstance(notice, Notice) else _notice(notice)) for notice in notices]


def look_ups_are_off() -> str:
    """One line, where no register may be asked."""
    return "" if any(configured.is_on(name) for name in configured.NAMES) else UNCHECKED


def _notice(stored: Mapping[str, Any]) -> Notice:
    known = {name: stored[name] for name in Notice.__dataclass_fields__ if name in stored}
    return Notice(**{**known, "sources": tuple(known.get("sources", ()))})


def _row(notice: Notice) -> NoticeRow:
    words = (notice.label or notice.type).replace("_", " ")
    return NoticeRow(
        what=words[:1].upper() + words[1:],
        date=notice.date,
        links=links(Identifiers(doi=notice.doi, pmid=notice.pmid)),
        citation=notice.citation,
        who=", ".join(who(source) for source in notice.sources),
    )
