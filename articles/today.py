"""The first page of the office: what waits for this person, as counts that lead to lists, and what happened lately."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Event, User
from articles.standing import concerns, counts, reports, requests, standing, with_standing
from articles.told import told

LATEST = 12


@dataclass(frozen=True)
class Tile:
    """A number, what it counts, where the list is, and the tint of its badge."""

    count: int
    label: str
    url: str
    tint: str


def tiles(user: User) -> list[Tile]:
    """What this person's work consists of, the most urgent first."""
    found: list[Tile] = []
    if user.has_perm("reviews.add_signoff"):
        waiting = requests().for_user(user).count()
        found.append(Tile(waiting, "Waiting for my review", reverse("admin:reviews_reviewrequest_changelist"), "waiting"))
    if user.has_perm("articles.add_article"):
        found += _own(user)
    if user.has_perm("articles.edit_any_article"):
        found += _everybodys()
    if user.has_perm("reviews.change_concern"):
        fallen = concerns().count()
        found.append(Tile(fallen, "Open concerns about sources", reverse("admin:reviews_concern_changelist"), "blocked"))
    if user.has_perms(["reviews.view_feedbackreport", "articles.view_article"]):
        found += _readers(user)
    return found


def latest(user: User) -> list[dict[str, Any]]:
    """The last events on articles that this person may see."""
    events: QuerySet[Event] = Event.objects.select_related("article__draft").defer("article__draft__body")
    if not user.has_perm("articles.view_event"):
        events = events.filter(article__in=Article.objects.visible_to(user))
    return [{"event": event, "told": told(event.name)} for event in events.order_by("-at", "-pk")[:LATEST]]


def _own(user: User) -> list[Tile]:
    mine = Article.objects.filter(owner=user)
    many = counts(mine)
    remarks = standing(with_standing(mine), "remarks").count()
    return [
        Tile(many["objections"], "Mine, with open objections", _list("objections", "mine"), "blocked"),
        Tile(remarks, "Mine, with open remarks", _list("remarks", "mine"), "waiting"),
        Tile(many["draft"], "My drafts", _list("draft", "mine"), "draft"),
        Tile(many["newer"], "Mine, live with a newer draft", _list("newer", "mine"), "draft"),
    ]


def _everybodys() -> list[Tile]:
    many = counts(Article.objects.all())
    shown = (
        ("signed", "Signed, ready to publish", "ready"),
        ("objections", "Open objections", "blocked"),
        ("waiting", "Waiting for review", "waiting"),
        ("draft", "Drafts, never published", "draft"),
        ("live", "Live", "live"),
        ("withdrawn", "Withdrawn", "withdrawn"),
    )
    return [Tile(many[where], label, _list(where), tint) for where, label, tint in shown]


def _readers(user: User) -> list[Tile]:
    today = timezone.localdate()
    week, month = today - datetime.timedelta(days=7), today - datetime.timedelta(days=30)
    sent = reports().filter(publication__article__in=Article.objects.visible_to(user))
    harm = Count("pk", filter=Q(detail__reason="harmful"))
    late = sent.filter(detail__on__gt=month).aggregate(harm=harm, week=Count("pk", filter=Q(detail__on__gt=week)))
    votes = sent.filter(helpful__isnull=False, on__gt=month).count()
    listed = reverse("admin:reviews_feedbackreport_changelist")
    helpful = reverse("admin:reviews_feedbackreport_helpfulness")
    return [
        Tile(late["harm"], "Reports of harm, last 30 days", f"{listed}?reason=harmful&age=30", "blocked"),
        Tile(late["week"], "Reports from readers, last 7 days", f"{listed}?age=7", "waiting"),
        Tile(votes, "Helpfulness: votes, last 30 days", helpful, "draft"),
    ]


def _list(where: str, whose: str = "") -> str:
    return f"{reverse('admin:articles_article_changelist')}?stands={where}" + (f"&whose={whose}" if whose else "")
