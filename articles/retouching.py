"""Whether a revision changes reviewed words so little that it may rest on their review: `minor_change`, asked of records.

Asked when a minor change is saved, and again before it goes out. It is compared with the words that were reviewed in
full, never with an earlier minor change, so that small changes cannot add up to a large one.
"""

from collections.abc import Iterable

from django.conf import settings

from articles.minor_change import Words, touched
from articles.models import Citation, Page, Revision


def touched_by(revision: Revision, reviewed: Revision, citations: Iterable[Citation] | None = None) -> list[str]:
    """What a change touches that no minor one may; empty: it may be minor. Of an unsaved revision, with its citations."""
    cited = revision.citations.order_by("number") if citations is None else citations
    names = frozenset(settings.DRUG_NAMES)
    return touched(_words(reviewed, reviewed.citations.order_by("number")), _words(revision, cited), names)


def faults_of_minor(revision: Revision, citations: Iterable[Citation]) -> list[str]:
    """Why an unsaved revision cannot be saved as a minor change; empty: it can."""
    page = Page.objects.live().filter(article=revision.article_id).select_related("publication__reviewed__picture").first()
    if page is None:
        return ["Only what readers have now can have a minor change, and this article is not live: save it as an update."]
    reasons = [] if revision.change_note else ["Say in a few words what was mended and why."]
    if found := touched_by(revision, page.publication.reviewed, citations):
        reasons += [*found, "Save it as an update or a correction instead: then it is reviewed in full."]
    return reasons


def _words(revision: Revision, citations: Iterable[Citation]) -> Words:
    picture = f"{revision.picture.sha256} {revision.picture_decorative}" if revision.picture else None
    return Words(
        title=revision.title,
        summary=revision.summary,
        body=revision.body,
        picture=picture,
        picture_alt=revision.picture_alt,
        slug=revision.slug,
        citations=tuple(str([c.key, c.label, c.entry, c.url, c.links, c.retracted_reason]) for c in citations),
    )
