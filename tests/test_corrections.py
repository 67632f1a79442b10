"""The log of corrections and withdrawals: every notice, newest first, in the words of its time; nothing else."""

import uuid

import pytest
from django.utils import timezone

from articles.models import Revision
from reviews import concerns, feedback, publishing, triaging
from reviews.feedback import Told
from reviews.models import Concern, Publication, Withdrawal
from tests import pages, worlds
from tests.unsigned import another_hand

PATH = "/corrections/"
TYPES = 6  # links to the types of notice, before all others


def said(client, path: str = PATH) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    main = answer.content.decode().split("<main")[1].split("</main>")[0]
    return " ".join(pages.Page(main.replace("</dt>", "</dt> ")).text.split())


def links(client, path: str = PATH) -> list[str]:
    return pages.Page(client.get(path).content.decode().split("<main")[1].split("</main>")[0]).values("href")


def corrected(cast, publication, note="We had the dose wrong.", **words):
    draft = worlds.redrafted(publication.revision, by=cast.wren, kind=Revision.Kind.CORRECTION, change_note=note, **words)
    return worlds.published(cast, draft)


def test_a_correction_says_what_was_changed_when_and_of_which_article(cast, client):
    made = corrected(cast, worlds.published(cast), title="Cramps, corrected")
    text = said(client)
    assert "Correction · " in text
    assert "Cramps, corrected We had the dose wrong. What changed in “Cramps, corrected” History of “Cramps" in text
    notice = f"/corrections/correction-{made.pk}/"
    assert links(client)[TYPES:] == ["/articles/leg-cramps-at-night/", notice, "/articles/leg-cramps-at-night/history/"]


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
    first, second = said(client), said(client, pages.beside(client, PATH))
    assert first.index("Reason 1.") < first.index("Note 1.")
    assert second.index("Reason 0.") < second.index("Note 0.")
    assert "Note 0." not in first
    assert said(client, pages.beside(client, pages.beside(client, PATH), "prev")) == first


def test_a_page_of_many_notices_costs_a_bounded_number_of_queries(cast, client, django_assert_max_num_queries):
    for n in range(6):
        live = worlds.published(cast, worlds.drafted(cast, slug=f"article-{n}", title=f"Article {n}"))
        publishing.withdraw(live, reason="Wrong.", by=cast.ed)
        corrected(cast, live, title=f"Article {n}, corrected")
    with django_assert_max_num_queries(11):
        assert said(client).count("Article 5") == 6


def test_it_follows_an_article_to_its_present_address(cast, client):
    corrected(cast, worlds.published(cast), slug="cramps")
    assert links(client)[TYPES] == "/articles/cramps/"


# --- Types, and a page for each notice --------------------------------------------------------------------------------


def doubted(cast, publication, note="One of its trials is being looked into."):
    source = publication.revision.citations.get().reference
    opened = Concern.objects.create(article=publication.article, reference=source, standing="retracted", at=timezone.now())
    return concerns.decide(opened, reason="Inner reason.", public_note=note, by=cast.ed)


def test_the_log_is_typed_and_updates_are_told_to_those_who_ask(cast, client):
    first = worlds.published(cast)
    clear = worlds.redrafted(first.revision, by=cast.wren, kind="clarification", change_note="Said more plainly.")
    second = worlds.published(cast, clear)
    third = corrected(cast, second)
    worlds.published(cast, worlds.redrafted(third.revision, by=cast.wren, change_note="A newer trial."))
    doubted(cast, third)
    doubted(cast, worlds.published(cast, worlds.drafted(cast, slug="silent")), note="")
    whole = said(client)
    for words in ("Clarification · ", "Said more plainly.", "Correction · ", "Expression of concern · ", "is being looked into"):
        assert words in whole
    assert "A newer trial." not in whole
    assert whole.count("Expression of concern · ") == 1
    assert "A newer trial." in said(client, f"{PATH}?type=update")
    only = said(client, f"{PATH}?type=concern")
    assert "is being looked into" in only
    assert "Said more plainly." not in only
    assert said(client, f"{PATH}?type=nonsense") == whole


