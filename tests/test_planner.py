"""Planning the reviews that fall due: the arithmetic, and the screen on which an editor asks for them."""

import datetime

import hypothesis.strategies as st
from hypothesis import given

from reviews.planning import proposed

TODAY = datetime.date(2026, 3, 4)  # a Wednesday
days = st.dates(TODAY - datetime.timedelta(days=400), TODAY + datetime.timedelta(days=400))
anything = given(dues=st.lists(days, max_size=60), per_week=st.integers(1, 12), ahead=st.integers(0, 6))


def week(day: datetime.date) -> tuple[int, int]:
    return day.isocalendar()[:2]


@anything
def test_no_week_holds_more_than_its_measure_and_no_day_is_a_weekend_or_too_soon(dues, per_week, ahead):
    today = TODAY + datetime.timedelta(days=ahead)
    plan = proposed(dues, per_week, today)
    assert len(plan) == len(dues)
    weeks = [week(day) for day in plan]
    assert all(weeks.count(one) <= per_week for one in weeks)
    assert all(day.weekday() < 5 and day >= today + datetime.timedelta(days=7) for day in plan)


@anything
def test_whoever_is_due_first_comes_first(dues, per_week, ahead):
    pairs = sorted(zip(dues, proposed(dues, per_week, TODAY + datetime.timedelta(days=ahead)), strict=True))
    assert [day for _, day in pairs] == sorted(day for _, day in pairs)


@anything
def test_as_many_come_in_time_as_any_plan_could_bring(dues, per_week, ahead):
    """Any plan puts one of the first n that are due so many weeks ahead; it is late only if those weeks begin too late."""
    today = TODAY + datetime.timedelta(days=ahead)
    start = today + datetime.timedelta(days=7)
    if start.weekday() > 4:
        start += datetime.timedelta(days=7 - start.weekday())
    monday = start - datetime.timedelta(days=start.weekday())
    for n, (due, day) in enumerate(sorted(zip(dues, proposed(dues, per_week, today), strict=True))):
        first = max(start, monday + datetime.timedelta(weeks=n // per_week))
        assert day <= due or due < first
