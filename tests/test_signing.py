"""Signing: who cannot, what is refused, and that whatever is refused leaves no signature behind."""

from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import Event, Page
from articles.refusal import Refused, Stale
from reviews import credentials, publishing, requesting, signing
from reviews.models import CitationVerdict, Credential, Revocation, SignOff
from reviews.models.signoff import Kind
from tests import desks, worlds


@pytest.fixture
def facts(cast):
    return worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.fay, by=cast.ed)


@pytest.fixture
def medical(cast):
    return worlds.asked(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.ed)


def reasons(request, by, **changes) -> str:
    """What the verb says to an answer that is complete but for the changes; nothing was signed."""
    with pytest.raises(Refused) as refusal:
        signing.sign(request.pk, worlds.answer(request, **changes), by=by)
    assert not SignOff.objects.filter(request=request).exists()
    return " ".join(refusal.value.reasons)


def fresh(user):
    return type(user).objects.get(pk=user.pk)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"accepted": False}, "Accept the statement"),
        ({"decision": ""}, "Choose a decision"),
        ({"decision": "publish"}, "Choose a decision"),
        ({"decision": "changes", "note": "  "}, "Say what has to change"),
        ({"decision": "decline", "note": ""}, "why you decline"),
        ({"interests": " "}, "Declare your competing interests"),
        ({"password": ""}, "password is not right"),
        ({"password": worlds.PASSWORD + " "}, "password is not right"),
    ],
)
def test_every_answer_needs_a_decision_interests_and_both_halves_of_a_signature(medical, cast, changes, reason):
    assert reason in reasons(medical, cast.dr_ruth, **changes)


@pytest.mark.parametrize("name", signing.CHECKLIST)
def test_a_medical_approval_needs_every_line_of_the_checklist(medical, cast, name):
    ticks = {**dict.fromkeys(signing.CHECKLIST, True), name: False}
    assert reasons(medical, cast.dr_ruth, checklist=ticks) == f"Not ticked: {signing.CHECKLIST[name]}."


def test_a_medical_approval_needs_a_credential(medical, cast):
    assert "Choose the credential" in reasons(medical, cast.dr_ruth, credential=None)


def test_nobody_signs_with_the_credential_of_another(medical, cast):
    other = cast.dr_omar.credentials.get()
    assert "Choose the credential" in reasons(medical, cast.dr_ruth, credential=other.pk)


def unverified(cast) -> Credential:
    return worlds.credential(cast.dr_ruth, number="NEW")


def lapsed(cast) -> Credential:
    yesterday = timezone.localdate() - timezone.timedelta(days=1)
    return worlds.credential(cast.dr_ruth, number="OLD", verified_by=cast.ed, valid_until=yesterday)


def not_yet_valid(cast) -> Credential:
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    return worlds.credential(cast.dr_ruth, number="SOON", verified_by=cast.ed, valid_from=tomorrow)


def revoked(cast) -> Credential:
    held = worlds.credential(cast.dr_ruth, number="GONE", verified_by=cast.ed)
    return credentials.revoke_credential(held, reason="Struck off.", by=cast.ed)


@pytest.mark.parametrize("state", [unverified, lapsed, not_yet_valid, revoked])
def test_a_credential_that_is_not_in_force_approves_nothing(medical, cast, state):
    assert "has lapsed, is not verified" in reasons(medical, cast.dr_ruth, credential=state(cast).pk)


def test_declining_needs_neither_credential_nor_checklist(medical, cast):
    answer = worlds.answer(medical, decision="decline", note="Not my field.", credential=None, checklist={})
    assert signing.sign(medical.pk, answer, by=cast.dr_ruth).decision == "decline"


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (("", ""), "say whether the source supports"),
        (("perhaps", ""), "say whether the source supports"),
        (("partly", " "), "say in the note"),
        (("does_not", "It says the opposite."), "request changes instead of approving"),
    ],
)
def test_a_fact_check_judges_every_source(facts, cast, verdict, reason):
    citation = facts.revision.citations.get()
    assert reason in reasons(facts, cast.fay, verdicts={citation.pk: verdict})


