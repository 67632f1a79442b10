"""The source policy: what is against it in one text. Pure: the policy and the sources are given.

Age is a warning for people to weigh; a kind of source that is not allowed, a blocked site, or too few sources keep an
article in until an editor records why they are accepted.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Policy:
    allowed_classes: Sequence[str] = ()
    minimum_sources: int = 1
    maximum_age_years: int = 10
    maximum_guideline_age_years: int = 5
    preprints_allowed: bool = True
    blocked_domains: Sequence[str] = ()


@dataclass(frozen=True)
class CitedSource:
    """What the policy looks at."""

    key: str
    number: int
    source_class: str
    csl: dict[str, Any]
    url: str

    @property
    def year(self) -> int | None:
        try:
            return int(self.csl["issued"]["date-parts"][0][0])
        except (KeyError, IndexError, TypeError, ValueError):
            return None

    @property
    def is_preprint(self) -> bool:
        return self.csl.get("type") == "article" or "preprint" in str(self.csl.get("genre", "")).lower()


@dataclass(frozen=True)
class Violation:
    """`rule` and `key` name what a waiver would waive; the key is empty for the text as a whole."""

    rule: str
    key: str
    severity: Literal["error", "warning"]
    message: str


Check = Callable[[Policy, CitedSource, datetime.date], Iterator[Violation]]


def class_is_allowed(policy: Policy, source: CitedSource, today: datetime.date) -> Iterator[Violation]:
    if policy.allowed_classes and source.source_class not in policy.allowed_classes:
        what = source.source_class.replace("_", " ")
        message = f"Reference {source.number} ({source.key}) is of a kind that the source policy does not allow: {what}."
        yield Violation("class_is_allowed", source.key, "error", message)


def domain_is_not_blocked(policy: Policy, source: CitedSource, today: datetime.date) -> Iterator[Violation]:
    host = (urlsplit(source.url).hostname or "").lower()
    if any(host == domain or host.endswith("." + domain) for domain in policy.blocked_domains):
        message = f"Reference {source.number} ({source.key}) is on {host}, which the source policy blocks."
        yield Violation("domain_is_not_blocked", source.key, "error", message)


def preprint_is_allowed(policy: Policy, source: CitedSource, today: datetime.date) -> Iterator[Violation]:
    if source.is_preprint and not policy.preprints_allowed:
        message = f"Reference {source.number} ({source.key}) is a preprint, which the source policy does not allow."
        yield Violation("preprint_is_allowed", source.key, "error", message)


def source_is_recent(policy: Policy, source: CitedSource, today: datetime.date) -> Iterator[Violation]:
    guideline = source.source_class == "guideline"
    most = policy.maximum_guideline_age_years if guideline else policy.maximum_age_years
    if source.year is not None and today.year - source.year > most:
        what = "guidelines" if guideline else "sources"
        message = f"Reference {source.number} ({source.key}) is of {source.year}; {what} should be {most} years old at most."
        yield Violation("source_is_recent", source.key, "warning", message)


CHECKS: tuple[Check, ...] = (class_is_allowed, domain_is_not_blocked, preprint_is_allowed, source_is_recent)


def violations(policy: Policy, sources: Sequence[CitedSource], today: datetime.date) -> list[Violation]:
    """Everything in one text that is against the policy, waived or not."""
    found = [violation for source in sources for check in CHECKS for violation in check(policy, source, today)]
    if len(sources) < policy.minimum_sources:
        message = f"The text cites {len(sources)} sources; the source policy asks for {policy.minimum_sources} at least."
        found.append(Violation("enough_sources", "", "error", message))
    return found
