"""The publishing checklist: what it says, who may press its buttons, and that the gate decides whatever is pressed."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Page as ReaderPage
from reviews import gate, publishing, signing
from reviews.admin.checklist import ABOUT_SIGNATURES
from reviews.models import Publication, Resolution, Withdrawal
from reviews.models.signoff import Kind
from tests import worlds
from tests.pages import Page


def checklist(revision) -> str:
    return reverse("admin:reviews_publication_checklist", args=[revision.pk])


def withdrawal(publication) -> str:
    return reverse("admin:reviews_publication_withdraw", args=[publication.pk])


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def buttons(answer) -> list[str]:
    return [" ".join(button.text.split()) for button in Page(answer.content.decode()).all("button")]


def lines(answer) -> list[str]:
    """The state of each line of the checklist."""
    items = [element.attrs.get("class", "") for element in Page(answer.content.decode()).all("li")]
    return [name.removeprefix("rv-") for name in items if name.startswith("rv-")]


def publish(browser: Client, revision):
    return browser.post(checklist(revision), {"revision": revision.pk})


# --- What it says -----------------------------------------------------------------------------------------------------


def test_every_rule_of_the_gate_is_a_line_of_the_checklist():
    rules = {rule.__name__ for rule in gate.RULES}
    assert all(rule.__doc__ for rule in gate.RULES)
    assert set(ABOUT_SIGNATURES) < rules


def test_what_nobody_signed_yet_is_neither_ticked_nor_crossed(cast, as_user):
    states = lines(as_user(cast.ed).get(checklist(worlds.drafted(cast))))
    assert len(states) == len(gate.RULES) - 3  # those of minor changes and of corrections say nothing about this text
    assert states.count("blocks") == 2
    assert states.count("waits") == len(ABOUT_SIGNATURES)


def test_a_minor_change_is_asked_what_concerns_it_alone(cast, as_user):
    live = worlds.published(cast).revision
    body = live.body.replace("little difference", "litle difference")
    small = worlds.redrafted(live, by=cast.wren, body=body, kind="minor", change_note="Mends a spelling.")
    answer = as_user(cast.ed).get(checklist(small))
    assert len(lines(answer)) == len(gate.RULES) - 1
    assert lines(answer).count("blocks") == 1
    assert "Nobody has taken a second look at this minor change: ask a reviewer for one." in text(answer)


def test_signed_words_have_every_line_ticked_and_one_button_that_names_them(cast, as_user):
    revision = worlds.approved(cast)
    answer = as_user(cast.ed).get(checklist(revision))
    assert set(lines(answer)) == {"holds"}
    assert buttons(answer).count("Publish revision 1") == 1
    assert reverse("admin:articles_revision_page", args=[revision.pk]) in answer.content.decode()
    assert "Ruth Okonkwo, MBBS, MRCGP" in text(answer)


@pytest.mark.parametrize(
    ("spoil", "mend"),
    [
        ({"body": worlds.BODY + "\n## Nothing here\n"}, "admin:articles_article_change"),
        ({}, "admin:reviews_reviewrequest_add"),
    ],
)
def test_what_blocks_leads_to_where_it_is_mended(cast, as_user, spoil, mend):
    revision = worlds.drafted(cast, **spoil)
    args = [revision.article_id] if mend.endswith("change") else []
    assert reverse(mend, args=args) in as_user(cast.ed).get(checklist(revision)).content.decode()


def test_a_reviewer_is_not_sent_where_they_may_not_go(cast, as_user):
    revision = worlds.drafted(cast)
    worlds.asked(revision, Kind.FACTS, cast.fay, by=cast.ed)
    html = as_user(cast.fay).get(checklist(revision)).content.decode()
    assert reverse("admin:reviews_reviewrequest_add") not in html
    assert reverse("admin:articles_article_change", args=[revision.article_id]) not in html


# --- Publishing -------------------------------------------------------------------------------------------------------


def test_the_button_puts_these_very_words_before_readers(cast, as_user, client):
    revision = worlds.approved(cast)
    answer = publish(as_user(cast.ed), revision)
    assert answer.status_code == 302
    assert client.get("/articles/leg-cramps-at-night/").status_code == 200
    after = as_user(cast.ed).get(answer.url)
    assert "Revision 1, published on" in text(after)
    assert "Publish revision 1" not in buttons(after)


@pytest.mark.parametrize(
    ("who", "sees", "publishes"),
    [("ed", 200, 302), ("root", 200, 302), ("wren", 200, 403), ("fay", 200, 403), ("dr_ruth", 200, 403), ("milo", 404, 404)],
)
def test_seeing_and_publishing_are_different_rights(cast, as_user, client, who, sees, publishes):
    revision = worlds.approved(cast)
    browser = as_user(getattr(cast, who))
    answer = browser.get(checklist(revision))
    assert answer.status_code == sees
    assert ("Publish revision 1" in answer.content.decode()) == (publishes == 302)
    assert publish(browser, revision).status_code == publishes
    assert Publication.objects.exists() == (publishes == 302)
    assert client.get("/articles/leg-cramps-at-night/").status_code == (200 if publishes == 302 else 404)


@pytest.mark.parametrize("who", ["ed", "root"])
def test_a_forged_post_behind_a_hidden_button_meets_the_gate(cast, as_user, client, who):
    revision = worlds.drafted(cast)
    browser = as_user(getattr(cast, who))
    assert "Publish revision" not in browser.get(checklist(revision)).content.decode()
    answer = publish(browser, revision)
    assert answer.status_code == 422
    assert "No medical reviewer has approved this revision." in text(answer)
    assert not Publication.objects.exists()
    assert client.get("/articles/leg-cramps-at-night/").status_code == 404


@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_nothing_but_a_post_publishes(cast, as_user, method):
    revision = worlds.approved(cast)
    url = f"{checklist(revision)}?revision={revision.pk}"
    getattr(as_user(cast.ed), method)(url)
    assert not Publication.objects.exists()


def test_a_post_without_a_token_publishes_nothing(cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ed, backend="django.contrib.auth.backends.ModelBackend")
    assert publish(browser, worlds.approved(cast)).status_code == 403
    assert not Publication.objects.exists()


def test_a_form_that_names_another_revision_publishes_neither(cast, as_user):
    revision = worlds.approved(cast)
    other = worlds.redrafted(revision, by=cast.wren)
    for named in (other.pk, "", "x"):
        assert as_user(cast.ed).post(checklist(revision), {"revision": named}).status_code == 404
    assert not Publication.objects.exists()


def test_a_newer_draft_neither_holds_back_the_signed_words_nor_slips_in(cast, as_user, client):
    revision = worlds.approved(cast)
    newer = worlds.redrafted(revision, by=cast.wren, body="## Unsigned\n\nUnsigned words.")
    browser = as_user(cast.ed)
    answer = browser.get(checklist(revision))
    assert "A newer draft exists: revision 2." in text(answer)
    assert "Publish revision 1" in buttons(answer)
    assert publish(browser, newer).status_code == 422
    assert publish(browser, revision).status_code == 302
    assert "Unsigned" not in client.get("/articles/leg-cramps-at-night/").content.decode()
    assert Publication.objects.get().revision == revision


def test_pressing_twice_publishes_once(cast, as_user):
    revision, browser = worlds.approved(cast), as_user(cast.ed)
    assert [publish(browser, revision).status_code for _ in range(2)] == [302, 422]
    assert Publication.objects.count() == 1


# --- Withdrawing and publishing again ---------------------------------------------------------------------------------


def test_a_withdrawal_takes_the_page_down_and_tells_readers_why(cast, as_user, client):
    live = worlds.published(cast)
    browser = as_user(cast.ed)
    assert f"Withdraw revision {live.revision.number}" in buttons(browser.get(checklist(live.revision)))
    nothing = browser.post(withdrawal(live), {"reason": "  "})
    assert nothing.status_code == 422
    assert not Withdrawal.objects.exists()
    assert browser.post(withdrawal(live), {"reason": "A dose was wrong."}).status_code == 302
    page = client.get("/articles/leg-cramps-at-night/")
    assert page.status_code == 410
    assert "A dose was wrong." in page.content.decode()


def test_a_withdrawal_of_what_is_no_longer_live_changes_nothing_and_keeps_the_reason(cast, as_user):
    first = worlds.published(cast)
    worlds.published(cast, worlds.redrafted(first.revision, by=cast.wren))
    answer = as_user(cast.ed).post(withdrawal(first), {"reason": "A dose was wrong."})
    assert answer.status_code == 409
    assert "A dose was wrong." in answer.content.decode()
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("wren", 403), ("fay", 403), ("milo", 404)])
def test_only_editors_withdraw(cast, as_user, who, status):
    live = worlds.published(cast)
    assert as_user(getattr(cast, who)).post(withdrawal(live), {"reason": "No."}).status_code == status
    assert not Withdrawal.objects.exists()


def test_asking_for_the_withdrawal_by_get_only_asks(cast, as_user):
    live = worlds.published(cast)
    assert as_user(cast.ed).get(withdrawal(live), {"reason": "No."}).status_code == 200
    assert not Withdrawal.objects.exists()


def test_the_same_words_can_be_published_again(cast, as_user, client):
    live = worlds.published(cast)
    publishing.withdraw(live, reason="Being looked at.", by=cast.ed)
    assert publish(as_user(cast.ed), live.revision).status_code == 302
    assert client.get("/articles/leg-cramps-at-night/").status_code == 200
    assert ReaderPage.objects.get().publication_id != live.pk


def test_nobody_is_led_away_to_another_site(cast, as_user):
    live = worlds.published(cast)
    answer = as_user(cast.ed).post(withdrawal(live), {"reason": "A slip.", "next": "https://evil.example/"})
    assert answer.url == checklist(live.revision)


# --- Objections -------------------------------------------------------------------------------------------------------


@pytest.fixture
def objection(cast):
    first = worlds.drafted(cast)
    return worlds.signed(first, Kind.MEDICAL, cast.dr_omar, by=cast.ed, decision="changes", note="The dose is missing.")


def test_an_objection_to_earlier_words_is_shown_and_settled_with_a_reason(cast, as_user, objection):
    second = worlds.approved(cast, worlds.redrafted(objection.revision, by=cast.wren))
    browser = as_user(cast.ed)
    url = reverse("admin:reviews_signoff_resolve", args=[objection.pk])
    before = browser.get(checklist(second))
    assert "Open objections to earlier words" in text(before)
    assert url in before.content.decode()
    assert browser.post(url, {"reason": ""}).status_code == 422
    assert browser.post(url, {"reason": "The dose is given now."}).status_code == 302
    assert Resolution.objects.get().reason == "The dose is given now."
    assert publish(browser, second).status_code == 302


def test_whoever_had_a_hand_in_the_text_settles_no_objection_to_it(cast, as_user, objection):
    worlds.redrafted(objection.revision, by=cast.ed)
    answer = as_user(cast.ed).post(reverse("admin:reviews_signoff_resolve", args=[objection.pk]), {"reason": "I disagree."})
    assert answer.status_code == 422
    assert "had a hand" in text(answer)
    assert "I disagree." in answer.content.decode()
    assert not Resolution.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("wren", 403), ("dr_omar", 403), ("milo", 404)])
def test_only_editors_settle(cast, as_user, objection, who, status):
    answer = as_user(getattr(cast, who)).post(reverse("admin:reviews_signoff_resolve", args=[objection.pk]), {"reason": "No."})
    assert answer.status_code == status
    assert not Resolution.objects.exists()


# --- The ledger of publications ---------------------------------------------------------------------------------------


def test_publications_are_listed_for_editors_with_where_they_stand(cast, as_user):
    live = worlds.published(cast)
    publishing.withdraw(live, reason="A slip.", by=cast.ed)
    worlds.published(cast, worlds.drafted(cast, slug="another", title="Another"))
    answer = as_user(cast.ed).get("/admin/reviews/publication/", {"q": "Okonkwo"})
    assert "Withdrawn" in text(answer)
    assert "Live" in text(answer)
    opened = as_user(cast.ed).get(f"/admin/reviews/publication/{live.pk}/change/")
    assert opened.url == checklist(live.revision)
    assert as_user(cast.wren).get("/admin/reviews/publication/").status_code == 403


def test_a_lapsed_signature_is_told_on_the_checklist(cast, as_user):
    revision = worlds.approved(cast)
    signing.revoke(revision.signoffs.get(kind=Kind.MEDICAL), reason="Misread.", by=cast.dr_ruth)
    said = text(as_user(cast.ed).get(checklist(revision)))
    assert "taken back" in said
    assert "No medical reviewer has approved this revision." in said
