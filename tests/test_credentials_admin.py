"""Credentials in the office: typed once, verified by somebody else, revoked with a reason, never edited."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Event
from articles.refusal import Refused
from reviews import credentials
from reviews.admin.credentials import standing_of
from reviews.models import Credential
from tests import worlds
from tests.pages import Page

LIST = reverse("admin:reviews_credential_changelist")
ADD = reverse("admin:reviews_credential_add")
FACTS = {
    "qualification": "MBBS",
    "registering_body": "Demonstration Medical Register",
    "number": "DEMO-77",
    "specialty": "",
    "valid_from": "2020-01-01",
    "valid_until": "",
}


def page(credential: Credential, deed: str = "change") -> str:
    return reverse(f"admin:reviews_credential_{deed}", args=[credential.pk])


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


def test_a_credential_is_added_unverified_and_the_history_tells(cast, as_user):
    data = {"holder": cast.fay.pk, **FACTS, "verified_by": cast.ed.pk, "verified_at": "2020-01-01"}
    answer = as_user(cast.ed).post(ADD, data)
    made = Credential.objects.get(holder=cast.fay)
    assert answer.url == page(made)
    assert made.verified_at is None
    event = Event.objects.filter(name="credential.added").get()
    assert (event.actor, event.data["credential"], event.data["holder"]) == (cast.ed, made.pk, cast.fay.pk)


def test_faults_in_the_facts_are_told_and_the_rest_is_kept(cast, as_user):
    answer = as_user(cast.ed).post(
        ADD, {"holder": cast.fay.pk, **FACTS, "valid_until": "2019-01-01", "specialty": "Sleep medicine"}
    )
    assert answer.status_code == 200
    assert "ends before it begins" in text(answer)
    assert "Sleep medicine" in answer.content.decode()
    assert not Credential.objects.filter(holder=cast.fay).exists()


def test_verifying_is_done_by_another_person_by_post(cast, as_user):
    held = worlds.credential(cast.fay)
    browser = as_user(cast.ed)
    assert browser.get(page(held, "verify")).status_code == 200
    assert not Credential.objects.get(pk=held.pk).verified_at
    assert browser.post(page(held, "verify")).status_code == 302
    assert Credential.objects.get(pk=held.pk).verified_by == cast.ed
    assert browser.post(page(held, "verify")).status_code == 409


def test_nobody_verifies_their_own(cast, as_user):
    held = worlds.credential(cast.ed)
    assert page(held, "verify") not in as_user(cast.ed).get(page(held)).content.decode()
    answer = as_user(cast.ed).post(page(held, "verify"))
    assert answer.status_code == 422
    assert "Nobody verifies their own credential" in text(answer)
    assert not Credential.objects.get(pk=held.pk).verified_at


def test_revoking_needs_a_reason_which_stays(cast, as_user):
    held = cast.dr_ruth.credentials.get()
    browser = as_user(cast.ed)
    assert browser.post(page(held, "revoke"), {"reason": " "}).status_code == 422
    assert browser.post(page(held, "revoke"), {"reason": "Struck off."}).status_code == 302
    assert "Struck off." in text(browser.get(page(held)))
    again = browser.post(page(held, "revoke"), {"reason": "Twice."})
    assert again.status_code == 409
    assert "Twice." in again.content.decode()


def test_a_reason_that_is_too_long_for_the_record_is_refused(cast, as_user):
    held = cast.dr_ruth.credentials.get()
    answer = as_user(cast.ed).post(page(held, "revoke"), {"reason": "x" * 501})
    assert answer.status_code == 422
    assert not Credential.objects.get(pk=held.pk).revoked_at
    with pytest.raises(Refused, match="500"):
        credentials.revoke_credential(held, reason="x" * 501, by=cast.ed)


def test_the_facts_are_not_edited_by_anybody(cast, as_user):
    held = cast.dr_ruth.credentials.get()
    for who in (cast.ed, cast.root):
        as_user(who).post(page(held), {"holder": who.pk, **FACTS})
        again = Credential.objects.get(pk=held.pk)
        assert (again.holder, again.number) == (cast.dr_ruth, held.number)


@pytest.mark.parametrize("who", ["wren", "fay", "dr_ruth", "milo"])
def test_credentials_are_the_business_of_editors(cast, as_user, who):
    held = worlds.credential(cast.fay)
    browser = as_user(getattr(cast, who))
    for url in (LIST, ADD, page(held), page(held, "verify"), page(held, "revoke")):
        answer = browser.get(url)
        assert answer.status_code == 403
        assert "DEMO" not in answer.content.decode()
    for url in (ADD, page(held, "verify"), page(held, "revoke")):
        assert browser.post(url, {"holder": cast.fay.pk, **FACTS, "reason": "No."}).status_code == 403
    held = Credential.objects.get(pk=held.pk)
    assert not held.verified_at
    assert not held.revoked_at


@pytest.mark.parametrize("deed", ["change", "verify", "revoke"])
def test_a_credential_that_is_not_there_is_not_found(cast, as_user, deed):
    assert as_user(cast.ed).get(reverse(f"admin:reviews_credential_{deed}", args=[999999])).status_code == 404


TODAY = datetime.date(2026, 6, 1)
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"verified_at": NOW}, "In force"),
        ({}, "Not verified"),
        ({"verified_at": NOW, "valid_until": datetime.date(2026, 5, 31)}, "Lapsed"),
        ({"verified_at": NOW, "valid_until": TODAY}, "In force"),
        ({"verified_at": NOW, "valid_from": datetime.date(2026, 6, 2)}, "Not yet valid"),
        ({"verified_at": NOW, "revoked_at": NOW}, "Revoked"),
    ],
)
def test_where_a_credential_stands_is_said_in_words(facts, words):
    assert standing_of(Credential(**{"valid_from": datetime.date(2020, 1, 1), **facts}), TODAY)[1] == words


def test_what_the_list_calls_in_force_is_what_a_signature_needs(cast, as_user):
    worlds.credential(cast.fay)
    credentials.revoke_credential(cast.dr_omar.credentials.get(), reason="Left.", by=cast.ed)
    today = timezone.localdate()
    for held in Credential.objects.all():
        usable = Credential.objects.in_force(today).filter(pk=held.pk).exists()
        assert (standing_of(held, today)[1] == "In force") == usable
    said = text(as_user(cast.ed).get(LIST))
    for words in ("In force", "Not verified", "Lapsed", "Revoked"):
        assert words in said


@pytest.mark.parametrize(("chosen", "names"), [("in_force", ["Ruth"]), ("unverified", ["Fay"]), ("other", ["Lateefah", "Omar"])])
def test_the_list_can_be_narrowed(cast, as_user, chosen, names):
    worlds.credential(cast.fay)
    credentials.revoke_credential(cast.dr_omar.credentials.get(), reason="Left.", by=cast.ed)
    listed = Page(as_user(cast.ed).get(f"{LIST}?standing={chosen}").content.decode()).all("tr")[1:]
    assert sorted(row.text.split()[0] for row in listed) == names


def test_the_list_says_what_ends_soon_and_what_is_to_be_checked_again(cast, as_user, time_machine):
    today = timezone.localdate()
    worlds.credential(cast.fay, verified_by=cast.ed, valid_until=today + datetime.timedelta(days=20))
    browser = as_user(cast.ed)
    assert text(browser.get(f"{LIST}?standing=ending")).count("Ends in 20 days") == 1
    assert text(browser.get(f"{LIST}?standing=to_check")).count("Demonstration Medical Register") == 0
    time_machine.move_to(timezone.now() + datetime.timedelta(days=370))
    browser = as_user(cast.ed)
    listed = text(browser.get(f"{LIST}?standing=to_check"))
    assert "Ruth" in listed
    assert "Fay" not in listed  # it has lapsed by now
    assert listed.count("In force To be checked again") == 2
    assert "look it up in the register again" in text(browser.get(page(cast.dr_ruth.credentials.get()))).lower()


def test_a_credential_names_the_live_pages_that_rest_on_it(cast, as_user):
    live = worlds.published(cast)
    there = reverse("admin:articles_article_change", args=[live.article_id])
    assert there in Page(as_user(cast.ed).get(page(cast.dr_ruth.credentials.get())).content.decode()).values("href")
    assert there not in Page(as_user(cast.ed).get(page(cast.dr_omar.credentials.get())).content.decode()).values("href")
