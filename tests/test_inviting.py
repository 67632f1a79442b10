"""Inviting a specialist from outside: what it makes, what it refuses, and that the link is in the mail alone."""

import datetime
import re
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from articles import history
from articles.models import Article, Contributor, Revision, User
from articles.refusal import Refused, Stale
from reviews import accepting, inviting, publishing, requesting, signing
from reviews.inviting import Specialist
from reviews.models import Credential, Invitation, InvitationUse, Notice, ReviewRequest
from reviews.models.signoff import Kind
from reviews.request_withdrawal import withdraw_request
from tests import worlds
from tests.test_races import at_once, marked, refusals
from tests.visitor import Forms

LIVIA = Specialist(
    first_name="Livia",
    last_name="Sørensen",
    email="livia@hospital.example",
    post_nominals="MD",
    specialty="Neurology",
    qualification="MD",
    registering_body="Demonstration Medical Register",
    number="DEMO-7001",
    valid_from=datetime.date(2019, 5, 1),
    looked_up=True,
)
LINK = re.compile(re.escape(settings.SITE_URL) + r"/invitation/(\S+)/")


def in_a_week() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=7)


def invited(revision: Revision, by: User, *, kind: str = Kind.MEDICAL, **changes: Any) -> Invitation:
    return inviting.invite(revision, kind=kind, specialist=replace(LIVIA, **changes), due=in_a_week(), by=by)


def token_in(message: mail.EmailMessage) -> str:
    found = LINK.search(message.body)
    assert found
    return found[1]


def everything_kept() -> str:
    """Every value of every table, as the database has it."""
    rows = [row for model in apps.get_models(include_auto_created=True) for row in model._base_manager.values_list()]
    return repr(rows)


def test_one_deed_makes_the_account_the_profile_the_credential_the_request_and_the_link(cast, django_capture_on_commit_callbacks):
    revision = worlds.drafted(cast)
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(revision, cast.ed)
    request = invitation.request
    reviewer = User.objects.get(email=LIVIA.email)
    assert request.reviewer == reviewer
    assert (request.kind, request.asked_by, request.revision) == (Kind.MEDICAL, cast.ed, revision)
    assert (reviewer.is_staff, reviewer.is_superuser, reviewer.has_usable_password(), reviewer.password_is_own) == (
        True, False, False, False,
    )  # fmt: skip
    assert [group.name for group in reviewer.groups.all()] == ["Reviewers"]
    assert reviewer.printed_name == "Livia Sørensen, MD"
    credential = Credential.objects.in_force(timezone.localdate()).get(holder=reviewer)
    assert credential.verified_by == cast.ed
    assert (credential.as_printed, credential.valid_until) == ("MD, Neurology; Demonstration Medical Register DEMO-7001", None)
    assert invitation.expires_at - invitation.at == datetime.timedelta(days=14)
    assert history.tells_of(revision.article, "reviewer.invited", invitation=invitation.pk, reviewer=reviewer.pk)
    assert list(history.broken_links(list(revision.article.events.order_by("number")))) == []


def test_the_one_mail_says_who_asks_for_what_by_when_and_holds_the_link(cast, django_capture_on_commit_callbacks):
    revision = worlds.drafted(cast)
    with django_capture_on_commit_callbacks(execute=True), override_settings(INVITATION_DAYS=3):
        invitation = inviting.invite(
            revision, kind=Kind.MEDICAL, specialist=LIVIA, due=in_a_week(), by=cast.ed, note="You know cramps best."
        )
    [message] = mail.outbox
    assert message.to == [LIVIA.email]
    assert revision.title in message.subject
    for words in (
        "Edith Castellanos", "medical review", revision.title, f"{in_a_week():%-d %B %Y}", "You know cramps best.",
        f"{invitation.expires_at:%-d %B %Y at %H:%M}", "decides nothing",
    ):  # fmt: skip
        assert words in message.body, words
    assert len(token_in(message)) == 43
    assert invitation.expires_at - invitation.at == datetime.timedelta(days=3)


def test_the_secret_of_the_link_is_kept_nowhere(cast, caplog, django_capture_on_commit_callbacks):
    caplog.set_level("INFO")
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(worlds.drafted(cast), cast.ed)
    secret = token_in(mail.outbox[0])
    assert accepting.find(secret) == invitation
    browser = Client()
    [form] = [f for f in Forms(browser.get(f"/invitation/{secret}/").content.decode()).forms if "again" in f.names]
    for password, status in (("short", 422), ("four words no person knows", 303), ("four words no person knows", 410)):
        typed = {"token": secret, "password": password, "again": password}
        assert browser.post(form.action, typed).status_code == status
    assert browser.get(f"/invitation/{secret}/").status_code == 410
    assert "Gone: /invitation/…/" in caplog.text
    assert InvitationUse.objects.count() == 1
    kept = everything_kept()
    assert inviting.hash_of(secret) in kept, "the search looks where it should"
    assert secret not in kept
    assert secret not in caplog.text


