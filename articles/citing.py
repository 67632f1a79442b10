"""From the keys in a text to numbered citations. The list at the end is made from the text, so they cannot disagree."""

from collections.abc import Iterable, Mapping

from articles.bibliography import links
from articles.markup import Cited, cited_keys
from articles.models import Citation, Reference


def cite(body: str) -> list[Citation]:
    """Unsaved citations of a text, numbered by first appearance. Keys without a reference are left out."""
    keys = cited_keys(body)
    references = {reference.key: reference for reference in Reference.objects.filter(key__in=keys)}
    return [citation_of(references[key], number) for number, key in enumerate((k for k in keys if k in references), start=1)]


def citation_of(reference: Reference, number: int) -> Citation:
    """The source as it stands today, frozen."""
    return Citation(
        reference=reference,
        number=number,
        key=reference.key,
        label=reference.label[:500],
        entry=reference.entry,
        url=reference.best_url,
        links=[[link.label, link.url] for link in links.links(reference.identifiers)],
    )


def by_key(citations: Iterable[Citation]) -> Mapping[str, Cited]:
    """What the renderer needs to know of them."""
    return {c.key: Cited(key=c.key, number=c.number, url=c.url, label=c.label) for c in citations}
