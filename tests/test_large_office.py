"""The office of a house with very many live pages: some figures are counted every ten minutes, and the screens say so."""

import uuid

import pytest
import time_machine
from django.utils import timezone

from articles import shelves
from reviews import feedback, publishing
from tests import worlds
from tests.pages import Page
from tests.test_desks import counts, listed, told

HELPFULNESS = "/admin/reviews/feedbackreport/helpfulness/"
SELDOM = "counted every ten minutes"


@pytest.fixture(params=["small", "large"])
def is_large(request, monkeypatch) -> bool:
    monkeypatch.setattr(shelves, "LARGE", 0 if request.param == "large" else 5_000)
    return request.param == "large"


def said(client, path: str = "/admin/") -> str:
    return " ".join(Page(client.get(path).content.decode()).text.split())


def test_a_desk_says_what_is_counted_every_ten_minutes_only_where_it_is(is_large, cast, as_user):
    worlds.published(cast)
    for user in (cast.ed, cast.wren):
        assert (SELDOM in said(as_user(user))) == is_large


def test_a_draft_is_counted_at_once_or_ten_minutes_later(is_large, cast):
    with time_machine.travel("2026-11-20 12:00Z"):
        worlds.published(cast)
        assert (counts(cast.ed)["Drafts, never published"], counts(cast.wren)["My drafts"]) == (0, 0)
        worlds.drafted(cast, slug="another")
        new = 0 if is_large else 1
        assert (counts(cast.ed)["Drafts, never published"], counts(cast.wren)["My drafts"]) == (new, new)
    with time_machine.travel("2026-11-20 12:11Z"):
        assert (counts(cast.ed)["Drafts, never published"], counts(cast.wren)["My drafts"]) == (1, 1)


def test_what_is_open_is_as_of_now(is_large, cast):
    live = worlds.published(cast)
    assert counts(cast.ed)["Open: it could harm somebody"] == 0
    told(live, "harmful")
    assert counts(cast.ed)["Open: it could harm somebody"] == 1


def test_the_title_of_a_page_that_is_no_longer_theirs_is_told_nobody(is_large, cast):
    live = worlds.published(cast)
    told(live)
    assert len(listed(cast.wren, "writing", "Readers’ reports on my pages")) == 1
    type(live.article).objects.filter(pk=live.article_id).update(owner=cast.milo)
    assert listed(cast.wren, "writing", "Readers’ reports on my pages") == []


def test_the_list_of_helpfulness_shows_figures_as_of_now_and_nothing_that_was_withdrawn(is_large, cast, as_user):
    live = worlds.published(cast)
    gone = worlds.published(cast, worlds.drafted(cast, slug="gone", title="Taken down"))
    ed = as_user(cast.ed)
    assert "Taken down" in said(ed, HELPFULNESS)
    publishing.withdraw(gone, reason="Wrong.", by=cast.ed)
    feedback.vote(live.pk, helpful=True, key=uuid.uuid4())
    shown = said(ed, HELPFULNESS)
    assert "Taken down" not in shown
    assert "of 1 reader" in shown
    assert ("ranked every ten minutes" in shown) == is_large


def test_what_falls_due_is_counted_by_day(is_large, cast):
    live = worlds.published(cast)
    worlds.published(cast, worlds.drafted(cast, slug="stays"))
    with time_machine.travel(timezone.now() + timezone.timedelta(days=400)):
        assert counts(cast.ed)["Reviews overdue"] == 2
        publishing.withdraw(live, reason="Wrong.", by=cast.ed)
        assert counts(cast.ed)["Reviews overdue"] == (2 if is_large else 1)
