"""The page behind an invitation’s link, and the office’s screens that send it: what a person sees, and when it is shut."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings

from articles import history
from articles.models import User
from reviews import inviting, publishing, requesting
from reviews.models import Invitation, InvitationUse, ReviewRequest
from reviews.models.signoff import Kind
from reviews.request_withdrawal import withdraw_request
from tests import worlds
from tests.test_inviting import LIVIA, in_a_week, invited, token_in
from tests.visitor import Forms

PASSWORD = "four words no person knows"


@pytest.fixture
def link(cast, django_capture_on_commit_callbacks):
    """An invitation by ed, the secret of its link, and the article’s title."""
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(worlds.drafted(cast), cast.ed)
    return invitation, token_in(mail.outbox.pop())


def page_of(token: str, browser: Client | None = None) -> Any:
    return (browser or Client()).get(f"/invitation/{token}/")


def sent(browser: Client, token: str, password: str = PASSWORD, again: str | None = None) -> Any:
    return browser.post("/invitation/", {"token": token, "password": password, "again": again or password})


def shut(token: str, words: str) -> None:
    """Both doors say the same, and neither names the article."""
    for answer in (page_of(token), sent(Client(), token)):
        assert answer.status_code == 410
        html = answer.content.decode()
        assert words in html
        assert "cramps" not in html.lower()
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"


def test_opening_the_link_changes_nothing_however_often(link):
    invitation, token = link
    before = (history.Event.objects.count(), User.objects.get(pk=invitation.request.reviewer_id).password)
    for _ in range(3):
        answer = page_of(token)
        assert answer.status_code == 200
        assert "sessionid" not in answer.cookies
    assert Client().head(f"/invitation/{token}/").status_code == 200
    html = answer.content.decode()
    for words in ("Edith Castellanos", "Leg cramps at night", f"{in_a_week():%-d %B %Y}", "medical review", "Nothing has been"):
        assert words in html, words
    assert before == (history.Event.objects.count(), User.objects.get(pk=invitation.request.reviewer_id).password)
    assert not InvitationUse.objects.exists()


def test_nobody_keeps_the_page_finds_it_or_learns_of_it(link):
    answer = page_of(link[1])
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "strict-origin", "no address; with no-referrer browsers hide even where a form is from"
    assert 'content="noindex' in answer.content.decode()
    assert "invitation" not in Client().get("/sitemap.xml").content.decode()


def test_accepting_sets_the_password_logs_in_and_leads_to_the_desk(link):
    invitation, token = link
    browser = Client(enforce_csrf_checks=True)
    html = page_of(token, browser).content.decode()
    [form] = [form for form in Forms(html).forms if "again" in form.names]
    assert form.action == "/invitation/"
    typed = {**{name: values[0] for name, values in form.values.items()}, "password": PASSWORD, "again": PASSWORD}
    without = {name: value for name, value in typed.items() if name != "csrfmiddlewaretoken"}
    assert browser.post(form.action, without).status_code == 403
    answer = browser.post(form.action, typed)
    desk = f"/admin/reviews/reviewrequest/{invitation.request_id}/change/"
    assert (answer.status_code, answer["Location"]) == (303, desk)
    assert browser.get(desk).status_code == 200
    reviewer = User.objects.get(pk=invitation.request.reviewer_id)
    assert reviewer.check_password(PASSWORD)
    assert reviewer.password_is_own
    assert history.tells_of(invitation.request.revision.article, "invitation.used", invitation=invitation.pk)


def test_a_second_click_finds_it_used_and_is_told_to_log_in(link):
    invitation, token = link
    browser = Client()
    assert sent(browser, token).status_code == 303
    second = sent(browser, token, "another long password of four")
    assert second.status_code == 410
    assert f"/admin/login/?next=/admin/reviews/reviewrequest/{invitation.request_id}/change/" in second.content.decode()
    shut(token, "used already")
    assert InvitationUse.objects.count() == 1
    assert User.objects.get(pk=invitation.request.reviewer_id).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", None, "too short"),
        ("livia-sorensen", None, "similar"),
        ("", "", "Choose a password."),
        (PASSWORD, "four other words than these", "not the same"),
    ],
)
def test_a_password_that_will_not_do_is_said_and_nothing_is_used(link, password, again, words):
    token = link[1]
    answer = sent(Client(), token, password, again)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert token in html, "it can be sent again"
    [form] = [form for form in Forms(html).forms if "again" in form.names]
    assert (form.values["password"], form.values["again"]) == ([""], [""]), "a password is never written into a page"
    assert not InvitationUse.objects.exists()


def test_an_unknown_link_is_not_found(db):
    assert page_of("x" * 43).status_code == 404
    assert sent(Client(), "x" * 43).status_code == 404
    assert Client().get("/invitation/").status_code == 404


def test_it_is_shut_when_its_time_is_over(link):
    with time_machine.travel(link[0].expires_at + datetime.timedelta(seconds=1)):
        shut(link[1], "could be used until")
    with time_machine.travel(link[0].expires_at - datetime.timedelta(seconds=1)):
        assert page_of(link[1]).status_code == 200


def test_it_is_shut_when_a_newer_link_was_sent(cast, link):
    inviting.renew(link[0].request, by=cast.ed)
    shut(link[1], "newer link")


def test_it_is_shut_when_the_request_is_taken_back(cast, link):
    withdraw_request(link[0].request, reason="Found somebody.", by=cast.ed)
    shut(link[1], "no longer needed")


def test_it_is_shut_when_newer_words_are_asked_about(cast, link):
    request = link[0].request
    newer = worlds.redrafted(request.revision, by=cast.wren)
    assert page_of(link[1]).status_code == 200
    requesting.request_review(newer, kind=Kind.MEDICAL, reviewer=request.reviewer, due=in_a_week(), by=cast.ed)
    shut(link[1], "no longer needed")


def test_it_is_shut_when_newer_words_are_out(cast, link):
    worlds.published(cast, worlds.redrafted(link[0].request.revision, by=cast.wren))
    shut(link[1], "no longer needed")


def test_it_is_shut_when_the_article_is_taken_down_after_it_was_sent(cast, django_capture_on_commit_callbacks):
    publication = worlds.published(cast)
    newer = worlds.redrafted(publication.revision, by=cast.wren)
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(newer, cast.ed)
    token = token_in(mail.outbox[-1])
    assert page_of(token).status_code == 200
    publishing.withdraw(publication, reason="Wrong.", by=cast.ed)
    shut(token, "no longer needed")
    with django_capture_on_commit_callbacks(execute=True):
        inviting.renew(invitation.request, by=cast.ed)
    assert page_of(token_in(mail.outbox[-1])).status_code == 200, "words mended after a withdrawal are reviewed all the same"


def test_it_is_shut_when_the_account_is_closed(link):
    User.objects.filter(pk=link[0].request.reviewer_id).update(is_active=False)
    shut(link[1], "is closed")


def test_who_has_a_password_of_their_own_is_sent_to_the_login(link):
    reviewer = User.objects.get(pk=link[0].request.reviewer_id)
    reviewer.choose_password(worlds.PASSWORD)
    reviewer.save()
    for answer in (page_of(link[1]), sent(Client(), link[1])):
        assert "You have a password already" in answer.content.decode()
        assert "/admin/login/?next=" in answer.content.decode()
    assert User.objects.get(pk=reviewer.pk).check_password(worlds.PASSWORD)
    assert not InvitationUse.objects.exists()


def test_a_flood_from_one_address_is_slowed_before_anything_is_tried(link):
    cache.clear()
    statuses = [sent(Client(), link[1], "short").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    assert sent(Client(), link[1]).status_code == 429
    assert not InvitationUse.objects.exists()


TYPED = {
    "first_name": "Livia", "last_name": "Sørensen", "email": LIVIA.email, "post_nominals": "MD", "specialty": "Neurology",
    "qualification": "MD", "registering_body": "Demonstration Medical Register", "number": "DEMO-7001",
    "valid_from": "2019-05-01", "looked_up": "on", "kind": "medical", "note": "You know cramps best.",
}  # fmt: skip


def test_an_editor_invites_on_the_screen_and_what_was_refused_is_still_there(cast, as_user):
    revision = worlds.drafted(cast)
    browser = as_user(cast.ed)
    address = f"/admin/reviews/reviewrequest/invite/{revision.pk}/"
    assert address in browser.get(f"/admin/reviews/reviewrequest/add/?revision={revision.pk}").content.decode()
    assert browser.get(address).status_code == 200
    typed = {**TYPED, "due": in_a_week().isoformat()}
    refused = browser.post(address, {**typed, "looked_up": "", "number": ""})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "tick that you have" in html
    assert "registration number" in html
    for value in ("Sørensen", LIVIA.email, "Demonstration Medical Register", "2019-05-01", "You know cramps best."):
        assert value in html, value
    vague = browser.post(address, {**typed, "kind": "", "valid_from": "in spring", "last_name": ""}).content.decode()
    for words in ("Choose what is asked", "Valid from: ", "first and the last name"):
        assert words in vague, "what the form finds and what the verb would find are said together"
    assert browser.post(address, {**typed, "email": "a\0b", "number": "1\0"}).status_code == 422
    assert not ReviewRequest.objects.exists()
    done = browser.post(address, typed)
    request = ReviewRequest.objects.get()
    assert done["Location"] == f"/admin/reviews/reviewrequest/{request.pk}/change/"
    desk = browser.get(done["Location"]).content.decode()
    assert "not used yet, good until" in desk
    assert "Send a new link" in desk
    again = browser.post(address, typed)
    assert again.status_code == 422
    assert "ordinary way" in again.content.decode()
    worlds.redrafted(revision, by=cast.wren)
    assert browser.post(address, {**typed, "email": "new@hospital.example"}).status_code == 409


def test_a_new_link_is_sent_from_the_desk_of_the_request(cast, as_user, link):
    browser = as_user(cast.ed)
    address = f"/admin/reviews/reviewrequest/{link[0].request_id}/new-link/"
    assert LIVIA.email in browser.get(address).content.decode()
    assert Invitation.objects.count() == 1, "asking is not sending"
    assert browser.post(address).status_code == 302
    assert Invitation.objects.count() == 2
    shut(link[1], "newer link")
    User.objects.filter(email=LIVIA.email).update(is_active=False)
    assert browser.post(address).status_code == 422


def test_only_editors_invite(cast, as_user, link):
    revision = link[0].request.revision
    for user, expected in ((cast.wren, 403), (cast.milo, 404), (cast.dr_ruth, 404), (cast.ed, 200)):
        browser = as_user(user)
        assert browser.get(f"/admin/reviews/reviewrequest/invite/{revision.pk}/").status_code == expected, user
        assert browser.get(f"/admin/reviews/reviewrequest/{link[0].request_id}/new-link/").status_code == expected, user
    ask = as_user(cast.wren).get(f"/admin/reviews/reviewrequest/add/?revision={revision.pk}").content.decode()
    assert "Invite a specialist" not in ask


@override_settings(CONTACT_EMAIL="")
def test_without_a_contact_address_the_pages_still_say_what_to_do(link):
    assert page_of(link[1]).status_code == 200
    with time_machine.travel(link[0].expires_at):
        assert "write to the person who invited you" in page_of(link[1]).content.decode()
