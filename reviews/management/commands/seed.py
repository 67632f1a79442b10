"""Makes an archive of any size to measure with: true to every lock and every verification, and made up from end to end."""

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.refusal import Refused
from reviews import sweeping
from reviews.management.progress import Progress
from reviews.seeding import bulk, people
from reviews.seeding.filling import Order, fill, timed

MOST_OPEN = 5_000


class Command(BaseCommand):
    help = "Fills an empty database with a made-up archive for measuring. Only when DEBUG is on, or with --yes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--articles", type=int, required=True, help="how many; each with 3 revisions and 10 reports")
        parser.add_argument("--open", type=int, help=f"how many things wait (a quarter as many, at most {MOST_OPEN:,})")
        parser.add_argument("--random", type=int, default=1, help="another number makes another archive of the same size")
        parser.add_argument("--password", help="of every account (one is made, and printed)")
        parser.add_argument("--add", action="store_true", help="add to the articles that are there")
        parser.add_argument("--yes", action="store_true", help="also when DEBUG is off: this is no real site")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["yes"]):
            raise CommandError(
                "This fills the database with made-up articles, which nobody can delete. DEBUG is off, so it may be that of a "
                "real site: say --yes if it is not."
            )
        articles = options["articles"]
        waiting = min(MOST_OPEN, articles // 4) if options["open"] is None else options["open"]
        password = options["password"] or secrets.token_urlsafe(12)
        progress = Progress(articles, self.stderr)

        def told(stage: str, seconds: float) -> None:
            progress.clear()
            self.stdout.write(f"  {stage:20} {seconds:8.1f} s")

        try:
            order = Order(articles, waiting, options["random"], password, options["add"])
            rows = fill(order, step=progress.step, told=told)
            with timed(told, "what is open"):
                sweeping.sweep()
            with timed(told, "statistics"):
                bulk.settle()
        except Refused as refusal:
            raise CommandError("\n".join(refusal.reasons)) from refusal
        self.stdout.write(self.style.SUCCESS(f"{articles:,} articles, {rows:,} rows; {waiting:,} things wait."))
        for role, count in people.COUNTS.items():
            first, last = people.username(role, 1), people.username(role, count)
            self.stdout.write(f"  {first if count == 1 else f'{first} to {last}':45} {people.TOLD[role]}")
        self.stdout.write(f"Their password: {password}")
