"""The forms that schedule, move and cancel, the panel on the checklist, and the list of all schedules."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from reviews import publishing, scheduling, verification
from reviews.models import Schedule, ScheduleOutcome
from reviews.models.signoff import Kind
from tests import worlds
from tests.office import HOSTILE, assert_harmless, url
from tests.pages import Page

WINTER = datetime.datetime(2026, 1, 12, 9, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def winter(settings):
    settings.TIME_ZONE = "Europe/London"
    with time_machine.travel(WINTER, tick=False):
        yield


def make(revision) -> str:
    return url("reviews_schedule_make", revision.pk)


def checklist(revision) -> str:
    return url("reviews_publication_checklist", revision.pk)


def text(answer) -> str:
    """With a space between the cells of a list."""
    return " ".join(Page(answer.content.decode().replace("</td>", " </td>").replace("</th>", " </th>")).text.split())


def fields(answer) -> dict[str, str]:
    return {e.attrs["name"]: e.attrs.get("value", "") for e in Page(answer.content.decode()).all("input") if "name" in e.attrs}


def scheduled(cast, revision=None, **time) -> Schedule:
    at = timezone.now() + datetime.timedelta(**(time or {"days": 1}))
    return scheduling.schedule(revision or worlds.approved(cast), at=at, by=cast.ed)


# --- From the checklist -------------------------------------------------------------------------------------------------


def test_words_that_may_go_out_can_be_scheduled_by_the_clock_of_the_site(cast, as_user):
    revision = worlds.approved(cast)
    browser = as_user(cast.ed)
    page = browser.get(checklist(revision))
    assert "in the site’s time zone, Europe/London" in text(page)
    assert {"date", "time"} <= set(fields(page))
    answer = browser.post(make(revision), {"date": "2026-07-01", "time": "09:30"}, follow=True)
    assert answer.redirect_chain == [(checklist(revision), 302)]
    assert Schedule.objects.get().at == datetime.datetime(2026, 7, 1, 8, 30, tzinfo=datetime.UTC)
    assert "Revision 1 goes out on 1 July 2026, 09:30 BST. Scheduled by Edith Castellanos." in text(answer)
    assert "time" not in fields(answer)


def test_words_that_may_not_go_out_show_no_form(cast, as_user):
    assert "date" not in fields(as_user(cast.ed).get(checklist(worlds.drafted(cast))))


@pytest.mark.parametrize(
    ("date", "time", "why"),
    [
        ("2026-03-29", "01:30", "01:30 on 29 March 2026 does not exist, because the clocks go forward (Europe/London)"),
        ("2026-10-25", "01:30", "01:30 on 25 October 2026 comes twice, because the clocks go back (Europe/London)"),
        ("2026-02-30", "01:30", "Give the date"),
        ("2026-02-03", "25:00", "Give the time"),
        ("", "", "2 things keep it from being done"),
        (HOSTILE, HOSTILE, "2 things keep it from being done"),
        ("0001-01-01", "00:00", "at least one minute"),
        ("9999-12-31", "23:59", "within a year"),
        ("2026-01-12", "09:00", "at least one minute"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_and_stays_typed(cast, as_user, date, time, why):
    revision = worlds.approved(cast)
    answer = as_user(cast.ed).post(make(revision), {"date": date, "time": time})
    assert answer.status_code == 422
    assert why in text(answer)
    typed = fields(answer)
    assert (typed["date"], typed["time"]) == (date, time)
    assert_harmless(answer.content.decode())
    assert not Schedule.objects.exists()


def test_the_checklist_of_other_words_says_what_is_scheduled_and_leads_there(cast, as_user):
    made = scheduled(cast)
    newer = worlds.approved(cast, worlds.redrafted(made.revision, by=cast.wren))
    browser = as_user(cast.ed)
    page = browser.get(checklist(newer))
    assert "Revision 1 goes out on 13 January 2026, 09:00 GMT" in text(page)
    assert {url("reviews_schedule_move", made.pk), checklist(made.revision)} <= set(Page(page.content.decode()).values("href"))
    answer = browser.post(make(newer), {"date": "2026-07-01", "time": "09:30"})
    assert (answer.status_code, "Revision 1 is already scheduled" in text(answer)) == (422, True)


def test_what_will_keep_it_in_is_told_before_and_what_kept_it_in_after(cast, as_user):
    made = scheduled(cast)
    worlds.signed(made.revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="decline", note="The dose is wrong.")
    browser = as_user(cast.ed)
    assert "As things stand, it will be refused then: Omar Haddad, MD" in text(browser.get(checklist(made.revision)))
    scheduling.fire_due(made.at)
    page = text(browser.get(checklist(made.revision)))
    assert "Refused by the gate It was for 13 January 2026, 09:00 GMT. Omar Haddad, MD" in page


# --- Moving and cancelling ------------------------------------------------------------------------------------------------


def test_moving_and_cancelling_from_their_screens(cast, as_user):
    made = scheduled(cast)
    browser = as_user(cast.ed)
    move = url("reviews_schedule_move", made.pk)
    assert "It is scheduled for 13 January 2026, 09:00 GMT." in text(browser.get(move))
    assert browser.post(move, {"date": "2026-02-01", "time": "07:00"}).headers["Location"] == checklist(made.revision)
    moved = Schedule.objects.open().get()
    assert moved.at == datetime.datetime(2026, 2, 1, 7, tzinfo=datetime.UTC)
    stale = browser.post(move, {"date": "2026-02-02", "time": "07:00"})
    assert (stale.status_code, fields(stale)["date"]) == (409, "2026-02-02")
    cancel = url("reviews_schedule_cancel", moved.pk)
    refused = browser.post(cancel, {"reason": " "})
    assert (refused.status_code, "Say why the schedule is cancelled" in text(refused)) == (422, True)
    assert browser.post(cancel, {"reason": f"Not now. {HOSTILE}"}).status_code == 302
    assert_harmless(browser.get(checklist(made.revision)).content.decode())
    assert ScheduleOutcome.objects.get(schedule=moved).reasons == [f"Not now. {HOSTILE}"]
    assert browser.post(cancel, {"reason": "Again"}).status_code == 409


# --- Who may --------------------------------------------------------------------------------------------------------------


def test_a_writer_sees_the_schedule_of_their_article_and_changes_nothing(cast, as_user):
    made = scheduled(cast)
    browser = as_user(cast.wren)
    page = browser.get(checklist(made.revision))
    assert "goes out on 13 January 2026" in text(page)
    doors = [make(made.revision), url("reviews_schedule_move", made.pk), url("reviews_schedule_cancel", made.pk)]
    assert not set(doors) & set(Page(page.content.decode()).values("href"))
    sent = {"date": "2026-07-01", "time": "09:30", "reason": "No."}
    assert [browser.post(door, sent).status_code for door in doors] == [403] * 3
    assert [browser.get(door).status_code for door in doors] == [403] * 3
    assert browser.get(url("reviews_schedule_changelist")).status_code == 403
    assert list(Schedule.objects.open()) == [made]


def test_what_one_may_not_see_is_not_found_and_other_verbs_are_not_heard(cast, as_user):
    made = scheduled(cast)
    doors = [make(made.revision), url("reviews_schedule_move", made.pk), url("reviews_schedule_cancel", made.pk)]
    assert [as_user(cast.milo).post(door).status_code for door in doors] == [404] * 3
    browser = as_user(cast.ed)
    assert browser.get(url("reviews_schedule_cancel", 999)).status_code == 404
    assert browser.put(doors[0]).status_code == 405
    assert browser.get(reverse("admin:reviews_schedule_delete", args=[made.pk])).status_code == 403


def test_who_may_schedule_but_not_publish_does_not_publish_by_the_clock(cast, as_user):
    revision = worlds.approved(cast)
    group = cast.ed.groups.get()
    group.permissions.remove(group.permissions.get(codename="add_publication"))
    browser = as_user(cast.ed)
    assert browser.post(make(revision), {"date": "2026-07-01", "time": "09:30"}).status_code == 403


# --- The list -------------------------------------------------------------------------------------------------------------


def test_the_list_tells_each_schedule_its_state_and_why(cast, as_user, django_assert_max_num_queries):
    slugs = ("out", "refused", "cancelled", "waiting", "late")
    made = {
        slug: scheduled(cast, worlds.approved(cast, worlds.drafted(cast, slug=slug, title=f"Article {slug}")), days=days)
        for days, slug in enumerate(slugs, 1)
    }
    worlds.signed(made["refused"].revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="decline", note="Wrong dose.")
    scheduling.cancel(made["cancelled"], reason="Held for the guideline.", by=cast.root)
    scheduling.fire_due(made["refused"].at)
    publishing.withdraw(made["out"].article.publications.get(), reason="It harms.", by=cast.ed)
    assert list(verification.faults()) == []
    listed = url("reviews_schedule_changelist")
    with time_machine.travel(made["waiting"].at - datetime.timedelta(hours=1), tick=False):
        browser = as_user(cast.ed)
        with django_assert_max_num_queries(14):
            page = text(browser.get(listed))
        assert "Article out (revision 1) 13 January 2026, 09:00 GMT Edith Castellanos Published" in page
        assert "Refused by the gate Omar Haddad, MD" in page
        assert "Cancelled By root: Held for the guideline." in page
        for asked, expected in [
            ("state=waiting", {"waiting", "late"}), ("state=refused", {"refused"}), ("state=published", {"out"}),
            ("time=past", {"out", "refused", "cancelled"}), ("time=today", {"waiting"}), ("time=week", {"waiting", "late"}),
            ("time=later", set()), ("q=cancelled", {"cancelled"}), ("q=edith", set(slugs)), ("q=nothing", set()),
        ]:  # fmt: skip
            found = text(browser.get(f"{listed}?{asked}"))
            assert {slug for slug in slugs if f"Article {slug} (" in found} == expected, asked
    with time_machine.travel(made["late"].at, tick=False):
        assert "Due, not yet done" in text(as_user(cast.ed).get(listed))
    answer = browser.get(url("reviews_schedule_change", made["late"].pk))
    assert answer.headers["Location"] == checklist(made["late"].revision)
