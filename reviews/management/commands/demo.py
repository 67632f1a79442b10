"""One command from a fresh clone to a site that one can look around in."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test import override_settings

from articles.models import User
from reviews import demonstration

ADDRESSES = (
    ("/", "what readers see"),
    ("/articles/nocturnal-leg-cramps/", "an article with its sources and signatures"),
    ("/articles/type-2-diabetes/", "an article that was withdrawn"),
    ("/admin/", "the editorial office: log in as one of the people below"),
)
PEOPLE = {
    "wren": "writes",
    "milo": "writes, too",
    "ed": "edits, asks for reviews, publishes, decides about reports",
    "fay": "checks facts; requests are waiting",
    "dr_ruth": "reviews; requests are waiting",
    "dr_omar": "reviews; has asked for changes, and objects to words that are live",
    "dr_late": "reviewed, until the licence lapsed",
    "admin": "keeps the accounts; may not sign",
}


class Command(BaseCommand):
    help = "Makes a small publishing house with people, sources and articles, and serves it. Only when DEBUG is on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="make it, and stop there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demonstration has passwords that everybody knows. It runs with DEBUG=1 only.")
        call_command("migrate", verbosity=0)
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
            demonstration.build()
        self.stdout.write(self.style.SUCCESS("The demonstration is ready."))
        for address, what in ADDRESSES:
            self.stdout.write(f"  http://127.0.0.1:{options['port']}{address:34} {what}")
        self.stdout.write(f"\n  {'account':10} {'password':28} who")
        for username, what in PEOPLE.items():
            self.stdout.write(f"  {username:10} {self._password(username):28} {what}")
        self.stdout.write("\nThe people are made up. Every source is real; every statement rests on the source it cites.")
        if not options["no_serve"]:
            call_command("runserver", f"127.0.0.1:{options['port']}", use_reloader=False)

    def _password(self, username: str) -> str:
        password = demonstration.password_of(username)
        known = User.objects.get(username=username).check_password(password)
        return password if known else "(changed since)"
