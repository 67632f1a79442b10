"""What PubMed knows of a source: by PubMed number, by DOI, or by PubMed Central number.

Follows NCBI's E-utilities: tool and e-mail address in every question, 3 a second, 10 with a key of one's own.
A record found by another identifier must carry that identifier itself, or it is not the one.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from articles.bibliography.draft import LARGEST_PASTE, NotUnderstood, SourceDraft
from articles.bibliography.identifiers import Identifiers, doi_key, normalise_doi, normalise_pmcid, normalise_pmid
from articles.bibliography.pubmed_xml import read_pubmed_xml
from articles.bibliography.text import value
from articles.lookup.answers import IS_A_NOTICE, Failed, Found, NotFound
from articles.lookup.fetching import LARGEST_ANSWER, Fetcher, LookupFailed, TooBig, one_line
from articles.lookup.wire import Answer

HOST: Final = "eutils.ncbi.nlm.nih.gov"
CONVERTER_HOST: Final = "pmc.ncbi.nlm.nih.gov"
BATCH: Final = 50
_EFETCH: Final = f"https://{HOST}/entrez/eutils/efetch.fcgi"
_ESEARCH: Final = f"https://{HOST}/entrez/eutils/esearch.fcgi"
_CONVERTER: Final = f"https://{CONVERTER_HOST}/tools/idconv/api/v1/articles/"
_XML: Final = ("text/xml", "application/xml")

# An empty set is PubMed's way to say that there is no such record.
_NOTHING: Final = re.compile(r"<Pubmed(?:Book)?ArticleSet\s*(?:/>|>\s*</Pubmed(?:Book)?ArticleSet\s*>)\s*$")


def fetcher(contact: str, site_name: str = "Imprimatur", api_key: str = "", **how: Any) -> Fetcher:
    """With the installation's own key more may be asked; a third over the permitted gap keeps clear of the limit."""
    params = {"tool": one_line(site_name).replace(" ", "_") or "Imprimatur", "email": contact}
    if api_key:
        params["api_key"] = api_key
    agent = f"{one_line(site_name) or 'Imprimatur'} (mailto:{contact})"
    gap = 0.11 if api_key else 0.35
    return Fetcher("PubMed", frozenset({HOST, CONVERTER_HOST}), user_agent=agent, params=params, gap=gap, **how)


def look_up(ids: Identifiers, register: Fetcher) -> Found | NotFound:
    """The record with this PMID; else with this DOI; else with this PMCID."""
    try:
        if ids.pmid:
            return _by_pmid(normalise_pmid(ids.pmid), register)
        if ids.doi:
            return _by_doi(normalise_doi(ids.doi), register)
        if ids.pmcid:
            return _by_pmcid(normalise_pmcid(ids.pmcid), register)
    except ValueError as error:
        raise LookupFailed(str(error)) from error
    raise LookupFailed("PubMed can be asked by PMID, DOI or PMCID only, and this source has none of them.")


def many(pmids: Iterable[str], register: Fetcher, batch: int = BATCH) -> Iterator[tuple[str, Found | NotFound | Failed]]:
    """Each PMID with what PubMed says of it, asked for in batches; one batch that fails does not stop the rest."""
    waiting: list[str] = []
    for pmid in pmids:
        waiting.append(pmid)
        if len(waiting) == batch:
            yield from _batch(waiting, register)
            waiting = []
    yield from _batch(waiting, register)


def _batch(pmids: Sequence[str], register: Fetcher) -> Iterator[tuple[str, Found | NotFound | Failed]]:
    if not pmids:
        return
    try:
        found = _records([normalise_pmid(pmid) for pmid in pmids], register, LARGEST_PASTE)
    except TooBig as error:
        if len(pmids) == 1:
            yield pmids[0], Failed(str(error))
            return
        half = len(pmids) // 2
        yield from _batch(pmids[:half], register)
        yield from _batch(pmids[half:], register)
        return
    except (LookupFailed, ValueError) as error:
        yield from ((pmid, Failed(str(error))) for pmid in pmids)
        return
    for pmid in pmids:
        yield pmid, found.get(normalise_pmid(pmid)) or _no_such(pmid)


