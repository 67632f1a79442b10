"""Reports from readers in the office: what the list and each page say, what they keep to themselves, and for whom."""

import datetime
import uuid

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from articles.models import User
from articles.today import tiles
from reviews import feedback, publishing
from reviews.admin.report import ago
from reviews.feedback import Told
from reviews.models import FeedbackDetail, FeedbackReport, ReplyAddress
from tests import office, worlds
from tests.browsing import faults
from tests.pages import Page

LIST = "/admin/reviews/feedbackreport/"
HELPFULNESS = f"{LIST}helpfulness/"
ADDRESS = "pat.private@example.org"
TODAY = datetime.date(2026, 11, 25)


def told(publication, reason="unclear", quote="", text="What does it mean?", address="", voted=None):
    return feedback.tell(publication, Told(reason, quote, text, address), key=uuid.uuid4(), voted=voted)


def voted(publication, yes=0, no=0):
    for helpful in [True] * yes + [False] * no:
        feedback.vote(publication.pk, helpful=helpful, key=uuid.uuid4())


def one(report) -> str:
    return reverse("admin:reviews_feedbackreport_change", args=[report.pk])


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def rows(answer) -> list[str]:
    html = answer.content.decode().replace("</td>", " </td>").replace("</th>", " </th>")
    return [" ".join(row.text.split()) for row in Page(html).all("tr")[1:]]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-25 12:00Z"):
        yield


@pytest.fixture
def live(cast):
    return worlds.published(cast)


@pytest.fixture
def desk(cast, as_user):
    return as_user(cast.ed)


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_says_something_and_leaves_bare_votes_out(live, desk):
    voted(live, yes=3, no=1)
    vote = feedback.vote(live.pk, helpful=False, key=uuid.uuid4())
    told(live, "unclear", quote="little difference", text="Little compared with what?", voted=vote)
    [row] = rows(desk.get(LIST))
    badge = "It is hard to understand"
    row_said = f"Leg cramps at night {badge} Little compared with what? “little difference” in 7 days Edith Castellanos Open"
    assert row == row_said


def test_harm_comes_first_then_what_is_due_first(live, desk):
    for day, reason in (
        ("2026-11-01", "outdated"),
        ("2026-11-02", "harmful"),
        ("2026-11-20", "unclear"),
        ("2026-11-21", "other"),
    ):
        with time_machine.travel(f"{day} 12:00Z"):
            told(live, reason)
    shown = [row.split(" What does")[0].removeprefix("Leg cramps at night ") for row in rows(desk.get(LIST))]
    assert shown == ["It could harm somebody", "It is out of date", "It is hard to understand", "Something else"]
    badges = [e.attrs["class"] for e in Page(desk.get(LIST).content.decode()).all("span") if e.text == "It could harm somebody"]
    assert badges == ["im-badge im-badge--blocked"]


def test_whether_it_is_about_what_readers_see_now(cast, live, desk):
    report = told(live)
    assert "Live now" in text(desk.get(one(report)))
    second = worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    assert "Older version" in text(desk.get(one(report)))
    publishing.withdraw(second, reason="Out of date.", by=cast.ed)
    assert "Withdrawn" in text(desk.get(one(report)))


def test_the_same_words_published_again_are_the_live_version(cast, live, desk):
    report = told(live)
    publishing.withdraw(live, reason="By mistake.", by=cast.ed)
    publishing.publish(live.revision, by=cast.ed)
    assert "Live now" in text(desk.get(one(report)))
    assert "Revision 1 (seen by this reader)" in text(desk.get(one(report)))


@pytest.fixture
def several(cast, live):
    """About an older version 30 and 7 days ago, and about another article since."""
    with time_machine.travel("2026-10-26 12:00Z"):
        told(live, "outdated", text="Told long ago")
    with time_machine.travel("2026-11-18 12:00Z"):
        told(live, "harmful", quote="little difference", text="Told of harm")
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    other = worlds.published(cast, worlds.drafted(cast, slug="another-address", title="Another article"))
    with time_machine.travel("2026-11-19 12:00Z"):
        told(other, "broken_link", text="Told last week")
    told(other, "unclear", text="Told today")
    return other


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"long ago", "of harm", "last week", "today"}),
        ("reason=harmful", {"of harm"}),
        ("age=today", {"today"}),
        ("age=7", {"today", "last week"}),
        ("age=30", {"today", "last week", "of harm"}),
        ("age=older", {"long ago"}),
        ("version=live", {"today", "last week"}),
        ("version=older", {"long ago", "of harm"}),
        ("q=another", {"today", "last week"}),
        ("q=another-address", {"today", "last week"}),
        ("q=LONG+ago", {"long ago"}),
        ("q=little+difference", {"of harm"}),
        ("q=nothing+of+it", set()),
        ("reason=nonsense", set()),
        ("age=nonsense", {"long ago", "of harm", "last week", "today"}),
    ],
)
def test_filters_and_search_find_what_they_say(several, desk, query, found):
    shown = rows(desk.get(f"{LIST}?{query}"))
    assert {
        words for words in ("long ago", "of harm", "last week", "today") if any(f"Told {words}" in row for row in shown)
    } == found