def test_the_same_words_published_again_are_no_second_correction(cast, client):
    made = corrected(cast, worlds.published(cast))
    publishing.withdraw(made, reason="By mistake.", by=cast.ed)
    again = publishing.publish(made.revision, by=cast.ed)
    assert said(client, f"{PATH}?type=correction").count("We had the dose wrong.") == 1
    assert client.get(f"{PATH}correction-{made.pk}/").status_code == 200
    assert client.get(f"{PATH}correction-{again.pk}/").status_code == 404


def test_a_notice_shows_what_was_wrong_what_it_says_now_who_decided_and_that_a_reader_had_told_us(cast, client):
    live = worlds.published(cast)
    report = feedback.tell(live, Told("inaccurate", "", "My own words."), key=uuid.uuid4())
    words = {"reason": "Inner reason.", "answer": "Thank you.", "change_note": "We had the dose wrong."}
    [triage] = triaging.triage([report], outcome="correct", by=cast.ed, **words)
    body = live.revision.body.replace("little difference", "no difference")
    note, summary = triage.draft.change_note, "A better summary."
    draft = worlds.redrafted(triage.draft, by=cast.wren, kind="correction", change_note=note, body=body, summary=summary)
    made = worlds.published(cast, draft)
    path = f"{PATH}correction-{made.pk}/"
    text = said(client, path)
    assert "Before What is known about cramps that wake people, and what is not. Now A better summary." in text
    assert "magnesium made little difference to cramps" in text
    assert "magnesium made no difference to cramps" in text
    assert "[@" not in text
    assert "Talk to a doctor" not in text, "only what changed"
    assert "Published by Edith Castellanos" in text
    assert "After a report from a reader" in text
    assert "My own words." not in text
    assert "Inner reason." not in text
    assert path in links(client, "/articles/leg-cramps-at-night/history/")
    assert {"/articles/leg-cramps-at-night/", "/articles/leg-cramps-at-night/history/"} <= set(links(client, path))
    other = corrected(cast, worlds.published(cast, worlds.drafted(cast, slug="other")))
    assert "After a report" not in said(client, f"{PATH}correction-{other.pk}/")


def test_notices_of_withdrawal_and_of_concern_have_their_pages(cast, client):
    live = worlds.published(cast)
    concern = doubted(cast, live)
    shown = said(client, f"{PATH}concern-{concern.pk}/")
    assert "One of its trials is being looked into." in shown
    assert "Inner reason." not in shown
    report = feedback.tell(live, Told("harmful"), key=uuid.uuid4())
    words = {"reason": "Inner reason.", "answer": "", "withdrawal_reason": "It could do harm."}
    triaging.triage([report], outcome="withdraw", by=cast.ed, **words)
    shown = said(client, f"{PATH}withdrawal-{Withdrawal.objects.get().pk}/")
    assert "It could do harm. The article is not published at present. Withdrawn by Edith Castellanos" in shown
    assert "After a report from a reader" in shown
    gone = client.get(f"{PATH}concern-{concern.pk}/")
    assert (gone.status_code, gone.url) == (302, "/articles/leg-cramps-at-night/")


@pytest.mark.parametrize("path", ["correction-0", "concern-99", "first-1", "minor-1", "nonsense-1", "update-999999999999999999"])
def test_there_is_no_other_notice(cast, client, path):
    worlds.published(cast)
    assert client.get(f"{PATH}{path}/").status_code == 404


def test_each_notice_has_one_address_and_none_with_leading_zeros(cast, client):
    made = corrected(cast, worlds.published(cast))
    assert client.get(f"{PATH}correction-{made.pk}/").status_code == 200
    assert client.get(f"{PATH}correction-0{made.pk}/").status_code == 404


def test_a_version_that_was_altered_has_no_notice(cast, client):
    first = worlds.published(cast)
    made = corrected(cast, first)
    with another_hand():
        Revision.objects.filter(pk=first.revision_id).update(summary="Bought.")
    assert client.get(f"{PATH}correction-{made.pk}/").status_code == 404


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
