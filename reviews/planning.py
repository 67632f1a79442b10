"""Spreading reviews over the weeks: pure arithmetic of days, which knows nothing of pages."""

import datetime
from collections.abc import Sequence
from itertools import count

WORKING_DAYS = 5  # Monday to Friday
NOTICE = datetime.timedelta(days=7)  # nobody is asked to review by tomorrow


def proposed(dues: Sequence[datetime.date], per_week: int, today: datetime.date) -> list[datetime.date]:
    """A weekday for each, in the order in which they were given: whoever is due first comes first, from a week ahead.

    The weeks are filled one after the other, each up to its measure and spread over its days, so that no other order
    would bring more of them in by their day. A date that lies after its due date is late, which no plan could have helped.
    """
    if per_week < 1:
        raise ValueError("At least one review a week.")
    order = sorted(range(len(dues)), key=lambda place: dues[place])
    found: dict[int, datetime.date] = {}
    for week in count():
        if len(found) == len(dues):
            return [found[place] for place in range(len(dues))]
        days = _days(today + NOTICE, week)
        if not days:
            continue
        taken = order[len(found) : len(found) + per_week]
        for n, place in enumerate(taken):
            even = days[n * len(days) // len(taken)]
            in_time = [day for day in days if day <= min(even, dues[place])]
            found[place] = in_time[-1] if in_time else days[0]
    raise AssertionError("The weeks never end.")


def _days(start: datetime.date, week: int) -> list[datetime.date]:
    """The working days of a week, counted from the one that `start` lies in, without those before it."""
    monday = start - datetime.timedelta(days=start.weekday()) + datetime.timedelta(weeks=week)
    days = [monday + datetime.timedelta(days=n) for n in range(WORKING_DAYS)]
    return [day for day in days if day >= start]