def test_a_link_chooses_an_article_which_is_then_named_among_the_filters(several, desk):
    answer = desk.get(f"{LIST}?state=all&article={several.article_id}")
    assert len(rows(answer)) == 2
    assert "By article All Another article" in text(answer)
    assert "By article" not in text(desk.get(LIST))


@pytest.mark.parametrize("wanted", ["0", "999999", "nonsense", "1e3", "²", "9" * 40, "%00"])
def test_an_article_that_is_none_has_no_reports(several, desk, wanted):
    answer = desk.get(f"{LIST}?state=all&article={wanted}")
    assert answer.status_code in (200, 302)
    assert answer.status_code == 302 or rows(answer) == []


def test_the_age_is_told_in_words():
    days = {0: "today", 1: "yesterday", 2: "2 days ago", 59: "59 days ago", 60: "2 months ago", 800: "2 years ago"}
    assert {n: ago(TODAY - datetime.timedelta(days=n), TODAY) for n in days} == days


# --- The page of a report ---------------------------------------------------------------------------------------------


def test_a_report_is_shown_with_its_passage_in_the_paragraph_that_was_read(live, desk):
    report = told(
        live, "inaccurate", quote='magnesium made little difference to cramps at night (1)."', text="The trial\nsays so?"
    )
    answer = desk.get(one(report))
    page = Page(answer.content.decode())
    assert [mark.text for mark in page.all("mark")] == ["magnesium made little difference to cramps at night (1)."]
    assert [quote.text for quote in page.all("blockquote")] == [
        "A review of 11 trials found that magnesium made little difference to cramps at night (1)."
    ]
    shown = text(answer)
    assert "Under “What helps”" in shown
    assert "This version is live: readers see these words now." in shown
    assert "Something is wrong" in shown
    assert "The trial says so?" in shown


def test_it_leads_to_the_page_the_editor_the_checklist_and_the_history(live, desk):
    links = Page(desk.get(one(told(live))).content.decode()).values("href")
    assert "/articles/leg-cramps-at-night/" in links
    assert office.editor(live.revision) in links
    assert office.url("reviews_publication_checklist", live.revision_id) in links
    assert reverse("articles:history", args=["leg-cramps-at-night"]) in links
    assert office.url("articles_revision_page", live.revision_id) in links
    assert f"{LIST}?state=all&article={live.article_id}" not in links, "there is no other report"


def test_it_names_the_version_its_day_its_signers_the_votes_and_the_other_reports(cast, live, desk):
    voted(live, yes=2, no=1)
    report, other = told(live, text="The first"), told(live, "harmful", text="The second")
    answer = desk.get(one(report))
    shown = text(answer)
    for words in (
        "Revision 1", "25 November 2026, 12:00", "Ruth Okonkwo, MBBS, MRCGP", "Fay Lindqvist, MSc", "The second",
        "Helpful for 67 % (21–94 %) of 3 readers.", "2 yes, 1 no",
    ):  # fmt: skip
        assert words in shown, words
    links = Page(answer.content.decode()).values("href")
    assert one(other) in links
    assert one(report) not in links
    assert f"{LIST}?state=all&article={live.article_id}" in links


def test_words_that_have_been_changed_since_are_told_from_those_that_still_stand(cast, live, desk):
    gone, kept = told(live, quote="made little difference"), told(live, quote="Talk to a doctor")
    body = worlds.BODY.replace("made little difference", "changed little")
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, body=body))
    assert "These words no longer stand in the page that is live, revision 2." in text(desk.get(one(gone)))
    assert [mark.text for mark in Page(desk.get(one(gone)).content.decode()).all("mark")] == ["made little difference"]
    assert "The same words still stand in the page that is live, revision 2." in text(desk.get(one(kept)))


