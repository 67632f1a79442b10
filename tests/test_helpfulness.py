"""How many a page helped, how sure that is, and whether the last change made a difference."""

import datetime
import uuid

import pytest
import time_machine
from django.utils import timezone

from articles.models import Article
from articles.wilson import score_interval
from reviews import feedback, helpfulness, publishing
from reviews.helpfulness import BeforeAndAfter, before_and_after, of_articles, percent, worst_first
from tests import worlds


def voted(publication, yes: int = 0, no: int = 0) -> None:
    for helpful, times in ((True, yes), (False, no)):
        for _ in range(times):
            feedback.vote(publication.pk, helpful=helpful, key=uuid.uuid4())


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def told(article) -> str:
    return plain(before_and_after(of_articles([article.pk])[article.pk]).in_words)


@pytest.fixture
def first(cast):
    with time_machine.travel("2026-03-01 09:00Z", tick=False):
        return worlds.published(cast)


@pytest.fixture
def second(cast, first):
    with time_machine.travel("2026-03-11 08:00Z", tick=False):
        return worlds.published(cast, worlds.redrafted(first.revision, by=cast.wren))


def test_votes_are_counted_for_each_version_with_the_days_it_was_live(first, second):
    voted(first, yes=16, no=15)
    voted(second, yes=18, no=5)
    feedback.tell(second, feedback.Told("unclear"), key=uuid.uuid4())  # says nothing of helpful or not
    with time_machine.travel("2026-03-12 07:00Z", tick=False):
        now, before = of_articles([first.article_id])[first.article_id]
    assert (now.publication, now.yes, now.no, now.votes, now.days) == (second, 18, 5, 23, 1)
    assert (before.publication, before.yes, before.no, before.days) == (first, 16, 15, 10)
    assert now.share == 18 / 23
    assert now.interval == score_interval(18, 23)


def test_an_editor_reads_whether_the_change_helped(first, second):
    voted(first, yes=16, no=15)
    voted(second, yes=18, no=5)
    assert told(first.article) == (
        "Helpful for 78 % (58–90 %) of 23 readers; before the last change 52 % (35–68 %) of 31. "
        "The intervals overlap: the difference may be chance."
    )
    voted(second, yes=40)
    assert told(first.article) == (
        "Helpful for 92 % (83–97 %) of 63 readers; before the last change 52 % (35–68 %) of 31. "
        "The intervals do not overlap: the difference is hardly chance."
    )


def test_without_votes_nothing_is_claimed(first):
    assert told(first.article) == "Nobody has voted on this version."
    [now] = of_articles([first.article_id])[first.article_id]
    assert (now.share, now.interval) == (None, (0.0, 1.0))
    voted(first, yes=1)
    assert told(first.article) == "Helpful for 100 % (21–100 %) of 1 reader."


def test_a_version_without_votes_is_not_compared(first, second):
    voted(second, no=1)
    assert told(first.article) == "Helpful for 0 % (0–79 %) of 1 reader; nobody voted before the last change."


def test_a_new_version_without_votes_tells_only_of_the_one_before(first, second):
    voted(first, yes=16, no=15)
    assert told(first.article) == "Nobody has voted on this version; before the last change 52 % (35–68 %) of 31."


def test_intervals_that_only_touch_overlap(first):
    class Known(helpfulness.Figures):
        interval = (0.2, 0.4)

    class Higher(helpfulness.Figures):
        interval = (0.4, 0.6)

    class Highest(helpfulness.Figures):
        interval = (0.41, 0.6)

    low, high, highest = (kind(first, 3, 7, 1) for kind in (Known, Higher, Highest))
    assert BeforeAndAfter(low, high).overlaps
    assert BeforeAndAfter(high, low).overlaps
    assert not BeforeAndAfter(low, highest).overlaps
    assert not BeforeAndAfter(highest, low).overlaps


def test_the_same_words_published_again_are_one_version(cast, first):
    voted(first, yes=3)
    with time_machine.travel("2026-03-03 09:00Z", tick=False):
        publishing.withdraw(first, reason="By mistake.", by=cast.ed)
    with time_machine.travel("2026-03-20 09:00Z", tick=False):
        again = publishing.publish(first.revision, by=cast.ed)
    voted(again, yes=1, no=1)
    with time_machine.travel("2026-03-25 09:00Z", tick=False):
        [now] = of_articles([first.article_id])[first.article_id]
    assert (now.publication, now.yes, now.no, now.days) == (again, 4, 1, 2 + 5)


def test_many_articles_cost_as_many_queries_as_one(cast, first, second, django_assert_num_queries):
    others = [worlds.published(cast, worlds.drafted(cast, slug=f"other-{n}")) for n in range(3)]
    voted(others[1], no=2)
    with django_assert_num_queries(2):
        of_articles([first.article_id])
    with time_machine.travel(timezone.now() + datetime.timedelta(days=4)):
        found = of_articles([first.article_id, others[0].article_id])
        assert found[others[0].article_id][0].days == 5, "of its own, whatever came before it in the list"
    keys = [first.article_id, *(other.article_id for other in others)]
    with django_assert_num_queries(2):
        found = of_articles(keys)
        assert [(len(found[key]), found[key][0].no, str(found[key][0].publication.revision.number)) for key in keys] == [
            (2, 0, "2"), (1, 0, "1"), (1, 2, "1"), (1, 0, "1"),
        ]  # fmt: skip


def test_those_that_help_least_come_first_and_those_that_nobody_can_judge_last(cast, django_assert_num_queries):
    live = {
        name: worlds.published(cast, worlds.drafted(cast, slug=name)) for name in ("good", "bad", "few", "none", "gone", "bad2")
    }
    voted(live["good"], yes=30, no=2)
    voted(live["bad"], yes=2, no=4)  # at best 70 %
    voted(live["bad2"], yes=40, no=60)  # a better share, but at best 50 %
    voted(live["few"], no=4)
    voted(live["gone"], no=9)
    publishing.withdraw(live["gone"], reason="Out of date.", by=cast.ed)
    with django_assert_num_queries(1):
        ranked = worst_first(Article.objects.all())
    assert ranked == [live[name].article_id for name in ("bad2", "bad", "good", "few", "none")]
    assert worst_first(Article.objects.filter(slug="few")) == [live["few"].article_id]


def test_votes_on_an_older_version_say_nothing_of_the_page_that_is_live(cast, first, second):
    voted(first, no=20)
    other = worlds.published(cast, worlds.drafted(cast, slug="other"))
    voted(other, yes=5, no=3)
    assert worst_first(Article.objects.all()) == [other.article_id, first.article_id]


@pytest.mark.parametrize(("share", "shown"), [(0.0, 0), (0.004, 0), (0.005, 1), (0.625, 63), (0.995, 100), (1.0, 100)])
def test_shares_are_shown_in_whole_percent(share, shown):
    assert percent(share) == shown


def test_a_day_begun_is_a_day(first):
    for hours, days in ((0, 1), (23, 1), (24, 1), (25, 2)):
        with time_machine.travel(
            datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC) + datetime.timedelta(hours=hours), tick=False
        ):
            assert of_articles([first.article_id])[first.article_id][0].days == days
