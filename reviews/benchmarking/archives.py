"""Scratch archives: databases beside the site's own, filled by `manage.py seed`, and dropped again unless they are to be kept."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import psycopg2
from django.conf import settings
from psycopg2 import sql

from reviews.benchmarking.servers import development

NONE = "sqlite://:memory:"  # for what needs no database
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


class Unusable(Exception):
    """The archive cannot be made, or is not what it should be."""


@dataclass(frozen=True)
class Kind:
    """A kind of database: a folder of SQLite files, or a PostgreSQL server by the address of any of its databases."""

    name: str
    where: str

    def address(self, database: str) -> str:
        if self.name == SQLITE:
            return f"sqlite:///{Path(self.where).resolve() / database}.sqlite3"
        return urlsplit(self.where)._replace(path=f"/{database}").geturl()

    def exists(self, database: str) -> bool:
        if self.name == SQLITE:
            return _file(self.address(database)).exists()
        with _server(self.where) as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return cursor.fetchone() is not None

    def make(self, database: str, like: str = "template1") -> None:
        """On SQLite it makes itself when it is first opened."""
        if self.name == POSTGRESQL:
            with _server(self.where) as cursor:
                names = [sql.Identifier(name) for name in (database, like)]
                cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))

    def drop(self, database: str) -> None:
        if self.name == SQLITE:
            for ending in ("", "-wal", "-shm"):
                Path(f"{_file(self.address(database))}{ending}").unlink(missing_ok=True)
            return
        with _server(self.where) as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def kind_of(where: str, folder: Path) -> Kind:
    """The kind that --database names."""
    if where == "sqlite":
        return Kind(SQLITE, str(folder))
    if where.startswith(("postgres://", "postgresql://")):
        try:
            urlsplit(where)
        except ValueError as error:
            raise Unusable(f"“{where}” is no address of a database: {error}") from error
        return Kind(POSTGRESQL, where)
    raise Unusable(
        f"“{where}” is no kind of database. Write sqlite, or postgres://user@host/name of one that you may connect to."
    )


def configured() -> str:
    """The kind of the site's own database, which is not touched; on PostgreSQL others are made beside it."""
    own = settings.DATABASES["default"]
    if own["ENGINE"].endswith("sqlite3"):
        return "sqlite"
    password = f":{quote(own['PASSWORD'], safe='')}" if own["PASSWORD"] else ""
    port = f":{own['PORT']}" if own["PORT"] else ""
    return f"postgres://{quote(own['USER'], safe='')}{password}@{own['HOST']}{port}/{quote(own['NAME'], safe='')}"


@contextlib.contextmanager
def ready(kind: Kind, articles: int, waiting: int, folder: Path, *, keep: bool) -> Iterator[str]:
    """The address of an archive of that size, with so many things that wait: one that was kept, or a new one."""
    name = _kept_as(kind, articles, waiting) if keep else f"imprimatur_benchmark_{_short(articles)}_{os.getpid()}"
    if not kind.exists(name):
        try:
            _fill(kind, name, articles, waiting, folder)
        except BaseException:
            kind.drop(name)
            raise
    try:
        yield kind.address(name)
    finally:
        if not keep:
            kind.drop(name)


def _fill(kind: Kind, name: str, articles: int, waiting: int, folder: Path) -> None:
    kind.make(name)
    environment = development(kind.address(name), folder)
    run(environment, "migrate", "--verbosity", "0")
    run(environment, "seed", "--articles", str(articles), "--open", str(waiting))


def run(environment: dict[str, str], *arguments: str) -> None:
    """A command of our own in a process of its own, over another database."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=settings.ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Unusable(f"“manage.py {arguments[0]}” failed over a scratch archive. It said:\n{done.stdout.decode()[-2000:]}")


def _kept_as(kind: Kind, articles: int, waiting: int) -> str:
    """A folder holds nothing else; a server does."""
    name = f"{_short(articles)}_{waiting}"
    return name if kind.name == SQLITE else f"imprimatur_seed_{name}"


def _short(articles: int) -> str:
    """1k for a thousand."""
    return f"{articles // 1000}k" if articles and articles % 1000 == 0 else str(articles)


def _file(address: str) -> Path:
    return Path(unquote(address.removeprefix("sqlite:///")))


@contextlib.contextmanager
def _server(where: str) -> Iterator["psycopg2.extensions.cursor"]:
    """Databases are made and dropped outside any transaction."""
    at = urlsplit(where).hostname
    try:
        connection = psycopg2.connect(where)
    except psycopg2.Error as error:
        raise Unusable(f"The PostgreSQL server at {at} does not let us in: {error}") from error
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    except psycopg2.Error as error:
        raise Unusable(f"The PostgreSQL server at {at} does not let us make databases: {error}") from error
    finally:
        connection.close()
