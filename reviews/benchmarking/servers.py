"""One worker of gunicorn over a scratch archive, on a core of its own where the machine has two."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from django.conf import settings

from reviews.benchmarking.load import Visitor

MADE_UP = "made-up-for-measuring-scratch-archives-and-for-nothing-else"
STARTS_WITHIN = 60.0  # seconds
# What a process needs of the machine. The site's own settings stay outside: they would make the figures incomparable.
NEEDED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "PGPASSFILE")


def development(database: str, folder: Path) -> dict[str, str]:
    """The environment in which a scratch archive is filled and measured; everything else that is written goes to the folder."""
    return {
        **{name: os.environ[name] for name in NEEDED if name in os.environ},
        "DEBUG": "1",
        "DATABASE_URL": database,
        "SECRET_KEY": MADE_UP,
        "CACHE_URL": (folder / "cache").as_uri(),
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "LOG_LEVEL": "ERROR",
        "CONTACT_EMAIL": "editors@example.org",  # it is printed on each page
    }


def production(database: str, folder: Path, **more: str) -> dict[str, str]:
    """The environment in which it is served: as in production, but for HTTPS."""
    return {
        **development(database, folder),
        "DEBUG": "0",
        "SIGNING_KEYS": MADE_UP[::-1],
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SECURE_SSL_REDIRECT": "0",
        "SECURE_COOKIES": "0",
        "TRUSTED_PROXIES": "1",
        "BENCHMARK_SIGNING_KEYS": ",".join(settings.SIGNING_KEYS),
        **more,
    }


def cores() -> tuple[int, int] | None:
    """One for the server and one for whoever asks it, if this machine has two and lets us choose."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[-1]) if len(allowed) > 1 else None


def pinned(core: int | None) -> Callable[[], None] | None:
    """For a process that is about to start."""
    return None if core is None else partial(os.sched_setaffinity, 0, {core})


class Server:
    """Gunicorn with one worker; `options` are its own."""

    def __init__(self, environment: Mapping[str, str], core: int | None, log: Path, *options: str) -> None:
        self.port, self._log = free_port(), log
        gunicorn = [sys.executable, "-m", "gunicorn", "--workers", "1", "--no-control-socket"]
        bind = ["--bind", f"127.0.0.1:{self.port}"]
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                [*gunicorn, *bind, *options, "reviews.benchmarking.serving:application"],
                cwd=settings.ROOT,
                env={**environment, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
                stdout=said,
                stderr=said,
                preexec_fn=pinned(core),
            )
        self._wait()

    @property
    def worker(self) -> int:
        """The process id of the one worker."""
        master = self._process.pid
        return int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])

    def said(self) -> str:
        """Its log: faults, and nothing else."""
        return self._log.read_text(errors="replace")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OSError):
                if Visitor(self.port).get("/bare").status == 200:
                    return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"The server under test did not start. It said:\n{self.said()[-2000:]}")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
