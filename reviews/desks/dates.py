"""The editor's desk, the part about time: live pages whose next review is late or near, and the load of the coming year."""

import datetime
from collections import Counter

from django.db.models import Count
from django.utils import timezone

from articles import charts, shelves
from articles.models import User
from articles.today import Chart, Line, Listing, Section, Tile
from reviews import review_dates
from reviews.admin.standing import waiting
from reviews.desks.asking import FEW, every_ten_minutes, link, short

LIST = "reviews_reviewdates"


def desk(user: User) -> Section | None:
    if not user.has_perm("articles.edit_any_article"):
        return None
    today = timezone.localdate()
    due = review_dates.dated()
    days = {datetime.date.fromisoformat(day): many for day, many in shelves.kept("due", _due)}
    tiles = [
        Tile(_between(days, None, today), "Reviews overdue", link(LIST, "due=overdue"), "blocked"),
        Tile(_between(days, today, _in(today, 30)), "Due within 30 days", link(LIST, "due=30"), "ready"),
        Tile(_between(days, today, _in(today, 60)), "Due within 60 days", link(LIST, "due=60"), "waiting"),
        Tile(review_dates.to_confirm().count(), "Reviewed again, to confirm", link(LIST, "state=confirm"), "ready"),
    ]
    next_ones = due.filter(review_due__lt=_in(today, 60)).only("title", "review_due").order_by("review_due", "pk")[:FEW]
    lines = [_line(page.pk, page.title, page.review_due, today) for page in next_ones if page.review_due]
    empty = "No live page has to be reviewed again within 60 days."
    listing = Listing("Reviewed next", lines, empty, link(LIST) if lines else "")
    shown = [tile for tile in tiles if tile.url]
    note = every_ten_minutes("pages that are overdue or fall due are", "What is to be confirmed or reviewed next is")
    return Section("dates", "Review dates", shown, [listing], [_load(days, today)], note)


def _due() -> list[tuple[str, int]]:
    """How many fall due on each day."""
    days = review_dates.dated().order_by().values_list("review_due").annotate(many=Count("*"))
    return [(day.isoformat(), many) for day, many in days if day]


def _line(article: int, title: str, due: datetime.date, today: datetime.date) -> Line:
    badge = ("blocked" if due < today else "waiting", waiting(due, today))
    return Line(short(title), link("articles_article_change", "", article), f"Due {due:%-d %B %Y}", badge)


def _load(days: dict[datetime.date, int], today: datetime.date) -> Chart:
    """What is late, then month by month."""
    months = review_dates.months_ahead(today)
    many = Counter[tuple[int, int]]()
    for day, count in days.items():
        if day >= today:
            many[day.year, day.month] += count
    late = _between(days, None, today)
    bars = [charts.Column("late", "Overdue", (0, late))]
    bars += [charts.Column(f"{month:%b}", f"{month:%B %Y}", (many[month.year, month.month], 0)) for month in months]
    rows = [(bar.name, bar.whole) for bar in bars]
    drawn = charts.columns("Reviews that fall due", ("Due",), bars) if any(bar.whole for bar in bars) else ""
    empty = "Nothing is due within a year. Each page gets its date when it is published."
    return Chart("Reviews that fall due, by month", drawn, ("Month", "Pages"), rows, empty)


def _between(days: dict[datetime.date, int], first: datetime.date | None, end: datetime.date) -> int:
    """From the first day to the one before the end."""
    return sum(count for day, count in days.items() if day < end and (first is None or day >= first))


def _in(today: datetime.date, days: int) -> datetime.date:
    """The end of so many days from today, that day included."""
    return today + datetime.timedelta(days=days + 1)
