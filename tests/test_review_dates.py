"""When live pages have to be reviewed again, and who looks after them: the queries, and the list on which they stand."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy

from articles.drafting import shelve
from articles.models import Event, Page, Topic
from reviews import publishing, review_dates
from reviews.models.signoff import Kind
from tests import pages, worlds

REVIEWED = datetime.datetime(2025, 3, 3, 12, tzinfo=datetime.UTC)
DUE = datetime.date(2026, 3, 3)
LIST = reverse_lazy("admin:reviews_reviewdates")


@pytest.fixture
def world(db):
    """One page, reviewed on 3 March 2025 and due a year later; its topic is edited by ed, with milo as deputy."""
    with time_machine.travel(REVIEWED, tick=False):
        cast = worlds.the_cast()
        cast.page = worlds.published(cast)
        Topic.objects.update(editor=cast.ed, deputy=cast.milo)
        return cast


def day(text: str) -> time_machine.travel:
    return time_machine.travel(datetime.datetime.fromisoformat(f"{text}T09:00:00+00:00"), tick=False)


def slugs(found) -> list[str]:
    return [page.slug for page in found]


def test_a_page_is_due_within_its_days_and_overdue_from_the_day_after(world):
    today = DUE - datetime.timedelta(days=30)
    assert not review_dates.due(29, today) and slugs(review_dates.due(30, today)) == ["leg-cramps-at-night"]
    assert not review_dates.overdue(DUE) and review_dates.due(0, DUE)
    assert review_dates.overdue(DUE + datetime.timedelta(days=1))


def test_a_withdrawn_page_is_due_no_more(world):
    with day("2026-04-01"):
        assert review_dates.overdue()
        publishing.withdraw(world.page, reason="It is being rewritten.", by=world.ed)
        assert not review_dates.overdue() and not review_dates.due(60)


def test_the_editor_of_the_topic_looks_after_it_else_the_owner_and_the_deputy_hears_too(world):
    def found(user):
        return slugs(review_dates.looked_after_by(review_dates.dated(), user))

    def keepers():
        return review_dates.keepers(Page.objects.get().article)

    assert keepers() == [world.ed, world.milo]
    assert found(world.ed) and found(world.milo) and not found(world.wren)
    world.ed.is_active = False
    world.ed.save()
    assert keepers() == [world.wren, world.milo]
    assert found(world.wren)
    Topic.objects.update(editor=None, deputy=world.wren)
    assert keepers() == [world.wren]


def test_the_load_is_counted_by_specialty_or_else_by_topic_and_what_has_passed_apart(world):
    with time_machine.travel(REVIEWED + datetime.timedelta(days=92), tick=False):  # 3 June 2025
        other = worlds.published(world, worlds.drafted(world, slug="other"))
        shelve(other.article_id, topic=worlds.topic("Nerves", specialty="Neurologic"), by=world.ed)
        third = worlds.published(world, worlds.drafted(world, slug="third"))
        shelve(third.article_id, topic=worlds.topic("Headache", specialty="Neurologic"), by=world.ed)
    today = datetime.date(2026, 3, 10)
    neurologic, sleep = review_dates.load(today)
    assert (neurologic.shelf, neurologic.overdue, neurologic.months[3], neurologic.total) == ("Neurologic", 0, 2, 2)
    assert (sleep.shelf, sleep.overdue, sleep.total) == ("Sleep and pain", 1, 1)
    assert review_dates.months_ahead(today)[3] == datetime.date(2026, 6, 1)
    assert sorted(slugs(review_dates.on_shelf(review_dates.dated(), "Neurologic"))) == ["other", "third"]
    assert review_dates.load(datetime.date(2026, 3, 3))[1].months[0] == 1  # on the day itself it is still to come


def test_the_state_follows_the_requests_and_the_signature(world):
    def states():
        return list(review_dates.with_state(review_dates.dated()))

    revision = world.page.revision
    with day("2026-02-03"):
        assert review_dates.nothing_asked(review_dates.with_state(review_dates.dated()))
        worlds.asked(revision, Kind.FACTS, world.fay, by=world.ed)
        assert states()[0].asked is None  # a fact check renews nothing
        request = worlds.asked(revision, Kind.MEDICAL, world.dr_omar, by=world.ed)
        assert review_dates.asked_of(states())[request.pk].reviewer == world.dr_omar
        signoff = worlds.signing.sign(request.pk, worlds.answer(request), by=world.dr_omar)
        assert (states()[0].asked, states()[0].renewed) == (None, signoff.pk)
        publishing.publish(revision, by=world.ed)
        assert (states()[0].renewed, states()[0].review_due) == (None, datetime.date(2027, 2, 3))


def rows(client, **query) -> list[str]:
    """The list as it reads, row by row."""
    shown = pages.Page(re.sub("</t[dh]>", " ", client.get(LIST, query).content.decode()))
    return [" ".join(row.text.split()) for row in shown.all("tr") if "Leg" in row.text]


def test_the_list_says_when_by_whom_how_soon_and_what_is_under_way(world, as_user):
    client = as_user(world.ed)
    with day("2026-02-20"):
        [row] = rows(client)
        assert row == (
            "Leg cramps at night 3 March 2025, Ruth Okonkwo, MBBS, MRCGP 3 March 2026 in 11 days Edith Castellanos "
            "Nothing asked Ask for a review"
        )
        request = worlds.asked(world.page.revision, Kind.MEDICAL, world.dr_omar, by=world.ed)
        assert "Asked of Omar Haddad by 27 February 2026 See the review" in rows(client)[0]
        worlds.signing.sign(request.pk, worlds.answer(request), by=world.dr_omar)
        assert "Signed, ready to confirm Confirm" in rows(client)[0]
    with day("2026-03-05"):
        assert "3 March 2026 2 days overdue" in rows(client)[0]


def test_the_list_is_narrowed_by_date_shelf_and_person_and_searched_by_title(world, as_user):
    ed = as_user(world.ed)
    with day("2026-02-20"):
        found = {name: len(rows(ed, **{name.split("=")[0]: name.split("=")[1]})) for name in (
            "due=overdue", "due=30", "due=60", "shelf=Sleep and pain", "shelf=Skin", "whose=mine", "q=cramps", "q=hair",
        )}  # fmt: skip
        assert [name for name, many in found.items() if many] == [
            "due=30",
            "due=60",
            "shelf=Sleep and pain",
            "whose=mine",
            "q=cramps",
        ]
        assert not rows(as_user(world.root), whose="mine")
    with day("2026-03-05"):
        assert rows(ed, due="overdue") and not rows(ed, due="90")


def test_the_list_shows_nobody_what_they_may_not_see(world, as_user):
    assert rows(as_user(world.wren)) and rows(as_user(world.dr_ruth))
    assert "Ask for a review" not in rows(as_user(world.dr_ruth))[0]
    assert not rows(as_user(world.milo))
    one = reverse("admin:articles_page_change", args=[world.page.article_id])
    assert as_user(world.milo).get(one).status_code == 404
    assert as_user(world.ed).get(one).url == reverse("admin:articles_article_change", args=[world.page.article_id])
    assert as_user(worlds.person("guest")).get(LIST).status_code == 302


def test_the_list_takes_as_many_queries_for_ten_pages_as_for_one(world, as_user):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            as_user(world.ed).get(LIST)
        return len(queries)

    one = counted()
    for n in range(3):
        worlds.published(world, worlds.drafted(world, slug=f"other-{n}", title=f"Leg {n}"))
    assert counted() == one


def test_a_topic_gets_an_editor_and_a_deputy_among_those_who_may_edit(world, as_user):
    topic, client = Topic.objects.get(), as_user(world.ed)
    address = reverse("admin:articles_topic_change", args=[topic.pk])
    Topic.objects.update(editor=None, deputy=None)
    shown = pages.Page(client.get(address).content.decode())
    names = [option.text for option in shown.all("option")]
    assert names.count("Edith Castellanos") == names.count("root") == 2 and "Milo Brandt" not in names
    sent = {"name": topic.name, "slug": topic.slug, "review_interval_months": 12}
    assert client.post(address, {**sent, "editor": world.ed.pk, "deputy": world.root.pk}).status_code == 302
    topic.refresh_from_db()
    assert (topic.editor, topic.deputy) == (world.ed, world.root)
    event = Event.objects.get(name="topic.changed")
    assert event.data["changes"] == {"editor_id": [None, world.ed.pk], "deputy_id": [None, world.root.pk]}
    twice = client.post(address, {**sent, "editor": world.ed.pk, "deputy": world.ed.pk})
    assert "The deputy is somebody else than the editor." in twice.content.decode()
    assert client.post(address, {**sent, "editor": world.milo.pk}).status_code == 200


def test_whoever_has_left_stays_on_the_topic_until_somebody_else_is_chosen(world, as_user):
    world.milo.is_active = False
    world.milo.save()
    topic = Topic.objects.get()
    address = reverse("admin:articles_topic_change", args=[topic.pk])
    sent = {"name": "Sleep", "slug": topic.slug, "review_interval_months": 12, "editor": world.ed.pk, "deputy": world.milo.pk}
    client = as_user(world.ed)
    assert "Milo Brandt (has left)" in client.get(address).content.decode()
    assert client.post(address, sent).status_code == 302
