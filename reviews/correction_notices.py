"""One notice of the log in full: what the page said before, what it says now, who decided, and whether a reader had told us.

Computed from the two versions as they were signed. Where one of them is no longer what was signed, there is no notice.
"""

import logging
from typing import Any

from articles.diff import Change, changes
from articles.history import tells_of, told_publications
from articles.markup import plain
from articles.models import Revision
from articles.words import recomputed_digest
from reviews.corrections import article_of, is_logged, notices, record_of
from reviews.models import ConcernDecision, Publication, Withdrawal

logger = logging.getLogger(__name__)


def notice(kind: str, pk: int) -> dict[str, Any] | None:
    """None where there is none, or none any more."""
    made = record_of(kind, pk)
    found = notices([(kind, pk)]) if made and is_logged(kind, pk) else []
    if made is None or not found:
        return None
    whole = {**found[0], "after_report": _after_report(made), "subject": _subject(made)}
    if not isinstance(made, Publication):
        return whole
    before = _before(made)
    for version in (made, *([before] if before else [])):
        if not _is_sound(version):
            logger.critical("Revision %s is not what was signed: its notice is refused. Run verify_records.", version.revision_id)
            return None
    return {**whole, "changes": _changed(before.revision, made.revision) if before else [], "compares": before is not None}


def address_of_withdrawn(kind: str, pk: int) -> str:
    """Where the notice of withdrawal stands, if the notice that is asked for is about an article that is withdrawn by now."""
    made = record_of(kind, pk)
    page = getattr(article_of(made), "page", None) if made else None
    return page.get_absolute_url() if page and page.withdrawal_id else ""


def _before(made: Publication) -> Publication | None:
    """The version that readers saw before this one."""
    earlier = told_publications(made.article).filter(pk__lt=made.pk).exclude(revision=made.revision_id)
    found: Publication | None = earlier.select_related("revision").order_by("-pk").first()
    return found


def _is_sound(version: Publication) -> bool:
    said = {"publication": version.pk, "digest": version.revision.digest}
    return recomputed_digest(version.revision) == version.revision.digest and tells_of(
        version.article, "article.published", **said
    )


def _changed(before: Revision, after: Revision) -> list[Change]:
    """Only the passages that differ, as readers met them."""
    found = changes(_parts(before), _parts(after))
    return [
        Change(change.name, tuple(line for line in change.lines if line.kind != "same")) for change in found if not change.is_same
    ]


def _parts(revision: Revision) -> dict[str, str]:
    return {"Title": revision.title, "Summary": revision.summary, "Text": plain(revision.body)}


def _after_report(made: Any) -> bool:
    """Whether a report from a reader led to it, by the article's history."""
    article = article_of(made)
    if isinstance(made, Publication):
        return tells_of(article, "report.answered", publication=made.pk, outcome="correct")
    return isinstance(made, Withdrawal) and tells_of(article, "report.triaged", withdrawal=made.pk)


def _subject(made: Any) -> str:
    """The source that an expression of concern is about, as it is cited."""
    reference = made.concern.reference if isinstance(made, ConcernDecision) else None
    return reference.label if reference else ""
