"""The door before Django: a public page that is finished is sent from memory, or from its row, without waking the rest.

What is sent is what Django answered, header for header, to somebody without a cookie; it is good for one version of the site
(`site_version`), so that what was withdrawn is gone with the next version. Everything else goes on to Django untouched.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import Error
from django.http.request import split_domain_port, validate_host
from django.urls import reverse
from django.utils.http import http_date, parse_http_date_safe

from articles import site_version, stored_responses
from articles.keeping import is_kept
from articles.page_memory import Headers, PageMemory, Ready
from articles.replica import answered
from articles.stored_responses import BROTLI, GZIP, PLAIN, Answer
from articles.views import REVALIDATE

Environ = dict[str, Any]
STATUS = {200: "200 OK", 410: "410 Gone"}  # what is kept: pages, and notices of withdrawal
# What a reader asks of the answer's form, and not of the page. Django is asked for the whole.
OF_THE_FORM = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE")
BY_THE_FRONT = {"etag", "last-modified", "content-length", "vary"}


class Front:
    """A WSGI application (PEP 3333) around Django's. One is made by each process."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application
        self._memory = PageMemory(settings.PAGE_MEMORY_MB * 1024 * 1024)
        self._proxy_says, self._secure = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        self._session = f"{settings.SESSION_COOKIE_NAME}="
        self._never_kept = (settings.STATIC_URL, reverse("healthz"))  # they shall not wait for a database that is away

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        scheme = self._scheme(environ)
        if scheme is None or environ["PATH_INFO"].startswith(self._never_kept):
            return self._application(environ, start_response)
        form = accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
        try:
            version = site_version.current()
        except Error:
            return self._application(environ, start_response)
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        if query and not is_kept(path, query):
            return self._application(environ, start_response)
        address = f"{scheme}:{path}"
        if ready := self._memory.get(address, form, version):
            return _send(ready, environ, start_response)
        if not is_kept(path, query):
            return self._application(environ, start_response)
        if found := _stored(address, version, form):
            return _send(self._remember(address, form, version, found), environ, start_response)
        return self._made(environ, start_response, address, form, version)

    def _scheme(self, environ: Environ) -> str | None:
        """http or https for whoever may be answered here; nothing for whom Django has to see."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or environ.get("SCRIPT_NAME") or "HTTP_AUTHORIZATION" in environ:
            return None
        if self._session in environ.get("HTTP_COOKIE", "") or not _is_ours(environ.get("HTTP_HOST", "")):
            return None
        scheme: str = environ["wsgi.url_scheme"]
        if self._proxy_says:
            scheme = "https" if environ.get(self._proxy_says, "").split(",")[0].strip() == self._secure else "http"
        return None if scheme == "http" and settings.SECURE_SSL_REDIRECT else scheme

    def _made(
        self, environ: Environ, start_response: Callable[..., Any], address: str, form: str, version: str
    ) -> Iterable[bytes]:
        """By Django; and kept, unless it is no page."""
        status, headers, body = self._asked(environ)
        if not _may_be_kept(status, headers):
            start_response(status, headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        plain = [(name, value) for name, value in headers if name.lower() not in BY_THE_FRONT]
        answer = stored_responses.made(address, int(status[:3]), plain, body)
        sent = _send(self._remember(address, form, version, answer), environ, start_response)
        return _Then(sent, lambda: stored_responses.keep(address, version, answer))

    def _asked(self, environ: Environ) -> tuple[str, Headers, bytes]:
        whole = {name: value for name, value in environ.items() if name not in OF_THE_FORM}
        told: list[Any] = []
        answer = self._application({**whole, "REQUEST_METHOD": "GET", "QUERY_STRING": ""}, lambda *said: told.extend(said))
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        return told[0], list(told[1]), body

    def _remember(self, address: str, form: str, version: str, answer: Answer) -> Ready:
        ready = _ready(answer, form)
        self._memory.put(address, form, version, ready)
        return ready


class _Then:
    """An answer, and what is done once it is on its way."""

    def __init__(self, sent: Iterable[bytes], then: Callable[[], None]) -> None:
        self._sent, self.close = sent, then

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._sent)


def _stored(address: str, version: str, form: str) -> Answer | None:
    try:
        return answered(lambda: stored_responses.load(address, version, form))
    except Error:
        return None  # Django meets the same fault, and has an answer for it


def _send(ready: Ready, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    if ready.status == STATUS[200] and _is_unchanged(ready, environ):
        start_response("304 Not Modified", list(ready.unchanged))
        return []
    start_response(ready.status, list(ready.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [ready.body]


def _is_unchanged(ready: Ready, environ: Environ) -> bool:
    """RFC 9110, section 13.2.2: where there are entity tags, dates do not count. All forms of an answer are one to us."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return ready.sha256 in tags or tags.strip() == "*"
    since = parse_http_date_safe(environ.get("HTTP_IF_MODIFIED_SINCE", ""))
    return ready.modified == since  # a later date may be that of another state, which came and went


def _may_be_kept(status: str, headers: Headers) -> bool:
    """What Django itself lets others keep, and is the same for everybody."""
    named = {name.lower(): value for name, value in headers}
    public = named.get("cache-control") == REVALIDATE and "set-cookie" not in named
    return public and status in STATUS.values() and "cookie" not in named.get("vary", "").lower()


def _ready(answer: Answer, form: str) -> Ready:
    body = answer.form(form)
    tag = f'"{answer.sha256}"' if form == PLAIN else f'"{answer.sha256}-{form}"'
    modified = int(answer.made_at.timestamp())
    validators = [("ETag", tag), ("Last-Modified", http_date(modified)), ("Vary", "Accept-Encoding")]
    encoding = [] if form == PLAIN else [("Content-Encoding", form)]
    unchanged = [(name, value) for name, value in answer.headers if not name.lower().startswith("content-")]
    policy = [(name, value) for name, value in answer.headers if name == "Content-Security-Policy"]
    return Ready(
        status=STATUS[answer.status],
        sha256=answer.sha256,
        modified=modified,
        headers=[*answer.headers, *validators, *encoding, ("Content-Length", str(len(body)))],
        unchanged=[*unchanged, *policy, *validators],
        body=body,
    )


@lru_cache(maxsize=256)
def accepted(header: str) -> str:
    """The smallest form that an Accept-Encoding takes (RFC 9110, section 12.5.3)."""
    taken = {}
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        taken[name.strip()] = "".join(weight.split()) not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((form for form in (BROTLI, GZIP) if taken.get(form)), PLAIN)


@lru_cache(maxsize=64)
def _is_ours(host: str) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
