"""Remarks: pinned to words that are there, answered, settled, opened again; and who may take part."""

import pytest
from django.urls import reverse

from articles.models import Event
from articles.refusal import Refused
from reviews import remarks
from reviews.models import Remark, RemarkReply
from reviews.models.signoff import Kind
from tests import desks, worlds
from tests.pages import Page


@pytest.fixture
def review(cast):
    return worlds.asked(worlds.drafted(cast), Kind.MEDICAL, cast.dr_ruth, by=cast.ed)


@pytest.fixture
def remark(cast, review):
    return remarks.remark(review.revision, text="Is this still so?", quote="little difference", by=cast.dr_ruth)


def adding(revision) -> str:
    return reverse("admin:reviews_remark_add", args=[revision.pk])


def replying(to) -> str:
    return reverse("admin:reviews_remark_reply", args=[to.pk])


def text(answer) -> str:
    return " ".join(Page(answer.content.decode()).text.split())


@pytest.mark.parametrize(
    "quote",
    ["", "magnesium made little difference to cramps at night.", "Leg cramps at night", "What  helps\n", "and what is not"],
)
def test_a_remark_is_pinned_to_words_of_the_page_or_to_the_whole(cast, review, quote):
    made = remarks.remark(review.revision, text=" Too sure. ", quote=quote, by=cast.dr_ruth)
    assert (made.text, made.quote) == ("Too sure.", " ".join(quote.split()))
    assert Event.objects.filter(name="remark.made", data__remark=made.pk).exists()


@pytest.mark.parametrize(
    ("words", "quote", "reason"),
    [
        ("", "", "Write the remark"),
        ("Well.", "magnesium cures", "not in this text"),
        ("x" * 4001, "", "shorten"),
        ("Well.", "x" * 1001, "shorten"),
    ],
)
def test_a_remark_that_cannot_be_kept_is_refused_with_the_reason(cast, review, words, quote, reason):
    with pytest.raises(Refused, match=reason):
        remarks.remark(review.revision, text=words, quote=quote, by=cast.dr_ruth)
    assert not Remark.objects.exists()


def test_the_last_word_decides_whether_a_remark_is_settled(cast, remark):
    assert not remark.is_resolved
    remarks.reply(remark, text="Looked it up.", resolves=False, by=cast.wren)
    assert not Remark.objects.get().is_resolved
    remarks.reply(remark, text="", resolves=True, by=cast.dr_ruth)
    assert Remark.objects.get().is_resolved
    remarks.reply(remark, text="No, look again.", resolves=False, by=cast.dr_ruth)
    assert not Remark.objects.get().is_resolved


def test_an_empty_answer_that_settles_nothing_is_refused(cast, remark):
    with pytest.raises(Refused, match="Write an answer"):
        remarks.reply(remark, text=" ", resolves=False, by=cast.wren)


def test_an_answer_that_is_too_long_is_refused_and_not_cut(cast, remark):
    with pytest.raises(Refused, match="4,000"):
        remarks.reply(remark, text="x" * 4001, resolves=False, by=cast.wren)


def test_a_remark_is_made_on_the_desk_and_read_there(cast, review, as_user):
    browser = as_user(cast.dr_ruth)
    back = desks.address(review)
    answer = browser.post(adding(review.revision), {"text": "Too sure.", "quote": "little difference", "next": f"{back}#remarks"})
    assert answer.url == f"{back}#remarks"
    said = text(as_user(cast.wren).get(back))
    assert "Too sure." in said
    assert "1 open of 1" in said


def test_a_refused_remark_keeps_what_was_typed(cast, review, as_user):
    answer = as_user(cast.dr_ruth).post(adding(review.revision), {"text": "Too sure.", "quote": "never said"})
    assert answer.status_code == 422
    assert "not in this text" in text(answer)
    for kept in ("Too sure.", "never said"):
        assert kept in answer.content.decode()


@pytest.mark.parametrize("deed", ["answer", "settle"])
def test_a_remark_is_answered_or_settled(cast, remark, as_user, deed):
    assert as_user(cast.wren).post(replying(remark), {"text": "Mended.", "do": deed}).status_code == 302
    reply = RemarkReply.objects.get()
    assert (reply.text, reply.author, reply.resolves) == ("Mended.", cast.wren, deed == "settle")


@pytest.mark.parametrize(("who", "status"), [("wren", 302), ("ed", 302), ("dr_ruth", 302), ("milo", 404), ("fay", 404)])
def test_those_who_take_part_in_the_article_may_speak(cast, review, remark, as_user, who, status):
    browser = as_user(getattr(cast, who))
    assert browser.post(adding(review.revision), {"text": "A word."}).status_code == status
    assert browser.post(replying(remark), {"text": "A word.", "do": "answer"}).status_code == status
    assert Remark.objects.filter(text="A word.").exists() == (status == 302)
    assert RemarkReply.objects.exists() == (status == 302)


def test_reading_makes_no_remark(cast, review, remark, as_user):
    browser = as_user(cast.dr_ruth)
    assert browser.get(adding(review.revision), {"text": "A word."}).status_code == 200
    assert browser.get(replying(remark), {"text": "A word.", "do": "settle"}).status_code == 200
    assert Remark.objects.count() == 1
    assert not RemarkReply.objects.exists()


def test_what_others_wrote_is_text_and_not_markup(cast, review, as_user):
    hostile = "<img src=x onerror=alert(1)>"
    made = remarks.remark(review.revision, text=hostile, quote="", by=cast.dr_ruth)
    remarks.reply(made, text=hostile, resolves=False, by=cast.wren)
    for url in (desks.address(review), replying(made)):
        assert hostile not in as_user(cast.ed).get(url).content.decode()


def test_remarks_on_earlier_words_stay_in_sight_and_those_on_later_words_out_of_it(cast, review, remark, as_user):
    second = worlds.redrafted(review.revision, by=cast.wren)
    remarks.remark(second, text="About the second.", quote="", by=cast.ed)
    newer = worlds.asked(second, Kind.MEDICAL, cast.dr_ruth, by=cast.ed)
    assert "Is this still so?" in text(as_user(cast.dr_ruth).get(desks.address(newer)))
    assert "About the second." not in text(as_user(cast.dr_ruth).get(desks.address(review)))


def test_there_is_no_list_of_remarks_to_browse(cast, as_user):
    assert as_user(cast.root).get("/admin/reviews/remark/").status_code == 404
