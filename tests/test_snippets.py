"""The words around what was found: marked, safe, short, and quick however long the text."""

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.folding import folded, words_in
from articles.snippets import AROUND, snippet, stem

LONG = "Nothing to see. " * 40


def marked(text: str, *words: str) -> list[str]:
    return re.findall("<mark>(.*?)</mark>", snippet(text, words))


def bare(snipped: str) -> str:
    return html.unescape(re.sub("</?mark>", "", snipped))


@pytest.mark.parametrize(("text", "word", "expected"), [
    ("Cramps at night", "cramp", ["Cramps"]),
    ("A cramp", "cramps", ["cramp"]),
    ("Cramping, cramped; crampon? cramponneuses", "cramp", ["Cramping", "cramped", "crampon"]),
    ("Therapies and a therapy", "therapy", ["Therapies", "therapy"]),
    ("Sjögren and Sjogren’s", "sjogren", ["Sjögren", "Sjogren"]),
    ("Ménière", "meniere", ["Ménière"]),
    ("cat cats cattle concat", "cat", ["cat", "cats"]),
    ("19 or 190", "19", ["19"]),
    ("a vitamin A and ant", "a", ["a", "A"]),
    ("beta-blockers", "blocker", ["blockers"]),
    ("İstanbul fever", "fever", ["fever"]),
])  # fmt: skip
def test_other_forms_of_a_word_are_marked_and_other_words_are_not(text, word, expected):
    assert marked(text, word) == expected


def test_a_short_text_is_shown_whole():
    assert snippet("Cramps & <b>pain</b>.", ["pain"]) == "Cramps &amp; &lt;b&gt;<mark>pain</mark>&lt;/b&gt;."


def test_a_long_text_is_cut_at_words_around_the_match():
    cut = snippet(LONG + "Here quinine helps. " + LONG, ["quinine"])
    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert "Here <mark>quinine</mark> helps. Nothing" in cut
    assert set(words_in(bare(cut))) == {"nothing", "to", "see", "here", "quinine", "helps"}


def test_at_the_end_of_a_text_what_stands_before_fills_the_snippet():
    cut = snippet(LONG + "Here quinine helps.", ["quinine"])
    assert cut.endswith("Here <mark>quinine</mark> helps.")
    assert len(bare(cut)) > AROUND - 20


def test_where_most_different_words_stand_together_is_shown():
    text = LONG + "Quinine quinine quinine. " + LONG + "Tonic and quinine. " + LONG
    assert "<mark>Tonic</mark> and <mark>quinine</mark>" in snippet(text, ["quinine", "tonic"])


def test_without_a_match_the_other_text_is_shown_with_its_own_marks():
    assert snippet(LONG, ["quinine"], otherwise="On Quinine.") == "On <mark>Quinine</mark>."
    assert snippet(LONG, ["hops"], otherwise="On quinine.") == "On quinine."
    assert snippet(LONG, []).startswith("Nothing to see.")
    assert snippet("", ["quinine"]) == ""


def test_lines_are_told_apart():
    assert snippet("What helps\nA review", ["review"]) == "What helps · A <mark>review</mark>"


def test_words_one_in_the_other_are_shown_once():
    assert snippet("(9A", ["9a", "(9a"]) == "<mark>(9A</mark>"


TEXTS = st.text(st.sampled_from("ab é İß&<>\"'\n·A9\u0301\u202e𝒳") | st.characters(), max_size=600)
WORDS = st.lists(st.text(st.sampled_from("abé9x<&("), max_size=5), max_size=4)


@given(TEXTS, WORDS, TEXTS)
def test_whatever_the_text_the_snippet_is_safe_and_short(text, words, otherwise):
    cut = snippet(text, [folded(word) for word in words], otherwise)
    assert "<" not in re.sub("</?mark>", "", cut)
    assert ">" not in re.sub("</?mark>", "", cut)
    assert '"' not in cut
    assert re.fullmatch("(?:(?!</?mark>).|<mark>(?:(?!</?mark>).)+</mark>)*", cut, re.DOTALL)
    assert len(bare(cut)) <= AROUND + 4


@given(TEXTS, WORDS)
def test_a_snippet_holds_nothing_but_the_text_s_own_words(text, words):
    whole = " ".join(text.replace("\n", " · ").split())
    assert bare(snippet(text, words)).removeprefix("… ").removesuffix(" …") in whole


@given(st.text())
def test_folding_leaves_every_letter_in_its_place(text):
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == folded(text)


@given(st.from_regex("[a-z0-9]+", fullmatch=True))
def test_a_stem_begins_its_word(word):
    assert word.startswith(stem(word))
    assert stem(word)


@pytest.mark.parametrize("text", [
    "a " * 100_000, "a" * 200_000, "cramp" * 40_000, "cramp " * 33_000, "<" * 200_000, " " * 200_000, "\n" * 200_000,
    "é" * 200_000,
])  # fmt: skip
def test_a_very_long_text_takes_no_long_time(text):
    began = time.perf_counter()
    snippet(text, ["a", "cramp", "aa", "aaaa", "crampcramp", "e"])
    assert time.perf_counter() - began < 1
