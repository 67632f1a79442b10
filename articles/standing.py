"""Where articles stand, for lists and tiles: computed from the records in the query itself, never stored.

What other people's records say (requests, signatures) is reached through the relations that reviews adds to a revision.
"""

from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q

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
CONDITIONS = {
    "draft": Q(is_live=False, is_withdrawn=False),
    "waiting": Q(is_waiting=True),
    "objections": Q(has_objections=True),
    "signed": Q(is_signed=True, has_objections=False),
    "live": Q(is_live=True),
    "newer": Q(is_live=True, has_newer_draft=True),
    "withdrawn": Q(is_withdrawn=True),
}


def requests() -> Any:
    """Requests for review that wait for an answer."""
    return _related("requests").open()


def objections() -> Any:
    """Refusals and requests for changes that nobody has settled."""
    return _related("signoffs").objecting()


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
        is_signed=ExpressionWrapper(Q(draft__in=_related("signoffs").completing().values("revision")), BooleanField()),
    )


def standing(articles: ArticleQuerySet, where: str) -> ArticleQuerySet:
    """Those that stand at one of STANDS; the articles come with_standing."""
    if where == "remarks":
        return with_open_remarks(articles)
    return articles.filter(CONDITIONS[where]) if where in CONDITIONS else articles


def counts(articles: ArticleQuerySet) -> dict[str, int]:
    """How many stand where, in one query."""
    many = {where: Count("pk", filter=condition) for where, condition in CONDITIONS.items()}
    found: dict[str, int] = with_standing(articles).aggregate(**many)
    return found


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
