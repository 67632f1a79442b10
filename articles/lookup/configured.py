"""The one place that knows the settings: which registers may be asked, and on whose behalf.

LOOKUPS names them ("crossref", "pubmed"); none is asked unless it is named and CONTACT_EMAIL says whom they may write to.
"""

from functools import lru_cache
from typing import Final

from django.conf import settings

from articles.lookup import crossref, pubmed
from articles.lookup.fetching import Fetcher, LookupFailed, one_line
from articles.lookup.links import LinkChecker

NAMES: Final = {"crossref": "Crossref", "pubmed": "PubMed"}
PATIENCE: Final = 4.0  # seconds, of somebody who sits before the screen
PATIENCE_OF_A_COMMAND: Final = 120.0


def is_on(name: str) -> bool:
    return not why_off(name)


def why_off(name: str) -> str:
    """One line for a writer; "" when the register may be asked."""
    label = NAMES[name]
    if name not in _wanted():
        return f"Look-ups at {label} are switched off on this site; what you typed is kept. (LOOKUPS={name} switches them on.)"
    if not _contact():
        return f"Look-ups at {label} need CONTACT_EMAIL to be set on this site; what you typed is kept."
    return ""


def misspelt() -> list[str]:
    """Names in LOOKUPS that mean nothing, for a system check."""
    return sorted(_wanted() - set(NAMES))


def fetcher(name: str, patience: float = PATIENCE) -> Fetcher:
    """A client that is ready to be asked; LookupFailed says in one line why there is none."""
    if reason := why_off(name):
        raise LookupFailed(reason)
    return _fetcher(name, _contact(), _site_name(), str(getattr(settings, "PUBMED_API_KEY", "") or ""), patience)


def fetchers(patience: float = PATIENCE) -> dict[str, Fetcher]:
    """All that are switched on, by name; empty when look-ups are off."""
    return {name: fetcher(name, patience) for name in NAMES if is_on(name)}


def link_checker() -> LinkChecker:
    """For a command that somebody starts on purpose; it says who is asking."""
    return LinkChecker(user_agent=f"{_site_name()} link check (mailto:{_contact()})")


# Kept for the life of the process, so that all its requests together keep the pace.
@lru_cache(maxsize=8)
def _fetcher(name: str, contact: str, site_name: str, api_key: str, patience: float) -> Fetcher:
    if name == "crossref":
        return crossref.fetcher(contact, site_name, patience=patience)
    return pubmed.fetcher(contact, site_name, api_key, patience=patience)


def _wanted() -> set[str]:
    return {str(name).strip().lower() for name in getattr(settings, "LOOKUPS", None) or ()}


def _contact() -> str:
    return one_line(str(getattr(settings, "CONTACT_EMAIL", "") or ""))


def _site_name() -> str:
    return one_line(str(getattr(settings, "SITE_NAME", "") or "")) or "Imprimatur"
