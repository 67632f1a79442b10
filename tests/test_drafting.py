from dataclasses import replace

import pytest

from articles.drafting import LONGEST_BODY, assign, restore, save_draft, shelve, start_article, text_of
from articles.models import Article, Contribution, Event, Revision
from articles.refusal import Refused, Stale
from tests import worlds


def test_a_save_of_other_words_is_a_new_revision_and_the_old_one_stays(cast):
    first = worlds.drafted(cast)
    second = worlds.redrafted(first, by=cast.wren, title="Cramps at night")
    assert (second.number, second.parent) == (2, first)
    first.refresh_from_db()
    assert first.title == "Leg cramps at night"
    assert Article.objects.get().draft == second


def test_a_save_of_the_same_words_makes_nothing(cast):
    first = worlds.drafted(cast)
    events = Event.objects.count()
    same = replace(text_of(first), body=first.body.replace("\n", "\r\n") + "  \n", title=f" {first.title} ")
    assert save_draft(first.article_id, same, base=first.pk, by=cast.wren) == first
    assert (Revision.objects.count(), Event.objects.count()) == (1, events)


def test_a_save_upon_an_older_draft_is_stale_and_says_who_saved(cast):
    first = worlds.drafted(cast)
    worlds.redrafted(first, by=cast.ed)
    with pytest.raises(Stale, match="Edith Castellanos saved revision 2"):
        worlds.redrafted(first, by=cast.wren, title="Mine")
    assert Revision.objects.count() == 2


def test_the_same_words_upon_an_older_draft_are_not_stale(cast):
    first = worlds.drafted(cast)
    second = worlds.redrafted(first, by=cast.ed)
    assert save_draft(first.article_id, text_of(second), base=first.pk, by=cast.wren) == second


def test_whoever_wrote_stays_credited_and_reviewers_do_not_carry_over(cast):
    first = worlds.drafted(cast)
    worlds.asked(first, "facts", cast.fay, by=cast.ed)
    second = worlds.redrafted(first, by=cast.ed)
    roles = dict(second.contributions.values_list("user__username", "role"))
    assert roles == {"wren": Contribution.Role.WRITER, "ed": Contribution.Role.EDITOR}


def test_restoring_makes_an_unsigned_draft_with_the_old_words(cast):
    first = worlds.approved(cast)
    second = worlds.redrafted(first, by=cast.wren, title="Other")
    third = restore(first, base=second.pk, by=cast.wren)
    assert (third.number, third.title, third.body) == (3, first.title, first.body)
    assert not third.signoffs.exists()


def test_restoring_upon_a_stale_screen_changes_nothing(cast):
    first = worlds.drafted(cast)
    second = worlds.redrafted(first, by=cast.wren)
    worlds.redrafted(second, by=cast.ed, body="Else [@garrison2020magnesium].")
    with pytest.raises(Stale):
        restore(first, base=second.pk, by=cast.wren)


@pytest.mark.parametrize("slug", ["", "two words", "a/b", "ä", "a" * 121, "javascript:x"])
def test_an_address_that_cannot_be_one_is_refused(cast, slug):
    with pytest.raises(Refused, match="address"):
        worlds.drafted(cast, slug=slug)
    assert not Article.objects.exists()


def test_every_reason_is_given_at_once(cast):
    with pytest.raises(Refused) as refusal:
        worlds.drafted(cast, title=" ", summary="s" * 601, body="b" * (LONGEST_BODY + 1), slug="no good")
    assert len(refusal.value.reasons) == 4


def test_two_articles_cannot_have_one_address(cast):
    worlds.drafted(cast)
    with pytest.raises(Refused, match="Another article has the address"):
        start_article(worlds.TEXT, topic=worlds.topic(), by=cast.milo)


def test_the_address_of_a_published_article_may_change_and_is_signed_like_every_word(cast):
    live = worlds.published(cast)
    moved = worlds.redrafted(live.revision, by=cast.wren, slug="cramps")
    assert moved.digest != live.revision.digest
    assert Article.objects.get().slug == "leg-cramps-at-night", "until it is published under the new one"


def test_an_address_that_an_article_has_left_is_nobody_elses(cast):
    live = worlds.published(cast)
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, slug="cramps"))
    with pytest.raises(Refused, match="Another article has the address leg-cramps-at-night"):
        worlds.drafted(cast, by=cast.milo)


def test_an_article_is_handed_only_to_somebody_who_may_write(cast):
    article = worlds.drafted(cast).article
    with pytest.raises(Refused, match="may not write"):
        assign(article.pk, owner=cast.fay, by=cast.ed)
    assert assign(article.pk, owner=cast.milo, by=cast.ed).owner == cast.milo
    assert article.events.filter(name="article.assigned").count() == 1


def test_moving_to_another_topic_is_recorded_and_makes_no_revision(cast):
    article = worlds.drafted(cast).article
    shelve(article.pk, topic=worlds.topic("Heart"), by=cast.ed)
    assert article.events.get(name="article.shelved").data == {"topic": "heart", "before": "sleep-and-pain"}
    assert article.revisions.count() == 1


def test_who_may_see_and_who_may_write_on_an_article(cast):
    revision = worlds.drafted(cast)
    worlds.asked(revision, "facts", cast.fay, by=cast.ed)
    see = {name for name, user in vars(cast).items() if Article.objects.visible_to(user).exists()}
    write = {name for name, user in vars(cast).items() if Article.objects.editable_by(user).exists()}
    assert see == {"wren", "ed", "root", "fay"}
    assert write == {"wren", "ed", "root"}


def test_whoever_wrote_may_go_on_after_the_article_was_handed_over(cast):
    article = worlds.drafted(cast).article
    assign(article.pk, owner=cast.milo, by=cast.ed)
    assert Article.objects.editable_by(cast.wren).exists()
    assert Article.objects.editable_by(cast.milo).exists()
