"""Servers of a test's own, which it may kill: a PostgreSQL with a streaming replica, a Redis, and hosts that run gunicorn.

Everything listens on the loopback, on ports that were free, and lives in one folder that goes away with it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx2
import psycopg2
import pytest

ROOT = Path(__file__).resolve().parent.parent
QUICK = ("fsync=off", "full_page_writes=off", "max_connections=60", "shared_buffers=32MB", "wal_level=replica")


def missing(what: str) -> None:
    """Skips, saying why; where the servers are promised (OPS_REQUIRED, in CI) their absence is a failure."""
    if os.environ.get("OPS_REQUIRED"):
        pytest.fail(f"The tests that kill servers cannot run: {what} is missing.")
    pytest.skip(f"The tests that kill servers need {what}.")


def program(name: str, package: str) -> str:
    """Debian keeps those of PostgreSQL out of the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(map(str, folders)))
    if found is None:
        missing(f"{name}, of Debian's package {package}")
    return str(found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], Any], seconds: float = 20, what: str = "it") -> float:
    """Waits until it holds; how long that took. Whatever goes wrong meanwhile is no answer yet."""
    began, error = time.monotonic(), None
    while time.monotonic() - began < seconds:
        try:
            if holds():
                return time.monotonic() - began
        except (httpx2.HTTPError, psycopg2.Error, OSError) as failure:
            error = failure
        time.sleep(0.03)
    raise AssertionError(f"{what} did not come about in {seconds} s: {error}")


def run(*command: str, **options: Any) -> str:
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, **options)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
    return done.stdout


@contextmanager
def folder() -> Iterator[Path]:
    """One that PostgreSQL, which refuses to run as root, may come into."""
    made = Path(mkdtemp(prefix="imprimatur-ops-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@dataclass
class PostgreSQL:
    data: Path
    port: int = field(default_factory=free_port)

    def make(self) -> None:
        self._own_folder()
        self._as_postgres("initdb", "-D", str(self.data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")

    def copy(self, primary: "PostgreSQL") -> None:
        """Becomes a replica that streams from it."""
        self._own_folder()
        there = ("-h", "127.0.0.1", "-p", str(primary.port), "-U", "postgres")
        self._as_postgres("pg_basebackup", *there, "-D", str(self.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def start(self) -> None:
        """After a crash the old server's processes may take a moment to go."""
        options = " ".join(f"-c {option}" for option in (*QUICK, f"port={self.port}", "listen_addresses=127.0.0.1"))
        log = str(self.data.with_suffix(".log"))
        command = ("pg_ctl", "start", "-w", "-D", str(self.data), "-l", log, "-o", f"{options} -k ''")
        until(lambda: self._quietly(command), what="PostgreSQL's start")

    def crash(self) -> None:
        os.kill(int((self.data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def stop(self) -> None:
        self._quietly(("pg_ctl", "stop", "-m", "immediate", "-D", str(self.data)))

    def url(self, name: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    @contextmanager
    def session(self, name: str = "postgres") -> Iterator[Any]:
        connection = psycopg2.connect(host="127.0.0.1", port=self.port, user="postgres", dbname=name, connect_timeout=2)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def ask(self, sql: str, name: str = "postgres") -> Any:
        """The first value of the answer."""
        with self.session(name) as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None

    def _own_folder(self) -> None:
        self.data.mkdir(mode=0o700)
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres")
            log = self.data.with_suffix(".log")
            log.touch()
            shutil.chown(log, "postgres")

    def _as_postgres(self, name: str, *arguments: str) -> str:
        before = ("runuser", "-u", "postgres", "--") if os.getuid() == 0 else ()
        return run(*before, program(name, "postgresql"), *arguments, cwd="/")

    def _quietly(self, command: tuple[str, ...]) -> bool:
        try:
            self._as_postgres(*command)
        except AssertionError:
            return False
        return True


@dataclass
class Process:
    """One that is started, killed and started again under the same port; it and its children are one group."""

    folder: Path
    port: int = field(default_factory=free_port)
    running: "subprocess.Popen[bytes] | None" = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def answers(self) -> bool:
        raise NotImplementedError

    @property
    def said(self) -> str:
        return (self.folder / "log").read_text()

    def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "log").open("ab") as log:
            self.running = subprocess.Popen(
                self.command(), cwd=self.folder, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )
        try:
            until(self.answers, 60, what=f"{self.command()[0]}'s first answer")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.said}") from error

    def kill(self) -> None:
        if self.running:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(timeout=10)
            self.running = None


@dataclass
class Redis(Process):
    """Keeps nothing on the disk: what it held is gone when it dies."""

    def command(self) -> list[str]:
        port = ["--port", str(self.port), "--bind", "127.0.0.1"]
        return [program("redis-server", "redis-server"), *port, "--save", "", "--appendonly", "no"]

    def answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16) == b"+PONG\r\n"


@dataclass
class Host(Process):
    """A machine that serves the site: gunicorn with two workers, in a folder of its own."""

    settings: dict[str, str] = field(default_factory=dict)
    workers: int = 2
    threads: int = 1

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        listens = ["--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers), "--threads", str(self.threads)]
        return [sys.executable, "-m", "gunicorn", "cms.wsgi:application", "--no-control-socket", *listens]

    def environment(self) -> dict[str, str]:
        return environment(self.settings)

    def answers(self) -> bool:
        return httpx2.get(f"{self.url}/healthz", timeout=2).status_code == 200


def environment(settings: dict[str, str]) -> dict[str, str]:
    """That of the test, without what would make it another site."""
    ours = {"DEBUG", "DATABASE_URL", "REPLICA_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("S3_")}
    return {**kept, "DJANGO_SETTINGS_MODULE": "cms.settings", "PYTHONPATH": str(ROOT), **settings}


def manage(settings: dict[str, str], *command: str) -> str:
    return run(sys.executable, str(ROOT / "manage.py"), *command, env=environment(settings), cwd=ROOT)
