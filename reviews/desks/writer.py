"""The writer's desk: what came back with objections or remarks, what waits, and what readers say of one's own pages."""

import datetime

from django.db.models import Count, Exists, F, Max, OuterRef, Q

from articles import shelves
from articles.models import Article, User
from articles.models.article import ArticleQuerySet
from articles.standing import with_open_remarks
from articles.today import Line, Listing, Section, Tile
from reviews.desks.asking import FEW, counted, every_ten_minutes, link, on, short
from reviews.models import FeedbackDetail, Remark, RemarkReply, ReviewRequest, SignOff
from reviews.models.triage import undecided


def desk(user: User) -> Section | None:
    """For whoever may write; an editor has one as soon as an article is theirs."""
    mine = Article.objects.filter(owner=user)
    if not user.has_perm("articles.add_article") or (user.has_perm("articles.edit_any_article") and not mine.exists()):
        return None
    note = every_ten_minutes("your drafts and readers’ reports on your pages are", "All else is")
    return Section("writing", "Writing", _tiles(user), [_returned(user), *_readers(user)], note=note)


def _tiles(user: User) -> list[Tile]:
    mine = Article.objects.filter(owner=user)
    article = "revision__article"
    many = counted(
        objections=(SignOff.objects.unanswered().filter(revision__article__owner=user), article),
        remarks=with_open_remarks(mine),
        waiting=(ReviewRequest.objects.waiting().filter(revision__article__owner=user), article),
    ) | shelves.kept(f"drafts-of:{user.pk}", lambda: _drafts(mine))
    shown = (
        ("objections", "Mine, with open objections", "blocked"),
        ("remarks", "Mine, with open remarks", "waiting"),
        ("waiting", "Mine, waiting for review", "waiting"),
        ("draft", "My drafts", "draft"),
        ("newer", "Mine, live with a newer draft", "draft"),
    )
    listed = "articles_article_changelist"
    return [Tile(many[where], label, link(listed, f"stands={where}&whose=mine"), tint) for where, label, tint in shown]


def _drafts(mine: ArticleQuerySet) -> dict[str, int]:
    return counted(draft=mine.never_published(), newer=mine.live().with_newer_draft())


def _returned(user: User) -> Listing:
    """Objections first: they block. Then remarks."""
    objections = SignOff.objects.unanswered().filter(revision__article__owner=user)
    remarks = _open_remarks().filter(revision__article__owner=user)
    lines = [
        Line(
            short(signoff.revision.title),
            link("articles_article_change", "", signoff.revision.article_id),
            f"{signoff.signed_as}, {on(signoff.signed_at)}",
            ("blocked", signoff.meaning),
        )
        for signoff in objections.select_related("revision").defer("revision__body").order_by("-pk")[:FEW]
    ]
    lines += [
        Line(
            short(remark.revision.title),
            link("articles_article_change", "", remark.revision.article_id),
            f"{remark.author.printed_name}, {on(remark.at)}: “{short(remark.text)}”",
            ("waiting", "Remark"),
        )
        for remark in remarks.select_related("revision", "author__contributor").defer("revision__body").order_by("-pk")[:FEW]
    ]
    empty = "Nothing has come back. Objections and remarks of reviewers appear here, with who made them and when."
    return Listing("Returned to me", lines[:FEW], empty)


def _readers(user: User) -> list[Listing]:
    """How many reports on one's own pages nobody has decided about. Their words are for the editors."""
    found = shelves.kept(f"reported-to:{user.pk}", lambda: _reported(user))
    mine = Article.objects.filter(owner=user, pk__in=[article for article, *_ in found])
    titles = dict(mine.values_list("pk", "draft__title"))
    lines = [
        Line(
            short(titles[article]),
            link("articles_article_change", "", article),
            f"{many} open report{'' if many == 1 else 's'}, the last on {datetime.date.fromisoformat(last):%-d %B %Y}",
            ("blocked", "Possible harm") if harm else None,
        )
        for article, many, harm, last in found
        if article in titles
    ]
    return [Listing("Readers’ reports on my pages", lines, "No report from a reader is open on a page of yours.")]


def _reported(user: User) -> list[tuple[int, int, int, str]]:
    """Of each page: how many reports are open, how many of them tell of harm, and the day of the last."""
    found = (
        undecided()
        .filter(report__publication__article__owner=user)
        .order_by()
        .values(article=F("report__publication__article"))
        .annotate(many=Count("pk"), harm=Count("pk", filter=Q(reason=FeedbackDetail.Reason.HARMFUL)), last=Max("on"))
        .order_by("-harm", "-last", "article")[:FEW]
    )
    return [(row["article"], row["many"], row["harm"], row["last"].isoformat()) for row in found]


def _open_remarks():  # type: ignore[no-untyped-def]
    last = RemarkReply.objects.filter(remark=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    settled = RemarkReply.objects.filter(remark=OuterRef("pk"), resolves=True, pk=last)
    return Remark.objects.filter(~Exists(settled))
