"""Asks the registers whether the sources still stand. May be stopped and started again.

Exit codes: 0 everybody answered; 1 nothing was asked, and why; 3 some could not be asked; 130 stopped by hand.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.impact import find_source
from articles.lookup import configured
from articles.lookup.retraction_watch import NotReadable
from articles.models.reference import ReferenceQuerySet
from reviews import source_checking
from reviews.management.progress import Progress

INCOMPLETE, STOPPED = 3, 130


class Command(BaseCommand):
    help = (
        "Checks the sources of live pages for retractions and corrections, at Crossref and PubMed or in a local list. "
        "Exits with 0 when every source was checked, 3 when some could not be (run it again: it goes on where it stopped), "
        "1 when nothing could be asked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("sources", nargs="*", help="citation keys, DOIs or PMIDs; none: every source of a live page")
        parser.add_argument("--all", action="store_true", help="every source, cited or not")
        parser.add_argument("--again", action="store_true", help="also those that were checked in the last six days")
        parser.add_argument(
            "--retraction-watch", type=Path, metavar="FILE", help="use this CSV file; nothing is asked over the network"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["retraction_watch"]
        if path is None and not configured.fetchers():
            reasons = " ".join(configured.why_off(name) for name in configured.NAMES)
            raise CommandError(f"{reasons} Or give --retraction-watch FILE.")
        named = [_id_of(name) for name in options["sources"]]
        references = source_checking.chosen(everything=options["all"], ids=named)
        if not named and not options["again"]:
            asked = [source_checking.RETRACTION_WATCH] if path else source_checking.REGISTERS
            references = source_checking.due(references, asked)
        try:
            ask = source_checking.ask_retraction_watch(path, references) if path else source_checking.ask_registers
        except NotReadable as error:
            raise CommandError(str(error)) from error
        self._check(references, ask)

    def _check(self, references: ReferenceQuerySet, ask: source_checking.Ask) -> None:
        progress = Progress(references.count(), self.stderr)
        changed = failed = opened = 0
        try:
            for checked in source_checking.check(references, ask):
                failed += bool(checked.failures)
                opened += checked.concerns
                standing = checked.reference.standing
                if standing != checked.before and standing in source_checking.TOLD:
                    changed += 1
                    progress.clear()
                    self.stdout.write(f"{checked.reference.key}: {checked.reference.get_standing_display().lower()}")
                progress.step()
        except KeyboardInterrupt:
            progress.clear()
            stopped = f"Stopped after {progress.done} of {progress.total}. Start the command again: it goes on from there."
            raise CommandError(stopped, returncode=STOPPED) from None
        progress.clear()
        self.stdout.write(
            f"Sources checked: {progress.done}. New notices: {changed}. New concerns: {opened}. No answer: {failed}."
        )
        if failed:
            again = "Not every register answered. Run the command again: only what is missing is asked."
            raise CommandError(again, returncode=INCOMPLETE)


def _id_of(name: str) -> int:
    reference = find_source(name)
    if reference is None:
        raise CommandError(f"No source has the key, DOI or PMID {name}.")
    return reference.pk
