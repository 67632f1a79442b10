"""Planning the reviews that fall due: the arithmetic, and the screen on which an editor asks for them."""

import datetime
from html import unescape

import hypothesis.strategies as st
import pytest
import time_machine
from hypothesis import given

from articles.drafting import shelve
from reviews import publishing
from reviews.models import ReviewRequest
from reviews.planning import proposed
from tests import pages, worlds

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
def test_what_is_asked_for_already_takes_its_room(dues, per_week, ahead):
    first = proposed(dues, per_week, TODAY)
    weeks = [week(day) for day in first + proposed(dues, per_week, TODAY, first)]
    assert all(weeks.count(one) <= per_week for one in weeks)


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


def test_a_week_is_spread_over_its_days_but_nothing_is_put_off_beyond_its_due_date():
    monday = datetime.date(2026, 3, 16)
    far, soon = datetime.date(2026, 9, 1), datetime.date(2026, 3, 17)
    assert proposed([far] * 5, 5, monday - datetime.timedelta(days=7)) == [monday + datetime.timedelta(days=n) for n in range(5)]
    assert max(proposed([soon] * 5, 5, monday - datetime.timedelta(days=7))) == soon


REVIEWED = datetime.datetime(2025, 3, 3, 12, tzinfo=datetime.UTC)
NOW = datetime.datetime(2026, 2, 2, 9, tzinfo=datetime.UTC)  # a Monday, 29 days before they are due
PLANNER = "/admin/articles/page/planner/"
PLAN = {"what": "", "horizon": "60", "per_week": "2"}


@pytest.fixture
def world(db):
    """Three live pages that fall due on 3 March 2026."""
    with time_machine.travel(REVIEWED, tick=False):
        cast = worlds.the_cast()
        cast.live = [worlds.published(cast, worlds.drafted(cast, slug=s, title=s.title())) for s in ("one", "two", "three")]
    with time_machine.travel(NOW, tick=False):
        yield cast


def posted(world, days: dict[int, str], **changes):
    ticked = {f"day-{world.live[n].pk}": day for n, day in days.items()}
    keys = [world.live[n].pk for n in days]
    return {**PLAN, "reviewer": world.dr_omar.pk, "publication": keys, **ticked, **changes}


def test_the_screen_counts_what_falls_due_and_proposes_days(world, as_user):
    shown = pages.Page(as_user(world.ed).get(PLANNER, PLAN).content.decode())
    [bars] = [svg for svg in shown.all("svg") if svg.attrs.get("class") == "rv-load"]
    assert "style" not in str([element.attrs for element in shown.elements if element.tag in ("svg", "rect", "td")])
    assert [rect.attrs["class"] for rect in shown.all("rect")] == ["rv-load-month"] and bars.attrs["aria-hidden"] == "true"
    cells = [" ".join(cell.text.split()) for cell in shown.all("td")]
    assert cells[1:4] == ["–", "–", "3"]  # overdue, February, March
    proposals = [e.attrs["value"] for e in shown.all("input") if e.attrs.get("type") == "date"]
    assert proposals == ["2026-02-09", "2026-02-11", "2026-02-16"]
    offered = [option.text for option in shown.all("option") if option.attrs["value"].isdecimal()][len((30, 60, 90, 180, 365)) :]
    assert offered == ["Omar Haddad, MD", "Ruth Okonkwo, MBBS, MRCGP"]  # whose credentials are in force


def test_what_is_ticked_is_asked_for_by_its_day_and_makes_room_no_more(world, as_user):
    client = as_user(world.ed)
    answer = client.post(PLANNER, posted(world, {0: "2026-02-09", 2: "2026-02-11"}), follow=True)
    assert "Asked of Omar Haddad, MD: One by 9 February 2026; Three by 11 February 2026." in unescape(answer.content.decode())
    asked = ReviewRequest.objects.filter(renews__isnull=False).order_by("pk")
    assert [(one.renews, one.kind, f"{one.due}") for one in asked] == [
        (world.live[0], "medical", "2026-02-09"), (world.live[2], "medical", "2026-02-11"),
    ]  # fmt: skip
    shown = pages.Page(answer.content.decode())
    assert [e.attrs["value"] for e in shown.all("input") if e.attrs.get("type") == "date"] == ["2026-02-16"]


def test_refusals_are_told_of_each_article_and_nothing_typed_is_lost(world, as_user):
    with time_machine.travel(NOW - datetime.timedelta(days=1), tick=False):
        publishing.withdraw(world.live[2], reason="It is being rewritten.", by=world.ed)
    days = {0: "2026-02-09", 1: "2026-01-05", 2: "2026-02-11"}
    answer = as_user(world.ed).post(PLANNER, posted(world, days))
    shown = pages.Page(answer.content.decode())
    assert answer.status_code == 422
    assert "One by 9 February 2026" in shown.text
    assert "Two: The due date has passed: choose today or a later day." in shown.text
    assert "Three: The page has changed or been withdrawn since this plan was drawn: look again." in shown.text
    assert [e.attrs["value"] for e in shown.all("input") if e.attrs.get("type") == "date"] == ["2026-01-05"]
    assert [e.attrs["value"] for e in shown.all("option") if "selected" in e.attrs] == ["", "60", str(world.dr_omar.pk)]
    assert ReviewRequest.objects.filter(renews__isnull=False).count() == 1


def test_a_plan_sent_twice_asks_once(world, as_user):
    client, sent = as_user(world.ed), posted(world, {0: "2026-02-09"})
    assert client.post(PLANNER, sent).status_code == 302
    answer = client.post(PLANNER, sent)
    assert answer.status_code == 422
    assert "One: Omar Haddad, MD has already been asked for this." in unescape(answer.content.decode())
    assert ReviewRequest.objects.filter(renews__isnull=False).count() == 1


def test_the_plan_of_a_specialty_holds_nothing_else(world, as_user):
    nerves = worlds.topic("Nerves", specialty="Neurologic")
    shelve(world.live[1].article_id, topic=nerves, by=world.ed)
    for what in ("specialty:Neurologic", f"topic:{nerves.pk}"):
        shown = pages.Page(as_user(world.ed).get(PLANNER, {**PLAN, "what": what}).content.decode())
        assert [label.text for label in shown.all("label") if label.attrs["for"].startswith("ask-")] == ["Two"]
    assert as_user(world.ed).get(PLANNER, {**PLAN, "what": "topic:0"}).status_code == 200


@pytest.mark.parametrize("spoilt", [{"reviewer": ""}, {"publication": []}, {"publication": ["x", "9" * 40]}, {"per_week": "0"}])
def test_without_whom_or_what_nobody_is_asked(world, as_user, spoilt):
    assert as_user(world.ed).post(PLANNER, posted(world, {0: "2026-02-09"}, **spoilt)).status_code == 422
    assert not ReviewRequest.objects.filter(renews__isnull=False)


def test_the_planner_is_for_editors(world, as_user):
    for user in (world.wren, world.dr_ruth):
        assert as_user(user).get(PLANNER).status_code == 403
        assert as_user(user).post(PLANNER, posted(world, {0: "2026-02-09"})).status_code == 403
