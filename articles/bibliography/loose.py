"""Identifiers on lines of their own, and references in free text, out of what is in no format.

A line of identifiers gives one draft for each. Anything else is kept word for word, with the identifiers found in it.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from articles.bibliography.draft import MOST_RECORDS, SourceDraft, identified
from articles.bibliography.identifiers import (
    Identifiers,
    normalise_doi,
    normalise_isbn,
    normalise_pmcid,
    normalise_pmid,
    safe_url,
)
from articles.bibliography.proxies import without_proxy

_LABEL: Final = re.compile(r"(?:doi|pmid|pubmed(?:\s+id)?|pmcid|isbn(?:-?1[03])?)\s*[:#]?", re.IGNORECASE)
# Where one identifier may end and the next begin; a label goes with what follows it.
_BETWEEN: Final = re.compile(r"(?:\s*[;,]\s+|\s+|[;|]+)")
_BARE_NUMBER: Final = re.compile(r"[1-9][0-9]{0,7}")
_DOI_IN_TEXT: Final = re.compile(r"(?<![0-9])10\.[0-9]{4,9}/[^\s\"<>]+")
_PMID_IN_TEXT: Final = re.compile(r"\b(?:PMID|PubMed(?:\s+ID)?)\s*[:#]?\s*([1-9][0-9]{0,7})\b", re.IGNORECASE)
_PMCID_IN_TEXT: Final = re.compile(r"\bPMC[1-9][0-9]{4,8}\b")
_ADDRESS_IN_TEXT: Final = re.compile(r"https?://[^\s\"<>]+[^\s\"<>.,;)]")
_NUMBERED: Final = re.compile(r"\s*(?:\[[0-9]{1,3}\]|\([0-9]{1,3}\)|[0-9]{1,3}[.)])\s+")
_YEAR: Final = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_COMPLETE: Final = re.compile(r".{40,}[.0-9)/]\s*$", re.DOTALL)
_LONGEST_LINE: Final = 2000
_LONGEST_IDENTIFIER: Final = 1000
_MOST_ON_A_LINE: Final = 200

_ASK: Final = "Line {line}: is {number} a PubMed number (PMID)? If so, look it up; if not, leave it out."
_ONLY_TEXT: Final = "Line {line}: this is free text. It was kept word for word; fill in the fields, or look up its DOI or PMID."
_FOUND: Final = "Line {line}: this is free text, kept word for word. It contains an identifier: look it up to fill in the fields."
_SEVERAL: Final = "Line {line}: there are several DOIs in this text. Put each source into a paragraph of its own."
_UNWRAPPED: Final = "Line {line}: this was your library's own address; the publisher's stands here instead."


def read_loose(text: str, first_line: int) -> list[SourceDraft]:
    """Every source in text without a format; `first_line` is where it begins in what was pasted."""
    drafts: list[SourceDraft] = []
    waiting: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), start=first_line):
        named = _identifiers_alone(line.strip(" \t,;|"), number)
        if named or not line.strip():
            drafts += _references(waiting)
            waiting = []
            drafts += named
            if len(drafts) > MOST_RECORDS:
                return drafts
        else:
            waiting.append((number, line))
    return drafts + _references(waiting)


def _identifiers_alone(line: str, number: int) -> list[SourceDraft]:
    """A draft for each identifier, when the line holds nothing else."""
    if not line or len(line) > _LONGEST_LINE:
        return []
    whole = _one(line, number)
    if whole:
        return [whole]
    pieces = list(_pieces(line))
    found = [draft for piece in pieces[:_MOST_ON_A_LINE] if (draft := _one(piece, number))]
    return found if len(found) == len(pieces) > 1 else []


def _pieces(line: str) -> Iterator[str]:
    label = ""
    for piece in _BETWEEN.split(line):
        if _LABEL.fullmatch(f"{label} {piece}".strip()):
            label = f"{label} {piece}".strip()
        elif piece:
            yield f"{label} {piece}".strip()
            label = ""
    if label:
        yield label


_SORTS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("doi", normalise_doi),
    ("pmid", normalise_pmid),
    ("pmcid", normalise_pmcid),
    ("isbn", normalise_isbn),
    ("url", safe_url),
)
# What each looks like when it stands alone: no running text before or after it.
_ALONE: Final = {
    "doi": re.compile(r"[\[(<\"'\u201c]{0,3}(?:doi\s*[:=]?\s*)?(?:(?:https?://|[a-z0-9-]+\.)\S*)?10\.[0-9]{4,9}\S*", re.I),
    "pmid": re.compile(r"(?:(?:PMID|PubMed(?:\s+ID)?)\s*[:#]?\s*)?[0-9]{1,8}\.?|[^\s/]+/\S*", re.I),
    "pmcid": re.compile(r"(?:PMCID\s*[:#]?\s*)?PMC\s?[0-9.]+|[^\s/]+/\S*", re.I),
    "isbn": re.compile(r"(?:ISBN\S*\s*:?\s*)?[0-9][0-9Xx\s\u2010-\u2015-]{8,20}", re.I),
    "url": re.compile(r"https?://\S+", re.I),
}  # fmt: skip


def _one(text: str, line: int) -> SourceDraft | None:
    if len(text) > _LONGEST_IDENTIFIER:
        return None
    address = without_proxy(text) if "://" in text else text
    for name, normalise in _SORTS:
        if not _ALONE[name].fullmatch(address):
            continue
        try:
            ids = Identifiers(**{name: normalise(address)})
        except ValueError:
            continue
        problems = [_ASK.format(line=line, number=text)] if name == "pmid" and _BARE_NUMBER.fullmatch(text) else []
        problems += [_UNWRAPPED.format(line=line)] if name == "url" and address != text else []
        return SourceDraft({}, ids, name, text, line, tuple(problems), provenance={name: "pasted"})
    return None


def _references(lines: list[tuple[int, str]]) -> list[SourceDraft]:
    """Free text, cut where a new reference surely begins: at a number, or after a line that was one by itself."""
    groups: list[list[tuple[int, str]]] = []
    numbered = sum(1 for _, line in lines if _NUMBERED.match(line)) > 1
    one_each = all(_COMPLETE.fullmatch(line) and _YEAR.search(line) for _, line in lines)
    for number, line in lines:
        if not groups or (one_each and not numbered) or (numbered and _NUMBERED.match(line)):
            groups.append([])
        groups[-1].append((number, line))
    return [_free_text("\n".join(line for _, line in group), group[0][0]) for group in groups]


def _free_text(raw: str, line: int) -> SourceDraft:
    ids = identifiers_in(raw)
    known = ids != Identifiers()
    problems = [(_FOUND if known else _ONLY_TEXT).format(line=line)]
    dois = {found.lower().rstrip(".,;)") for found in _DOI_IN_TEXT.findall(raw)}
    problems += [_SEVERAL.format(line=line)] if len(dois) > 1 else []
    return SourceDraft({}, ids, "text", raw, line, tuple(problems))


def identifiers_in(text: str) -> Identifiers:
    """The first identifier of each sort in running text; nothing is guessed from bare numbers."""
    addresses = _ADDRESS_IN_TEXT.findall(text)
    ids, _ = identified(
        {
            "doi": _DOI_IN_TEXT.findall(text)[:1],
            "pmid": _PMID_IN_TEXT.findall(text)[:1],
            "pmcid": _PMCID_IN_TEXT.findall(text)[:1],
            "url": [address for address in addresses[:3] if "10." not in address],
        }
    )
    return ids
