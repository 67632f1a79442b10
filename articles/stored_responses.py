"""Finished answers, kept in the database so that each is made and packed once for all processes on all machines.

Whoever can write to the table cannot forge one: each is sealed, with the version of the site in which it was the answer.
"""

import gzip
import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import brotli
from django.db import Error
from django.utils import timezone

from articles.models import StoredResponse
from articles.sealing import holds, seal, sha256
from articles.waiting import without_waiting

log = logging.getLogger(__name__)
PURPOSE = "response"
PLAIN, GZIP, BROTLI = "identity", "gzip", "br"  # as RFC 9110, section 8.4.1, names them
BROTLI_QUALITY = 5  # of 11: a third of the bytes within milliseconds
NOT_AGAIN_FOR = 10.0  # seconds, once nothing could be stored

Headers = list[tuple[str, str]]


@dataclass
class Answer:
    """What is sent to whoever asks for an address, in each form that is at hand."""

    status: int
    headers: Headers  # without those that depend on the form
    made_at: datetime
    sha256: str
    forms: dict[str, bytes] = field(default_factory=dict)

    def form(self, name: str) -> bytes:
        """Its bytes in one form."""
        if name not in self.forms:
            self.forms[name] = _PACKED[name](self.form(PLAIN)) if name != PLAIN else gzip.decompress(self.forms[GZIP])
        return self.forms[name]


_PACKED = {
    GZIP: lambda body: gzip.compress(body, 6, mtime=0),
    BROTLI: lambda body: brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY),
}


def load(address: str, version: str, form: str) -> Answer | None:
    """The answer stored for this version, by one query; nothing if there is none, or if it was altered."""
    column = "brotli" if form == BROTLI else "gzip"
    names = ("status", "headers", "made_at", "sha256", "gzip_sha256", "brotli_sha256", "seal", column)
    row = StoredResponse.objects.filter(pk=address, version=version).values(*names).first()
    if row is None:
        return None
    packed = bytes(row[column])
    if sha256(packed) != row[f"{column}_sha256"] or not holds(PURPOSE, _sealed(address, version, row), row["seal"]):
        log.critical("The stored answer for %s was not written by this site: it is made anew.", address)
        return None
    forms = {BROTLI if column == "brotli" else GZIP: packed}
    return Answer(row["status"], [(name, value) for name, value in row["headers"]], row["made_at"], row["sha256"], forms)


def made(address: str, status: int, headers: Headers, body: bytes) -> Answer:
    """A new answer, dated to when its bytes first were the answer here."""
    digest = sha256(body)
    try:
        earlier = StoredResponse.objects.filter(pk=address, sha256=digest).values_list("made_at", flat=True).first()
    except Error:
        earlier = None
    return Answer(status, headers, earlier or timezone.now().replace(microsecond=0), digest, {PLAIN: body})


class _Storing:
    paused_until = float("-inf")


def keep(address: str, version: str, answer: Answer) -> None:
    """Stores it for the other processes. Nobody waits for that: where the database is busy or away, it is left."""
    if time.monotonic() < _Storing.paused_until:
        return
    row = StoredResponse(address=address, version=version, **_columns(answer))
    row.seal = seal(PURPOSE, _sealed(address, version, row.__dict__))
    others = [column.name for column in StoredResponse._meta.concrete_fields if not column.primary_key]
    try:
        with without_waiting():
            StoredResponse.objects.bulk_create([row], update_conflicts=True, unique_fields=["address"], update_fields=others)
    except Error as fault:
        log.warning("The answer for %s could not be stored, so others make it again: %s", address, fault)
        _Storing.paused_until = time.monotonic() + NOT_AGAIN_FOR


def is_genuine(row: StoredResponse) -> bool:
    """Whether `keep` wrote this row as it stands."""
    whole = sha256(bytes(row.gzip)) == row.gzip_sha256 and sha256(bytes(row.brotli)) == row.brotli_sha256
    return whole and holds(PURPOSE, _sealed(row.address, row.version, row.__dict__), row.seal)


def _columns(answer: Answer) -> dict[str, Any]:
    packed = {"gzip": answer.form(GZIP), "brotli": answer.form(BROTLI)}
    return {
        "status": answer.status,
        "headers": [list(pair) for pair in answer.headers],
        "made_at": answer.made_at,
        "sha256": answer.sha256,
        **packed,
        **{f"{name}_sha256": sha256(form) for name, form in packed.items()},
    }


def _sealed(address: str, version: str, row: dict[str, Any]) -> dict[str, Any]:
    names = ("status", "headers", "sha256", "gzip_sha256", "brotli_sha256")
    return {"address": address, "version": version, "made_at": row["made_at"].isoformat(), **{n: row[n] for n in names}}
