"""From the keys in a text to numbered citations. The list at the end is made from the text, so they cannot disagree."""

import re
from collections.abc import Iterable, Mapping

from articles.bibliography import links
from articles.markup import Cited, cited_keys
from articles.models import Citation, Reference

# Of CSL-JSON, what goes into the page's structured data; names of people stay in the printed entry.
TOLD_TO_MACHINES = ("type", "title", "container-title", "volume", "issue", "page", "ISSN", "issued", "publisher")


def cite(body: str, retracted_reasons: Mapping[str, str] | None = None) -> list[Citation]:
    """Unsaved citations of a text, numbered by first appearance. Keys without a reference are left out.

    `retracted_reasons` says, by key, why a retracted source is cited all the same.
    """
    reasons = retracted_reasons or {}
    keys = cited_keys(body)
    references = {reference.key: reference for reference in Reference.objects.filter(key__in=keys, merged_into=None)}
    known = [key for key in keys if key in references]
    return [citation_of(references[key], number, reasons.get(key, "")) for number, key in enumerate(known, start=1)]


def citation_of(reference: Reference, number: int, retracted_reason: str = "") -> Citation:
    """The source as it stands today, frozen."""
    return Citation(
        reference=reference,
        number=number,
        key=reference.key,
        label=reference.label[:500],
        entry=reference.entry,
        url=reference.best_url,
        links=[[link.label, link.url] for link in links.links(reference.identifiers)],
        retracted_reason=retracted_reason,
        facts={name: reference.csl[name] for name in TOLD_TO_MACHINES if reference.csl.get(name)},
    )


def under_kept_keys(reasons: Mapping[str, str]) -> dict[str, str]:
    """What is said of sources by key, under the keys that were kept where references were merged."""
    merged = Reference.objects.filter(key__in=reasons, merged_into__isnull=False).values_list("key", "merged_into__key")
    kept = dict(merged) if reasons else {}
    moved = {kept[key]: why for key, why in reasons.items() if key in kept}
    return moved | {key: why for key, why in reasons.items() if key not in kept}


def with_merged_keys(body: str) -> str:
    """The text with the keys of merged references replaced by the keys that were kept."""
    merged = Reference.objects.filter(key__in=cited_keys(body), merged_into__isnull=False).select_related("merged_into")
    for reference in merged:
        key = re.compile(rf"@{re.escape(reference.key)}(?=\s*[];,])")
        body = key.sub("@" + reference.merged_into.key, body)  # type: ignore[union-attr]
    return body


def by_key(citations: Iterable[Citation]) -> Mapping[str, Cited]:
    """What the renderer needs to know of them."""
    return {c.key: Cited(key=c.key, number=c.number, url=c.url, label=c.label) for c in citations}