def test_a_withdrawn_page_says_so(cast, live, desk):
    report = told(live, quote="little difference")
    publishing.withdraw(live, reason="Out of date.", by=cast.ed)
    assert "The page has been withdrawn: readers see none of its words." in text(desk.get(one(report)))


def test_words_that_stand_nowhere_are_shown_alone_and_said_to_be_so(live, desk):
    answer = desk.get(one(told(live, quote="magnesium cures cramps")))
    page = Page(answer.content.decode())
    assert "not found word for word" in text(answer)
    assert page.all("mark") == []
    assert [quote.text for quote in page.all("blockquote")] == ["magnesium cures cramps"]


def test_words_that_stand_in_several_places_are_counted(live, desk):
    assert "stand 5 times in that version" in text(desk.get(one(told(live, quote="cramps"))))


def test_an_entry_of_the_list_of_sources_can_be_the_passage(live, desk):
    answer = desk.get(one(told(live, "broken_link", quote="Magnesium for skeletal muscle cramps")))
    assert "Under “References”" in text(answer)


def test_an_entry_is_read_as_it_is_printed(cast, desk):
    csl = {"type": "article-journal", "title": "Salt & water <of life>", "issued": {"date-parts": [[2020]]}, "volume": "1"}
    worlds.reference(cast.wren, key="salt", csl=csl)
    live = worlds.published(cast, worlds.drafted(cast, slug="salt", body=worlds.BODY + "\n\nSalt was studied [@salt]."))
    [mark] = Page(desk.get(one(told(live, quote="Salt & water <of life>"))).content.decode()).all("mark")
    assert mark.text == "Salt & water <of life>"


def test_a_paragraph_as_long_as_a_book_is_clipped_around_the_words(cast, desk):
    body = f"## Long\n\n{'word ' * 4000}needle{' word' * 4000}\n"
    live = worlds.published(cast, worlds.drafted(cast, slug="long", body=worlds.BODY + body))
    [quote] = Page(desk.get(one(told(live, quote="needle"))).content.decode()).all("blockquote")
    assert len(quote.text) < 1300
    assert "word needle word" in quote.text


def test_blanked_words_leave_the_reason(live, desk):
    with time_machine.travel("2025-11-01 12:00Z"):
        report = told(live, "harmful", quote="little difference", text="My words", address=ADDRESS)
    feedback.purge(TODAY)
    shown = text(desk.get(one(report)))
    assert "It could harm somebody" in shown
    assert "No words: none were left, or their time was up." in shown
    assert "My words" not in shown
    assert ADDRESS not in shown


# --- The reply address ------------------------------------------------------------------------------------------------


def test_a_reply_address_is_on_its_report_alone_and_cannot_be_searched_for(live, desk):
    report, other = told(live, address=ADDRESS), told(live, text="Another")
    assert ADDRESS in text(desk.get(one(report)))
    assert "Deleted on 23 February 2027" in text(desk.get(one(report)))
    for address in (LIST, one(other), HELPFULNESS, "/admin/", f"{LIST}?q={ADDRESS}"):
        assert ADDRESS not in desk.get(address).content.decode().replace(f'value="{ADDRESS}"', ""), address
    assert rows(desk.get(f"{LIST}?q=pat.private")) == []
    for probe in ("reply_address__address__startswith=p", "reply_address__address=x", "o=-reply_address__address"):
        answer = desk.get(f"{LIST}?{probe}")
        assert answer.status_code in (302, 400) or len(rows(answer)) == 2, probe


# --- Who may ----------------------------------------------------------------------------------------------------------

ALLOWED = {"wren": False, "milo": False, "fay": False, "dr_ruth": False, "ed": True, "root": True}


@pytest.mark.parametrize(("who", "allowed"), ALLOWED.items())
def test_editors_read_reports_and_nobody_else_learns_a_name(cast, live, as_user, who, allowed):
    report = told(live, text="A secret of mine", address=ADDRESS)
    client = as_user(getattr(cast, who))
    for address in (
        LIST,
        one(report),
        HELPFULNESS,
        f"{LIST}?state=all&article={live.article_id}",
        one(report).replace("change", "history"),
    ):
        answer = client.get(address)
        if allowed:
            assert answer.status_code == (404 if "history" in address else 200), address
        else:
            assert answer.status_code == 403, address
            assert "Leg cramps" not in answer.content.decode()
            assert "secret" not in answer.content.decode()
    labels = [tile.label for tile in tiles(getattr(cast, who))]
    assert ("Reports of harm, last 30 days" in labels) == allowed
    assert ("Feedback reports" in text(client.get("/admin/"))) == allowed


