"""Words that a reader selected or copied, found where they stand; and never where they do not."""

import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from articles.passage_search import LONGEST, MOST_TIMES, Block, Found, blocks_of, find
from tests import worlds

BODY = """An opening paragraph.

## What helps

In most people, **magnesium** made “little difference” at night [@a; @b, p. 4]. People’s doses were 1.5 mg [@b].

- Stretching was tried by ten people
- Heat was tried by nobody [@a]

| Dose | Cramps |
| --- | --- |
| 15 mg | fewer |

## When to get help

Talk to a doctor or a pharmacist.
"""
PRINTED = "In most people, magnesium made “little difference” at night (1; 2, p. 4). People’s doses were 1.5 mg (2)."
BLOCKS = blocks_of("Leg cramps at night", "What is known.", BODY, ["1. Garrison SR. Magnesium for skeletal muscle cramps."])


def marked(quote: str, blocks=BLOCKS) -> list[str]:
    found = find(quote, blocks)
    return ["".join(part.text for part in parts if part.is_quoted) for _, parts in found.blocks] if found else []


def test_a_text_is_what_can_be_selected_on_its_page():
    assert [(block.kind, block.text) for block in BLOCKS] == [
        ("title", "Leg cramps at night"),
        ("summary", "What is known."),
        ("paragraph", "An opening paragraph."),
        ("heading", "What helps"),
        ("paragraph", PRINTED),
        ("item", "Stretching was tried by ten people"),
        ("item", "Heat was tried by nobody (1)"),
        ("row", "Dose | Cramps"),
        ("row", "15 mg | fewer"),
        ("heading", "When to get help"),
        ("paragraph", "Talk to a doctor or a pharmacist."),
        ("reference", "1. Garrison SR. Magnesium for skeletal muscle cramps."),
    ]


@pytest.mark.parametrize(
    ("quote", "stretch"),
    [
        ("magnesium made “little difference”", "magnesium made “little difference"),
        ('magnesium made "little difference" at night', "magnesium made “little difference” at night"),
        ("magnesium  made\n\tlittle difference", "magnesium made “little difference"),
        ("MAGNESIUM made", "magnesium made"),
        ("at night (1; 2, p. 4). People's doses", "at night (1; 2, p. 4). People’s doses"),
        ("at night. Peoples", None),
        ("at night. People‘s doses", "at night (1; 2, p. 4). People’s doses"),
        ("at night (7). People’s", "at night (1; 2, p. 4). People’s"),
        ("2, p. 4). People’s", None),
        ("2). People’s doses were 1.5 mg (", ". People’s doses were 1.5 mg"),
        ("15 mg\tfewer", "15 mg | fewer"),
        ("15 mg", "15 mg"),
        ("1.5 mg", "1.5 mg"),
        ("1 5 mg", None),
        ("magne\u00adsium made", "magnesium made"),
        ("gnesium mad", "gnesium mad"),
        ("difference little", None),
        ("most night", None),
        ("", None),
        ("(1)", None),
        ("“ ” '", None),
    ],
)
def test_spaces_quotation_marks_and_citations_do_not_matter_but_words_and_numbers_do(quote, stretch):
    assert marked(quote) == ([stretch] if stretch else [])


def test_the_heading_above_is_told_and_a_reference_stands_under_its_own():
    assert find("Heat was tried", BLOCKS).heading == "What helps"
    assert find("pharmacist", BLOCKS).heading == "When to get help"
    assert find("opening", BLOCKS).heading == ""
    assert find("When to get help", BLOCKS).heading == ""
    assert find("skeletal muscle", BLOCKS).heading == "References"


def test_words_across_paragraphs_are_marked_in_each():
    assert marked("by ten people Heat was tried by nobody (1) Dose") == [
        "by ten people",
        "Heat was tried by nobody (1)",
        "Dose",
    ]


def test_whole_words_and_whole_numbers_are_preferred_and_counted():
    blocks = (Block("paragraph", "A 15 mg dose, 1.5 mg, then 5 mg, and 5 mg."),)
    assert find("5 mg", blocks).times == 2
    assert find("5 mg", blocks).blocks[0][1][0].text == "A 15 mg dose, 1.5 mg, then "
    assert find("5 mg", (Block("paragraph", "A 15 mg dose."),)).times == 1
    assert find("1", (Block("paragraph", "Doses of 1.5 or 1 mg"),)).blocks[0][1][0].text == "Doses of 1.5 or "


def test_words_that_stand_everywhere_are_not_counted_for_ever():
    assert find("a", (Block("paragraph", "a " * 10_000),)).times == MOST_TIMES


def test_hostile_words_are_words():
    blocks = blocks_of("<script>", "<b>", "A `<img src=x onerror=alert(1)>` stands here.")
    assert marked("<img src=x onerror=alert(1)>", blocks) == ["<img src=x onerror=alert(1)>"]


def test_the_words_of_a_world_are_found_as_a_browser_gives_them():
    blocks = blocks_of(worlds.TEXT.title, worlds.TEXT.summary, worlds.BODY)
    [(kind, parts)] = find("cramps at night (1).", blocks[2:]).blocks
    assert (kind, parts[-1].text) == ("paragraph", "cramps at night (1).")


# No citation-like brackets and no quotation marks: what is left must be found where it was taken from.
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="()[]\"'`´′″‘’‚‛“”„‟‹›«»|"), max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5), st.data())
def test_whatever_is_taken_from_a_text_is_found_in_it(texts, data):
    blocks = tuple(Block("paragraph", " ".join(text.split())) for text in texts)
    whole = "\n".join(block.text for block in blocks)
    begin = data.draw(st.integers(0, len(whole)))
    quote = whole[begin : data.draw(st.integers(begin, len(whole)))]
    assume(any(c.isalnum() for c in quote))
    found = find(quote, blocks)
    assert isinstance(found, Found)
    assert found.times >= 1
    assert all("".join(part.text for part in parts) in {block.text for block in blocks} for _, parts in found.blocks)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=4))
def test_any_words_are_looked_for_in_any_text_without_a_fault_and_blocks_are_given_back_whole(quote, texts):
    blocks = tuple(Block("paragraph", text) for text in texts)
    if found := find(quote, blocks):
        assert all("".join(part.text for part in parts) in texts for _, parts in found.blocks)
        assert any(part.is_quoted for _, parts in found.blocks for part in parts)


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("a" * 999 + "b", "a" * 500_000),
        ("(1," * 400, "(1," * 166_000),
        ("word " * 200, "word (1) \u00ad" * 50_000),
        ("\u00ad" * 1000, "\u00ad" * 500_000),
        ("a" + "\u00ad" * 999, ("a" + "\u00ad" * 50) * 10_000),
        (") " * 500, "(1, " * 120_000),
        ("9, " * 400, "9, " * 160_000),
    ],
)
def test_no_text_takes_long(quote, text):
    before = time.perf_counter()
    find(quote, (Block("paragraph", text),))
    assert time.perf_counter() - before < 5


def test_only_as_much_is_looked_for_as_a_report_takes():
    text = "word " * 1000
    assert "".join(marked(text + "and something else", (Block("paragraph", text),))) == text[:LONGEST].strip()