def test_a_mail_that_cannot_be_sent_is_told_to_who_invited(cast, django_capture_on_commit_callbacks):
    """A mail server that is away: nothing listens on that port."""
    away = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 9}
    with override_settings(**away), django_capture_on_commit_callbacks(execute=True):
        invitation = invited(worlds.drafted(cast), cast.ed)
    notice = Notice.objects.get(key=f"invitation:{invitation.pk}")
    assert (notice.recipient, notice.kind) == (cast.ed, "failure")
    assert "Livia Sørensen" in notice.text
    assert f"/admin/reviews/reviewrequest/{invitation.request_id}/change/" in notice.text


def test_everything_that_is_missing_is_said_at_once_and_nothing_is_made(cast):
    revision = worlds.drafted(cast)
    before = User.objects.count()
    nothing = Specialist(first_name=" ", last_name="Sørensen", email="livia at hospital")
    with pytest.raises(Refused) as refused:
        inviting.invite(revision, kind=Kind.MEDICAL, specialist=nothing, due=datetime.date(2020, 1, 1), by=cast.ed)
    said = " ".join(refused.value.reasons)
    for words in ("first and the last name", "e-mail", "qualification", "register", "number", "valid", "looked", "due date"):
        assert words in said.replace("Look the", "looked the"), words
    assert User.objects.count() == before
    assert not ReviewRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"looked_up": False}, "Look the registration up"),
        ({"valid_from": datetime.date(2999, 1, 1)}, "not valid yet"),
        ({"valid_until": datetime.date(2020, 1, 1)}, "has ended"),
        ({"number": "7" * 61}, "longer than 60"),
        ({"email": "DR_RUTH@example.org"}, "ordinary way"),
        ({"last_name": ""}, "last name"),
        ({"last_name": "n" * 145}, "The name is longer than 150"),
    ],
)
def test_a_registration_is_vouched_for_and_in_force_and_a_person_has_one_account(cast, changes, reason):
    with pytest.raises(Refused, match=reason) as refused:
        invited(worlds.drafted(cast), cast.ed, **changes)
    assert len(refused.value.reasons) == 1


def test_a_fact_checker_needs_no_registration_but_half_of_one_is_refused(cast):
    revision = worlds.drafted(cast)
    bare = {"qualification": "", "registering_body": "", "number": "", "valid_from": None, "looked_up": False}
    with pytest.raises(Refused, match="registration number"):
        invited(revision, cast.ed, kind=Kind.FACTS, **{**bare, "qualification": "MSc"})
    invited(revision, cast.ed, kind=Kind.FACTS, **bare)
    assert not Credential.objects.filter(holder__email=LIVIA.email).exists()


def test_a_newer_draft_undoes_it_all(cast):
    revision = worlds.drafted(cast)
    worlds.redrafted(revision, by=cast.wren)
    with pytest.raises(Stale):
        invited(revision, cast.ed)
    assert not User.objects.filter(email=LIVIA.email).exists()
    assert not Contributor.objects.filter(name="Livia Sørensen").exists()


def test_two_people_of_one_name_are_two_accounts_and_two_addresses(cast):
    revision = worlds.drafted(cast)
    first = invited(revision, cast.ed).request.reviewer
    second = invited(revision, cast.ed, email="other@hospital.example").request.reviewer
    nobody = invited(revision, cast.ed, first_name="明", last_name="王", email="ming@hospital.example").request.reviewer
    assert first.username == "livia-sorensen"
    assert (second.username, second.contributor.slug) == (f"{first.username}-2", f"{first.contributor.slug}-2")
    assert (nobody.username, nobody.contributor.name) == ("reviewer", "明 王")


def test_what_is_invited_may_sign_once_the_password_is_chosen(cast):
    revision = worlds.drafted(cast)
    request = invited(revision, cast.ed).request
    with pytest.raises(Refused, match="choose one of your own"):
        signing.sign(request.pk, worlds.answer(request), by=request.reviewer)
    accepting.accept(request.invitations.get(), worlds.PASSWORD)
    signing.sign(request.pk, worlds.answer(request), by=request.reviewer)
    worlds.signed(revision, Kind.FACTS, cast.fay, by=cast.ed)
    assert publishing.publish(revision, by=cast.ed).medical.signed_as == "Livia Sørensen, MD"


