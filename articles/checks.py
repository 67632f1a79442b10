"""Checks of what a publisher may set: colours that nobody could read, places that several machines should not share so."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning

from articles import replica
from articles.theme import COLOUR, PAPER, PAPER_DARK, READABLE, contrast


def colours_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Links are text: they need a contrast of 4.5:1 against the paper (WCAG 2.2, success criterion 1.4.3)."""
    found: list[CheckMessage] = []
    for name, paper, way in (("ACCENT_COLOUR", PAPER, "darker"), ("ACCENT_COLOUR_DARK", PAPER_DARK, "lighter")):
        colour = getattr(settings, name)
        if not colour:
            continue
        if not COLOUR.fullmatch(colour):
            found.append(Warning(f"{name} is no colour: {colour}.", hint="Write it as #0b5362.", id="articles.W002"))
        elif (ratio := contrast(colour, paper)) < READABLE:
            hint = f"Links in this colour cannot be read by everybody. Choose a {way} one, with {READABLE}:1 at least (WCAG 2.2)."
            message = f"{name} {colour} has a contrast of {int(ratio * 100) / 100}:1 against the paper {paper}."
            found.append(Warning(message, hint=hint, id="articles.W001"))
    return found


def places_are_safe(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Runs with `check --deploy`: what other machines keep for us, and could be read or changed on the way."""
    found: list[CheckMessage] = []
    cache = urlsplit(settings.CACHE_URL)
    if cache.scheme == "redis" and not cache.password and _is_elsewhere(cache.hostname):
        hint = "Give Redis a password, and write it into CACHE_URL: redis://:password@host:6379/0."
        found.append(Warning("Redis on another machine is open to anybody, and holds sessions.", hint=hint, id="articles.W003"))
    endpoint = urlsplit(settings.STORAGES["default"].get("OPTIONS", {}).get("endpoint_url") or "")
    if endpoint.scheme == "http" and _is_elsewhere(endpoint.hostname):
        hint = "Let S3_ENDPOINT begin with https."
        found.append(Warning("Pictures of drafts cross the network in the open.", hint=hint, id="articles.W004"))
    return found


def _is_elsewhere(host: str | None) -> bool:
    return host not in {"localhost", "127.0.0.1", "::1"}


def replica_follows_the_primary(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `check --database default`."""
    if replica.REPLICA not in settings.DATABASES or replica.PRIMARY not in (databases or []):
        return []
    if not (why := replica.why_unusable()):
        return []
    hint = "Until it does, readers are answered by the primary. Correct REPLICA_URL, or leave it out."
    return [Warning(f"The replica cannot be used: {why}", hint=hint, id="articles.W005")]
