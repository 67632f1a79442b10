"""The editor's desk, the part about texts: what is blocked and why, what may go out, and what goes out by itself."""

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from articles import keyset, shelves
from articles.models import Article, Page, User
from articles.models.article import EVER
from articles.today import Line, Listing, Section, Tile
from reviews.desks.asking import FEW, counted, every_ten_minutes, link, on, short
from reviews.models import Concern, Notice, Publication, ReviewRequest, Schedule, ScheduleOutcome, SignOff
from reviews.outbox import STATES

MANY = 10_000  # live pages: of more only that is told
AMONG = 4 * FEW  # of the newest objections: several may be to one article


def desk(user: User) -> Section | None:
    if not user.has_perm("articles.edit_any_article"):
        return None
    # Asked for once: they are counted, hold back what is signed, and the newest are listed.
    objections = dict(SignOff.objects.unanswered().order_by("-pk").values_list("pk", "revision__article"))
    listings = [_blocked(list(objections)[:AMONG]), _scheduled()]
    note = every_ten_minutes("drafts that were never published are", "All else is")
    return Section("publishing", "Publishing", _tiles(user, set(objections.values())), listings, note=note)


def _tiles(user: User, objected: set[int]) -> list[Tile]:
    signed = set(SignOff.objects.ready().order_by().values_list("revision__article", flat=True))
    many = counted(
        waiting=(ReviewRequest.objects.waiting(), "revision__article"),
        scheduled=Schedule.objects.open(),
        concerns=Concern.objects.open(),
        failed=Notice.objects.filter(STATES["failed"]),
        withdrawn=Page.objects.filter(withdrawal__gt=0),  # a bound, for SQLite takes no index for “not null”
    )
    drafts = shelves.kept("drafts", Article.objects.never_published().count)
    live = keyset.many(Page.objects.filter(withdrawal=None, updated_at__range=EVER), MANY, by="updated_at")
    articles, open_ones = "articles_article_changelist", "state=open"
    shown = [
        Tile(len(signed - objected), "Signed, ready to publish", link(articles, "stands=signed"), "ready"),
        Tile(len(objected), "Open objections", link(articles, "stands=objections"), "blocked"),
        Tile(many["waiting"], "Waiting for review", link(articles, "stands=waiting"), "waiting"),
        Tile(many["scheduled"], "Scheduled", link("reviews_schedule_changelist", "state=waiting"), "waiting"),
        Tile(drafts, "Drafts, never published", link(articles, "stands=draft"), "draft"),
        Tile(min(live, MANY), "Live", link(articles, "stands=live"), "live", over=live > MANY),
        Tile(many["withdrawn"], "Withdrawn", link(articles, "stands=withdrawn"), "withdrawn"),
    ]
    if user.has_perm("reviews.change_concern"):
        url = link("reviews_concern_changelist", open_ones)
        shown.insert(2, Tile(many["concerns"], "Open concerns about live pages", url, "blocked"))
    if many["failed"]:
        shown.insert(
            0, Tile(many["failed"], "Mails that could not be sent", link("reviews_notice_changelist", "state=failed"), "blocked")
        )
    return [tile for tile in shown if tile.url]


def _blocked(objections: list[int]) -> Listing:
    """The newest objections and refused schedules, one for each article: the first reason is enough to begin with."""
    found: list[tuple[datetime.datetime, int, Line]] = []
    for signoff in SignOff.objects.filter(pk__in=objections).select_related("revision").defer("revision__body"):
        url = link("reviews_publication_checklist", "", signoff.revision_id)
        note = f"{signoff.signed_as}, {on(signoff.signed_at)}" + (f": “{short(signoff.note)}”" if signoff.note else "")
        line = Line(short(signoff.revision.title), url, note, ("blocked", signoff.meaning))
        found.append((signoff.signed_at, signoff.revision.article_id, line))
    for outcome in _refused()[:FEW]:
        revision = outcome.schedule.revision
        note = f"{_moment(outcome.schedule.at)}: {short(str(next(iter(outcome.reasons), 'refused')))}"
        line = Line(
            short(revision.title), link("reviews_publication_checklist", "", revision.pk), note, ("blocked", "Not published")
        )
        found.append((outcome.at, outcome.article_id, line))
    lines: dict[int, Line] = {}
    for _, article, line in sorted(found, key=lambda one: one[0], reverse=True):
        lines.setdefault(article, line)
    more = link("articles_article_changelist", "stands=objections") if lines else ""
    return Listing("Blocked, and why", list(lines.values())[:FEW], "Nobody objects, and no schedule was refused.", more)


def _refused():  # type: ignore[no-untyped-def]
    """Schedules that the gate refused, and nothing has been scheduled or published since."""
    again = Schedule.objects.filter(article=OuterRef("article"), pk__gt=OuterRef("schedule"))
    out = Publication.objects.filter(article=OuterRef("article"), at__gt=OuterRef("at"))
    refused = ScheduleOutcome.objects.filter(~Exists(again), ~Exists(out), outcome=ScheduleOutcome.Outcome.REFUSED)
    return refused.select_related("schedule__revision").defer("schedule__revision__body").order_by("-pk")


def _scheduled() -> Listing:
    waiting = Schedule.objects.open().select_related("revision", "by__contributor").defer("revision__body")
    lines = [
        Line(
            short(schedule.revision.title),
            link("reviews_publication_checklist", "", schedule.revision_id),
            f"Revision {schedule.revision.number}, by {schedule.by.printed_name}",
            ("waiting", _moment(schedule.at)),
        )
        for schedule in waiting.order_by("at", "pk")[:FEW]
    ]
    more = link("reviews_schedule_changelist", "state=waiting") if lines else ""
    return Listing("Goes out next", lines, "Nothing is scheduled. A signed text can be given a time on its checklist.", more)


def _moment(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at):%-d %B %Y, %H:%M}"
