"""From whatever a writer pastes to references: understood, looked up, shown, and stored only when confirmed.

What a register says fills the gaps. It never overwrites what a person typed; where the two differ, both are shown.
"""

import re
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q

from articles import registers
from articles.bibliography.draft import SourceDraft
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.keys import make_key
from articles.bibliography.paste import understand
from articles.bibliography.standing import Standing, combine, standing_of
from articles.models import Reference, User
from articles.references import Source, add_reference
from articles.refusal import Refused
from articles.source_checks import Answer, record_answers

GUESSES = (
    ("systematic_review", r"systematic review|meta-analys|cochrane"),
    ("guideline", r"guideline|consensus statement|recommendation"),
    ("trial", r"randomi[sz]ed|\btrial\b"),
    ("cohort", r"cohort|observational|case.control|cross-sectional"),
    ("review", r"\breview\b"),
)
SECONDS_TO_ASK = 15.0  # of somebody who sits before the screen, for everything in one paste
NOT_ASKED = "Nothing was asked about this source, since the registers took long over the others. Ask them once it is added."
SAME = ("doi", "pmid", "pmcid")  # two records with one of these in common are one source
BY_TYPE = {"book": "textbook", "chapter": "textbook", "webpage": "other", "report": "other"}


@dataclass(frozen=True)
class Difference:
    """Where a register says something else than was typed."""

    field: str
    typed: str
    found: str
    register: str
    value: Any = None  # what the register says, as it would be kept


@dataclass(frozen=True)
class Candidate:
    """One pasted source, as it would be stored."""

    draft: SourceDraft
    key: str
    source_class: str
    peer_reviewed: bool
    duplicate: Reference | None = None
    differences: tuple[Difference, ...] = ()
    answers: tuple[Answer, ...] = ()
    said: tuple[str, ...] = ()  # what the registers answered, or why they were not asked

    @property
    def can_be_added(self) -> bool:
        return self.duplicate is None and bool(self.draft.csl.get("title"))

    @property
    def standing(self) -> Standing:
        """The gravest of what the registers said and what the pasted record says of itself."""
        told = [standing_of(self.draft.notices, self.draft.is_notice)] if self.draft.notices or self.draft.is_notice else []
        return combine(*told, *(answer.standing for answer in self.answers)) if told or self.answers else Standing.unknown


def candidates(text: str) -> list[Candidate]:
    """Everything in a paste, in order; stores nothing. Registers are asked where they are switched on."""
    return looked_at(understand(text))


def looked_at(drafts: Iterable[SourceDraft]) -> list[Candidate]:
    """Each with a key of its own, and what the library and the registers know of it."""
    taken = set(Reference.objects.values_list("key", flat=True))
    until = time.monotonic() + SECONDS_TO_ASK
    found = []
    for draft in drafts:
        candidate = _candidate(draft, taken, ask=time.monotonic() < until)
        taken.add(candidate.key)
        found.append(candidate)
    return found


def not_in_the_library(drafts: Iterable[SourceDraft]) -> list[SourceDraft]:
    """Those that no reference has an identifier in common with, in one query for any number of them."""
    rows = Reference.objects.values_list("doi", "pmid", "pmcid")
    known = {(name, value.lower()) for row in rows.iterator() for name, value in zip(SAME, row, strict=True) if value}
    return [d for d in drafts if not any((name, getattr(d.identifiers, name).lower()) in known for name in SAME)]


def choosing(candidate: Candidate, chosen: Collection[Difference]) -> Candidate:
    """The candidate with the register's word in place of what was typed, where the writer prefers it."""
    draft = candidate.draft
    csl, ids, provenance = dict(draft.csl), asdict(draft.identifiers), dict(draft.provenance)
    for difference in chosen:
        (ids if difference.field in ids else csl)[difference.field] = difference.value
        provenance[difference.field] = difference.register
    draft = replace(draft, csl=csl, identifiers=Identifiers(**ids), provenance=provenance)
    return replace(candidate, draft=draft)


@transaction.atomic
def add_all(chosen: Sequence[Candidate], *, by: User) -> list[Reference]:
    """Stores what was confirmed: all of it, or nothing, with every reason."""
    reasons: list[str] = []
    added: list[Reference] = []
    for candidate in chosen:
        try:
            added.append(_add(candidate, by))
        except Refused as refusal:
            reasons += [f"{candidate.key}: {reason}" for reason in refusal.reasons]
    if reasons:
        raise Refused(*reasons)
    return added


