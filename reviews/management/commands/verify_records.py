"""Recomputes every digest, signature and chain, and names each row that was altered."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from articles.locks import missing_locks
from reviews.verification import faults


class Command(BaseCommand):
    help = "Recomputes every digest, signature and event chain; names each altered row and exits with 1 if there is any."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        locks = (f"the database lacks the lock {name}" for name in missing_locks(connection))
        for fault in chain(locks, faults()):
            count += 1
            self.stderr.write(self.style.ERROR(fault))
        if count:
            raise CommandError(f"{count} faults. Nothing was changed; compare with a backup before you go on.")
        self.stdout.write(self.style.SUCCESS("Every digest, signature, page, picture and history is as it was written."))