def test_a_new_link_ends_the_old_one_and_its_own_time_begins(cast, django_capture_on_commit_callbacks):
    invitation = invited(worlds.drafted(cast), cast.ed)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=15)):
        assert "could be used until" in accepting.why_closed(accepting.Invitation.objects.get(pk=invitation.pk))
        with django_capture_on_commit_callbacks(execute=True):
            newer = inviting.renew(invitation.request, by=cast.ed)
        [message] = mail.outbox
        assert accepting.find(token_in(message)) == newer
        assert accepting.why_closed(newer) == ""
        with pytest.raises(Stale, match="newer link"):
            accepting.accept(invitation, worlds.PASSWORD)
        accepting.accept(newer, worlds.PASSWORD)
        with pytest.raises(Stale, match="chosen a password meanwhile"):
            inviting.renew(invitation.request, by=cast.ed)


def test_there_is_no_new_link_to_what_is_closed_and_none_for_who_was_never_invited(cast):
    revision = worlds.drafted(cast)
    request = invited(revision, cast.ed).request
    withdraw_request(request, reason="Found somebody.", by=cast.ed)
    with pytest.raises(Stale, match="no longer waited for"):
        inviting.renew(request, by=cast.ed)
    with pytest.raises(Refused, match="never invited"):
        inviting.renew(worlds.asked(revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed), by=cast.ed)
    again = requesting.request_review(revision, kind=Kind.MEDICAL, reviewer=request.reviewer, due=in_a_week(), by=cast.ed)
    assert accepting.why_closed(inviting.renew(again, by=cast.ed)) == "", "asked again, they still need a way in"


def test_a_password_must_be_a_good_one_and_not_the_name(cast):
    invitation = invited(worlds.drafted(cast), cast.ed)
    for password in ("too short", "livia-sorensen", "123456789012"):
        with pytest.raises(Refused):
            accepting.accept(invitation, password)
    assert not InvitationUse.objects.exists()
    assert not User.objects.get(email=LIVIA.email).has_usable_password()


def test_who_is_invited_sees_their_own_review_and_nothing_else(cast, as_user):
    mine, other = worlds.drafted(cast), worlds.drafted(cast, slug="other", title="Another draft")
    theirs = worlds.asked(other, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    invitation = invited(mine, cast.ed)
    reviewer = accepting.accept(invitation, worlds.PASSWORD)
    assert list(Article.objects.visible_to(reviewer)) == [mine.article]
    assert not Article.objects.editable_by(reviewer).exists()
    browser = as_user(reviewer)
    assert browser.get(f"/admin/reviews/reviewrequest/{invitation.request_id}/change/").status_code == 200
    queue = browser.get("/admin/reviews/reviewrequest/").content.decode()
    assert mine.title in queue
    assert other.title not in queue
    for address, status in (
        (f"/admin/reviews/reviewrequest/{theirs.pk}/change/", 404),
        (f"/admin/reviews/publication/checklist/{other.pk}/", 404),
        (f"/admin/reviews/reviewrequest/invite/{mine.pk}/", 403),
        (f"/admin/reviews/reviewrequest/{invitation.request_id}/new-link/", 403),
        (f"/admin/reviews/reviewrequest/{invitation.request_id}/take-back/", 403),
        ("/admin/articles/user/", 403),
    ):
        assert browser.get(address).status_code == status, address


@marked
def test_two_people_who_use_one_link_at_once_leave_one_password(transactional_db):
    cast = worlds.the_cast()
    for number in range(4):
        revision = worlds.drafted(cast, slug=f"article-{number}", title=f"Article {number}")
        invitation = invited(revision, cast.ed, email=f"livia{number}@hospital.example")
        passwords = ["the first long password", "the second long password"]
        results = at_once(*(lambda invitation=invitation, p=p: accepting.accept(invitation, p) for p in passwords))
        assert refusals(results) == [Stale]
        reviewer = User.objects.get(pk=invitation.request.reviewer_id)
        won = [password for password, result in zip(passwords, results, strict=True) if isinstance(result, User)]
        assert [password for password in passwords if reviewer.check_password(password)] == won


@marked
def test_two_editors_who_invite_one_person_at_once_make_one_account(transactional_db):
    cast = worlds.the_cast()
    for number in range(4):
        drafts = [worlds.drafted(cast, slug=f"a-{number}-{side}", title=f"Article {number} {side}") for side in "ab"]
        email = f"livia{number}@hospital.example"
        results = at_once(*(lambda draft=draft, email=email: invited(draft, cast.ed, email=email) for draft in drafts))
        assert len(refusals(results)) == 1
        assert User.objects.filter(email=email).count() == 1
