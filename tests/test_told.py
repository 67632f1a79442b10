"""Whoever must act, and whoever asked, hears of it: once, and nobody of their own deed."""

import pytest

from articles.models import User
from reviews import publishing, remarks, signing
from reviews.models import Notice
from reviews.models.signoff import Kind
from tests import worlds


def told(about: str) -> list[str]:
    """Who was told of it, by account name."""
    found = Notice.objects.filter(subject__contains=about).order_by("recipient__username")
    return list(found.values_list("recipient__username", flat=True))


@pytest.fixture
def draft(cast):
    return worlds.drafted(cast)


def test_a_remark_is_told_to_whose_text_it_is_and_its_answer_to_who_remarked(cast, draft):
    worlds.asked(draft, Kind.FACTS, cast.fay, by=cast.ed)
    made = remarks.remark(draft, text="Is this so?", quote="What helps", by=cast.fay)
    assert told("A remark on “Leg cramps at night”") == ["wren"]
    assert "Is this so?" in Notice.objects.get(kind="remark").text
    remarks.reply(made, text="It is.", resolves=False, by=cast.wren)
    assert told("is answered") == ["fay"]
    remarks.reply(made, text="", resolves=True, by=cast.fay)
    assert told("is settled") == ["wren"]


def test_changes_requested_are_told_to_who_asked_and_to_whose_text_it_is(cast, draft):
    worlds.signed(draft, Kind.MEDICAL, cast.dr_ruth, by=cast.ed, decision="changes", note="Say how sure we are.")
    assert told("changes requested") == ["ed", "wren"]


def test_whoever_asked_for_a_review_of_their_own_text_is_told_once(cast, draft):
    worlds.signed(draft, Kind.FACTS, cast.fay, by=cast.wren)
    assert told("Fact check: approved") == ["wren"]


def test_publishing_and_withdrawing_are_told_to_whose_text_it_is(cast, draft):
    live = worlds.published(cast, draft)
    assert told("Published:") == ["wren"]
    publishing.withdraw(live, reason="Out of date.", by=cast.ed)
    assert told("Withdrawn:") == ["wren"]
    assert "Out of date." in Notice.objects.get(subject__startswith="Withdrawn").text


def test_an_editor_who_publishes_their_own_text_is_not_told(cast):
    worlds.published(cast, worlds.drafted(cast, by=cast.ed))
    assert told("Published:") == []


def test_a_page_that_a_signature_taken_back_brings_down_is_told_to_the_editors(cast, draft):
    live = worlds.published(cast, draft)
    signing.revoke(live.medical, reason="I misread it.", by=cast.dr_ruth)
    assert told("Withdrawn:") == ["ed", "wren"]


def test_nobody_is_written_to_who_has_left(cast, draft):
    User.objects.filter(pk=cast.wren.pk).update(is_active=False)
    cast.wren.refresh_from_db()
    worlds.published(cast, draft)
    assert told("Published:") == []
