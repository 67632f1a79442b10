"""How grave a notice is: the gravest counts, none is lost, and silence is never good news.

The twelve words are Crossref's update types; the DOIs are those of real works and real notices.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.bibliography.standing import (
    Notice,
    Standing,
    combine,
    from_pubmed,
    is_notice_about,
    is_notice_in_pubmed,
    mark_of,
    meaning,
    merged,
    standing_of,
    suspicion,
)

RETRACTION = Notice("retraction", doi="10.1016/s0140-6736(10)60175-4", date="2010-02-06", sources=("retraction-watch",))
CORRECTION = Notice("correction", doi="10.1016/s0140-6736(04)15715-2", date="2004-03-06", sources=("retraction-watch",))


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("retraction", Standing.retracted),
        ("withdrawal", Standing.retracted),
        ("removal", Standing.retracted),
        ("partial_retraction", Standing.concern),
        ("expression_of_concern", Standing.concern),
        ("correction", Standing.corrected),
        ("corrigendum", Standing.corrected),
        ("erratum", Standing.corrected),
        ("clarification", Standing.corrected),
        ("addendum", Standing.ok),
        ("new_edition", Standing.ok),
        ("new_version", Standing.ok),
        ("Expression of concern", Standing.concern),
        ("Retraction", Standing.retracted),
        ("something-new", Standing.unknown),
        ("", Standing.unknown),
    ],
)
def test_each_word_has_its_weight(word: str, standing: Standing) -> None:
    assert meaning(Notice(word)) is standing
    assert standing_of([Notice(word)]) is standing


def test_a_work_with_a_correction_and_a_retraction_is_retracted() -> None:
    assert standing_of([CORRECTION, RETRACTION]) is Standing.retracted
    assert standing_of([RETRACTION, CORRECTION]) is Standing.retracted
    assert merged([CORRECTION, RETRACTION]) == (RETRACTION, CORRECTION)


def test_a_register_that_knows_of_nothing_finds_the_work_in_order() -> None:
    assert standing_of([]) is Standing.ok


def test_a_new_version_that_names_itself_is_nothing_but_information() -> None:
    plos = Notice("new_version", doi="10.1371/journal.ppat.1006930", sources=("publisher",))
    assert standing_of([plos]) is Standing.ok
    assert not is_notice_about("new_version", "10.1371/journal.ppat.1006930", "10.1371/journal.ppat.1006930")
    assert not is_notice_about("correction", "10.1371/JOURNAL.PPAT.1006930", "10.1371/journal.ppat.1006930")


def test_a_notice_is_a_notice_whatever_else_is_filed_under_it() -> None:
    assert is_notice_about("retraction", "10.1016/s0140-6736(97)11096-0", "10.1016/s0140-6736(10)60175-4")
    assert not is_notice_about("new_edition", "10.1000/first", "10.1000/second")
    assert standing_of([RETRACTION], is_notice=True) is Standing.notice


def test_a_retraction_that_was_taken_back_leaves_a_corrected_work() -> None:
    back = Notice("Reinstatement", date="2012-01-01")
    assert standing_of([RETRACTION, back]) is Standing.corrected
    assert standing_of([RETRACTION, Notice("Reinstatement", date="2009")]) is Standing.retracted
    assert standing_of([RETRACTION, Notice("Reinstatement")]) is Standing.retracted
    assert standing_of([Notice("retraction"), back]) is Standing.retracted


@pytest.mark.parametrize(
    ("results", "standing"),
    [
        ((), Standing.not_checkable),
        ((Standing.ok, Standing.ok), Standing.ok),
        ((Standing.ok, Standing.failed), Standing.failed),
        ((Standing.ok, Standing.unknown), Standing.unknown),
        ((Standing.not_checkable, Standing.failed), Standing.failed),
        ((Standing.not_checkable,), Standing.not_checkable),
        ((Standing.not_checkable, Standing.ok), Standing.ok),
        ((Standing.failed, Standing.corrected), Standing.corrected),
        ((Standing.corrected, Standing.concern, Standing.retracted), Standing.retracted),
        ((Standing.concern, Standing.notice), Standing.notice),
    ],
)
def test_several_registers_together(results: tuple[Standing, ...], standing: Standing) -> None:
    assert combine(*results) is standing
    assert combine(*reversed(results)) is standing


@given(st.lists(st.sampled_from(Standing), max_size=4))
def test_a_failure_never_becomes_good_news(results: list[Standing]) -> None:
    assert combine(*results, Standing.failed) not in (Standing.ok, Standing.not_checkable, Standing.unknown)


def test_the_same_notice_from_two_registers_is_told_once_with_both() -> None:
    publisher = Notice(
        "Retraction", doi="10.1016/S0140-6736(10)60175-4", sources=("publisher",), citation="Lancet. 2010;375(9713):445"
    )
    (told,) = merged([RETRACTION, publisher])
    assert told.sources == ("retraction-watch", "publisher")
    assert (told.date, told.citation) == ("2010-02-06", "Lancet. 2010;375(9713):445")
    assert len(merged([RETRACTION, Notice("erratum", doi=RETRACTION.doi)])) == 2
    assert len(merged([Notice("erratum", pmid="7"), Notice("erratum", pmid="7"), Notice("erratum", pmid="8")])) == 2


@pytest.mark.parametrize(
    ("ref_type", "word"),
    [("RetractionIn", "retraction"), ("ERRATUMIN", "erratum"), ("Cites", ""), ("CommentIn", ""), ("RetractionOf", ""), ("", "")],
)
def test_pubmeds_words_are_translated_and_its_noise_is_not(ref_type: str, word: str) -> None:
    assert from_pubmed(ref_type) == word
    assert is_notice_in_pubmed("RetractionOf")
    assert not is_notice_in_pubmed("UpdateOf")


@pytest.mark.parametrize(
    "title", ["RETRACTED: IncRNA", "Retracted: X", "[Retracted] X", "WITHDRAWN: X", "Retraction: X", "Retraction--Ileal"]
)
def test_a_title_can_only_raise_a_suspicion(title: str) -> None:
    assert "Check it first." in suspicion(title)


@pytest.mark.parametrize(
    "title",
    ["", "Retraction of the eyelid", "Withdrawal of opioids: a trial", "Removal of tonsils", "Retracted papers: a review"],
)
def test_an_ordinary_title_raises_none(title: str) -> None:
    assert suspicion(title) == ""


def test_a_title_that_says_so_itself_is_not_marked_again() -> None:
    assert mark_of([RETRACTION], "Colitis") == "Retracted"
    assert mark_of([RETRACTION], "RETRACTED: Colitis") == ""
    assert mark_of([CORRECTION], "Colitis") == ""
    assert mark_of([], "Colitis") == ""
