"""What Crossref knows of a DOI: the facts for an entry, and whether anything was published against it.

Follows the Crossref REST API. A DOI that another agency keeps cannot be checked here, and we say so.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from articles.bibliography.identifiers import doi_key, normalise_doi
from articles.bibliography.standing import Notice, Standing, is_notice_about, merged, word
from articles.bibliography.text import value
from articles.lookup.answers import Found, NotFound
from articles.lookup.crossref_work import date_of, draft_of
from articles.lookup.fetching import Fetcher, LookupFailed, one_line
from articles.lookup.wire import Answer

HOST: Final = "api.crossref.org"
WORKS: Final = f"https://{HOST}/works"
_ROWS: Final = 100


def fetcher(contact: str, site_name: str = "Imprimatur", **how: Any) -> Fetcher:
    """The polite pool: Crossref knows whom to write to, and is quicker in return."""
    agent = f"{one_line(site_name) or 'Imprimatur'} (mailto:{contact})"
    return Fetcher("Crossref", frozenset({HOST}), user_agent=agent, params={"mailto": contact}, gap=0.2, **how)


def look_up(doi: str, register: Fetcher) -> Found | NotFound:
    """The work with this DOI, and every notice Crossref has about it."""
    doi = _normal(doi)
    answer = register.get(f"{WORKS}/{quote(doi, safe='')}")
    if answer.status == 404:
        return _elsewhere(doi, register, answer)
    work = _message(register, answer, "work")
    notices, is_notice = _updates(work, doi)
    draft = draft_of(work, doi, notices, is_notice)
    return Found(draft, notices, is_notice, hashlib.sha256(answer.body).hexdigest())


def notices(doi: str, register: Fetcher) -> tuple[Notice, ...]:
    """The other side: notices that name this DOI as the work they are about."""
    doi = _normal(doi)
    if "," in doi:
        raise LookupFailed("Crossref cannot search for notices about a DOI with a comma in it; look up the DOI itself.")
    answer = register.get(WORKS, {"filter": f"updates:{doi}", "rows": str(_ROWS)})
    items = _message(register, answer, "work-list").get("items")
    if not isinstance(items, list):
        raise register.unreadable()
    found: list[Notice] = []
    for item in items:
        if isinstance(item, Mapping):
            found += [
                _notice(entry, value(item.get("DOI")))
                for entry in _entries(item, "update-to")
                if doi_key(value(entry.get("DOI"))) == doi_key(doi)
            ]
    return merged(found)


def agency(doi: str, register: Fetcher) -> str:
    """Who registered a DOI: "crossref", "datacite", "medra" …; "" when no agency knows it."""
    return value(_agency(_normal(doi), register).get("id")).lower()


def _normal(doi: str) -> str:
    try:
        return normalise_doi(doi)
    except ValueError as error:
        raise LookupFailed(str(error)) from error


def _message(register: Fetcher, answer: Answer, kind: str) -> dict[str, Any]:
    """The record inside an answer; status and content type are looked at first."""
    if answer.status == 400:
        raise register.failed(f"did not accept the question{_objection(register, answer)}; nothing was changed.")
    register.expect_ok(answer)
    read = register.object_in(answer)
    message = read.get("message")
    if read.get("status") != "ok" or read.get("message-type") != kind or not isinstance(message, dict):
        raise register.unreadable()
    return message


def _objection(register: Fetcher, answer: Answer) -> str:
    """The first thing that a refusal of Crossref's complains about, if it can be read."""
    try:
        listed = register.object_in(answer).get("message")
    except LookupFailed:
        return ""
    first = listed[0] if isinstance(listed, list) and listed else None
    said = value(first.get("message")) if isinstance(first, Mapping) else ""
    return f" ({said[:200]})" if said else ""


def _agency(doi: str, register: Fetcher) -> Mapping[str, Any]:
    answer = register.get(f"{WORKS}/{quote(doi, safe='')}/agency")
    if answer.status == 404:
        return {}
    kept_by = _message(register, answer, "work-agency").get("agency")
    return kept_by if isinstance(kept_by, Mapping) else {}


def _elsewhere(doi: str, register: Fetcher, answer: Answer) -> NotFound:
    """Not in Crossref: either another agency keeps this DOI, or it is mistyped. Neither means that all is well."""
    kept_by = _agency(doi, register)
    name = value(kept_by.get("label")) or value(kept_by.get("id"))
    digest = hashlib.sha256(answer.body).hexdigest()
    if name and name.lower() != "crossref":
        message = f"The DOI {doi} is registered with {name}, not with Crossref: whether it still stands cannot be checked there."
        return NotFound(message, Standing.not_checkable, name, digest)
    if name:
        return NotFound(f"Crossref has no record for the DOI {doi} yet. Try again later.", Standing.unknown, name, digest)
    message = f"No agency knows the DOI {doi}. Check it for a typing mistake on the article's own page."
    return NotFound(message, Standing.unknown, "", digest)


def _updates(work: Mapping[str, Any], asked: str) -> tuple[tuple[Notice, ...], bool]:
    """What was published about the work, and whether it is itself a notice about another.

    An update that names its own work says something of that work: PLOS files new versions so, and some publishers
    put a retraction in the place of the article.
    """
    own = value(work.get("DOI")) or asked
    told = [_notice(entry, value(entry.get("DOI"))) for entry in _entries(work, "updated-by")]
    is_notice = False
    for entry in _entries(work, "update-to"):
        about = value(entry.get("DOI"))
        if doi_key(about) == doi_key(own):
            told.append(_notice(entry, own))
        elif about:
            is_notice = is_notice or is_notice_about(value(entry.get("type")), about, own)
    return merged(told), is_notice


def _entries(work: Mapping[str, Any], side: str) -> list[Mapping[str, Any]]:
    listed = work.get(side)
    return [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []


def _notice(entry: Mapping[str, Any], notice_doi: str) -> Notice:
    source = value(entry.get("source"))
    return Notice(
        type=word(value(entry.get("type"))) or "unknown",
        doi=notice_doi,
        date=date_of(entry.get("updated")),
        sources=(source,) if source else (),
        label=value(entry.get("label")),
    )
