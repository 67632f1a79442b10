"""Spreading reviews over the weeks: pure arithmetic of days, which knows nothing of pages."""

import datetime
from collections import Counter
from collections.abc import Sequence

WORKING_DAYS = 5  # Monday to Friday
WEEK = datetime.timedelta(days=7)
NOTICE = WEEK  # nobody is asked to review by tomorrow


def proposed(
    dues: Sequence[datetime.date], per_week: int, today: datetime.date, asked: Sequence[datetime.date] = ()
) -> list[datetime.date]:
    """A weekday for each, in the order in which they were given: whoever is due first comes first, from a week ahead.

    The weeks are filled one after the other, each up to its measure, less what is asked for in it already, and spread over
    its days; so no other order would bring more of them in by their day. One that is late no plan could have helped.
    """
    if per_week < 1:
        raise ValueError("At least one review a week.")
    order = sorted(range(len(dues)), key=lambda place: dues[place])
    busy = Counter(_monday(day) for day in asked)
    found: dict[int, datetime.date] = {}
    start = today + NOTICE
    monday = _monday(start)
    while len(found) < len(dues):
        days = [day for day in _working_days(monday) if day >= start]
        room = max(0, per_week - busy[monday]) if days else 0
        taken = order[len(found) : len(found) + room]
        for n, place in enumerate(taken):
            even = days[n * len(days) // len(taken)]
            in_time = [day for day in days if day <= min(even, dues[place])]
            found[place] = in_time[-1] if in_time else days[0]
        monday += WEEK
    return [found[place] for place in range(len(dues))]


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def _working_days(monday: datetime.date) -> list[datetime.date]:
    return [monday + datetime.timedelta(days=n) for n in range(WORKING_DAYS)]
