"""Taking a review request back: who may, what it closes, and who hears of it."""

import datetime

import pytest
from django.core import mail
from django.utils import timezone

from articles import history
from articles.models import Contribution
from articles.refusal import Refused, Stale
from reviews import requesting, signing
from reviews.models import RequestWithdrawal, ReviewRequest, SignOff
from reviews.models.signoff import Kind
from reviews.request_withdrawal import withdraw_request
from tests import worlds
from tests.test_races import at_once, marked, refusals


@pytest.fixture
def request_(cast):
    return worlds.asked(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.wren)


def test_it_closes_the_request_keeps_the_reason_and_tells_the_reviewer(cast, request_, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        withdrawal = withdraw_request(request_, reason="  She is on leave. ", by=cast.wren)
    assert (withdrawal.reason, withdrawal.by) == ("She is on leave.", cast.wren)
    assert not ReviewRequest.objects.open().filter(pk=request_.pk).exists()
    article = request_.revision.article
    assert history.tells_of(article, "review.request_withdrawn", request=request_.pk, reason="She is on leave.")
    [message] = [message for message in mail.outbox if "No longer needed" in message.subject]
    assert message.to == [cast.dr_ruth.email]
    assert "She is on leave." in message.body
    assert "Wren Adeyemi no longer asks you" in message.body


@pytest.mark.parametrize(("reason", "words"), [("  ", "Say why"), ("x" * 2001, "2,000")])
def test_it_needs_a_reason(cast, request_, reason, words):
    with pytest.raises(Refused, match=words):
        withdraw_request(request_, reason=reason, by=cast.ed)
    assert not RequestWithdrawal.objects.exists()


def test_what_is_closed_already_stays_as_it_is(cast, request_):
    signing.sign(request_.pk, worlds.answer(request_), by=cast.dr_ruth)
    with pytest.raises(Stale):
        withdraw_request(request_, reason="Too late.", by=cast.ed)
    other = worlds.asked(request_.revision, Kind.MEDICAL, cast.dr_omar, by=cast.ed)
    withdraw_request(other, reason="Once.", by=cast.ed)
    with pytest.raises(Stale):
        withdraw_request(other, reason="Twice.", by=cast.ed)


def test_a_request_that_was_taken_back_cannot_be_signed(cast, request_):
    answer = worlds.answer(request_)
    withdraw_request(request_, reason="She is on leave.", by=cast.ed)
    with pytest.raises(Stale, match="taken back"):
        signing.sign(request_.pk, answer, by=cast.dr_ruth)
    assert not SignOff.objects.exists()


def test_the_same_person_can_be_asked_again_and_stays_barred_from_writing(cast, request_):
    withdraw_request(request_, reason="She is on leave.", by=cast.ed)
    roles = Contribution.objects.filter(revision=request_.revision, user=cast.dr_ruth).values_list("role", flat=True)
    assert list(roles) == [Contribution.Role.REVIEWER]
    due = timezone.localdate() + datetime.timedelta(days=3)
    again = requesting.request_review(request_.revision, kind=Kind.MEDICAL, reviewer=cast.dr_ruth, due=due, by=cast.ed)
    assert signing.sign(again.pk, worlds.answer(again), by=cast.dr_ruth).request == again


def test_on_the_desk_whoever_may_ask_takes_it_back_and_the_desk_then_says_so(cast, request_, as_user):
    desk = f"/admin/reviews/reviewrequest/{request_.pk}/change/"
    address = f"/admin/reviews/reviewrequest/{request_.pk}/take-back/"
    browser = as_user(cast.wren)
    assert address in browser.get(desk).content.decode()
    assert "Why it is no longer needed" in browser.get(address).content.decode()
    empty = browser.post(address, {"reason": " "})
    assert empty.status_code == 422
    assert browser.post(address, {"reason": "She is on leave."})["Location"] == desk
    twice = browser.post(address, {"reason": "She is on leave, I say."})
    assert twice.status_code == 409
    assert "She is on leave, I say." in twice.content.decode()
    html = as_user(cast.dr_ruth).get(desk).content.decode()
    assert "Wren Adeyemi took this request back" in html
    assert "She is on leave." in html
    assert 'name="password"' not in html
    queue = "/admin/reviews/reviewrequest/"
    assert "Taken back" in browser.get(queue).content.decode()
    assert request_.revision.title in browser.get(f"{queue}?state=taken_back").content.decode()
    assert request_.revision.title not in browser.get(f"{queue}?state=overtaken").content.decode()


def test_nobody_else_takes_it_back(cast, request_, as_user):
    address = f"/admin/reviews/reviewrequest/{request_.pk}/take-back/"
    for user, status in ((cast.dr_ruth, 403), (cast.dr_omar, 404), (cast.milo, 404)):
        assert as_user(user).post(address, {"reason": "No."}).status_code == status
    assert not RequestWithdrawal.objects.exists()


@marked
def test_signing_against_taking_the_request_back_leaves_one_of_the_two(transactional_db):
    cast = worlds.the_cast()
    for number in range(4):
        revision = worlds.drafted(cast, slug=f"article-{number}", title=f"Article {number}")
        request = worlds.asked(revision, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
        answer = worlds.answer(request)
        results = at_once(
            lambda request=request, answer=answer: signing.sign(request.pk, answer, by=cast.dr_ruth),
            lambda request=request: withdraw_request(request, reason="Found somebody.", by=cast.ed),
        )
        assert refusals(results) == [Stale]
        request = ReviewRequest.objects.get(pk=request.pk)
        assert hasattr(request, "signoff") != hasattr(request, "withdrawn")
