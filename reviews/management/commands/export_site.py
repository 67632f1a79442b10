"""Writes the public site into a folder, as files for object storage or a CDN. May be run every minute.

Exit codes: 0 the folder is the site; 1 some addresses could not be answered, and their files are those of before.
"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.refusal import Refused
from reviews.exporting import export


class Command(BaseCommand):
    help = (
        "Writes every public page as a file, with .gz and .br beside it, and their statuses and headers into _headers.json. "
        "Writes what has changed, and removes what is no longer public. The folder must be empty, or made by this command."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--all", action="store_true", help="look at each page, even if nothing happened since the last run")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = export(options["folder"], everything=options["all"])
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        if outcome.is_needless:
            self.stdout.write("Nothing has changed since the last run.")
            return
        for address in outcome.written:
            self.stdout.write(f"written {address}")
        for name in outcome.removed:
            self.stdout.write(f"removed {name}")
        for fault in outcome.faults:
            self.stderr.write(self.style.ERROR(fault))
        done = f"{len(outcome.written)} addresses written, {outcome.unchanged} unchanged, {len(outcome.removed)} files removed."
        if outcome.faults:
            raise CommandError(f"{done} {len(outcome.faults)} could not be answered: their files were left. Run verify_records.")
        self.stdout.write(self.style.SUCCESS(done))
