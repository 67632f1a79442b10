"""What every answer carries, and whom a request comes from.

The policy is strict on every page, the admin included: nothing inline, nothing evaluated, nothing from another host
(W3C Content Security Policy Level 3). A view that may be framed by our own desk says so with its X-Frame-Options.
"""

import re
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'self'; frame-ancestors {ancestors}"
)
ANCESTORS = {"DENY": "'none'", "SAMEORIGIN": "'self'"}


def security_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, outermost, so that errors and static files carry the headers too, and views know whom they answer."""

    def respond(request: HttpRequest) -> HttpResponse:
        request.client_address = client_address(request)  # type: ignore[attr-defined]
        response = get_response(request)
        ancestors = ANCESTORS[response.headers.get("X-Frame-Options", "DENY")]
        response.headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=ancestors))
        if response.status_code >= 400:  # nobody keeps a page that says no; what says otherwise has reason to
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()")
        return response

    return respond


def client_address(request: HttpRequest) -> str:
    """The address a request comes from: the socket's, or the one that our own counted proxies wrote down.

    A stranger may write any X-Forwarded-For; only the entries that our proxies appended, counted from the right,
    are to be believed (RFC 7239, section 8.1).
    """
    if settings.TRUSTED_PROXIES:
        forwarded = re.split(r"\s*,\s*", request.META.get("HTTP_X_FORWARDED_FOR", ""))
        if len(forwarded) >= settings.TRUSTED_PROXIES and _is_an_address(forwarded[-settings.TRUSTED_PROXIES]):
            return forwarded[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR", "")


def _is_an_address(text: str) -> bool:
    """A proxy that writes something else, or lets a stranger write it, is not believed: the database takes addresses only."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
