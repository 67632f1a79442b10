"""Where articles stand, for lists and tiles: computed from the records in the query itself, never stored.

What other people's records say (requests, signatures) is reached through the relations that reviews adds to a revision.
"""

from typing import Any

from django.db.models import Exists, OuterRef

from articles.models import Article, Revision
from articles.models.article import ArticleQuerySet

STANDS = {
    "draft": "Draft, never published",
    "waiting": "Waiting for review",
    "objections": "Open objections",
    "signed": "Signed, ready to publish",
    "live": "Live",
    "newer": "Live, newer draft",
    "withdrawn": "Withdrawn",
    "remarks": "Open remarks",
}


def requests() -> Any:
    """Requests for review that wait for an answer."""
    return _related("requests").open()


def objections() -> Any:
    """Refusals and requests for changes that nobody has settled."""
    return _related("signoffs").objecting()


def signed() -> Any:
    """Approvals that complete a draft which is not out."""
    return _related("signoffs").completing()


def concerns() -> Any:
    """Sources of live pages that no longer stand, and nobody has decided what follows."""
    return _related("concerns", of=Article).open()


def reports() -> Any:
    """What readers told of the versions that they saw: votes, and reports with a detail."""
    return _related("publications").model._meta.get_field("feedback").related_model.objects.all()


def with_standing(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Each article with a yes or no for every badge."""
    out = Article.objects.filter(pk=OuterRef("pk"))
    return articles.annotate(
        is_live=Exists(out.live()),
        is_withdrawn=Exists(out.withdrawn()),
        has_newer_draft=Exists(out.with_newer_draft()),
        is_waiting=Exists(requests().filter(revision__article=OuterRef("pk"))),
        has_objections=Exists(objections().filter(revision__article=OuterRef("pk"))),
        is_signed=Exists(signed().filter(revision=OuterRef("draft"))),
    )


def standing(articles: ArticleQuerySet, where: str) -> ArticleQuerySet:
    """Those that stand at one of STANDS.

    Whatever waits is looked for among what waits, not asked of each article.
    """
    objected = _related("signoffs").unanswered().order_by().values("revision__article")
    match where:
        case "remarks":
            return with_open_remarks(articles)
        case "waiting":
            return articles.filter(pk__in=_related("requests").waiting().order_by().values("revision__article"))
        case "objections":
            return articles.filter(pk__in=objected)
        case "signed":
            ready = _related("signoffs").ready().order_by().values("revision")
            return articles.filter(draft__in=ready).exclude(pk__in=objected)
        case "draft":
            return articles.never_published()
        case "live":
            return articles.live()
        case "newer":
            return articles.live().with_newer_draft()
        case "withdrawn":
            return articles.withdrawn()
    return articles


def badges(article: Any) -> list[tuple[str, str]]:
    """The tint and the words, the most important first."""
    found = []
    if article.is_live:
        found.append(("live", "Live, newer draft" if article.has_newer_draft else "Live"))
    elif article.is_withdrawn:
        found.append(("withdrawn", "Withdrawn"))
    else:
        found.append(("draft", "Draft"))
    if article.has_objections:
        found.append(("blocked", "Objections"))
    elif article.is_signed:
        found.append(("ready", "Signed, ready to publish"))
    if article.is_waiting:
        found.append(("waiting", "Waiting for review"))
    return found


def open_remarks(article: Article) -> list[Any]:
    """Remarks on any revision of the article that nobody has settled."""
    remarks = _related("remarks").filter(revision__article=article).select_related("author__contributor", "revision")
    remarks = remarks.prefetch_related("replies__author__contributor")
    return [remark for remark in remarks if not remark.is_resolved]


def with_open_remarks(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Articles with a remark whose last word does not settle it."""
    replies = _related("remarks").model._meta.get_field("replies").related_model.objects.filter(remark=OuterRef("pk"))
    last = replies.order_by("-pk").values("resolves")[:1]
    remarks = _related("remarks").annotate(settled=last).filter(revision__article=OuterRef("pk")).exclude(settled=True)
    return articles.filter(Exists(remarks))


def _related(name: str, of: type[Article] | type[Revision] = Revision) -> Any:
    return of._meta.get_field(name).related_model.objects.all()  # type: ignore[union-attr]
