"""Asking for reviews, and the queue in which those who were asked find them."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from articles.models import Contribution
from articles.refusal import Refused, Stale
from reviews import signing
from reviews.models import ReviewRequest
from reviews.models.signoff import Kind
from tests import desks, worlds
from tests.pages import Page

QUEUE = reverse("admin:reviews_reviewrequest_changelist")
ADD = reverse("admin:reviews_reviewrequest_add")


def asking(revision) -> str:
    return f"{ADD}?revision={revision.pk}"


def week() -> str:
    return (timezone.localdate() + datetime.timedelta(days=7)).isoformat()


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def boxes(answer) -> dict[tuple[str, str], bool]:
    """Every person who can be ticked, by kind, and whether they are."""
    inputs = Page(answer.content.decode()).all("input")
    return {(e.attrs["name"], e.attrs["value"]): "checked" in e.attrs for e in inputs if e.attrs.get("type") == "checkbox"}


def rows(answer) -> list[str]:
    return [" ".join(row.text.split()) for row in Page(answer.content.decode()).all("tr")[1:]]


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_several_people_are_asked_at_once_and_told(cast, as_user, django_capture_on_commit_callbacks):
    revision = worlds.drafted(cast)
    with django_capture_on_commit_callbacks(execute=True):
        data = {"facts": [cast.fay.pk], "medical": [cast.dr_ruth.pk, cast.dr_omar.pk], "due": week(), "note": "Mind the doses."}
        answer = as_user(cast.ed).post(asking(revision), data)
    assert answer.status_code == 302
    assert set(ReviewRequest.objects.values_list("kind", "reviewer__username")) == {
        ("facts", "fay"), ("medical", "dr_ruth"), ("medical", "dr_omar"),
    }  # fmt: skip
    assert {message.to[0] for message in mail.outbox} == {"fay@example.org", "dr_ruth@example.org", "dr_omar@example.org"}
    assert all("Mind the doses." in message.body for message in mail.outbox)


def test_only_those_who_can_sign_are_offered_and_it_is_said_why_others_are_not(cast, as_user):
    both = worlds.person("both", "Writers", "Reviewers", name="Bo Thornhill")
    answer = as_user(cast.ed).get(asking(worlds.drafted(cast, by=both)))
    offered = boxes(answer)
    assert set(offered) == {
        *(("facts", str(one.pk)) for one in (cast.fay, cast.dr_ruth, cast.dr_omar, cast.dr_late)),
        *(("medical", str(one.pk)) for one in (cast.dr_ruth, cast.dr_omar)),
    }
    said = text(answer)
    assert "Bo Thornhill had a hand in this text" in said
    assert "Lateefah Quist, MD has no verified credential in force" in said
    assert week() in answer.content.decode()


def test_the_people_asked_about_the_last_revision_are_ticked_already(cast, as_user):
    first = worlds.drafted(cast)
    worlds.asked(first, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.asked(first, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    ticked = [
        box for box, checked in boxes(as_user(cast.ed).get(asking(worlds.redrafted(first, by=cast.wren)))).items() if checked
    ]
    assert ticked == [("facts", str(cast.fay.pk)), ("medical", str(cast.dr_ruth.pk))]


def test_when_one_cannot_be_asked_nobody_is_and_everything_typed_is_kept(cast, as_user):
    revision = worlds.drafted(cast)
    data = {"facts": [cast.fay.pk], "medical": [cast.dr_ruth.pk, cast.dr_late.pk], "due": week(), "note": "Mind the doses."}
    answer = as_user(cast.ed).post(asking(revision), data)
    assert answer.status_code == 422
    assert "Lateefah Quist, MD has no verified credential" in text(answer)
    assert "Mind the doses." in answer.content.decode()
    assert boxes(answer)["medical", str(cast.dr_ruth.pk)]
    assert not ReviewRequest.objects.exists()
    assert not Contribution.objects.filter(role="reviewer").exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"facts": []}, "at least one person"),
        ({"due": ""}, "Due date"),
        ({"due": "2001-01-01"}, "due date has passed"),
        ({"facts": ["999999"]}, "Fact check"),
        ({"note": "x" * 2001}, "Note"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_the_reason(cast, as_user, changes, reason):
    data = {"facts": [cast.fay.pk], "due": week(), **changes}
    answer = as_user(cast.ed).post(asking(worlds.drafted(cast)), data)
    assert answer.status_code == 422
    assert reason in text(answer)
    assert not ReviewRequest.objects.exists()


def test_a_writer_cannot_be_asked_by_a_forged_form(cast, as_user):
    revision = worlds.drafted(cast)
    answer = as_user(cast.wren).post(asking(revision), {"medical": [cast.wren.pk], "due": week()})
    assert answer.status_code == 422
    assert not ReviewRequest.objects.exists()


def test_a_draft_that_was_overtaken_is_not_reviewed_any_more(cast, as_user):
    first = worlds.drafted(cast)
    second = worlds.redrafted(first, by=cast.wren)
    answer = as_user(cast.ed).post(asking(first), {"facts": [cast.fay.pk], "due": week()})
    assert answer.status_code == 409
    assert asking(second) in answer.content.decode()
    assert not ReviewRequest.objects.exists()


def test_nobody_is_asked_twice_for_the_same(cast):
    revision = worlds.drafted(cast)
    worlds.asked(revision, Kind.FACTS, cast.fay, by=cast.ed)
    with pytest.raises(Refused, match="already been asked"):
        worlds.asked(revision, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    with pytest.raises(Refused, match="already signed"):
        worlds.asked(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)


def test_the_verb_itself_refuses_an_overtaken_draft(cast):
    first = worlds.drafted(cast)
    worlds.redrafted(first, by=cast.wren)
    with pytest.raises(Stale):
        worlds.asked(first, Kind.FACTS, cast.fay, by=cast.ed)


@pytest.mark.parametrize(
    ("who", "status"), [("wren", 200), ("ed", 200), ("root", 200), ("milo", 404), ("fay", 403), ("dr_ruth", 403)]
)
def test_reviews_are_asked_for_by_those_who_write_or_edit_the_article(cast, as_user, who, status):
    revision = worlds.drafted(cast)
    worlds.asked(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    browser = as_user(getattr(cast, who))
    assert browser.get(asking(revision)).status_code == status
    sent = browser.post(asking(revision), {"facts": [cast.fay.pk], "due": week()})
    assert sent.status_code == (302 if status == 200 else status)
    assert ReviewRequest.objects.filter(kind="facts").exists() == (status == 200)


def test_a_reviewer_who_also_writes_elsewhere_asks_nobody_about_what_they_review(cast, as_user):
    both = worlds.person("both", "Writers", "Reviewers")
    revision = worlds.drafted(cast)
    worlds.asked(revision, Kind.FACTS, both, by=cast.ed)
    assert as_user(both).post(asking(revision), {"medical": [cast.dr_ruth.pk], "due": week()}).status_code == 403


@pytest.mark.parametrize("wanted", ["", "?revision=", "?revision=x", "?revision=999999", f"?revision={'9' * 40}", "?revision=-1"])
def test_without_a_revision_there_is_nothing_to_ask_about(cast, as_user, wanted):
    assert as_user(cast.ed).get(ADD + wanted).status_code == 404


# --- The queue --------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(cast):
    """One request overdue, one open, one answered, one overtaken."""
    long_ago = timezone.now() - datetime.timedelta(days=10)
    with time_machine.travel(long_ago):
        late = worlds.drafted(cast, slug="late", title="Late")
        worlds.asked(late, Kind.FACTS, cast.fay, by=cast.ed)
    worlds.asked(worlds.drafted(cast, slug="open", title="Still open"), Kind.FACTS, cast.fay, by=cast.ed)
    worlds.signed(worlds.drafted(cast, slug="done", title="Done"), Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    old = worlds.drafted(cast, slug="old", title="Old")
    worlds.asked(old, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    worlds.asked(worlds.redrafted(old, by=cast.wren, title="Newer"), Kind.MEDICAL, cast.dr_omar, by=cast.ed)


def test_what_is_open_comes_first_by_due_date_and_says_in_words_that_it_is_late(busy, cast, as_user):
    first, second, *rest = rows(as_user(cast.fay).get(QUEUE))
    assert first.startswith("Late")
    assert "3 days overdue" in first
    assert "Overdue" in first
    assert second.startswith("Still open")
    assert "in 7 days" in second
    assert rest == []


def test_a_reviewer_sees_their_own_and_an_editor_all(busy, cast, as_user):
    assert rows(as_user(cast.dr_ruth).get(QUEUE)) == []
    assert len(rows(as_user(cast.dr_ruth).get(f"{QUEUE}?state=all"))) == 1
    assert len(rows(as_user(cast.ed).get(QUEUE))) == 3
    assert len(rows(as_user(cast.ed).get(f"{QUEUE}?state=all"))) == 5
    assert len(rows(as_user(cast.wren).get(f"{QUEUE}?state=all"))) == 5
    assert as_user(cast.milo).get(QUEUE).status_code == 200
    assert rows(as_user(cast.milo).get(QUEUE)) == []


@pytest.mark.parametrize(
    ("chosen", "titles"),
    [
        ("state=open", ["Late", "Newer", "Still open"]),
        ("state=overdue", ["Late"]),
        ("state=answered", ["Done"]),
        ("state=overtaken", ["Old"]),
        ("kind__exact=facts", ["Late", "Still open"]),
        ("q=done", ["Done"]),
    ],
)
def test_the_queue_can_be_narrowed(busy, cast, as_user, chosen, titles):
    assert sorted(row.split(" (revision")[0] for row in rows(as_user(cast.ed).get(f"{QUEUE}?{chosen}"))) == titles


def test_the_queue_of_one_reviewer(busy, cast, as_user):
    assert len(rows(as_user(cast.ed).get(f"{QUEUE}?state=all&reviewer={cast.dr_omar.pk}"))) == 2
    assert len(rows(as_user(cast.ed).get(f"{QUEUE}?state=all&reviewer=x"))) == 5


def test_a_reviewer_who_also_writes_finds_their_own_queue_however_few_there_are_to_choose_from(cast, as_user):
    both = worlds.person("both", "Writers", "Reviewers")
    worlds.signed(worlds.drafted(cast, slug="reviewed", title="Reviewed"), Kind.FACTS, both, by=cast.ed)
    asked = worlds.asked(worlds.drafted(cast, slug="written", title="Written", by=both), Kind.FACTS, cast.fay, by=cast.ed)
    own, all_of_it = f"{QUEUE}?state=all&reviewer={both.pk}", f"{QUEUE}?state=all"
    assert len(rows(as_user(both).get(all_of_it))) == 2
    [one] = rows(as_user(both).get(own))
    assert one.startswith("Reviewed"), "where fay alone is asked"
    signing.sign(asked.pk, worlds.answer(asked), by=cast.fay)
    [one] = rows(as_user(both).get(own))
    assert one.startswith("Reviewed"), "where nobody is asked any more"


def test_whoever_searches_finds_the_newest_first(busy, cast, as_user):
    found = [row.split(" (revision")[0] for row in rows(as_user(cast.ed).get(f"{QUEUE}?q=e"))]
    assert found == ["Newer", "Done", "Still open", "Late"]


def test_the_queue_has_no_add_button_and_leads_to_the_desks(busy, cast, as_user):
    html = as_user(cast.ed).get(QUEUE).content.decode()
    assert "addlink" not in html
    assert desks.address(ReviewRequest.objects.first()) in html


def test_a_request_is_open_until_answered(cast):
    request = worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    assert request in ReviewRequest.objects.open()
    signing.sign(request.pk, worlds.answer(request), by=cast.fay)
    assert request not in ReviewRequest.objects.open()