def test_strangers_are_sent_to_log_in(live):
    for address in (LIST, one(told(live)), HELPFULNESS):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer.url.startswith("/admin/login/")


def test_whoever_may_read_reports_but_not_every_article_sees_those_on_their_own(cast, live, as_user):
    writer = worlds.person("kit", "Writers")
    permission = cast.ed.groups.get().permissions.get(codename="view_feedbackreport")
    writer.user_permissions.add(permission)
    theirs = worlds.published(cast, worlds.drafted(cast, by=writer, slug="theirs", title="Theirs"))
    other, own = told(live), told(theirs)
    client = as_user(writer)
    assert [row.split(" It ")[0] for row in rows(client.get(LIST))] == ["Theirs"]
    assert client.get(one(own)).status_code == 200
    hidden = client.get(one(other))
    assert hidden.status_code == 404
    assert "Leg cramps" not in hidden.content.decode()
    assert "Leg cramps" not in client.get(f"{LIST}?state=all&article={live.article_id}").content.decode()
    assert "Leg cramps" not in client.get(HELPFULNESS).content.decode()
    assert "Theirs" in client.get(HELPFULNESS).content.decode()
    assert [tile.count for tile in tiles(writer) if tile.label == "Reports from readers, last 7 days"] == [1]


def test_staff_without_rights_read_nothing(live, as_user):
    nobody = User.objects.create_user("nobody", "n@example.org", "x", is_staff=True)
    for address in (LIST, one(told(live)), HELPFULNESS):
        assert as_user(nobody).get(address).status_code == 403


def test_nothing_is_changed_added_or_deleted(cast, live, as_user):
    report = told(live, address=ADDRESS)
    for user in (cast.ed, cast.root):
        client = as_user(user)
        assert client.post(one(report), {"reason": "other"}).status_code == 405
        assert client.get(f"{LIST}add/").status_code == 403
        assert client.post(f"{LIST}add/", {}).status_code == 403
        assert client.post(one(report).replace("change", "delete"), {"post": "yes"}).status_code == 403
        assert client.post(LIST, {"action": "delete_selected", "_selected_action": report.pk}).status_code in (200, 302)
    assert FeedbackReport.objects.count() == FeedbackDetail.objects.count() == ReplyAddress.objects.count() == 1


@pytest.mark.parametrize("pk", ["0", "999999", "nonsense", "9" * 40])
def test_a_report_that_does_not_exist_or_is_a_bare_vote_is_not_found(live, desk, pk):
    vote = feedback.vote(live.pk, helpful=True, key=uuid.uuid4())
    assert desk.get(f"{LIST}{pk}/change/").status_code == 404
    assert desk.get(one(vote)).status_code == 404


# --- Hostile words ----------------------------------------------------------------------------------------------------


def test_hostile_words_are_words(cast, desk):
    body = f"## `{office.HOSTILE}`\n\nA paragraph with `{office.HOSTILE}` in it.\n"
    named = worlds.drafted(cast, slug="hostile", title=office.HOSTILE, body=worlds.BODY + body)
    live = worlds.published(cast, named)
    voted(live, yes=5)
    reports = [told(live, "harmful", quote=office.HOSTILE, text=office.HOSTILE), told(live, quote="</mark><b>", text="</td>")]
    for address in (LIST, HELPFULNESS, "/admin/", f"{LIST}?state=all&article={live.article_id}", *map(one, reports)):
        answer = desk.get(address)
        assert answer.status_code == 200
        office.assert_harmless(answer.content.decode())
    assert text(desk.get(one(reports[0]))).count("<script>alert(1)</script>") > 1


# --- Helpfulness and the tiles ----------------------------------------------------------------------------------------


