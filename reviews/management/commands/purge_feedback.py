"""Forgets what readers told us once its time is up: their words and passages, and where they asked to be written to.

Run it every night; any number of times is harmless. Votes and reasons stay.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reviews import feedback


class Command(BaseCommand):
    help = "Blanks readers’ words after FEEDBACK_TEXT_MONTHS and deletes reply addresses after REPLY_ADDRESS_DAYS."

    def handle(self, *args: Any, **options: Any) -> None:
        words, addresses = feedback.purge(timezone.localdate())
        if not words and not addresses:
            self.stdout.write("Nothing of readers is older than it may be.")
            return
        reports = f"{words} report{'' if words == 1 else 's'}"
        deleted = f"{addresses} reply address{'' if addresses == 1 else 'es'}"
        self.stdout.write(self.style.SUCCESS(f"Blanked the words of {reports} and deleted {deleted}."))
