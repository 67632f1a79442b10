"""What may pass as a slip mended, and what is more than that."""

import random
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.drug_names import STEMS, WITHOUT_A_STEM
from articles.minor_change import Words, touched

BODY = """## What helps

A review of trials found that magnesium made little difference to cramps at night [@garrison2020magnesium]. Doctors
recieve teh reports, however nobody counts the the pages. Take 5 mg of metformin after meals, or 0.5 mg of digoxin.
It is a typical case of hypoglycaemia, and it is painful. See [the leaflet](https://example.org/leaflet) about Calpol.

![A calf](/media/pictures/a.png)

- Drink enough
- Walk

1. Stretch
2. Rest

| Food | Salt |
| --- | --- |
| Bread | A littel |

> Said a pateint.

The **bold** colour, and a steam-engine; the effects are effective and unknown. Give 3 µg, then 100 mg. Feet swell.
"""
WORDS = Words(
    "Leg cramps at night", "What is known about cramps.", BODY, "abc", "A calf, seen from behind", "leg-cramps", ("A.", "B.")
)

BUILT = "It changes how the text is built: paragraphs, lists, tables, quotations or emphasis."


def changed(old: str, new: str) -> list[str]:
    """The reasons where one place of the text differs; judged alike there and back."""
    assert BODY.count(old) == 1, old
    other = replace(WORDS, body=BODY.replace(old, new))
    reasons = touched(WORDS, other)
    assert bool(reasons) == bool(touched(other, WORDS))
    return reasons


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("teh", "the"), ("recieve", "receive"), ("the the pages", "the pages"), ("reports, however", "reports however"),
        ("colour", "color"), ("hypoglycaemia", "hypoglycemia"), ("littel", "little"), ("pateint", "patient"),
        ("found that", "found"), ("pages.", "pages!"), ("the effects", "effects"), ("steam-engine", "steamengine"),
        ("Walk", "walk"), ("swell.", "swell…"), ("made little difference", "made a little difference"), ("A review", "A  review"),
    ],
)  # fmt: skip
def test_a_mended_slip_is_minor(old, new):
    assert changed(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Take 5 mg", "Take 50 mg", "It changes a number: “5 mg” became “50 mg”."),
        ("0.5 mg", "5 mg", "It changes a number: “0.5 mg” became “5 mg”."),
        ("100 mg", "10 mg", "It changes a number: “100 mg” became “10 mg”."),
        ("3 µg", "3 mg", "It changes a unit of measurement or time: “µg” became “mg”."),
        ("case of hypoglycaemia", "case of hyperglycaemia",
         "It changes the meaning of a word by its beginning or end: “hypoglycaemia” became “hyperglycaemia”."),
        ("hypoglycaemia", "hyperglycemia",
         "It changes the meaning of a word by its beginning or end: “hypoglycaemia” became “hyperglycemia”."),
        ("are effective", "are ineffective",
         "It changes the meaning of a word by its beginning or end: “effective” became “ineffective”."),
        ("painful", "painless", "It changes the meaning of a word by its beginning or end: “painful” became “painless”."),
        ("a typical", "atypical", "It changes the meaning of a word by its beginning or end: “a typical” became “atypical”."),
        ("unknown", "known", "It changes the meaning of a word by its beginning or end: “unknown” became “known”."),
        ("metformin", "metoprolol", "It changes the name of a drug: “metformin” became “metoprolol”."),
        ("metformin", "metformine", "It changes the name of a drug: “metformin” became “metformine”."),
        ("Doctors\nrecieve", "Doctors do not\nrecieve", "It adds a negation or an exception: “do not”."),
        ("nobody counts", "counts", "It leaves out a negation or an exception: “nobody”."),
        ("after meals", "before meals", "It changes a word that has an opposite: “after” became “before”."),
        ("effective and unknown", "effective or unknown", "It changes a word that has an opposite: “and” became “or”."),
        ("about Calpol", "about Calpal", "It changes a name, a brand or an abbreviation: “Calpol” became “Calpal”."),
        ("cramps at", "headaches at", "It puts other words: “cramps” became “headaches”."),
        ("of trials", "of small trials", "It adds a word: “small”."),
        ("## What helps", "## What heals", "It changes a heading."),
        ("## What helps", "### What helps", "It changes a heading."),
        ("[@garrison2020magnesium]", "[@garrison2021magnesium]", "It changes a citation."),
        ("cramps at night [@garrison2020magnesium]", "[@garrison2020magnesium] cramps at night",
         "It adds a citation or the words beside it: “[@garrison2020magnesium]”."),
        ("example.org/leaflet", "example.org/leaflets", "It changes a link or an address."),
        ("/media/pictures/a.png", "/media/pictures/b.png", "It changes a picture."),
        ("- Walk\n", "- Walk\n- Swim\n", "It changes where lines begin and end."),
        ("2. Rest", "3. Rest", "It changes a number: “2 Rest” became “3 Rest”."),
        ("| --- | --- |", "| --- | ---: |", BUILT),
        ("> Said", "Said", BUILT),
        ("**bold**", "bold", BUILT),
        ("about Calpol.", "about Calpol?", "It changes a sign: “Calpol” became “Calpol?”."),
    ],
)  # fmt: skip
def test_whatever_could_change_the_meaning_is_not_minor_and_says_why(old, new, reason):
    assert reason in changed(old, new)


