"""Asking a server over HTTP: one request after another, or as many as it can take."""

import http.client
import re
import shutil
import ssl
import statistics
import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

AT_ONCE = 4  # connections: the server always has the next request before it, and never waits for us
TIMEOUT = 60  # seconds
FORM = "application/x-www-form-urlencoded"


class Unexpected(Exception):
    """The server answered something else than what was to be measured."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def having(self, *statuses: int) -> "Answer":
        """Only what is as it should be is worth measuring."""
        if self.status not in statuses:
            raise Unexpected(f"answered {self.status} where {statuses} was expected: {self.body[:300]!r}")
        return self


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks one thing at a time, with these headers each time."""

    port: int
    headers: Mapping[str, str] | None = None
    tls: bool = False  # to our own nginx, with a certificate made a moment ago

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        return self._ask("POST", path, urlencode(fields), {"Content-Type": FORM, **headers})

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        connection = self._connection()
        said = {name.replace("_", "-"): value for name, value in {**(self.headers or {}), **headers}.items()}
        started = time.perf_counter()
        connection.request(method, path, body, said)
        response = connection.getresponse()
        read = response.read()
        seconds = time.perf_counter() - started
        connection.close()
        return Answer(response.status, dict(response.getheaders()), read, seconds)

    def _connection(self) -> http.client.HTTPConnection:
        if self.tls:
            anybody = ssl._create_unverified_context()
            return http.client.HTTPSConnection("localhost", self.port, timeout=TIMEOUT, context=anybody)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)


def each(answers: Iterable[Answer], *statuses: int) -> list[float]:
    """How long each took."""
    return [answer.having(*statuses).seconds for answer in answers]


def unhurried(visitor: Visitor, path: str, times: int) -> float:
    """Seconds for one request, of one visitor who asks again and again: the median."""
    return statistics.median(each((visitor.get(path) for _ in range(times)), 200))


def client() -> str:
    return "wrk" if shutil.which("wrk") else "threads"


def rate(address: str, headers: Mapping[str, str], seconds: float) -> float:
    """Seconds that a server spends on one request while it always has the next one before it."""
    count = _wrk if client() == "wrk" and seconds >= 1 else _threads  # wrk counts whole seconds
    return 1 / count(address, headers, seconds)


def _wrk(address: str, headers: Mapping[str, str], seconds: float) -> float:
    told = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", f"-c{AT_ONCE}", f"-d{seconds:.0f}s", *told, address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if found is None or "Non-2xx" in said or not float(found[1]):
        raise Unexpected(f"wrk said of {address}:\n{said}")
    return float(found[1])


def _threads(address: str, headers: Mapping[str, str], seconds: float) -> float:
    """Where wrk is not installed. It takes more time itself, of the bare view as of the others."""
    at = urlsplit(address)
    visitor = Visitor(at.port or 80, headers, tls=at.scheme == "https")
    until = time.monotonic() + seconds

    def ask() -> int:
        asked = 0
        while not asked or time.monotonic() < until:
            visitor.get(at.path).having(200, 304)
            asked += 1
        return asked

    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = sum(future.result() for future in [pool.submit(ask) for _ in range(AT_ONCE)])
    return asked / (time.perf_counter() - started)