def test_live_pages_stand_with_their_figures_the_least_helpful_first(cast, live, desk):
    voted(live, yes=16, no=15)
    second = worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    voted(second, yes=18, no=5)
    bad = worlds.published(cast, worlds.drafted(cast, slug="bad", title="A bad page"))
    voted(bad, yes=1, no=9)
    few = worlds.published(cast, worlds.drafted(cast, slug="few", title="A page with few votes"))
    voted(few, yes=4)
    answer = desk.get(HELPFULNESS)
    shown = text(answer)
    assert shown.index("A bad page") < shown.index("Leg cramps at night") < shown.index("too few to tell")
    assert shown.index("too few to tell") < shown.index("A page with few votes")
    assert (
        "Helpful for 78 % (58–90 %) of 23 readers; before the last change 52 % (35–68 %) of 31. "
        "The intervals overlap: the difference may be chance." in shown
    )
    bars = [e.attrs for e in Page(answer.content.decode()).all("svg") if "rv-bar" in e.attrs.get("class", "")]
    assert [bar["aria-label"] for bar in bars] == [
        "Helpful, from 0 to 100 %: now 2 to 40 %",
        "Helpful, from 0 to 100 %: now 58 to 90 %; before 35 to 68 %",
        "Helpful, from 0 to 100 %: now 51 to 100 %",
    ]
    first = next(e.attrs for e in Page(answer.content.decode()).all("rect") if e.attrs["class"] == "rv-bar-now")
    assert (first["x"], first["width"]) == ("6", "76")
    assert not [e for e in Page(answer.content.decode()).elements if "style" in e.attrs]


def test_the_list_of_helpfulness_has_leaves(cast, desk, monkeypatch):
    monkeypatch.setattr("reviews.admin.helpful.PER_PAGE", 2)
    for n in range(3):
        worlds.published(cast, worlds.drafted(cast, slug=f"page-{n}", title=f"Page number {n}"))
    first, second = text(desk.get(HELPFULNESS)), text(desk.get(f"{HELPFULNESS}?p=2"))
    assert "Page number 0" in first
    assert "Page number 2" not in first
    assert "Page 1 of 2" in first
    assert "Page number 2" in second
    for odd in ("0", "x", "99", "-1", "9" * 50):
        assert desk.get(f"{HELPFULNESS}?p={odd}").status_code == 200


def test_no_page_is_live(cast, desk):
    assert "No page is live." in text(desk.get(HELPFULNESS))


def test_the_tiles_count_what_their_links_list(cast, several, desk):
    found = {tile.label: tile for tile in tiles(cast.ed)}
    harm, week = found["Reports of harm, last 30 days"], found["Reports from readers, last 7 days"]
    assert (harm.count, harm.tint) == (1, "blocked")
    assert harm.count == len(rows(desk.get(harm.url)))
    assert week.count == 2 == len(rows(desk.get(week.url)))
    votes = found["Helpfulness: votes, last 30 days"]
    assert (votes.count, votes.url) == (0, HELPFULNESS)
    voted(several, yes=2)
    with time_machine.travel("2026-10-26 12:00Z"):
        voted(several, yes=1)
    assert {tile.label: tile.count for tile in tiles(cast.ed)}["Helpfulness: votes, last 30 days"] == 2
    assert HELPFULNESS in Page(desk.get("/admin/").content.decode()).values("href")
    assert HELPFULNESS in Page(desk.get(LIST).content.decode()).values("href")


def test_every_screen_costs_as_many_queries_for_many_as_for_few(cast, live, desk, django_assert_max_num_queries):
    def costs() -> list[int]:
        found = []
        for address in (LIST, f"{LIST}?q=mean&age=7&article={live.article_id}", HELPFULNESS, one(report), "/admin/"):
            with django_assert_max_num_queries(30) as captured:
                assert desk.get(address).status_code == 200
            found.append(len(captured))
        return found

    report = told(live, quote="little difference", address=ADDRESS)
    told(live)
    voted(live, yes=1)
    desk.get("/admin/")
    few = costs()
    for n in range(4):
        other = worlds.published(cast, worlds.drafted(cast, slug=f"other-{n}"))
        voted(other, yes=5, no=n)
        told(other, "harmful", address=ADDRESS)
        told(live, "outdated")
    second = worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    voted(second, no=6)
    many = costs()
    assert [later - earlier for earlier, later in zip(few[:3], many[:3], strict=True)] == [0, 0, 0]
    assert many[3] - few[3] <= 2, "the text of the version that is live, and its sources"
    assert max(many) <= 32


@pytest.mark.browser
@pytest.mark.parametrize("options", [{}, {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"}])
def test_axe_finds_nothing_on_any_of_the_screens(cast, open_as, options):
    live = worlds.published(cast)
    voted(live, yes=6, no=4)
    report = told(live, "harmful", quote="little difference", address=ADDRESS)
    page = open_as(cast.ed, **options)
    for address in (LIST, f"{LIST}?state=all&article={live.article_id}&q=mean", one(report), HELPFULNESS, "/admin/"):
        page.goto(address)
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