def duplicate_of(ids: Identifiers) -> Reference | None:
    """The reference that has one of these identifiers already; the one that was kept, where two were merged."""
    same = Q()
    for field in SAME:
        if value := getattr(ids, field):
            same |= Q(**{f"{field}__iexact": value})
    known = Reference.objects.filter(same).first() if same else None
    return (known.merged_into or known) if known else None


def guessed_class(csl: Mapping[str, Any]) -> str:
    """A first guess from the title and type; the writer chooses."""
    title = f"{csl.get('title', '')} {csl.get('container-title', '')} {csl.get('genre', '')}".lower()
    by_title = (name for name, pattern in GUESSES if re.search(pattern, title))
    return next(by_title, BY_TYPE.get(str(csl.get("type")), "other"))


def _candidate(draft: SourceDraft, taken: set[str], *, ask: bool) -> Candidate:
    said: list[str] = []
    answers: list[Answer] = []
    differences: list[Difference] = []
    duplicate = duplicate_of(draft.identifiers)
    if duplicate is None and not ask and any(getattr(draft.identifiers, name) for name in SAME):
        said.append(NOT_ASKED)
    elif duplicate is None:
        for heard in registers.about(draft.identifiers):
            said.append(heard.message)
            answers.append(heard.answer)
            if heard.draft:
                draft, differing = filled(draft, heard.draft, heard.register)
                differences += differing
        duplicate = duplicate_of(draft.identifiers)
    return Candidate(
        draft=draft,
        key=make_key(draft.csl, taken),
        source_class=guessed_class(draft.csl),
        peer_reviewed=draft.csl.get("type") == "article-journal",
        duplicate=duplicate,
        differences=tuple(differences),
        answers=tuple(answers),
        said=tuple(said),
    )


def filled(typed: SourceDraft, found: SourceDraft, register: str) -> tuple[SourceDraft, list[Difference]]:
    """The draft with its gaps filled by a register, and where the register differs from what was there."""
    csl, provenance, differences = dict(typed.csl), dict(typed.provenance), []
    for name, value in found.csl.items():
        if name not in csl or csl[name] in ("", None, []):
            csl[name], provenance[name] = value, register
        elif csl[name] != value:
            differences.append(Difference(name, _shown(csl[name]), _shown(value), register, value))
    ids = asdict(typed.identifiers)
    for name, value in asdict(found.identifiers).items():
        if value and not ids[name]:
            ids[name], provenance[name] = value, register
        elif value and ids[name].lower() != value.lower() and name != "url":
            differences.append(Difference(name, ids[name], value, register, value))
    problems = tuple(dict.fromkeys((*found.problems, *(() if csl.get("title") else typed.problems))))
    return replace(typed, csl=csl, identifiers=Identifiers(**ids), provenance=provenance, problems=problems), differences


def _add(candidate: Candidate, by: User) -> Reference:
    draft = candidate.draft
    source = Source(
        key=candidate.key,
        csl=draft.csl,
        source_class=candidate.source_class,
        peer_reviewed=candidate.peer_reviewed,
        **asdict(draft.identifiers),
    )
    if known := duplicate_of(draft.identifiers):
        raise Refused(f"This source is in the library already, as {known.key}: cite that one.")
    reference = add_reference(source, by=by, raw=draft.raw if draft.kind == "text" else "", provenance=draft.provenance)
    answers = (*_told_by_the_record(draft), *candidate.answers)
    return record_answers(reference.pk, answers, by=by) if answers else reference


def _told_by_the_record(draft: SourceDraft) -> list[Answer]:
    """A pasted record that says of its source that it was retracted is a word against it, whoever cannot be asked."""
    if not draft.notices and not draft.is_notice:
        return []
    return [Answer("pasted", standing_of(draft.notices, draft.is_notice), tuple(draft.notices), "As the pasted record says.")]


def _shown(value: Any) -> str:
    if isinstance(value, dict) and "date-parts" in value:
        return "-".join(str(part) for part in value["date-parts"][0])
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(_shown(item) if not isinstance(item, dict) else " ".join(map(str, item.values())) for item in value)
    return str(value)
