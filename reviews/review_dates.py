"""When live pages have to be reviewed again, who looks after them, and whether anybody has been asked: each written once.

Pages made before a date was kept have none, and are in none of these.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncMonth
from django.utils import timezone

from articles.models import Article, Page, Topic, User
from articles.pages import months_later
from reviews.models import ReviewRequest, SignOff
from reviews.models.signoff import Decision, Kind

MONTHS = 12  # that the planner looks ahead

# What a page is counted under: the branch of medicine of its topic, else the topic itself.
SHELF = Case(When(article__topic__specialty="", then=F("article__topic__name")), default=F("article__topic__specialty"))


def dated() -> QuerySet[Page]:
    """Live pages that keep a date, those that are due first in front. What is withdrawn keeps none."""
    return Page.objects.filter(withdrawal=None, review_due__isnull=False).order_by("review_due", "pk")


def due(within_days: int, today: datetime.date | None = None) -> QuerySet[Page]:
    """Those that fall due within so many days, and those that have done so."""
    return dated().filter(review_due__lte=(today or timezone.localdate()) + datetime.timedelta(days=within_days))


def overdue(today: datetime.date | None = None) -> QuerySet[Page]:
    """Those whose day has passed. On the day itself a review is still in time."""
    return dated().filter(review_due__lt=today or timezone.localdate())


def on_shelf(pages: QuerySet[Page], shelf: str) -> QuerySet[Page]:
    """Those that are counted under this specialty or topic."""
    return pages.annotate(shelf=SHELF).filter(shelf=shelf)


def looked_after_by(pages: QuerySet[Page], user: User) -> QuerySet[Page]:
    """Those of which this person hears: as editor or deputy of the topic, or as owner where no editor is there."""
    no_editor = Q(article__topic__editor=None) | Q(article__topic__editor__is_active=False)
    topic = Q(article__topic__editor=user) | Q(article__topic__deputy=user)
    return pages.filter(topic | no_editor & Q(article__owner=user))


def keeper(article: Article) -> User:
    """Who looks after an article, as it is shown: the same rule, for one."""
    editor = article.topic.editor
    return editor if editor and editor.is_active else article.owner


def keepers(article: Article) -> list[User]:
    """Everybody who hears of its review dates, nobody twice, and nobody who has left."""
    found = [keeper(article), article.topic.deputy]
    return list(dict.fromkeys(user for user in found if user and user.is_active))


def with_state(pages: QuerySet[Any]) -> QuerySet[Any]:
    """Each page with the medical review that is asked for and not answered, and the one that is signed but not yet out."""
    waiting = ReviewRequest.objects.open().filter(kind=Kind.MEDICAL, revision__article=OuterRef("pk")).order_by("due", "pk")
    # The key as an expression: else SQLite would walk all signatures from the newest one, for each page.
    renewing = SignOff.objects.approving(Kind.MEDICAL).filter(request__renews=OuterRef("publication"))
    signed = renewing.order_by((F("pk") + 0).desc())
    return pages.annotate(asked=Subquery(waiting.values("pk")[:1]), renewed=Subquery(signed.values("pk")[:1]))


def to_confirm() -> QuerySet[Page]:
    """Live pages whose words were medically reviewed again as they stand, and that no editor has let out on it yet."""
    approved = Q(kind=Kind.MEDICAL, signoff__decision=Decision.APPROVE, signoff__revocation=None)
    renewals = ReviewRequest.objects.filter(approved, renews__gt=0)  # a bound, for SQLite takes no index for “not null”
    return dated().filter(publication__in=renewals.values("renews"))


def nothing_asked(pages: Any) -> QuerySet[Any]:
    """Those for which no review is under way: all but the few for which one is."""
    renewed = SignOff.objects.approving(Kind.MEDICAL).filter(request__renews__gt=0).order_by()
    return pages.exclude(pk__in=_asked().values("revision__article")).exclude(publication__in=renewed.values("request__renews"))


def asked_for(pages: Any) -> QuerySet[Any]:
    """Those of which somebody has been asked for a review."""
    return pages.filter(pk__in=_asked().values("revision__article"))


def shelved(pages: QuerySet[Page]) -> QuerySet[Topic]:
    """The topics that any of these pages stand on: looked for by topic, of which there are few, and where articles are at all."""
    one = pages.filter(article__topic=OuterRef("pk")).order_by().values("pk")[:1]
    used = list(Topic.objects.filter(Exists(Article.objects.filter(topic=OuterRef("pk")))).values_list("pk", flat=True))
    return Topic.objects.filter(pk__in=used).annotate(page=Subquery(one)).filter(page__isnull=False)


def _asked() -> QuerySet[ReviewRequest]:
    return ReviewRequest.objects.waiting().filter(kind=Kind.MEDICAL).order_by()


def asked_of(pages: Iterable[Any]) -> dict[int, ReviewRequest]:
    """The open requests of pages that come `with_state`, by their keys, in one query."""
    wanted = [page.asked for page in pages if page.asked]
    return ReviewRequest.objects.select_related("reviewer__contributor").in_bulk(wanted) if wanted else {}


def naming_whom(pages: QuerySet[Any]) -> QuerySet[Any]:
    """The same with the name of whoever is asked, and by when: for lists, which fetch no row for each row."""
    asked = ReviewRequest.objects.filter(pk=OuterRef("asked"))
    name = Coalesce("reviewer__contributor__name", "reviewer__username")
    return with_state(pages).annotate(asked_whom=Subquery(asked.values_list(name)), asked_by=Subquery(asked.values("due")))


@dataclass(frozen=True)
class Load:
    """How many live pages of one shelf are overdue, and fall due in each of the next months."""

    shelf: str
    overdue: int
    months: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.overdue + sum(self.months)


def months_ahead(today: datetime.date) -> list[datetime.date]:
    """The first days of this month and of those that follow."""
    return [months_later(today.replace(day=1), n) for n in range(MONTHS)]


def load(today: datetime.date) -> list[Load]:
    """By specialty or topic, in one query. Of this month only what is still to come; what has passed is overdue."""
    months = months_ahead(today)
    pages = dated().filter(review_due__lt=months_later(months[0], MONTHS)).order_by()
    late = Case(When(review_due__lt=today, then=Value(True)), default=Value(False))
    rows = pages.annotate(shelf=SHELF, month=TruncMonth("review_due"), late=late)
    found: dict[str, dict[datetime.date | None, int]] = {}
    for shelf, month, is_late, count in rows.values_list("shelf", "month", "late").annotate(count=Count("pk")):
        shelved, place = found.setdefault(shelf, {}), None if is_late else month
        shelved[place] = shelved.get(place, 0) + count
    return [
        Load(shelf, counts.get(None, 0), tuple(counts.get(month, 0) for month in months))
        for shelf, counts in sorted(found.items())
    ]