def test_every_reason_is_told_at_once(medical, cast):
    text = reasons(medical, cast.dr_ruth, accepted=False, interests="", checklist={}, credential=None)
    for part in ("Accept the statement", "Declare your competing interests", "Not ticked", "Choose the credential"):
        assert part in text


def test_a_signature_keeps_what_was_answered_word_for_word(medical, cast):
    signoff = signing.sign(medical.pk, worlds.answer(medical, interests="Shares in a maker of pillows."), by=cast.dr_ruth)
    assert signoff.checklist == [[text, True] for text in signing.CHECKLIST.values()]
    assert signoff.signed_as == "Ruth Okonkwo, MBBS, MRCGP"
    assert signoff.interests == "Shares in a maker of pillows."
    assert signoff.statement == signing.STATEMENT
    assert signoff.digest == medical.revision.digest


def test_a_doubt_is_kept_with_its_note(facts, cast):
    citation = facts.revision.citations.get()
    answer = worlds.answer(facts, verdicts={citation.pk: ("partly", "Only for older adults.")})
    signing.sign(facts.pk, answer, by=cast.fay)
    assert CitationVerdict.objects.get().note == "Only for older adults."


# --- The second component ---------------------------------------------------------------------------------------------


def test_the_password_of_somebody_else_does_not_sign(medical, cast):
    cast.ed.choose_password("the-editor's-own-passphrase")
    cast.ed.save()
    assert "password is not right" in reasons(medical, cast.dr_ruth, password="the-editor's-own-passphrase")


def test_a_wrong_password_is_recorded_although_nothing_is_signed(medical, cast):
    reasons(medical, cast.dr_ruth, password="wrong")
    event = Event.objects.get(name="signing.refused")
    assert event.actor == cast.dr_ruth
    assert "wrong" in event.data["reason"]
    assert worlds.PASSWORD not in str(event.data)


def test_five_wrong_passwords_close_signing_and_tell_the_security_contact(
    medical, cast, settings, django_capture_on_commit_callbacks
):
    settings.SECURITY_CONTACT = "security@example.org"
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            reasons(medical, cast.dr_ruth, password="wrong")
    assert "closed for 15 minutes" in reasons(medical, cast.dr_ruth)
    assert Event.objects.filter(name="signing.refused").count() == 5
    alerts = [message for message in mail.outbox if message.to == ["security@example.org"]]
    assert [message.subject for message in alerts] == ["Signing closed for dr_ruth"]
    with time_machine.travel(timezone.now() + signing.LOCKED_FOR + timezone.timedelta(seconds=1)):
        assert signing.sign(medical.pk, worlds.answer(medical), by=cast.dr_ruth)


def test_a_right_password_counts_for_nothing_while_signing_is_closed(medical, cast, as_user):
    browser = as_user(cast.dr_ruth)
    for _ in range(5):
        assert browser.post(desks.address(medical), desks.filled(medical, password="wrong")).status_code == 422
    answer = browser.post(desks.address(medical), desks.filled(medical))
    assert answer.status_code == 422
    assert "closed for 15 minutes" in answer.content.decode()
    assert not SignOff.objects.exists()


def test_a_password_set_by_somebody_else_signs_only_after_its_owner_changed_it(medical, cast):
    cast.dr_ruth.set_password("set-by-an-administrator")
    cast.dr_ruth.save()
    assert "set by somebody else" in reasons(medical, cast.dr_ruth, password="set-by-an-administrator")
    browser = Client()
    browser.post("/admin/login/", {"username": "dr_ruth", "password": "set-by-an-administrator"})
    new = "chosen-by-ruth-herself"
    changed = browser.post(
        "/admin/password_change/", {"old_password": "set-by-an-administrator", "new_password1": new, "new_password2": new}
    )
    assert changed.status_code == 302
    assert signing.sign(medical.pk, worlds.answer(medical, password=new), by=fresh(cast.dr_ruth))


# --- Who may sign -----------------------------------------------------------------------------------------------------


def test_an_account_that_was_deactivated_signs_no_more(medical, cast):
    cast.dr_ruth.is_active = False
    cast.dr_ruth.save()
    assert "no right to sign" in reasons(medical, cast.dr_ruth)


