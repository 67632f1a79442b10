"""Two references that turn out to be one. History is kept, drafts are re-pointed, signed revisions stay untouched."""

from django.db import transaction

from articles.drafting import save_draft, text_of
from articles.history import record
from articles.models import Article, Reference, User
from articles.refusal import Refused
from articles.source_checks import record_answers

IDENTIFIERS = ("doi", "pmid", "pmcid", "isbn", "url")


@transaction.atomic
def merge(dropped_id: int, into_id: int, *, by: User) -> Reference:
    """Lets one reference stand for both. What only the other knew, it takes over; the other cannot be cited any more."""
    both = {
        r.pk: r for r in Reference.objects.select_for_update(of=("self",)).filter(pk__in=[dropped_id, into_id]).order_by("pk")
    }
    if len(both) != 2:
        raise Refused("Choose two different references.")
    dropped, kept = both[dropped_id], both[into_id]
    if dropped.merged_into_id or kept.merged_into_id:
        raise Refused("One of the two has already been merged into another: choose the one that was kept.")
    if clash := [
        name for name in ("doi", "pmid") if getattr(dropped, name) and getattr(kept, name) and not _same(dropped, kept, name)
    ]:
        names = " and ".join(name.upper() for name in clash)
        raise Refused(f"The two have a different {names}, and so are two works: compare them first.")
    taken = {name: getattr(dropped, name) for name in IDENTIFIERS if getattr(dropped, name) and not getattr(kept, name)}
    dropped.merged_into, dropped.doi, dropped.pmid = kept, "", ""
    dropped.save(update_fields=["merged_into", "doi", "pmid"])
    for name, value in taken.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(taken) or None)
    Reference.objects.filter(merged_into=dropped).update(merged_into=kept)
    for article in open_drafts(dropped):
        assert article.draft
        save_draft(article.pk, text_of(article.draft), base=article.draft_id, by=by)
    # The site's chain last: whoever publishes holds an article first, and waits for the chain then.
    record("reference.merged", by=by, key=dropped.key, into=kept.key, taken=taken)
    return record_answers(kept.pk, [], by=by)  # what was said of the one is now said of the other


def open_drafts(dropped: Reference) -> list[Article]:
    """Articles whose newest draft cites it and has been neither signed nor published. A save re-points the keys."""
    found = Article.objects.filter(draft__citations__reference=dropped, draft__signoffs=None, draft__publications=None)
    return list(found.select_related("draft").order_by("pk"))


def _same(one: Reference, other: Reference, name: str) -> bool:
    return bool(getattr(one, name).lower() == getattr(other, name).lower())
