"""One question to one machine: address checked and pinned, size and time limited, no redirect, no cookie, no proxy.

Both the registers' clients and the link check ask through here.
"""

import socket
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock, Timer
from types import TracebackType
from typing import Any, Final, Literal, TypeAlias

import httpx2

from articles.lookup.addresses import SECONDS, Refused, Resolver, Unknown, public_addresses, resolve

Why: TypeAlias = Literal["slow", "unreachable", "unknown", "refused", "too big", "broken"]

_UNPACKERS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_MOST_ADDRESSES: Final = 2


class NoAnswer(Exception):
    """Nothing came that can be used; `why` for our own words, the text for the person who reads it."""

    def __init__(self, why: Why, text: str = "") -> None:
        super().__init__(text or why)
        self.why = why


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in any case
    body: bytes
    whole: bool = True  # False when reading stopped at the cap

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class _Watchdog:
    """Cuts the connection when the time is up; time-outs alone would wait for ever on a byte now and then."""

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._socket: socket.socket | None = None
        self._lock = Lock()
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> "_Watchdog":
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()

    def saw(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by the connection as it is made: TCP first, then TLS upon it."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            with self._lock:
                self._socket = info["return_value"].get_extra_info("socket")
            if self.expired:
                self._cut()

    def _cut(self) -> None:
        with self._lock, suppress(OSError):
            self.expired = True
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)


def _real_transport() -> httpx2.BaseTransport:
    # Connections are not kept: two sites behind one number would otherwise share one.
    return httpx2.HTTPTransport(trust_env=False, limits=httpx2.Limits(max_keepalive_connections=0))


@dataclass
class Wire:
    """How to reach the internet; tests bring their own resolver, transport and clock."""

    resolver: Resolver = resolve
    transport: httpx2.BaseTransport = field(default_factory=_real_transport)
    clock: Callable[[], float] = time.monotonic
    seconds: float = SECONDS

    def ask(self, method: str, url: httpx2.URL, headers: Mapping[str, str], cap: int) -> Answer:
        """The answer, of whatever status; at most `cap` bytes of it."""
        deadline = self.clock() + self.seconds
        host = url.raw_host.decode("ascii")
        try:
            addresses = public_addresses(host, url.port or {"http": 80}.get(url.scheme, 443), self.resolver)
        except Refused as refusal:
            raise NoAnswer("refused", str(refusal)) from refusal
        except Unknown as unknown:
            raise NoAnswer("unknown", str(unknown)) from unknown
        for address in addresses[:_MOST_ADDRESSES]:
            with suppress(httpx2.ConnectError):
                return self._ask_at(address, _request(method, url, host, address, headers), cap, deadline)
        raise NoAnswer("unreachable")

    def _ask_at(self, address: str, request: httpx2.Request, cap: int, deadline: float) -> Answer:
        left = deadline - self.clock()
        if left <= 0:
            raise NoAnswer("slow")
        with _Watchdog(left) as watchdog:
            request.extensions |= {"timeout": httpx2.Timeout(left).as_dict(), "trace": watchdog.saw}
            try:
                return self._answer(self.transport.handle_request(request), request.method, cap, deadline)
            except httpx2.TimeoutException as error:
                raise NoAnswer("slow") from error
            except httpx2.TransportError as error:
                if watchdog.expired:
                    raise NoAnswer("slow") from error
                if isinstance(error, httpx2.ConnectError):
                    raise
                raise NoAnswer("broken") from error

    def _answer(self, response: httpx2.Response, method: str, cap: int, deadline: float) -> Answer:
        try:
            body, whole = (b"", True) if method == "HEAD" else self._body(response, cap, deadline)
        finally:
            response.close()
        return Answer(response.status_code, response.headers, body, whole)

    def _body(self, response: httpx2.Response, cap: int, deadline: float) -> tuple[bytes, bool]:
        unpacker = _unpacker(response.headers.get("content-encoding", ""))
        body = bytearray()
        assert isinstance(response.stream, httpx2.SyncByteStream)
        for chunk in response.stream:
            if self.clock() > deadline:
                raise NoAnswer("slow")
            room = cap + 1 - len(body)  # never 0, which would mean "no limit" to zlib
            try:
                body += unpacker.decompress(chunk, room) if unpacker else chunk[:room]
            except zlib.error as error:
                raise NoAnswer("broken") from error
            if len(body) > cap:
                return bytes(body[:cap]), False
        if unpacker and body and not unpacker.eof:
            raise NoAnswer("broken")
        return bytes(body), True


def _request(method: str, url: httpx2.URL, host: str, address: str, headers: Mapping[str, str]) -> httpx2.Request:
    """Goes to the checked number, but names the site: in Host, and to the certificate."""
    named = url.netloc.decode("ascii")
    sent = {"Accept-Encoding": "gzip", "Connection": "close", **headers, "Host": named}
    return httpx2.Request(method, url.copy_with(host=address), headers=sent, extensions={"sni_hostname": host})


def _unpacker(encoding: str) -> Any:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return None
    if encoding not in _UNPACKERS:
        raise NoAnswer("broken", f"The answer came packed as {encoding[:20]}, which was not asked for.")
    return zlib.decompressobj(_UNPACKERS[encoding])