def test_a_reviewer_who_lost_the_role_signs_no_more(medical, cast, as_user):
    browser = as_user(cast.dr_ruth)
    cast.dr_ruth.groups.clear()
    assert "no right to sign" in reasons(medical, cast.dr_ruth)
    assert browser.post(desks.address(medical), desks.filled(medical)).status_code == 403
    assert not SignOff.objects.exists()


def test_a_superuser_who_was_not_asked_cannot_sign(medical, cast, as_user):
    answer = as_user(cast.root).post(desks.address(medical), desks.filled(medical))
    assert answer.status_code == 422
    assert "not of you" in answer.content.decode()
    assert not SignOff.objects.exists()


def test_being_a_superuser_is_no_right_to_sign(cast):
    assert not requesting.may_sign(cast.root)
    with pytest.raises(Refused, match="may not sign"):
        worlds.asked(worlds.drafted(cast), Kind.FACTS, cast.root, by=cast.ed)


def test_nobody_answers_the_request_of_another(medical, cast, as_user):
    """By the verb and by the address."""
    assert "not of you" in reasons(medical, cast.dr_omar, credential=cast.dr_omar.credentials.get().pk)
    assert as_user(cast.dr_omar).post(desks.address(medical), desks.filled(medical)).status_code == 404
    assert not SignOff.objects.exists()


@pytest.mark.parametrize("groups", [["Writers", "Reviewers"], ["Editors", "Reviewers", "Writers"]])
def test_whoever_wrote_signs_nothing_whatever_the_groups(cast, groups):
    both = worlds.person("both", *groups)
    worlds.credential(both, verified_by=cast.ed)
    revision = worlds.drafted(cast, by=both)
    for kind in Kind.values:
        with pytest.raises(Refused, match="had a hand"):
            worlds.asked(revision, kind, both, by=cast.ed)


def test_having_written_an_earlier_revision_bars_from_signing_a_later_one(cast):
    both = worlds.person("both", "Writers", "Reviewers")
    later = worlds.redrafted(worlds.drafted(cast, by=both), by=cast.wren)
    with pytest.raises(Refused, match="had a hand"):
        worlds.asked(later, Kind.FACTS, both, by=cast.ed)


def test_a_reviewer_who_writes_on_after_being_asked_cannot_sign_the_new_words(cast):
    both = worlds.person("both", "Editors", "Reviewers")
    first = worlds.drafted(cast)
    worlds.asked(first, Kind.FACTS, both, by=cast.ed)
    second = worlds.redrafted(first, by=both)
    with pytest.raises(Refused, match="had a hand"):
        worlds.asked(second, Kind.FACTS, both, by=cast.ed)


# --- Stale screens and replays ----------------------------------------------------------------------------------------


def test_a_screen_drawn_before_a_save_signs_nothing(medical, cast):
    answer = worlds.answer(medical)
    worlds.redrafted(medical.revision, by=cast.wren)
    with pytest.raises(Stale, match="revision saved"):
        signing.sign(medical.pk, answer, by=cast.dr_ruth)
    assert not SignOff.objects.exists()


def test_a_screen_drawn_before_another_signature_signs_nothing(medical, cast):
    answer = worlds.answer(medical)
    worlds.signed(medical.revision, Kind.FACTS, cast.fay, by=cast.ed)
    with pytest.raises(Stale, match="Fay Lindqvist"):
        signing.sign(medical.pk, answer, by=cast.dr_ruth)
    assert not SignOff.objects.filter(kind=Kind.MEDICAL).exists()


def test_the_digest_of_another_revision_signs_nothing(medical, cast):
    other = worlds.redrafted(medical.revision, by=cast.wren)
    with pytest.raises(Stale):
        signing.sign(medical.pk, worlds.answer(medical, digest=other.digest), by=cast.dr_ruth)
    assert not SignOff.objects.exists()