@pytest.mark.parametrize(
    ("part", "value", "reason"),
    [
        ("title", "Leg cramps at nigth", "It changes the title: “Leg cramps at night” became “Leg cramps at nigth”."),
        ("slug", "cramps", "It changes the address: “leg-cramps” became “cramps”."),
        ("picture", None, "It changes the picture."),
        ("picture_alt", "", "It changes whether the picture is described."),
        ("citations", ("B.",), "It changes the sources, or what is printed of them."),
        ("summary", "What is not known about cramps.", "It adds a negation or an exception: “not”."),
    ],
)
def test_what_stands_around_the_text_is_judged_too(part, value, reason):
    assert reason in touched(WORDS, replace(WORDS, **{part: value}))
    assert touched(replace(WORDS, **{part: value}), WORDS)


def test_a_slip_in_the_summary_or_in_what_a_picture_shows_may_be_mended():
    mended = replace(WORDS, summary="What is known of cramps.".replace(" of ", " about "), picture_alt="A calf seen from behind")
    assert touched(WORDS, mended) == []


def test_no_name_of_a_drug_changes_in_a_minor_change():
    for name in [*WITHOUT_A_STEM, *(f"xyz{stem}" for stem in STEMS), "statins", "tacrolimus"]:
        before, after = (replace(WORDS, body=f"Some people take {word} with milk, we heard.") for word in (name, name + "e"))
        assert any("the name of a drug" in reason for reason in touched(before, after)), name


def test_the_publisher_adds_names_of_drugs():
    before, after = (replace(WORDS, body=f"Some people take {word} at home.") for word in ("neurolax", "neurolaxe"))
    assert touched(before, after) == []
    assert touched(before, after, frozenset(["Neurolax"])) == ["It changes the name of a drug: “neurolax” became “neurolaxe”."]


def test_many_slips_are_no_slip():
    """Three may always be mended; beyond, a tenth of the words, and thirty at most."""
    text = " ".join(["colour"] * 20)
    for count, minor in ((3, True), (4, False)):
        assert (touched(replace(WORDS, body=text), replace(WORDS, body=text.replace("colour", "color", count))) == []) is minor
    lines = "\n\n".join(["The colour of every page stays plain for readers who come here again."] * 50)
    for count, minor in ((30, True), (31, False)):
        assert (touched(replace(WORDS, body=lines), replace(WORDS, body=lines.replace("colour", "color", count))) == []) is minor


# --- For any text ------------------------------------------------------------------------------------------------------

PLAIN = [word for word in BODY.split() if word.strip(".,;").isalpha()]
texts = st.lists(st.sampled_from([*BODY.split(" "), "\n\n", "[@a]", "teh", "µ", "½", "*"]) | st.text(max_size=8), max_size=30)


@given(texts, texts)
def test_there_and_back_are_judged_alike_and_never_fail(old, new):
    one, other = (replace(WORDS, body=" ".join(words)) for words in (old, new))
    assert bool(touched(one, other)) == bool(touched(other, one))
    assert touched(one, one) == []


@given(st.data(), st.sampled_from(["5", "x5", "½", "²", "3x", "٣"]))
def test_no_word_turns_into_a_figure(data, figure):
    words = BODY.split(" ")
    at = data.draw(st.sampled_from([place for place, word in enumerate(words) if word != figure]))
    assert touched(WORDS, replace(WORDS, body=" ".join([*words[:at], figure, *words[at + 1 :]])))


@given(st.data(), st.sampled_from(["not", "no", "never", "without", "except", "Not"]), st.booleans())
def test_no_negation_comes_or_goes_anywhere(data, word, lines):
    words = BODY.split() if lines else BODY.split(" ")
    at = data.draw(st.integers(0, len(words)))
    before, after = (replace(WORDS, body=" ".join(body)) for body in (words, [*words[:at], word, *words[at:]]))
    assert touched(before, after)
    assert touched(after, before)


def test_a_long_text_is_judged_at_once():
    rng = random.Random(5)
    lines = [" ".join(rng.choice(PLAIN) for _ in range(100)) + " [@a]." for _ in range(150)]
    text = "\n\n".join(lines)
    assert len(text.split()) > 15_000
    versions = [
        text + " mroe",
        text.replace("trials", "trails"),
        "\n\n".join(reversed(lines)),
        " ".join(reversed(text.split(" "))),
    ]
    for other in versions:
        began = time.process_time()
        touched(replace(WORDS, body=text), replace(WORDS, body=other))
        assert time.process_time() - began < 5  # a second, on a machine with nothing else to do
