"""Which machines we may talk to: public ones only, judged by the numbers their name leads to.

An address that a writer pastes must never make this server talk to itself, its neighbours or its landlord.
The numbers found here are the ones that are then connected to, so a name that changes its mind gains nothing.
"""

import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address
from typing import Final, TypeAlias

Resolver: TypeAlias = Callable[[str, int], Sequence[str]]

SECONDS: Final = 5.0


class Refused(ValueError):
    """An address that must not be contacted; says why in words."""


class Unknown(ValueError):
    """A name that leads nowhere."""


_PUBLIC_6: Final = IPv6Network("2000::/3")
# Unlike what Python's `is_global` covers: special blocks, and addresses with another address packed inside them.
_NOT_PUBLIC: Final = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("168.63.129.16/32"),  # the landlord's own service at Azure
    IPv6Network("2001::/23"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)
_DOTTED: Final = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})", re.ASCII)
_NUMERIC_ENDING: Final = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$", re.ASCII | re.IGNORECASE)
_NAME: Final = re.compile(r"[a-z0-9_.-]{1,253}", re.ASCII | re.IGNORECASE)


def resolve(host: str, port: int) -> list[str]:
    """Every number a name leads to; the system's own resolver knows no time limit, so it gets one here."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        found = pool.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(SECONDS)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise Unknown(f"There is no site named {host}, or its name could not be looked up.") from error
    finally:
        pool.shutdown(wait=False)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def public_addresses(host: str, port: int, resolver: Resolver = resolve) -> tuple[str, ...]:
    """The numbers to connect to. If one of them is not public, none is."""
    _refuse_disguise(host)
    found = (host,) if _is_number(host) else tuple(resolver(host, port))
    if not found:
        raise Unknown(f"There is no site named {host}, or its name could not be looked up.")
    if not all(map(is_public, found)):
        raise Refused(f"{host} is not a public web site, so it was not contacted.")
    return found


def is_public(number: str) -> bool:
    """Whether this is the number of a machine on the open internet."""
    try:
        address = ip_address(number)
    except ValueError:
        return False
    if any(address in block for block in _NOT_PUBLIC if block.version == address.version):
        return False
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast
    return address in _PUBLIC_6 and address.is_global and address.scope_id is None


def _refuse_disguise(host: str) -> None:
    """Numbers written as 2130706433, 0x7f.1 or 0177.0.0.1 are an address in disguise, and never honest."""
    if _NUMERIC_ENDING.search(host) and not _DOTTED.fullmatch(host):
        raise Refused(f"{host} is not the name of a web site, so it was not contacted.")
    if _is_number(host):
        return
    if not _NAME.fullmatch(host):
        raise Refused(f"{host[:100]} is not the name of a web site, so it was not contacted.")
    if "." not in host.rstrip("."):
        raise Refused(f"{host} is a name inside a private network, so it was not contacted.")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