def test_a_request_is_answered_once(medical, cast):
    answer = worlds.answer(medical)
    signing.sign(medical.pk, answer, by=cast.dr_ruth)
    for again in (answer, worlds.answer(medical)):
        with pytest.raises(Stale):
            signing.sign(medical.pk, again, by=cast.dr_ruth)
    assert SignOff.objects.count() == 1
    assert Event.objects.filter(name="revision.signed").count() == 1


# --- Taking a signature back ------------------------------------------------------------------------------------------


def test_taking_back_a_signature_takes_down_the_page_that_rests_on_it(cast, as_user, client):
    live = worlds.published(cast)
    url = reverse("admin:reviews_signoff_revoke", args=[live.medical_id])
    browser = as_user(cast.dr_ruth)
    assert "comes down in the same moment" in browser.get(url).content.decode()
    assert not Revocation.objects.exists()
    refused = browser.post(url, {"reason": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    assert browser.post(url, {"reason": "I misread the dose."}).status_code == 302
    assert Revocation.objects.get().by == cast.dr_ruth
    page = client.get(Page.objects.get().get_absolute_url())
    assert page.status_code == 410
    again = browser.post(url, {"reason": "Once more."})
    assert again.status_code == 409
    assert "Once more." in again.content.decode()


@pytest.mark.parametrize(("who", "status"), [("ed", 302), ("wren", 403), ("fay", 403), ("dr_omar", 404), ("milo", 404)])
def test_an_approval_is_taken_back_by_its_signer_or_an_editor_only(cast, as_user, who, status):
    signoff = worlds.published(cast).medical
    url = reverse("admin:reviews_signoff_revoke", args=[signoff.pk])
    answer = as_user(getattr(cast, who)).post(url, {"reason": "A slip."})
    assert answer.status_code == status
    assert Revocation.objects.exists() == (status == 302)


def test_an_objection_is_taken_back_by_its_signer_alone(cast, as_user):
    """Else an editor who wrote the text could be rid of it without the reason that settling asks for."""
    objection = worlds.signed(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.ed, decision="changes", note="No.")
    url = reverse("admin:reviews_signoff_revoke", args=[objection.pk])
    assert as_user(cast.ed).post(url, {"reason": "I disagree."}).status_code == 403
    with pytest.raises(Refused, match="Only Ruth Okonkwo"):
        signing.revoke(objection, reason="I disagree.", by=cast.ed)
    assert as_user(cast.dr_ruth).post(url, {"reason": "I was wrong."}).status_code == 302


@pytest.mark.parametrize("verb", [signing.revoke, signing.resolve])
def test_a_reason_that_nobody_could_print_is_refused(cast, verb):
    objection = worlds.signed(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.ed, decision="changes", note="No.")
    by = cast.dr_ruth if verb is signing.revoke else cast.ed
    with pytest.raises(Refused, match="2,000"):
        verb(objection, reason="x" * 2001, by=by)


def test_words_whose_signature_was_taken_back_go_out_no_more(cast):
    revision = worlds.approved(cast)
    signing.revoke(revision.signoffs.get(kind=Kind.FACTS), reason="Too hasty.", by=cast.fay)
    with pytest.raises(Refused, match="fact checker"):
        publishing.publish(revision, by=cast.ed)


def test_a_signature_taken_back_can_be_asked_for_again(cast):
    revision = worlds.approved(cast)
    signing.revoke(revision.signoffs.get(kind=Kind.FACTS), reason="Too hasty.", by=cast.fay)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    assert publishing.publish(revision, by=cast.ed)


def test_the_answer_is_told_to_whoever_asked_and_to_whose_text_it_is(cast, django_capture_on_commit_callbacks):
    medical = worlds.asked(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    with django_capture_on_commit_callbacks(execute=True):
        signing.sign(medical.pk, worlds.answer(medical), by=cast.dr_ruth)
    assert sorted(message.to for message in mail.outbox) == [["ed@example.org"], ["wren@example.org"]]
    assert all("Medical review: approved" in message.subject for message in mail.outbox)


def test_the_cast_is_what_it_says(cast: SimpleNamespace):
    assert {user.username for user in requesting.signers()} == {"fay", "dr_ruth", "dr_omar", "dr_late"}
