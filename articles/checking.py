"""Findings on a saved revision: the pure rules, told which sources and pictures exist."""

from collections.abc import Iterable

from articles.bibliography.standing import Standing
from articles.findings import Finding, findings
from articles.markup import also_read, picture_paths
from articles.models import Citation, Page, Picture, Revision


def retracted_among(citations: Iterable[Citation]) -> list[Finding]:
    """What a writer is told at once about sources that no longer stand; the gate decides what follows."""
    advice = "has been retracted. Take it out, or say beside the text why it is cited all the same."
    return [
        Finding("retracted_source", "warning", f"Reference {citation.number} ({citation.key}) {advice}", "")
        for citation in citations
        if citation.reference.standing == Standing.retracted
    ]


def findings_of(revision: Revision) -> list[Finding]:
    """What a reviewer should not have to find; those of severity "error" keep the revision from going out."""
    found = findings(
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        picture=revision.picture_id is not None,
        picture_alt=revision.picture_alt,
        picture_decorative=revision.picture_decorative,
        known_keys={citation.key for citation in revision.citations.all()},
    )
    shown = set(picture_paths(revision.body))
    missing = shown - set(Picture.objects.filter(sha256__in=shown).values_list("sha256", flat=True))
    found += pointers_to_nothing(revision.body, but=revision.article_id)
    return found + [
        Finding("missing_picture", "error", "A picture in the text was never uploaded: upload it, or remove it.", name[:12])
        for name in sorted(missing)
    ]


def pointers_to_nothing(body: str, *, but: int | None = None) -> list[Finding]:
    """Where readers are pointed to an article that is not live, they see nothing: a warning, since it may become live.

    `but` is the article that points, which cannot mean itself.
    """
    named = also_read(body)
    live = set(Page.objects.live().filter(slug__in=named).exclude(pk=but).values_list("slug", flat=True)) if named else set()
    advice = "is not another article that is live: nothing is shown there until it is"
    return [
        Finding("points_to_nothing", "warning", f"“Also read”: {address} {advice}.", f"[also read: {address}]")
        for address in named
        if address not in live
    ]
