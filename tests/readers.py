"""A reader as the server that runs the site meets one: a WSGI environ, and what comes back, header for header."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory

from articles.front import Front


@dataclass
class Answered:
    """What a reader was sent."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


class Process:
    """One process that serves the site. `asked` counts how often it had to wake Django."""

    def __init__(self) -> None:
        self.asked = 0
        self.django = WSGIHandler()
        self.front = Front(self._counted)

    def get(self, address: str, **headers: str) -> Answered:
        return self.send("GET", address, **headers)

    def send(self, method: str, address: str, **headers: str) -> Answered:
        return self._by(self.front, method, address, headers)

    def straight(self, address: str) -> Answered:
        """By Django itself."""
        return self._by(self.django, "GET", address, {})

    def _counted(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self.asked += 1
        return self.django(environ, start_response)

    def _by(self, application: Any, method: str, address: str, headers: dict[str, str]) -> Answered:
        told = Answered()

        def start(status: str, given: list[tuple[str, str]], *_: Any) -> None:
            names = [name.lower() for name, _ in given]
            assert len(names) == len(set(names)), f"a header twice: {given}"
            told.status, told.headers = int(status.split()[0]), dict(given)

        secure = headers.pop("scheme", "http") == "https"
        named = {"Host": "testserver"} | {name.replace("_", "-"): value for name, value in headers.items()}
        request = RequestFactory().generic(method, address, headers=named, secure=secure)
        with _connections_kept():
            answer = application(request.environ, start)
            told.content = b"".join(answer)
            getattr(answer, "close", lambda: None)()
        return told


@contextmanager
def _connections_kept() -> Iterator[None]:
    """As Django's own test client does: the test's transaction is no old connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
