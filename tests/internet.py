"""The real clients on a pretended internet: only the socket and the transport are replaced, below everything of ours."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from articles.lookup import configured
from tests.registers import PUBLIC

Answering = Callable[[httpx2.Request], httpx2.Response]


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, settings: Any, answer: Answering, *lookups: str) -> Iterator[list[str]]:
    """Look-ups are on; yields the addresses asked, as they are asked."""
    asked: list[str] = []

    def handle(request: httpx2.Request) -> httpx2.Response:
        asked.append(f"{request.headers['host']}{request.url.raw_path.decode()}")
        return answer(request)

    def found(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, port))]

    settings.LOOKUPS = list(lookups or configured.NAMES)
    settings.CONTACT_EMAIL = "ed@example.org"
    settings.PUBMED_API_KEY = "k3y"  # which lets more be asked in a second
    settings.CHECK_LINKS = True
    monkeypatch.setattr(httpx2, "HTTPTransport", lambda **how: httpx2.MockTransport(handle))
    monkeypatch.setattr(socket, "getaddrinfo", found)
    configured._fetcher.cache_clear()
    yield asked
    configured._fetcher.cache_clear()
