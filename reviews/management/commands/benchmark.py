"""What everything costs on this machine, as ratios to a bare view measured in the same run."""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.benchmarking import archives, child, load, servers, table
from reviews.benchmarking.figure import Figure
from reviews.benchmarking.stage import Pace
from reviews.benchmarking.table import Row

HELP = """Measures reading, searching, answering, the office and its lists over scratch archives, each figure as a ratio to a bare
view of the same run. Changes nothing in your database."""


class Command(BaseCommand):
    help = HELP
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        sizes, usual = [1_000, 20_000, 100_000], Pace()
        parser.add_argument("--articles", type=int, nargs="+", default=sizes, help="sizes of the archives")
        parser.add_argument(
            "--open", type=int, default=500, help="how many things wait in each, as many in large as in small ones"
        )
        parser.add_argument("--database", nargs="+", metavar="KIND", help="sqlite, postgres://…; the kind of yours if not given")
        parser.add_argument("--runs", type=int, default=usual.runs, help="of which the medians are told")
        parser.add_argument("--seconds", type=float, default=usual.seconds, help="for each page that is asked for without pause")
        parser.add_argument("--rounds", type=int, default=usual.rounds, help="requests that are made one by one")
        parser.add_argument("--pages", type=int, default=usual.pages, help="that a worker serves while its memory is watched")
        parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="figures whose names begin so: search, list")
        parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures there, beside those of earlier runs")
        parser.add_argument("--markdown", action="store_true", help="print a table of them all at the end")
        parser.add_argument("--keep", action="store_true", help="keep the archives, and use those that were kept")
        parser.add_argument("--folder", type=Path, help="where archives on SQLite are; a temporary one if not given")
        parser.add_argument("--within", type=Path, help=argparse.SUPPRESS)  # used by the command itself

    def handle(self, *args: Any, **options: Any) -> None:
        pace = Pace(**{name: options[name] for name in ("runs", "seconds", "rounds", "pages")})
        if options["keep"] and not options["folder"] and "sqlite" in (options["database"] or [archives.configured()]):
            raise CommandError("Say with --folder where archives on SQLite are kept.")
        if min(pace.runs, pace.seconds, pace.rounds, pace.pages, *options["articles"]) <= 0 or options["open"] < 0:
            raise CommandError("There is nothing to measure in less than one of anything.")
        if options["within"]:
            self._measure_here(options["articles"][0], pace, options["only"], options["within"])
            return
        try:
            with _ended_in_order():
                self._measure_all(pace, options)
        except archives.Unusable as error:
            raise CommandError(str(error)) from error

    def _measure_here(self, articles: int, pace: Pace, only: list[str], folder: Path) -> None:
        """In the process over a scratch archive."""
        try:
            for figure in child.figures(articles, pace, only, folder):
                self.stdout.write(json.dumps(asdict(figure)))
                self.stdout.flush()
        except child.NoScratch as error:
            raise CommandError(str(error)) from error

    def _measure_all(self, pace: Pace, options: dict[str, Any]) -> None:
        self._failed: list[str] = []
        rows = _earlier(options["json"]) if options["json"] else []
        newer: list[Row] = []
        with tempfile.TemporaryDirectory(prefix="imprimatur-benchmark-") as temporary:
            for newest in self._rows(Path(temporary), pace, options):
                self.stdout.write(table.line(newest.figure))
                newer.append(newest)
                rows = table.with_newer(rows, newest)
                if options["json"]:
                    table.write(options["json"], rows)
        if options["markdown"]:
            self.stdout.write(table.markdown(rows))
        if self._failed:
            raise CommandError(f"Could not be measured, as told above: {', '.join(self._failed)}.")
        if not newer:
            raise CommandError(f"No figure has a name that begins with {' or '.join(options['only'])}.")

    def _rows(self, work: Path, pace: Pace, options: dict[str, Any]) -> Iterator[Row]:
        """Of each archive in turn."""
        where = options["folder"] or work
        try:
            where.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"--folder {where} cannot be a folder: {error}") from error
        kinds = [archives.kind_of(name, where) for name in options["database"] or [archives.configured()]]
        archives.run(servers.production(archives.NONE, work), "collectstatic", "--noinput", "--verbosity", "0")
        for kind, articles in product(kinds, options["articles"]):
            waiting = min(options["open"], articles // 2)  # more cannot
            said = f"{articles:,} articles, {waiting:,} things wait, {kind.name}; asked by {load.client()}, {_cores()}"
            self.stdout.write(said)
            how = {"articles": articles, **asdict(pace)}
            with archives.ready(kind, articles, waiting, work, keep=options["keep"]) as database:
                for figure in self._measured(database, work, how, options["only"]):
                    yield Row(articles, waiting, kind.name, figure)

    def _measured(self, database: str, work: Path, how: dict[str, Any], only: list[str]) -> Iterator[Figure]:
        """As the process tells them that does it."""
        told = [f"--{name}={value}" for name, value in how.items()]
        command = [sys.executable, "manage.py", "benchmark", f"--within={work}", *told, *(["--only", *only] if only else [])]
        environment = {**servers.development(database, work), child.SCRATCH: database}
        with subprocess.Popen(command, cwd=settings.ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            for line in process.stdout:
                found = json.loads(line)
                if "why" in found:
                    self._failed.append(found["name"])
                    self.stderr.write(f"  {found['name']}: {found['why']}")
                else:
                    yield Figure(**found)
        if process.returncode:
            self._failed.append("what follows")


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Whoever ends us ends what we started and made, too. What was told to live on (nohup) does."""
    usual = [stop for stop in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(stop) is signal.SIG_DFL]
    for stop in usual:
        signal.signal(stop, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        for stop in usual:
            signal.signal(stop, signal.SIG_DFL)


def _earlier(file: Path) -> list[Row]:
    """What it holds; and whether more can be written there is known before hours were spent on it."""
    try:
        rows = table.read(file)
        table.write(file, rows)
    except OSError as error:
        raise CommandError(f"--json {file} cannot be read and written: {error}") from error
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise CommandError(f"--json {file} holds something else than figures of this release: name a new file.") from error
    return rows


def _cores() -> str:
    found = servers.cores()
    return f"the server on core {found[0]}, whoever asks on core {found[1]}" if found else "on whatever core is free"
