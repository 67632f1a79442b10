"""The first page of the office: each role finds what waits for it, every count leads to its list, and it asks little."""

import datetime
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import shelves
from articles.models import User
from articles.today import sections, tiles
from reviews import publishing, signing, triaging
from reviews.models import Credential, FeedbackDetail, FeedbackReport, SignOff
from reviews.models.signoff import Kind
from reviews.seeding.filling import Order, fill
from reviews.seeding.people import Cast, Doctor
from tests import worlds
from tests.pages import Page


def desk(user, key):
    return next((section for section in sections(User.objects.get(pk=user.pk)) if section.key == key), None)


def counts(user) -> dict[str, int]:
    return {tile.label: tile.count for tile in tiles(User.objects.get(pk=user.pk))}


def listed(user, key, heading) -> list[str]:
    listing = next(one for one in desk(user, key).listings if one.heading == heading)
    return [" | ".join([line.title, line.note, line.badge[1] if line.badge else ""]) for line in listing.lines]


def told(publication, reason="inaccurate", on=None):
    report = FeedbackReport.objects.create(publication=publication, key=uuid.uuid4(), on=on or timezone.localdate())
    FeedbackDetail.objects.create(report=report, reason=reason, text="Something.", on=report.on)
    return report


def voted(publication, yes=0, no=0):
    for n in range(yes + no):
        FeedbackReport.objects.create(publication=publication, helpful=n < yes, key=uuid.uuid4(), on=timezone.localdate())


@pytest.mark.parametrize(
    ("who", "keys"),
    [
        ("wren", ["writing"]), ("fay", ["reviewing"]), ("ed", ["publishing", "dates", "readers"]),
        ("root", ["publishing", "dates", "readers"]),
    ],
)  # fmt: skip
def test_each_role_has_its_desk(cast, who, keys):
    assert [section.key for section in sections(getattr(cast, who))] == keys


def test_whoever_has_several_roles_has_several_desks(cast):
    both = worlds.person("both", "Writers", "Reviewers")
    assert [section.key for section in sections(both)] == ["reviewing", "writing"]


def test_a_writer_is_told_what_came_back_from_whom_and_when(cast):
    draft = worlds.drafted(cast)
    with time_machine.travel("2026-11-20 12:00Z"):
        worlds.signed(draft, Kind.MEDICAL, cast.dr_ruth, by=cast.ed, decision="changes", note="Say more.")
    found = listed(cast.wren, "writing", "Returned to me")
    assert found == ["Leg cramps at night | Ruth Okonkwo, MBBS, MRCGP, 20 November 2026 | Medical review: changes requested"]
    assert counts(cast.wren)["Mine, with open objections"] == 1
    assert listed(cast.milo, "writing", "Returned to me") == []
    signing.resolve(SignOff.objects.get(), reason="It says it now.", by=cast.ed)
    assert listed(cast.wren, "writing", "Returned to me") == []


def test_a_writer_learns_of_reports_but_not_their_words(cast, as_user):
    live = worlds.published(cast)
    told(live, "harmful")
    told(live)
    assert listed(cast.wren, "writing", "Readers’ reports on my pages")[0].startswith("Leg cramps at night | 2 open reports")
    assert "Something." not in as_user(cast.wren).get("/admin/").content.decode()


