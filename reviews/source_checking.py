"""Checking sources in bulk: which are due, what the registers say, and what follows for live pages.

May be stopped and started again: whoever was asked lately and answered is passed over, and each source is one transaction.
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles.bibliography.standing import Standing
from articles.lookup import configured, pubmed, retraction_watch
from articles.models import Reference, ReferenceCheck, User
from articles.models.reference import ReferenceQuerySet
from articles.registers import about, answered
from articles.source_checks import Answer, record_answers
from reviews import concerns

LATELY = datetime.timedelta(days=6)
BATCH = pubmed.BATCH
NOBODY = "none"  # is written down as asked where no register could know the source
REGISTERS = (*configured.NAMES, NOBODY)
RETRACTION_WATCH = "retraction_watch"
TOLD = frozenset({Standing.retracted, Standing.concern, Standing.corrected, Standing.notice})  # what people must hear of

Answers = tuple[Reference, list[Answer]]
Ask = Callable[[Sequence[Reference]], Iterator[Answers]]


@dataclass(frozen=True)
class Checked:
    """One source after its check."""

    reference: Reference
    before: str
    failures: tuple[str, ...]  # of registers that gave no answer, in words
    concerns: int


def chosen(*, everything: bool = False, ids: Collection[int] = ()) -> ReferenceQuerySet:
    """The sources of live pages, all, or those named."""
    found = Reference.objects.filter(merged_into=None)
    if ids:
        return found.filter(pk__in=ids)
    return found if everything else found.cited_live()


def due(references: ReferenceQuerySet, asked: Iterable[str], lately: datetime.timedelta = LATELY) -> ReferenceQuerySet:
    """Those that none of these registers was asked about lately, or about which one of them gave no answer."""
    recent = ReferenceCheck.objects.filter(reference=OuterRef("pk"), asked__in=list(asked), at__gt=timezone.now() - lately)
    since = ReferenceCheck.objects.filter(reference=OuterRef("reference"), asked=OuterRef("asked"), pk__gt=OuterRef("pk"))
    failed = recent.filter(~Exists(since), standing=Standing.failed)
    return references.filter(~Exists(recent) | Exists(failed))


def ask_registers(references: Sequence[Reference], patience: float = configured.PATIENCE_OF_A_COMMAND) -> Iterator[Answers]:
    """Crossref and PubMed, as far as they are switched on and know the identifiers; PubMed for many at a time."""
    told = _by_pmid([reference.pmid for reference in references if reference.pmid], patience)
    for reference in references:
        answers = [told[reference.pmid]] if reference.pmid in told else []
        without = ("pubmed",) if answers else ()
        answers += [heard.answer for heard in about(reference.identifiers, patience, without)]
        yield reference, answers or [Answer(NOBODY, Standing.not_checkable, message="No register that is asked could know it.")]


def ask_retraction_watch(path: Path, references: ReferenceQuerySet) -> Ask:
    """Reads the list once, keeping only what is asked for; answers from memory. No look-up tells what writers cite."""
    dois, pmids = set(), set()
    for doi, pmid in references.values_list("doi", "pmid").iterator(BATCH):
        dois.add(doi)
        pmids.add(pmid)
    register = retraction_watch.read(path, dois - {""}, pmids - {""})

    def ask(references: Sequence[Reference]) -> Iterator[Answers]:
        for reference in references:
            notices = register.notices(reference.doi, reference.pmid)
            yield reference, [Answer(RETRACTION_WATCH, register.standing(reference.doi, reference.pmid), notices)]

    return ask


def check(references: ReferenceQuerySet, ask: Ask, *, by: User | None = None) -> Iterator[Checked]:
    """Asks for one batch after the other, in constant memory, and opens what concerns follow."""
    for batch in _batches(references):
        for reference, answers in ask(batch):
            checked = record_answers(reference.pk, answers, by=by)
            opened = concerns.open_for(checked)
            failures = tuple(answer.message for answer in answers if answer.standing == Standing.failed)
            yield Checked(checked, reference.standing, failures, len(opened))


def _by_pmid(pmids: Sequence[str], patience: float) -> dict[str, Answer]:
    if not configured.is_on("pubmed"):
        return {}
    return {pmid: answered("pubmed", said) for pmid, said in pubmed.many(pmids, configured.fetcher("pubmed", patience))}


def _batches(references: ReferenceQuerySet) -> Iterator[list[Reference]]:
    """By key, not by a cursor: no transaction stays open while a register takes its time."""
    last = 0
    while batch := list(references.filter(pk__gt=last).order_by("pk")[:BATCH]):
        last = batch[-1].pk
        yield batch
