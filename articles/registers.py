"""Asking every register that is switched on about one source: to fill a form, or to learn whether it still stands.

A register that is away says so in one line, and stops nothing.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from articles.bibliography.draft import SourceDraft
from articles.bibliography.identifiers import Identifiers
from articles.lookup import configured, crossref, pubmed
from articles.lookup.answers import Failed, Found, NotFound
from articles.lookup.fetching import Fetcher, LookupFailed
from articles.source_checks import Answer

Ask = Callable[[Identifiers, Fetcher], Found | NotFound]


@dataclass(frozen=True)
class Heard:
    """One register's answer, for the record and for a writer's eyes."""

    register: str
    answer: Answer
    message: str
    draft: SourceDraft | None = None


def _crossref(ids: Identifiers, register: Fetcher) -> Found | NotFound:
    return crossref.look_up(ids.doi, register)


# Which register knows which identifiers.
REGISTERS: dict[str, tuple[tuple[str, ...], Ask]] = {
    "crossref": (("doi",), _crossref),
    "pubmed": (("pmid", "doi", "pmcid"), pubmed.look_up),
}


def about(ids: Identifiers, patience: float = configured.PATIENCE, without: Collection[str] = ()) -> Iterator[Heard]:
    """One answer from each register that is switched on and could know the source, but for those asked already."""
    for name, fetcher in configured.fetchers(patience).items():
        needs, ask = REGISTERS[name]
        if name not in without and any(getattr(ids, need) for need in needs):
            yield _heard(name, ids, ask, fetcher)


def answered(name: str, said: Found | NotFound | Failed) -> Answer:
    """What a register said, for the record."""
    if isinstance(said, Found):
        return Answer(name, said.standing, said.notices, sha256=said.raw_sha256)
    sha256 = said.raw_sha256 if isinstance(said, NotFound) else ""
    return Answer(name, said.standing, message=said.message, sha256=sha256)


def _heard(name: str, ids: Identifiers, ask: Ask, fetcher: Fetcher) -> Heard:
    try:
        said: Found | NotFound | Failed = ask(ids, fetcher)
    except LookupFailed as failure:
        said = Failed(str(failure))
    if isinstance(said, Found):
        return Heard(name, answered(name, said), f"{configured.NAMES[name]} knows this source.", said.draft)
    return Heard(name, answered(name, said), said.message)
