"""The editor's desk, the part about readers: what they report and nobody has decided, and which pages help them least."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, TypeGuard

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from articles import charts, shelves
from articles.models import Article, User
from articles.today import Chart, Line, Listing, Section, Tile
from reviews.admin.feedback_filters import REASONS
from reviews.admin.helpful import drawn
from reviews.desks.asking import FEW, every_ten_minutes, link, short
from reviews.helpfulness import FEWEST_VOTES, BeforeAndAfter, before_and_after, of_articles, place
from reviews.models import FeedbackDetail, FeedbackReport, Publication
from reviews.models.triage import undecided
from reviews.report_owners import held
from reviews.report_states import due

WEEKS = 12
AMONG = 50  # pages that most readers found unhelpful lately: the worst are looked for among them
HARM = FeedbackDetail.Reason.HARMFUL
LIST = "reviews_feedbackreport_changelist"


def desk(user: User) -> Section | None:
    if not user.has_perms(["reviews.view_feedbackreport", "articles.view_article"]):
        return None
    today = timezone.localdate()
    weeks = [today - datetime.timedelta(days=today.weekday(), weeks=back) for back in reversed(range(WEEKS))]
    said = _lately(user, weeks[0])
    told, voted = _days(said["told"]), _days(said["voted"])
    week, month = today - datetime.timedelta(days=7), today - datetime.timedelta(days=30)
    tiles = [
        *_open(user, today),
        Tile(
            _sum(told, lambda on, why: on > month and why == HARM),
            "Reports of harm, last 30 days",
            link(LIST, "state=all&reason=harmful&age=30"),
            "blocked",
        ),
        Tile(
            _sum(told, lambda on, why: on > week), "Reports from readers, last 7 days", link(LIST, "state=all&age=7"), "waiting"
        ),
        Tile(
            _sum(voted, lambda on, helpful: on > month),
            "Helpfulness: votes, last 30 days",
            link("reviews_feedbackreport_helpfulness"),
            "draft",
        ),
    ]
    seldom = every_ten_minutes("reports and votes of the last days and weeks are", "What is open, overdue and yours is")
    note = seldom if _sees_all(user) else ""
    charts_of_weeks = [_reports(told, weeks), _helpful(voted, weeks)]
    return Section("readers", "Readers", tiles, [_worst(said["disliked"], weeks)], charts_of_weeks, note)


def _lately(user: User, since: datetime.date) -> dict[str, list[Any]]:
    """What readers said since then. Of all articles of a large house this is as of up to ten minutes ago, kept as plain JSON."""
    if not _sees_all(user):
        return _said(user, since)
    found: dict[str, list[Any]] = shelves.kept(f"said-since:{since}", lambda: _said(user, since))
    return found


def _said(user: User, since: datetime.date) -> dict[str, list[Any]]:
    """Reports by day and reason, votes by day, and the articles whose versions most readers found unhelpful."""
    told = _on_their_articles(user, FeedbackDetail.objects.filter(on__gte=since), "report__publication__article").order_by()
    votes = _on_their_articles(user, FeedbackReport.objects.filter(on__gte=since), "publication__article").order_by()
    noes = votes.filter(helpful=False).values_list("publication").annotate(many=Count("*"))
    versions = [publication for publication, _ in noes.order_by("-many", "publication")[:AMONG]]
    among = Publication.objects.filter(pk__in=versions).order_by("article").values_list("article", flat=True).distinct()
    return {
        "told": _by_day(told, "reason"),
        "voted": _by_day(votes.filter(helpful__isnull=False), "helpful"),
        "disliked": list(among),
    }


def _by_day(rows: "QuerySet[Any]", what: str) -> list[Any]:
    return [(on.isoformat(), kind, many) for on, kind, many in rows.values_list("on", what).annotate(many=Count("*"))]


def _days(rows: list[Any]) -> list[tuple[datetime.date, Any, int]]:
    return [(datetime.date.fromisoformat(on), kind, many) for on, kind, many in rows]


def _open(user: User, today: datetime.date) -> list[Tile]:
    """What nobody has decided: the gravest first; kinds that nobody reported are left out, but harm never."""
    waiting = _on_their_articles(user, undecided(), "report__publication__article")
    owned = Exists(held().filter(owner=user, report=OuterRef("report")))
    many, late, mine = Counter[str](), 0, 0
    for reason, on, is_mine, count in waiting.order_by().values_list("reason", "on", owned).annotate(many=Count("pk")):
        many[reason] += count
        late += count if due(FeedbackDetail(reason=reason, on=on)) < today else 0
        mine += count if is_mine else 0
    tiles = [
        Tile(
            many[reason],
            f"Open: {label[:1].lower()}{label[1:]}",
            link(LIST, f"state=open&reason={reason}"),
            {"harmful": "blocked", "inaccurate": "ready"}.get(reason, "waiting"),
        )
        for reason, label in REASONS
        if many[reason] or reason == HARM
    ]
    return [
        *tiles,
        Tile(late, "Reports overdue", link(LIST, "state=open&due=overdue"), "blocked"),
        Tile(mine, "Reports that are mine", link(LIST, "state=open&owner=me"), "waiting"),
    ]


def _worst(among: list[int], weeks: list[datetime.date]) -> Listing:
    """Those that help least of the pages on which somebody said no lately."""
    known = sorted(filter(_can_be_told, map(before_and_after, of_articles(among).values())), key=_place)[:FEW]
    trends = _trends(known, weeks)
    lines = [
        Line(
            short(found.now.publication.revision.title),
            link(LIST, f"state=all&article={found.now.publication.article_id}"),
            f"{found.now.in_words}.",
            drawn=(drawn(found), trends[found.now.publication.article_id]),
        )
        for found in known
    ]
    empty = f"No live page has {FEWEST_VOTES} votes or more, one of them a “no” in the last {WEEKS} weeks."
    return Listing("Helps least since it was last published", lines, empty, link("reviews_feedbackreport_helpfulness"))


def _can_be_told(found: BeforeAndAfter | None) -> TypeGuard[BeforeAndAfter]:
    """Live, and voted on by so many that it says something."""
    return bool(found and found.now.votes >= FEWEST_VOTES and not hasattr(found.now.publication, "withdrawal"))


def _place(found: BeforeAndAfter) -> tuple[bool, float, int, str]:
    return place(found.now.yes, found.now.no, found.now.publication.revision.title)


def _trends(known: list[BeforeAndAfter], weeks: list[datetime.date]) -> dict[int, str]:
    """For each article, the share of yes on all its versions, week by week."""
    keys = [found.now.publication.article_id for found in known]
    votes = FeedbackReport.objects.filter(publication__article__in=keys, helpful__isnull=False, on__gte=weeks[0]).order_by()
    found: dict[int, list[tuple[datetime.date, bool, int]]] = defaultdict(list)
    for article, on, helpful, many in votes.values_list("publication__article", "on", "helpful").annotate(many=Count("pk")):
        found[article].append((on, helpful, many))
    title = f"Helpful per week, last {WEEKS} weeks"
    return {key: charts.trend(title, [share for _, _, share in _shares(found[key], weeks)]) for key in keys}


def _reports(told: list[tuple[datetime.date, str, int]], weeks: list[datetime.date]) -> Chart:
    many = Counter[tuple[datetime.date, bool]]()
    for on, reason, count in told:
        many[_monday(on), reason == HARM] += count
    kinds = ("Other reports", "Possible harm")
    bars = [
        charts.Column(f"{week.day}/{week.month}", f"Week of {week:%-d %B}", (many[week, False], many[week, True]))
        for week in weeks
    ]
    svg = charts.columns(f"Reports per week, last {WEEKS} weeks", kinds, bars) if told else ""
    rows = [(bar.name, bar.whole, bar.parts[1]) for bar in bars]
    empty = f"No reader has reported anything in the last {WEEKS} weeks."
    return Chart("Reports per week", svg, ("Week", "Reports", "Of harm"), rows, empty, kinds)


def _helpful(voted: list[tuple[datetime.date, bool, int]], weeks: list[datetime.date]) -> Chart:
    shares = _shares(voted, weeks)
    svg = charts.trend(f"Helpful, all pages, per week, last {WEEKS} weeks", [share for _, _, share in shares])
    rows = [
        (f"Week of {week:%-d %B}", votes, "–" if share is None else f"{int(share * 100 + 0.5)} %")
        for week, (_, votes, share) in zip(weeks, shares, strict=True)
    ]
    return Chart(
        "Helpful, all pages, per week", svg, ("Week", "Votes", "Helpful"), rows, f"Nobody has voted in the last {WEEKS} weeks."
    )


def _shares(votes: Iterable[tuple[datetime.date, bool, int]], weeks: list[datetime.date]) -> list[tuple[int, int, float | None]]:
    """Week by week: how many said yes, how many voted, and the share; None where nobody did."""
    yes, whole = Counter[datetime.date](), Counter[datetime.date]()
    for on, helpful, many in votes:
        whole[_monday(on)] += many
        yes[_monday(on)] += many if helpful else 0
    return [(yes[week], whole[week], yes[week] / whole[week] if whole[week] else None) for week in weeks]


def _on_their_articles(user: User, rows: "QuerySet[Any]", article: str) -> "QuerySet[Any]":
    """An editor sees all, and is not asked for the articles one by one."""
    return rows if _sees_all(user) else rows.filter(**{f"{article}__in": Article.objects.visible_to(user)})


def _sees_all(user: User) -> bool:
    return user.has_perm("articles.edit_any_article")


def _sum(rows: list[Any], wanted: Any) -> int:
    return sum(many for on, what, many in rows if wanted(on, what))


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())
