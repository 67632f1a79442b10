"""The log of corrections and withdrawals: every notice, newest first, in the words of its time; nothing else."""

import pytest

from articles.models import Revision
from reviews import publishing
from reviews.models import Publication, Withdrawal
from tests import pages, worlds
from tests.unsigned import another_hand

PATH = "/corrections/"


def said(client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(pages.Page(answer.content.decode().split("<main")[1].split("</main>")[0]).text.split())


def links(client, path: str = PATH) -> list[str]:
    return pages.Page(client.get(path).content.decode().split("<main")[1].split("</main>")[0]).values("href")


def corrected(cast, publication, note="We had the dose wrong.", **words):
    draft = worlds.redrafted(publication.revision, by=cast.wren, kind=Revision.Kind.CORRECTION, change_note=note, **words)
    return worlds.published(cast, draft)


def test_a_correction_says_what_was_changed_when_and_of_which_article(cast, client):
    corrected(cast, worlds.published(cast), title="Cramps, corrected")
    text = said(client)
    assert "Correction · " in text
    assert "Cramps, corrected We had the dose wrong. History of “Cramps, corrected”" in text
    assert links(client) == ["/articles/leg-cramps-at-night/", "/articles/leg-cramps-at-night/history/"]


def test_an_update_is_no_correction_and_nothing_of_drafts_is_told(cast, client):
    live = worlds.published(cast)
    again = worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren, change_note="A newer trial."))
    waiting = worlds.redrafted(again.revision, by=cast.wren, kind=Revision.Kind.CORRECTION, change_note="Not signed yet.")
    assert "Nothing has been corrected or withdrawn so far." in said(client)
    worlds.approved(cast, waiting)
    assert "Not signed yet." not in said(client)
    assert "Page" not in said(client)


def test_each_notice_keeps_the_title_of_its_time(cast, client):
    first = corrected(cast, worlds.published(cast), title="Title of the correction")
    worlds.published(cast, worlds.redrafted(first.revision, by=cast.wren, title="Title of today"))
    assert "Title of the correction" in said(client)
    assert "Title of today" not in said(client)


def test_a_withdrawal_says_why_and_whether_the_article_is_live_again(cast, client):
    live = worlds.published(cast)
    publishing.withdraw(live, reason="A trial was retracted.", by=cast.ed)
    text = said(client)
    assert "Withdrawal · " in text
    assert "Leg cramps at night A trial was retracted. The article is not published at present." in text
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    assert "A trial was retracted. A new version has been reviewed and published since." in said(client)


def test_of_an_article_that_is_withdrawn_only_the_notice_is_told(cast, client):
    live = corrected(cast, worlds.published(cast), note="Words of the correction.")
    publishing.withdraw(live, reason="Wrong after all.", by=cast.ed)
    text = said(client)
    assert "Wrong after all." in text
    assert "Words of the correction." not in text
    worlds.published(cast, worlds.redrafted(live.revision, by=cast.wren))
    assert "Words of the correction." in said(client)


def test_it_is_newest_first_and_paged_with_both_kinds_together(cast, client, monkeypatch):
    monkeypatch.setattr("reviews.views.PER_PAGE", 2)
    for n in range(2):
        live = worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}", title=f"Article {n}"))
        corrected(cast, live, note=f"Note {n}.")
        gone = worlds.published(cast, worlds.drafted(cast, slug=f"gone-{n}", title=f"Gone {n}"))
        publishing.withdraw(gone, reason=f"Reason {n}.", by=cast.ed)
    first, second = said(client), said(client, f"{PATH}?page=2")
    assert first.index("Reason 1.") < first.index("Note 1.")
    assert second.index("Reason 0.") < second.index("Note 0.")
    assert "Note 0." not in first
    assert "Page 2 of 2" in second


def test_a_page_of_many_notices_costs_a_bounded_number_of_queries(cast, client, django_assert_max_num_queries):
    for n in range(6):
        live = worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}", title=f"Article {n}"))
        publishing.withdraw(live, reason="Wrong.", by=cast.ed)
        corrected(cast, live, title=f"Article {n}, corrected")
    with django_assert_max_num_queries(9):
        assert said(client).count("Article 5") == 4


def test_it_follows_an_article_to_its_present_address(cast, client):
    corrected(cast, worlds.published(cast), slug="cramps")
    assert links(client)[0] == "/articles/cramps/"


# --- What another hand wrote ----------------------------------------------------------------------------------------------


def copied(record):
    """A row as somebody with access to the database would put it in."""
    copy = type(record)._base_manager.get(pk=record.pk)
    copy.pk = None
    copy.save(force_insert=True)
    return copy


def test_a_publication_that_no_event_tells_of_is_not_in_the_log(cast, client):
    copied(corrected(cast, worlds.published(cast)))
    assert Publication.objects.filter(revision__kind="correction").count() == 2
    assert said(client).count("We had the dose wrong.") == 1


def test_a_withdrawal_that_no_event_tells_of_is_not_in_the_log(cast, client):
    live = worlds.published(cast)
    Withdrawal.objects.create(publication=live, reason="Forged.", by=cast.ed, at=live.at)
    assert "Forged." not in said(client)


def test_a_reason_that_was_altered_is_not_in_the_log(cast, client):
    gone = publishing.withdraw(worlds.published(cast), reason="Wrong.", by=cast.ed)
    with another_hand():
        Withdrawal.objects.filter(pk=gone.pk).update(reason="Bought.")
    assert "Bought." not in said(client)


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_only_answers_questions(client, db, method):
    assert getattr(client, method)(PATH).status_code == 405
