"""Asks the addresses of web sources whether they still answer. May be stopped and started again.

Exit codes: 0 every address was asked, whatever it answered; 1 nothing was asked, and why; 130 stopped by hand.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.link_checks import is_dead, record_link, to_check
from articles.lookup import configured
from articles.models import LinkCheck
from articles.models.reference import ReferenceQuerySet
from reviews.management.progress import Progress

BATCH = 200
STOPPED = 130
TOLD = {LinkCheck.Outcome.SUSPECT, LinkCheck.Outcome.REFUSED}


class Command(BaseCommand):
    help = (
        "Checks the web addresses of sources on live pages; calls one dead after three failures over a week or more. "
        "Addresses that were asked today are passed over, so that it can be stopped and started again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="every source with an address, cited or not")
        parser.add_argument("--again", action="store_true", help="also those that were asked today")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CHECK_LINKS:
            raise CommandError("Asking web addresses is switched off on this site. (CHECK_LINKS=1 switches it on.)")
        if not settings.CONTACT_EMAIL:
            raise CommandError("Set CONTACT_EMAIL first: sites are told whom they may write to about our questions.")
        references = to_check(everything=options["all"], again=options["again"])
        self.progress = Progress(references.count(), self.stderr)
        try:
            dead = self._check(references)
        except KeyboardInterrupt:
            self.progress.clear()
            stopped = (
                f"Stopped after {self.progress.done} of {self.progress.total}. Start the command again: it goes on from there."
            )
            raise CommandError(stopped, returncode=STOPPED) from None
        self.progress.clear()
        self.stdout.write(f"Addresses asked: {self.progress.done}. Dead: {dead}.")

    def _check(self, references: ReferenceQuerySet) -> int:
        checker = configured.link_checker()
        dead = last = 0
        while batch := list(references.filter(pk__gt=last).order_by("pk")[:BATCH]):
            last = batch[-1].pk
            for reference in batch:
                check = record_link(reference, checker.check(reference.url))
                if is_dead(reference):
                    dead += 1
                    archived = f" Archived copy: {reference.archive_url}" if reference.archive_url else ""
                    self._tell(f"{reference.key}: {reference.url} is dead. {check.message}{archived}")
                elif check.outcome in TOLD:
                    self._tell(f"{reference.key}: {reference.url}: {check.message}")
                self.progress.step()
        return dead

    def _tell(self, line: str) -> None:
        self.progress.clear()
        self.stdout.write(line)
