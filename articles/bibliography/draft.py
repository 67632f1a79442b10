"""What was understood of one pasted source, before anybody has confirmed it.

Every reader of a format, and every look-up, gives this one shape; it becomes a Reference only when a writer says so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

from articles.bibliography.identifiers import (
    Identifiers,
    normalise_doi,
    normalise_isbn,
    normalise_pmcid,
    normalise_pmid,
    safe_url,
)
from articles.bibliography.proxies import without_proxy
from articles.bibliography.standing import Notice, suspicion
from articles.bibliography.text import value

LARGEST_PASTE: Final = 5 * 1024 * 1024
MOST_LINES: Final = 200_000
MOST_RECORDS: Final = 5000


class NotUnderstood(ValueError):
    """Text that cannot be read as the format it claims to be; says why, and in which line."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"Line {line}: {reason}" if line else reason)
        self.line = line


def too_many(line: int) -> NotUnderstood:
    return NotUnderstood(f"These are more than {MOST_RECORDS:,} sources. Import them in several files.", line)


@dataclass(frozen=True)
class SourceDraft:
    csl: dict[str, object]  # CSL-JSON without identifiers; {} when nothing but an identifier is known
    identifiers: Identifiers
    kind: str  # doi pmid pmcid isbn url nbib ris bibtex csl pubmed-xml text, or the register that was asked
    raw: str  # the pasted text of this record, word for word
    line: int = 1  # where it began in the paste
    problems: tuple[str, ...] = ()  # what is missing or odd, in words a writer can act on
    notices: tuple[Notice, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)  # csl field or identifier -> who said so
    is_notice: bool = False  # it is itself a retraction, correction or expression of concern


def checked_size(text: str) -> str:
    """The text, unless it is more than anybody pastes and more than can be read while they wait."""
    if len(text) > LARGEST_PASTE:
        raise NotUnderstood("This is more than 5 MB. Paste or upload it in smaller pieces.")
    if text.count("\n") > MOST_LINES:
        raise NotUnderstood(f"These are more than {MOST_LINES:,} lines. Paste or upload them in smaller pieces.")
    return text


def drafted(
    kind: str,
    csl: Mapping[str, object],
    pasted: Mapping[str, Sequence[str]],
    *,
    raw: str,
    line: int,
    problems: Sequence[str] = (),
    notices: Sequence[Notice] = (),
    is_notice: bool = False,
) -> SourceDraft:
    """A draft of a structured record: identifiers put into their one form, and what is missing named."""
    kept = {name: part for name, part in csl.items() if part not in ("", [], {}, None)}
    ids, refused = identified(pasted, line)
    known = [*kept, *(name for name, found in asdict(ids).items() if found)]
    warning = suspicion(value(kept.get("title")))
    said = [*problems, *refused, *missing(kept), *([warning] if warning and not notices and not is_notice else [])]
    return SourceDraft(
        csl=kept,
        identifiers=ids,
        kind=kind,
        raw=raw,
        line=line,
        problems=tuple(said),
        notices=tuple(notices),
        provenance=dict.fromkeys(known, kind),
        is_notice=is_notice,
    )


def missing(csl: Mapping[str, object]) -> list[str]:
    """What an entry in the list of references cannot do without."""
    wanted = [("title", "There is no title."), ("issued", "There is no date of publication.")]
    if csl.get("type") in ("article-journal", None) and not csl.get("container-title-short"):
        wanted.append(("container-title", "There is no journal."))
    if csl.get("type") == "chapter":
        wanted.append(("container-title", "The book this chapter is in is not named."))
    lacking = [said for name, said in wanted if not csl.get(name)]
    if not csl.get("author") and not csl.get("editor"):
        lacking.append("There is no author. If nobody signed the source, leave it so.")
    return lacking


_NORMALISERS: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "doi": ("DOI", normalise_doi),
    "pmid": ("PMID", normalise_pmid),
    "pmcid": ("PMCID", normalise_pmcid),
    "isbn": ("ISBN", normalise_isbn),
    "url": ("web address", safe_url),
}


def identified(pasted: Mapping[str, Sequence[str]], line: int = 0) -> tuple[Identifiers, list[str]]:
    """The first valid one of the candidates for each identifier, and why others were refused if none was valid."""
    found: dict[str, str] = {}
    refused: list[str] = []
    candidates = _with_addresses_sorted(pasted)
    for name, (label, normalise) in _NORMALISERS.items():
        complaints = []
        for raw in candidates.get(name, ()):
            try:
                found[name] = normalise(raw)
                break
            except ValueError as error:
                complaints.append(f"Line {line}: the {label} “{raw[:60]}” was left out. {error}")
        else:
            refused += complaints[:1]
    return Identifiers(**found), refused


# An address that only stands for one of the other identifiers.
_REGISTERS: Final = (
    ("doi", re.compile(r"https?://(?:dx\.|www\.)?doi\.org/10\.", re.IGNORECASE)),
    ("pmid", re.compile(r"https?://(?:pubmed\.|www\.)ncbi\.nlm\.nih\.gov/(?:pubmed/)?[0-9]+/?$", re.IGNORECASE)),
    ("pmcid", re.compile(r"https?://(?:pmc\.|www\.)ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/PMC[0-9]+/?$", re.IGNORECASE)),
)


def _with_addresses_sorted(pasted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The candidates, with each web address under the identifier it stands for."""
    candidates = {name: list(found) for name, found in pasted.items() if name != "url"}
    for address in pasted.get("url", ()):
        own = without_proxy(address)
        name = next((name for name, pattern in _REGISTERS if pattern.match(own)), "url")
        candidates.setdefault(name, []).append(own)
    return candidates
