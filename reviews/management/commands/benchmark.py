"""How long the daily work takes on this machine, as ratios to a bare view measured in the same run."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import override_settings
from django.test.utils import setup_test_environment, teardown_test_environment

from reviews import benchmarking

FAST_HASHES = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # what is measured is our work, not the hash's


class Command(BaseCommand):
    help = "Measures preview, editor, desk, publishing and reading; changes nothing in the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", type=Path, help="store the figures in this file, too")
        parser.add_argument("--desks", action="store_true", help="the first page of each role over 20,000 articles instead")

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        setup_test_environment(debug=False)
        try:
            with override_settings(ROOT_URLCONF="reviews.benchmarking", PASSWORD_HASHERS=FAST_HASHES, SECURE_SSL_REDIRECT=False):
                self.stdout.write(f"{'':44}{'median':>10} {'bare view':>12} {'queries':>8}")
                for figure in benchmarking.desks(_analyse) if options["desks"] else benchmarking.figures():
                    found.append(asdict(figure))
                    queries = str(figure.queries or "")
                    self.stdout.write(f"{figure.name:44}{figure.milliseconds:>7.2f} ms {figure.ratio:>10.1f} × {queries:>8}")
        finally:
            teardown_test_environment()
        if options["json"]:
            options["json"].write_text(json.dumps(found, indent=1))


def _analyse() -> None:
    """PostgreSQL counts its rows by itself before long; in a transaction it has to be told."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
