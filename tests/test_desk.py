"""The review desk: who may open it, what lies on it, and what happens when its form is sent."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from articles import history
from articles.models import Event
from reviews import publishing, requesting, signing
from reviews.admin.printing import printed_time
from reviews.models import ReviewRequest, SignOff
from reviews.models.signoff import Kind
from tests import desks, worlds
from tests.pages import Page


@pytest.fixture
def medical(cast):
    return worlds.asked(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.ed)


@pytest.fixture
def facts(cast):
    return worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def hidden(answer, name: str) -> str:
    """The value of a field of the signing form."""
    return next(e.attrs["value"] for e in Page(answer.content.decode()).all("input") if e.attrs.get("name") == name)


# --- Who may open it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("dr_ruth", 200), ("ed", 200), ("wren", 200), ("root", 200), ("fay", 404), ("dr_omar", 404), ("milo", 404)],
)
def test_the_desk_is_for_the_person_asked_and_for_those_who_write_or_edit(medical, cast, as_user, who, status):
    answer = as_user(getattr(cast, who)).get(desks.address(medical))
    assert answer.status_code == status
    assert ("Leg cramps" in answer.content.decode()) == (status == 200)


@pytest.mark.parametrize("who", ["ed", "wren", "root"])
def test_only_the_person_asked_is_offered_the_form(medical, cast, as_user, who):
    assert "password" in [
        e.attrs.get("type") for e in Page(as_user(cast.dr_ruth).get(desks.address(medical)).content.decode()).elements
    ]
    reading_along = as_user(getattr(cast, who)).get(desks.address(medical))
    assert 'type="password"' not in reading_along.content.decode()
    assert "Only Ruth Okonkwo, MBBS, MRCGP can sign here" in text(reading_along)


def test_a_stranger_is_led_to_the_login_and_told_nothing(medical, client):
    answer = client.get(desks.address(medical))
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


def test_staff_without_rights_see_no_desk(medical, cast, as_user):
    nobody = worlds.person("nobody")
    nobody.is_staff = True
    nobody.save()
    for url in (desks.address(medical), reverse("admin:reviews_reviewrequest_changelist")):
        answer = as_user(nobody).get(url)
        assert answer.status_code == 403
        assert "Leg cramps" not in answer.content.decode()


@pytest.mark.parametrize("pk", ["0", "999999", "x", "1;2", "9" * 40, "%00"])
def test_a_request_that_is_not_there_is_not_found(cast, as_user, pk):
    assert as_user(cast.ed).get(f"/admin/reviews/reviewrequest/{pk}/change/").status_code == 404


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_nothing_but_a_post_signs(medical, cast, as_user, method):
    send = getattr(as_user(cast.dr_ruth), method)
    send(desks.address(medical), desks.filled(medical)) if method in ("get", "head") else send(desks.address(medical))
    assert not SignOff.objects.exists()


def test_a_post_without_a_token_signs_nothing(medical, cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.dr_ruth, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post(desks.address(medical), desks.filled(medical)).status_code == 403
    assert not SignOff.objects.exists()


def test_the_desk_is_kept_by_no_cache_and_framed_by_nobody(medical, cast, as_user):
    answer = as_user(cast.dr_ruth).get(desks.address(medical))
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Frame-Options"] == "DENY"


# --- What lies on it --------------------------------------------------------------------------------------------------


def test_it_frames_the_very_page_that_readers_would_get(medical, cast, as_user):
    page = Page(as_user(cast.dr_ruth).get(desks.address(medical)).content.decode())
    [frame] = page.all("iframe")
    assert frame.attrs["src"] == reverse("admin:articles_revision_page", args=[medical.revision_id])
    framed = as_user(cast.dr_ruth).get(frame.attrs["src"])
    assert framed.status_code == 200
    assert framed["X-Frame-Options"] == "SAMEORIGIN"


def test_every_source_stands_beside_the_sentence_it_is_cited_for(facts, cast, as_user):
    said = text(as_user(cast.fay).get(desks.address(facts)))
    assert "A review of 11 trials found that magnesium made little difference to cramps at night." in said
    assert "Garrison SR. Magnesium for skeletal muscle cramps." in said
    assert "Systematic review, peer reviewed" in said


def test_it_shows_what_changed_since_what_is_live_and_since_this_reviewer_last_looked(cast, as_user):
    live = worlds.published(cast)
    second = worlds.redrafted(live.revision, by=cast.wren, title="Cramps at night")
    worlds.asked(second, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    third = worlds.redrafted(second, by=cast.wren, title="Cramps at night", body=second.body + "\n\nA new ending.")
    review = worlds.asked(third, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    page = Page(as_user(cast.dr_ruth).get(desks.address(review)).content.decode())
    assert "Changes since the words that are live" in page.text
    assert "A new ending." in [element.text for element in page.all("ins")]
    signed = " ".join(page.text.split())
    assert "From revision 1 to revision 3" in signed


def test_the_last_words_a_reviewer_signed_are_compared_with_before_any_they_were_only_asked_about(cast, as_user):
    first = worlds.drafted(cast)
    worlds.signed(first, Kind.MEDICAL, cast.dr_ruth, by=cast.ed, decision="changes", note="Say how sure we are.")
    second = worlds.redrafted(first, by=cast.wren)
    worlds.asked(second, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    review = worlds.asked(worlds.redrafted(second, by=cast.wren), Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    said = text(as_user(cast.dr_ruth).get(desks.address(review)))
    assert "Changes since the words that Ruth Okonkwo, MBBS, MRCGP saw last" in said
    assert "From revision 1 to revision 3" in said


def test_it_says_plainly_that_a_newer_draft_and_a_newer_request_exist(medical, cast, as_user):
    second = worlds.redrafted(medical.revision, by=cast.wren)
    assert "A newer draft exists: revision 2." in text(as_user(cast.dr_ruth).get(desks.address(medical)))
    newer = worlds.asked(second, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    answer = as_user(cast.dr_ruth).get(desks.address(medical))
    assert "has been asked again since, on revision 2." in text(answer)
    assert desks.address(newer) in answer.content.decode()


def test_other_signatures_and_what_still_blocks_are_told(medical, cast, as_user):
    worlds.signed(medical.revision, Kind.FACTS, cast.fay, by=cast.ed)
    said = text(as_user(cast.dr_ruth).get(desks.address(medical)))
    assert "Fay Lindqvist, MSc" in said
    assert "Fact check: approved" in said
    assert "No medical reviewer has approved this revision." in said


def test_findings_are_told_errors_first(cast, as_user):
    revision = worlds.drafted(cast, body=worlds.BODY + "\n## Nothing here\n")
    review = worlds.asked(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    assert "Must be mended" in text(as_user(cast.dr_ruth).get(desks.address(review)))


def test_interests_come_from_the_profile_but_count_only_once_confirmed(medical, cast, as_user):
    contributor = cast.dr_ruth.contributor
    contributor.interests = "Shares in a maker of pillows."
    contributor.save()
    browser = as_user(cast.dr_ruth)
    assert "Shares in a maker of pillows." in browser.get(desks.address(medical)).content.decode()
    answer = browser.post(desks.address(medical), desks.filled(medical, confirmed=None))
    assert answer.status_code == 422
    assert "confirm what you declare" in text(answer)
    assert not SignOff.objects.exists()


def test_a_writers_words_are_text_on_the_desk(cast, as_user):
    hostile = "<script>alert(1)</script>"
    revision = worlds.drafted(cast, title=f"Title {hostile}", summary=f"Summary {hostile}")
    review = requesting.request_review(
        revision, kind=Kind.MEDICAL, reviewer=cast.dr_ruth, due=datetime.date(2099, 1, 1), by=cast.ed, note=hostile
    )
    assert hostile not in as_user(cast.dr_ruth).get(desks.address(review)).content.decode()


# --- Signing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["facts", "medical"])
def test_a_complete_form_signs_and_prints_the_signature(cast, as_user, kind):
    who = {"facts": cast.fay, "medical": cast.dr_ruth}[kind]
    review = worlds.asked(worlds.drafted(cast), kind, who, by=cast.ed)
    browser = as_user(who)
    answer = browser.post(desks.address(review), desks.filled(review))
    assert answer.status_code == 302
    assert answer.url == desks.address(review)
    signoff = SignOff.objects.get()
    said = text(browser.get(answer.url))
    for part in (signoff.signed_as, printed_time(signoff.signed_at), signoff.meaning, signoff.credential_as, signoff.digest):
        assert part in said
    assert 'type="password"' not in browser.get(answer.url).content.decode()


def test_the_printed_time_tells_the_two_hours_of_one_name_apart(cast, as_user, settings):
    """Summer time ends in London on 25 October 2026 at 01:00 UTC: half past one happens twice."""
    settings.TIME_ZONE = "Europe/London"
    review = worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)
    printed = []
    for hour in (0, 1):
        with time_machine.travel(datetime.datetime(2026, 10, 25, hour, 30, tzinfo=datetime.UTC), tick=False):
            browser = as_user(cast.fay)
            if hour == 0:
                assert browser.post(desks.address(review), desks.filled(review)).status_code == 302
            printed.append(printed_time(datetime.datetime.now(datetime.UTC)))
    assert printed == ["25 October 2026, 01:30:00 BST (UTC+01:00)", "25 October 2026, 01:30:00 GMT (UTC+00:00)"]
    assert printed[0] in text(as_user(cast.fay).get(desks.address(review)))


def test_where_the_house_keeps_universal_time_it_is_said_once():
    assert printed_time(datetime.datetime(2026, 3, 1, 9, 5, 7, tzinfo=datetime.UTC)) == "1 March 2026, 09:05:07 UTC"


def test_what_was_filled_in_survives_a_refusal_all_but_the_password(facts, cast, as_user):
    citation = facts.revision.citations.get()
    data = desks.filled(
        facts,
        password="not-mine",
        note="A thought.",
        **{f"verdict_{citation.pk}": "partly", f"note_{citation.pk}": "Adults only."},
    )
    answer = as_user(cast.fay).post(desks.address(facts), data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "password is not right" in text(answer)
    assert "not-mine" not in html
    assert 'role="alert"' in html
    for kept in ("A thought.", "Adults only.", "None"):
        assert kept in html
    checked = {e.attrs["name"]: e.attrs.get("value") for e in Page(html).all("input") if "checked" in e.attrs}
    assert checked[f"verdict_{citation.pk}"] == "partly"
    assert checked["decision"] == "approve"
    assert {"accepted", "confirmed"} <= set(checked)


def test_a_refusal_does_not_renew_what_the_screen_has_seen(medical, cast, as_user):
    data = desks.filled(medical, password="wrong")
    answer = as_user(cast.dr_ruth).post(desks.address(medical), data)
    assert hidden(answer, "seen") == str(data["seen"])


@pytest.mark.parametrize("event", ["save", "signature", "objection", "publication"])
def test_a_stale_screen_signs_nothing_says_what_moved_and_can_be_sent_again(cast, as_user, event):
    revision = worlds.drafted(cast)
    review = worlds.asked(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    stale = desks.filled(review, note="Kept.")
    moved = {
        "save": lambda: worlds.redrafted(revision, by=cast.wren),
        "signature": lambda: worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed),
        "objection": lambda: worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="No."),
        "publication": lambda: (
            worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed),
            worlds.signed(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed),
            publishing.publish(revision, by=cast.ed),
        ),
    }
    moved[event]()
    browser = as_user(cast.dr_ruth)
    answer = browser.post(desks.address(review), stale)
    assert answer.status_code == 409
    assert "nothing was signed" in text(answer)
    assert "Kept." in answer.content.decode()
    assert not SignOff.objects.filter(reviewer=cast.dr_ruth).exists()
    assert hidden(answer, "seen") == str(history.last_number(revision.article))
    again = browser.post(desks.address(review), {**stale, "seen": hidden(answer, "seen")})
    assert again.status_code == 302
    assert SignOff.objects.get(reviewer=cast.dr_ruth).revision == revision


def test_the_digest_of_another_revision_signs_nothing(medical, cast, as_user):
    other = worlds.redrafted(medical.revision, by=cast.wren)
    answer = as_user(cast.dr_ruth).post(desks.address(medical), desks.filled(medical, digest=other.digest))
    assert answer.status_code == 409
    assert hidden(answer, "digest") == medical.revision.digest
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("lost", ["seen", "digest"])
def test_a_form_that_does_not_say_what_was_seen_signs_nothing(medical, cast, as_user, lost):
    assert as_user(cast.dr_ruth).post(desks.address(medical), desks.filled(medical, **{lost: None})).status_code == 409
    assert not SignOff.objects.exists()


def test_the_same_form_sent_twice_makes_one_signature(medical, cast, as_user):
    browser, data = as_user(cast.dr_ruth), desks.filled(medical)
    assert [browser.post(desks.address(medical), data).status_code for _ in range(2)] == [302, 409]
    assert SignOff.objects.count() == 1
    assert Event.objects.filter(name="revision.signed").count() == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"decision": "publish"}, {"seen": "many"}, {"credential": "mine"}, {"note": "x" * 4001}, {"interests": "x" * 2001},
        {"digest": "\x00"}, {"credential": "9" * 30},
    ],
)  # fmt: skip
def test_a_forged_form_is_refused_and_not_a_fault(medical, cast, as_user, forged):
    answer = as_user(cast.dr_ruth).post(desks.address(medical), desks.filled(medical, **forged))
    assert answer.status_code in (409, 422)
    assert not SignOff.objects.exists()


def test_verdicts_on_citations_of_other_articles_are_ignored(facts, cast, as_user):
    other = worlds.drafted(cast, slug="another").citations.get()
    answer = as_user(cast.fay).post(desks.address(facts), desks.filled(facts, **{f"verdict_{other.pk}": "does_not"}))
    assert answer.status_code == 302
    assert [verdict.citation.revision_id for verdict in SignOff.objects.get().verdicts.all()] == [facts.revision_id]


def test_a_signature_that_was_taken_back_is_shown_as_such(medical, cast, as_user):
    signoff = signing.sign(medical.pk, worlds.answer(medical), by=cast.dr_ruth)
    signing.revoke(signoff, reason="I misread the dose.", by=cast.dr_ruth)
    said = text(as_user(cast.dr_ruth).get(desks.address(medical)))
    assert "This signature was taken back" in said
    assert "I misread the dose." in said


# --- The ledger of signatures -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "status"), [("ed", 200), ("root", 200), ("wren", 403), ("fay", 403)])
def test_editors_look_up_who_signed_what_and_when(cast, as_user, who, status):
    signoff = worlds.published(cast).medical
    browser = as_user(getattr(cast, who))
    listing = browser.get("/admin/reviews/signoff/", {"q": "Okonkwo"})
    assert listing.status_code == status
    answer = browser.get(f"/admin/reviews/signoff/{signoff.pk}/change/")
    assert answer.status_code == status
    if status == 200:
        assert printed_time(signoff.signed_at) in text(listing)
        assert signoff.digest in text(answer)


@pytest.mark.parametrize("model", ["signoff", "publication", "reviewrequest", "credential"])
@pytest.mark.parametrize("who", ["ed", "root"])
def test_nothing_of_the_record_is_deleted_or_done_in_bulk_by_anybody(cast, as_user, model, who):
    worlds.published(cast)
    browser = as_user(getattr(cast, who))
    assert browser.post(f"/admin/reviews/{model}/1/delete/", {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": "1", "post": "yes"}
    browser.post(f"/admin/reviews/{model}/", bulk)
    assert SignOff.objects.count() == 2
    assert ReviewRequest.objects.count() == 2
    assert 'name="action"' not in browser.get(f"/admin/reviews/{model}/").content.decode()


@pytest.mark.parametrize("lookup", ["reviewer__password__startswith", "reviewer__email", "asked_by__password__contains"])
def test_a_list_is_no_oracle(cast, as_user, lookup):
    worlds.published(cast)
    for model in ("reviewrequest", "signoff"):
        answer = as_user(cast.ed).get(f"/admin/reviews/{model}/", {lookup: "m"})
        assert answer.status_code in (302, 400)
