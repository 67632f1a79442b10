"""Keyed signatures: whoever can write to the database, but does not hold the key, cannot forge a record.

HMAC-SHA-256 (RFC 2104) over canonical JSON. A seal reads `key-id:mac`; the first of SIGNING_KEYS makes new ones and
all of them verify, so that keys can be changed without losing what was signed (21 CFR 11.70).
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings


def canonical(record: Any) -> bytes:
    """One byte string for one meaning: sorted keys, no spaces, UTF-8. Dates are written by the caller, in ISO 8601."""
    return json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest(record: Any) -> str:
    return sha256(canonical(record))


@lru_cache(maxsize=8)
def _keys(secrets: tuple[str, ...]) -> dict[str, bytes]:
    return {sha256(b"key id:" + secret.encode())[:16]: secret.encode() for secret in secrets}


def seal(purpose: str, record: Mapping[str, Any]) -> str:
    """Seals a record for one purpose, such as "signoff", so that a seal of one table means nothing in another."""
    key_id, secret = next(iter(_keys(tuple(settings.SIGNING_KEYS)).items()))
    return f"{key_id}:{_mac(secret, purpose, record)}"


def holds(purpose: str, record: Mapping[str, Any], sealed: str) -> bool:
    """Whether this is the seal that we put on this record, with one of our keys."""
    key_id, _, mac = sealed.partition(":")
    secret = _keys(tuple(settings.SIGNING_KEYS)).get(key_id)
    return secret is not None and hmac.compare_digest(mac.encode(), _mac(secret, purpose, record).encode())


def _mac(secret: bytes, purpose: str, record: Mapping[str, Any]) -> str:
    return hmac.new(secret, purpose.encode() + b"\n" + canonical(record), hashlib.sha256).hexdigest()


def token(purpose: str, number: int) -> str:
    """A number that comes back to us through other hands, and that only we can have given out."""
    return f"{number}:{seal(purpose, {'number': number})}"


def number_in(purpose: str, given: str) -> int | None:
    """The number of a token of ours; nothing for any other text."""
    number, _, sealed = given.partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return int(number) if holds(purpose, {"number": int(number)}, sealed) else None