def test_a_reviewer_sees_what_is_late_first(cast):
    late = worlds.drafted(cast, title="Late")
    soon = worlds.drafted(cast, title="Soon", slug="soon")
    with time_machine.travel(timezone.now() - datetime.timedelta(days=9)):
        worlds.asked(late, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.asked(soon, Kind.FACTS, cast.fay, by=cast.ed)
    assert [line.split(" | ")[::2] for line in listed(cast.fay, "reviewing", "Waiting for me")] == [
        ["Late", "2 days overdue"], ["Soon", "in 7 days"],
    ]  # fmt: skip
    found = counts(cast.fay)
    assert (found["Waiting for my review"], found["Overdue"], found["Due within 7 days"]) == (2, 1, 1)


@pytest.mark.parametrize(("days", "badge"), [(61, "In force"), (60, "Ends soon"), (0, "Ends soon"), (-1, "Lapsed")])
def test_a_reviewer_is_warned_before_their_credential_ends(cast, days, badge):
    worlds.credential(cast.fay, verified_by=cast.ed, valid_until=timezone.localdate() + datetime.timedelta(days=days))
    (line,) = listed(cast.fay, "reviewing", "My credential")
    assert line.endswith(badge)
    assert (f"{days} day" in line) == (days >= 0)


def test_an_editor_is_told_what_is_blocked_and_the_first_reason(cast):
    worlds.signed(worlds.drafted(cast), Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="The dose is wrong.")
    assert "“The dose is wrong.”" in listed(cast.ed, "publishing", "Blocked, and why")[0]


def test_the_page_that_helps_least_comes_first(cast):
    for name, yes, no in (("Good", 9, 1), ("Bad", 1, 9), ("Few", 0, 4)):
        voted(worlds.published(cast, worlds.drafted(cast, title=name, slug=name.lower())), yes, no)
    found = listed(cast.ed, "readers", "Helps least since it was last published")
    assert [line.split(" | ")[0] for line in found] == ["Bad", "Good"]


def test_the_load_of_reviews_begins_with_what_is_late(cast):
    live = worlds.published(cast)
    due = live.article.page.review_due
    with time_machine.travel(datetime.datetime.combine(due, datetime.time(12), datetime.UTC) + datetime.timedelta(days=1)):
        (chart,) = desk(cast.ed, "dates").charts
        assert chart.rows[0] == ("Overdue", 1)
        assert counts(cast.ed)["Reviews overdue"] == 1
    with time_machine.travel(datetime.datetime.combine(due, datetime.time(12), datetime.UTC)):
        assert (counts(cast.ed)["Reviews overdue"], counts(cast.ed)["Due within 30 days"]) == (0, 1)


def test_every_tile_leads_to_as_many_lines_as_it_counts(cast, as_user):
    live = worlds.published(cast)
    told(live, "harmful", timezone.localdate() - datetime.timedelta(days=20))
    told(live)
    triaging.triage([told(live, "harmful")], outcome="dismiss", reason="It does none.", answer="It is safe.", by=cast.ed)
    worlds.signed(worlds.drafted(cast, slug="blocked"), Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="No.")
    worlds.approved(cast, worlds.drafted(cast, slug="ready"))
    worlds.asked(worlds.drafted(cast, slug="asked"), Kind.FACTS, cast.fay, by=cast.ed)
    worlds.redrafted(live.revision, by=cast.wren)
    uncounted = ("Helpfulness", "Due within 7 days")
    for user in (cast.wren, cast.fay, cast.ed):
        client = as_user(user)
        for tile in client.get("/admin/").context["tiles"]:
            if not tile.label.startswith(uncounted):
                answer = client.get(tile.url)
                assert answer.status_code == 200, tile
                assert answer.context["cl"].result_count == tile.count, tile


def test_an_empty_office_says_what_will_be_there(cast, as_user):
    for user in vars(cast).values():
        page = Page(as_user(user).get("/admin/").content.decode())
        assert "style" not in {name for element in page.elements for name in element.attrs}
        for section in sections(user):
            assert all(one.lines or one.empty for one in section.listings)


def test_a_desk_asks_as_little_for_thirty_things_as_for_one(cast, as_user, monkeypatch):
    monkeypatch.setattr(shelves, "_moment", lambda: 1)  # all of it within the same ten minutes
    doctor = Doctor(cast.dr_ruth, Credential.objects.get(holder=cast.dr_ruth))
    people = Cast([cast.wren, cast.milo], [cast.fay], [doctor], [cast.ed])
    everything = worlds.person("all", "Writers", "Reviewers", "Editors")

    def costs() -> dict[str, int]:
        found = {}
        for user in (cast.wren, cast.fay, cast.dr_ruth, cast.ed, everything, cast.root):
            client = as_user(user)
            with CaptureQueriesContext(connection) as queries:
                client.get("/admin/")
            found[user.username] = len(queries)
        return found

    told(worlds.published(cast), "harmful")
    voted(worlds.published(cast, worlds.drafted(cast, slug="voted")), yes=3, no=3)
    waiting = worlds.drafted(cast, slug="asked")
    worlds.asked(waiting, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.asked(waiting, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    worlds.signed(waiting, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="Say how sure we are.")
    shelves.is_large()  # asked by each process once in ten minutes
    few = costs()
    fill(Order(articles=120, waiting=60, random=1, password="", add=True), cast=people)
    for n in range(6):
        voted(worlds.published(cast, worlds.drafted(cast, slug=f"voted-{n}")), yes=2, no=4)
    assert costs() == few
    assert max(few.values()) <= 33 + len(("session", "account", "own rights", "rights of groups")), few
    assert max(few[who] for who in ("wren", "fay", "dr_ruth", "ed")) <= 32, few


def test_a_minor_change_that_was_looked_at_and_a_review_renewed_wait_for_an_editor(cast, as_user):
    """Nothing that somebody signed is forgotten because it is no new text."""
    first = worlds.published(cast, worlds.drafted(cast, slug="first", title="First")).revision
    second = worlds.published(cast, worlds.drafted(cast, slug="second", title="Second")).revision
    slip = first.body.replace("little difference", "litle difference")
    small = worlds.redrafted(first, by=cast.wren, body=slip, kind="minor", change_note="Mends a spelling.")
    assert (counts(cast.ed)["Signed, ready to publish"], counts(cast.ed)["Reviewed again, to confirm"]) == (0, 0)
    worlds.signed(small, Kind.LOOK, cast.dr_ruth, by=cast.ed)
    worlds.signed(second, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    assert (counts(cast.ed)["Signed, ready to publish"], counts(cast.ed)["Reviewed again, to confirm"]) == (1, 1)
    found = {"Signed, ready to publish": ("First", "Second"), "Reviewed again, to confirm": ("Second", "First")}
    browser = as_user(cast.ed)
    for label, (title, other) in found.items():
        url = next(tile.url for tile in tiles(User.objects.get(pk=cast.ed.pk)) if tile.label == label)
        words = Page(browser.get(url).content.decode()).text
        assert title in words, label
        assert other not in words, label
    publishing.publish(small, by=cast.ed)
    publishing.publish(second, by=cast.ed)
    assert (counts(cast.ed)["Signed, ready to publish"], counts(cast.ed)["Reviewed again, to confirm"]) == (0, 0)
