"""Whether a source still stands: retracted, under a concern, corrected, or as it was published.

Registers report notices about a work; this module weighs them. The gravest counts, none is thrown away, and a
register that gave no answer is never taken to have said that all is well.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    ok = "ok"
    corrected = "corrected"
    concern = "concern"
    retracted = "retracted"
    notice = "notice"  # it is itself a retraction, correction or expression of concern about another work
    unknown = "unknown"
    not_checkable = "not_checkable"
    failed = "failed"


@dataclass(frozen=True)
class Notice:
    """Something published about a work after it: what, where and when, and who says so."""

    type: str  # one of Crossref's twelve words, or whatever else was sent
    doi: str = ""  # of the notice, not of the work
    pmid: str = ""
    date: str = ""  # 2010, 2010-02 or 2010-02-06
    sources: tuple[str, ...] = ()
    label: str = ""
    citation: str = ""  # where the notice appeared: "J Biol Chem. 2001 Mar 30;276(13):10576"


# Crossref's update types, the gravest first.
_GRAVITY: Final = (
    (Standing.retracted, ("retraction", "withdrawal", "removal")),
    (Standing.concern, ("partial_retraction", "expression_of_concern")),
    (Standing.corrected, ("correction", "corrigendum", "erratum", "clarification", "reinstatement")),
    (Standing.ok, ("addendum", "new_edition", "new_version")),
)
_MEANING: Final = {word: standing for standing, words in _GRAVITY for word in words}
_NOT_ABOUT_FAULTS: Final = ("new_edition", "new_version")

# How PubMed's words for the same things (CommentsCorrections RefType) translate. What is not here is noise.
_FROM_PUBMED: Final = {
    "retractionin": "retraction",
    "partialretractionin": "partial_retraction",
    "retractedandrepublishedin": "retraction",
    "expressionofconcernin": "expression_of_concern",
    "erratumin": "erratum",
    "correctedandrepublishedin": "correction",
    "updatein": "new_version",
    "republishedin": "new_version",
}
_NOTICES_IN_PUBMED: Final = frozenset({"retractionof", "partialretractionof", "expressionofconcernfor", "erratumfor"})

# Several registers answer: what is known to be wrong counts first, then that one of them could not be asked.
_WEIGHT: Final = (
    Standing.retracted,
    Standing.notice,
    Standing.concern,
    Standing.corrected,
    Standing.failed,
    Standing.unknown,
    Standing.ok,
    Standing.not_checkable,
)


def word(raw: str) -> str:
    """A type as Crossref spells it: expression_of_concern for "Expression of concern"."""
    return re.sub(r"[\s-]+", "_", raw.strip().lower())


def meaning(notice: Notice) -> Standing:
    """What one notice alone says of the work; a word nobody knows is never good news."""
    return _MEANING.get(word(notice.type), Standing.unknown)


def tells_of_fault(notice: Notice) -> bool:
    """Whether readers must hear of it: a new version or an addendum casts no doubt on the work."""
    return meaning(notice) is not Standing.ok


def standing_of(notices: Iterable[Notice], is_notice: bool = False) -> Standing:
    """What one register's answer amounts to. A notice is a notice, whatever else is filed under it."""
    if is_notice:
        return Standing.notice
    found = tuple(notices)
    return combine(Standing.ok, *(_weighed(notice, found) for notice in found))


def combine(*results: Standing) -> Standing:
    """What several registers amount to. One that failed never counts as good news; nobody asked, nothing known."""
    return min(results, key=_WEIGHT.index, default=Standing.not_checkable)


def _weighed(notice: Notice, others: Sequence[Notice]) -> Standing:
    """A retraction that was later taken back leaves a corrected work."""
    alone = meaning(notice)
    if alone is not Standing.retracted or not notice.date:
        return alone
    taken_back = any(word(other.type) == "reinstatement" and other.date > notice.date for other in others)
    return Standing.corrected if taken_back else alone


def merged(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """The same notice told by several registers only once, with all who told it; the gravest first."""
    kept: list[Notice] = []
    for notice in notices:
        for place, other in enumerate(kept):
            if _is_same(notice, other):
                kept[place] = _joined(other, notice)
                break
        else:
            kept.append(notice)
    return gravest_first(kept)


def gravest_first(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    return tuple(sorted(notices, key=lambda notice: (_WEIGHT.index(meaning(notice)), notice.date)))


def _is_same(one: Notice, other: Notice) -> bool:
    if word(one.type) != word(other.type):
        return False
    if one.doi and other.doi:
        return one.doi.lower() == other.doi.lower()
    if one.pmid and other.pmid:
        return one.pmid == other.pmid
    return replace(one, sources=(), label="") == replace(other, sources=(), label="")


def _joined(one: Notice, other: Notice) -> Notice:
    sources = one.sources + tuple(source for source in other.sources if source not in one.sources)
    return Notice(
        type=one.type,
        doi=one.doi or other.doi,
        pmid=one.pmid or other.pmid,
        date=one.date or other.date,
        sources=sources,
        label=one.label or other.label,
        citation=one.citation or other.citation,
    )


def from_pubmed(ref_type: str) -> str:
    """Crossref's word for what PubMed says happened to this article; "" for Cites, CommentIn and other noise."""
    return _FROM_PUBMED.get(_letters(ref_type), "")


def is_notice_in_pubmed(ref_type: str) -> bool:
    """Whether a record with this link is itself the retraction, erratum or expression of concern."""
    return _letters(ref_type) in _NOTICES_IN_PUBMED


def is_notice_about(update_type: str, updated_doi: str, own_doi: str) -> bool:
    """Whether an `update-to` at Crossref makes its work a notice: not a new version, and not of itself."""
    return word(update_type) not in _NOT_ABOUT_FAULTS and updated_doi.lower() != own_doi.lower()


def _letters(raw: str) -> str:
    return re.sub(r"[^a-z]", "", raw.lower())


def mark_of(notices: Sequence[Notice], title: str = "") -> str:
    """The word to print after the title of a source that is cited as retracted, unless it says so already."""
    if standing_of(notices) is not Standing.retracted or suspicion(title):
        return ""
    return "Retracted"


_SUSPECT: Final = re.compile(
    r"\W*(retracted|withdrawn|removed|retraction|withdrawal|expression of concern)\b\W*?(?:[:\]]|--|\u2014)", re.I
)


def suspicion(title: str) -> str:
    """What to tell a writer when only the title hints at a notice; "" when it does not."""
    found = _SUSPECT.match(title)
    if not found:
        return ""
    return f"The title begins with “{found[1]}”: this source may be retracted, or be a notice about another. Check it first."
