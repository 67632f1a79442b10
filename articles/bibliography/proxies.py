"""Web addresses as a library's proxy rewrites them, turned back into the publisher's own.

Only readers of that one library can follow the rewritten kind, so none is ever stored.
"""

import re
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

# "https://login.ezproxy.library.example/login?url=https://www.nejm.org/…"
_WRAPPED_IN: Final = ("url", "qurl", "targeturl")
_LOGIN: Final = re.compile(r"(?:^|[./])(?:login|connect|ezproxy|libproxy|proxy)\b", re.IGNORECASE)
# "www-nejm-org.library.example", "0-doi-org.library.example": hyphens for stops, two hyphens for one. The rest must
# look like a library's, because "my-site-org.github.io" is an address of its own.
_HYPHENATED: Final = re.compile(
    r"(?:[0-9]-)?(?P<site>[a-z0-9]+(?:-{1,2}[a-z0-9]+){0,8}-(?:com|org|gov|net|edu|int|uk|de|fr|eu|ch|nl))"
    r"(?P<rest>\.[^.]+\..+)",
    re.IGNORECASE,
)
_LIBRARY: Final = re.compile(r"\b(?:[a-z0-9-]*(?:lib|proxy)[a-z0-9-]*|oclc|edu|ac)\b", re.IGNORECASE)
# "0-www.nejm.org.library.example", "www.nejm.org.ezproxy.library.example"
_NUMBERED: Final = re.compile(r"[0-9]-(?P<site>(?:[a-z0-9-]+\.)+?(?:com|org|gov|net|edu|int))\.(?:[a-z0-9-]+\.)+[a-z]+", re.I)
_APPENDED: Final = re.compile(
    r"(?P<site>(?:[a-z0-9-]+\.)+[a-z]{2,})\.(?:[a-z0-9-]*(?:ezproxy|libproxy|eproxy)[a-z0-9-]*|idm\.oclc)\..+", re.IGNORECASE
)


def without_proxy(address: str) -> str:
    """The address itself, out of what a library's proxy made of it; any other address as it is."""
    for _ in range(3):  # one proxy may wrap another
        simpler = _unwrapped(address)
        if simpler == address:
            break
        address = simpler
    return address


def _unwrapped(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        return address
    if _LOGIN.search(host + parts.path):
        for name, targets in parse_qs(parts.query).items():
            if name.lower() in _WRAPPED_IN and targets[0].startswith(("http://", "https://")):
                return targets[0]
    site = _own_site(host)
    return urlunsplit(("https", site, parts.path, parts.query, parts.fragment)) if site else address


def _own_site(host: str) -> str:
    found = _HYPHENATED.fullmatch(host)
    if found and (_LIBRARY.search(found["rest"]) or host[:2].strip("0123456789") == "-"):
        return found["site"].replace("--", "\0").replace("-", ".").replace("\0", "-")
    found = _NUMBERED.fullmatch(host) or _APPENDED.fullmatch(host)
    return found["site"] if found else ""
