"""What readers are told when the next review of a page is overdue: from the day on which it is, and not a day longer."""

import datetime
from email.utils import parsedate_to_datetime

import pytest
import time_machine

from articles import pages as finished
from articles.models import Article, Page
from articles.pages import is_genuine
from tests import pages, worlds

PATH = "/articles/leg-cramps-at-night/"
REVIEWED = datetime.datetime(2025, 3, 3, 12, tzinfo=datetime.UTC)
DUE = datetime.date(2026, 3, 3)
LAST_DAY = datetime.datetime(2026, 3, 3, 23, 59, tzinfo=datetime.UTC)
NEXT_DAY = datetime.datetime(2026, 3, 4, 0, 1, tzinfo=datetime.UTC)


@pytest.fixture
def published(db):
    """Reviewed on 3 March 2025, due a year later."""
    with time_machine.travel(REVIEWED, tick=False):
        cast = worlds.the_cast()
        return worlds.published(cast)


def words(client) -> str:
    return " ".join(pages.Page(client.get(PATH).content.decode()).text.split())


def test_a_page_says_so_from_the_day_after_its_review_was_due(published, client):
    with time_machine.travel(LAST_DAY, tick=False):
        assert Page.objects.get().review_due == DUE
        assert "overdue" not in client.get(PATH).content.decode()
    with time_machine.travel(NEXT_DAY, tick=False):
        assert (
            "This page was due to be reviewed again on 3 March 2026. The review has not been completed yet. "
            "What it says was approved when it was last reviewed, on 3 March 2025." in words(client)
        )
        assert is_genuine(Page.objects.get())


@pytest.mark.parametrize("validator", ["ETag", "Last-Modified"])
def test_a_copy_from_before_it_was_overdue_is_no_longer_good(published, client, validator):
    asks = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[validator]
    with time_machine.travel(LAST_DAY, tick=False):
        kept = client.get(PATH)[validator]
        assert client.get(PATH, headers={asks: kept}).status_code == 304
    with time_machine.travel(NEXT_DAY, tick=False):
        again = client.get(PATH, headers={asks: kept})
        assert again.status_code == 200
        assert client.get(PATH, headers={asks: again[validator]}).status_code == 304
        assert parsedate_to_datetime(again["Last-Modified"]) == NEXT_DAY.replace(minute=0)


def test_the_site_s_own_midnight_counts(published, client, settings):
    settings.TIME_ZONE = "Pacific/Auckland"  # 13 hours ahead of UTC
    with time_machine.travel(datetime.datetime(2026, 3, 3, 11, 30, tzinfo=datetime.UTC), tick=False):
        assert parsedate_to_datetime(client.get(PATH)["Last-Modified"]).isoformat() == "2026-03-03T11:00:00+00:00"
        assert "was due to be reviewed again" in words(client)


def test_a_publisher_may_choose_not_to_show_it(published, client, settings):
    settings.SHOW_OVERDUE = False
    with time_machine.travel(NEXT_DAY, tick=False):
        answer = client.get(PATH)
        assert "overdue" not in answer.content.decode()
        assert parsedate_to_datetime(answer["Last-Modified"]) == REVIEWED


def test_the_words_of_a_withdrawn_page_are_not_spoken_of(published, client):
    with time_machine.travel(NEXT_DAY, tick=False):
        worlds.publishing.withdraw(published, reason="It is being rewritten.", by=published.by)
        answer = client.get(PATH)
        assert answer.status_code == 410
        assert "reviewed again" not in answer.content.decode()


def test_a_longer_interval_of_the_topic_takes_the_notice_away_again(published, client):
    with time_machine.travel(NEXT_DAY, tick=False):
        assert "was due to be reviewed again" in words(client)
        article = Article.objects.get()
        article.topic.review_interval_months = 24
        article.topic.save()
        finished.refresh(article)
        assert "was due to be reviewed again" not in words(client)


def test_a_page_that_keeps_no_date_says_nothing(published, client):
    """As they were made before the date was kept: their seal says nothing of it either."""
    page = Page.objects.get()
    page.review_due = page.review_months = None
    Page.objects.update(review_due=None, review_months=None, seal=finished.seal("page", finished.sealed(page)))
    with time_machine.travel(NEXT_DAY, tick=False):
        answer = client.get(PATH)
        assert answer.status_code == 200
        assert "overdue" not in answer.content.decode()
