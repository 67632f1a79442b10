"""Whether a form was sent from a page of this very site. Readers have no cookie that could carry a token.

Browsers say so themselves: Sec-Fetch-Site (W3C Fetch Metadata Request Headers), or Origin (RFC 6454). What sends neither
is no browser that another site could misuse.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest


def is_from_here(request: HttpRequest) -> bool:
    """False for what a page of another site made a reader's browser send."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    if origin := request.headers.get("Origin"):
        return urlsplit(origin).netloc.lower() == request.get_host().lower()
    return True