def _by_pmid(pmid: str, register: Fetcher) -> Found | NotFound:
    return _records([pmid], register).get(pmid) or _no_such(pmid)


def _by_doi(doi: str, register: Fetcher) -> Found | NotFound:
    if '"' in doi:
        raise LookupFailed("PubMed cannot be asked for a DOI with a quotation mark in it. Use the PMID.")
    answer = register.get(_ESEARCH, {"db": "pubmed", "term": f'"{doi}"[doi]', "retmode": "json", "retmax": "5"})
    _expect_ok(answer, register)
    result = register.object_in(answer).get("esearchresult")
    listed = result.get("idlist") if isinstance(result, dict) and "ERROR" not in result else None
    if not isinstance(listed, list):
        raise register.unreadable()
    pmids = [value(pmid) for pmid in listed if value(pmid).isdigit()]
    for found in _records(pmids, register).values() if pmids else ():
        # The search takes near misses for hits.
        if doi_key(found.draft.identifiers.doi) == doi_key(doi):
            return found
    return NotFound(f"PubMed has no record with the DOI {doi}. Many sources are not in PubMed; try Crossref.")


def _by_pmcid(pmcid: str, register: Fetcher) -> Found | NotFound:
    plain = pmcid.partition(".")[0]
    answer = register.get(_CONVERTER, {"ids": plain, "format": "json"})
    if answer.status not in (400, 404):
        _expect_ok(answer, register)
        records = register.object_in(answer).get("records")
        first = records[0] if isinstance(records, list) and records else None
        pmid = value(first.get("pmid")) if isinstance(first, dict) else ""
        found = _records([pmid], register).get(pmid) if pmid.isdigit() else None
        if found and found.draft.identifiers.pmcid.partition(".")[0] == plain:
            return found
    return NotFound(f"PubMed has no record for {pmcid}. Not everything in PubMed Central is; try the DOI.")


def _records(pmids: Sequence[str], register: Fetcher, cap: int = LARGEST_ANSWER) -> dict[str, Found]:
    """The records that came, each under the number it calls its own."""
    answer = register.get(_EFETCH, {"db": "pubmed", "id": ",".join(pmids), "retmode": "xml"}, cap)
    drafts = _drafts(answer, register)
    digest = hashlib.sha256(answer.body).hexdigest()
    return {draft.identifiers.pmid: Found(_as_found(draft), draft.notices, draft.is_notice, digest) for draft in drafts}


def _drafts(answer: Answer, register: Fetcher) -> list[SourceDraft]:
    _expect_ok(answer, register)
    if answer.content_type not in _XML:
        raise register.unreadable()
    try:
        text = answer.body.decode("utf-8")
        return [] if _NOTHING.search(text) else read_pubmed_xml(text)
    except (NotUnderstood, UnicodeDecodeError) as error:
        raise register.unreadable() from error


def _expect_ok(answer: Answer, register: Fetcher) -> None:
    if answer.status == 400 and b"api key" in answer.body[:1000].lower():
        raise register.failed("did not accept this site's key (PUBMED_API_KEY). Tell whoever runs the site; nothing was changed.")
    register.expect_ok(answer)


def _as_found(draft: SourceDraft) -> SourceDraft:
    named = [name for name in ("doi", "pmid", "pmcid", "isbn", "url") if getattr(draft.identifiers, name)]
    problems = (IS_A_NOTICE, *draft.problems) if draft.is_notice else draft.problems
    return replace(draft, kind="pmid", problems=problems, provenance=dict.fromkeys([*draft.csl, *named], "PubMed"))


def _no_such(pmid: str) -> NotFound:
    return NotFound(f"PubMed has no record with the number {pmid}. Check it for a typing mistake.")
