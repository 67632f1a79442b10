"""Whether a change to reviewed words could be a slip mended and nothing more: spelling, grammar or layout.

Pure. A minor change goes out after one light second look, so this errs on one side: what it cannot tell is not minor.
It reads the words that came, went or changed in each line (see `diff`, which also bounds how much it compares), and what
Markdown makes of the text: its headings, citations, links, lists and tables must be the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice, pairwise, zip_longest

from articles.dialect import parse
from articles.drug_names import STEMS, WITHOUT_A_STEM
from articles.stretches import NEAR, WORD, Side, Stretch, stretches
from articles.weighty_words import (
    DUTIES,
    GRAMMAR,
    NEGATIONS,
    NUMBERS,
    OPPOSITES,
    PREFIXES,
    SPLIT_OFF,
    SUFFIXES,
    SWAPPED_PREFIXES,
    SWAPPED_SUFFIXES,
    UNITS,
)

MOST_CHANGED = 30  # words; beyond, and beyond a tenth of the text, it is no slip
ALWAYS_ALLOWED = 3
MOST_TOLD = 20  # reasons; a text written anew would give thousands
ALIKE = 0.75  # the share of letters in common from which two words are one word, spelt differently

_HARMLESS = re.compile(r"[^\W_]|\s|[.,;:!'’‘“”\"()–—…-]")
_SIGN = re.compile(r"[<>≤≥=±+%‰°×÷≈≠~−/^&$£€†‡]")
_ADDRESS = re.compile(r"://|www\.|[^\W_]@|[^\W_]\.(?:com|org|net|gov|edu|int|info|eu|uk|[a-z]{2})\b", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f'’-]+")


@dataclass(frozen=True)
class Words:
    """All that a reader is told, as one side of a comparison. Citations are whole, as they are printed."""

    title: str
    summary: str
    body: str
    picture: str | None  # sha256
    picture_alt: str
    slug: str
    citations: tuple[str, ...]


def touched(old: Words, new: Words, names: frozenset[str] = frozenset()) -> list[str]:
    """Why the change from old to new is more than a minor one; empty: it may be minor. `names` are more drug names."""
    if old == new:
        return []
    reasons = chain(_outside_the_text(old, new), _structure(old.body, new.body), _of_words(old, new, names))
    return list(islice(dict.fromkeys(reasons), MOST_TOLD))


def _outside_the_text(old: Words, new: Words) -> Iterator[str]:
    if old.title != new.title:
        yield f"It changes the title: “{old.title}” became “{new.title}”."
    if old.slug != new.slug:
        yield f"It changes the address: “{old.slug}” became “{new.slug}”."
    if old.picture != new.picture:
        yield "It changes the picture."
    if bool(old.picture_alt.strip()) != bool(new.picture_alt.strip()):
        yield "It changes whether the picture is described."
    if old.citations != new.citations:
        yield "It changes the sources, or what is printed of them."


def _structure(old: str, new: str) -> Iterator[str]:
    """What Markdown makes of both texts, the running words aside."""
    if old == new:
        return
    before, after = _outline(old), _outline(new)
    for part, what in (
        ("heading", "a heading"),
        ("citation", "a citation"),
        ("link", "a link or an address"),
        ("picture", "a picture"),
        ("block", "how the text is built: paragraphs, lists, tables, quotations or emphasis"),
    ):
        if before[part] != after[part]:
            yield f"It changes {what}."
    if old.count("\n") != new.count("\n"):
        yield "It changes where lines begin and end."


def _outline(body: str) -> dict[str, list[object]]:
    out: dict[str, list[object]] = {"heading": [], "citation": [], "link": [], "picture": [], "block": []}
    in_heading = False
    for token in parse(body):
        in_heading = token.type == "heading_open" or (in_heading and token.type != "heading_close")
        attrs = [(name, value) for name, value in token.attrs.items() if name != "id"]  # which is made of a heading's words
        content = "" if token.type == "inline" else token.content
        out["block"].append((token.type, token.tag, token.markup, token.info, content, attrs))
        if in_heading:
            out["heading"].append((token.tag, token.content))
        if token.type == "also_read":
            out["link"].append(token.meta["address"])
        for child in token.children or ():
            match child.type:
                case "text":
                    continue
                case "citation":
                    out["citation"].append(tuple(child.meta["items"]))
                case "link_open" | "link_missing_open":
                    out["link"].append((child.attrs.get("href"), child.attrs.get("title")))
                case "image":
                    out["picture"].append((child.attrs.get("src"), child.content, child.attrs.get("title")))
                    continue
            out["block"].append((child.type, child.content))
    return out


def _of_words(old: Words, new: Words, names: frozenset[str]) -> Iterator[str]:
    pairs = [(old.summary, new.summary), (old.body, new.body), (old.picture_alt, new.picture_alt)]
    found = [stretch for one, other in pairs for stretch in stretches(one, other)]
    total = min(sum(len(WORD.findall(text)) for text in side) for side in zip(*pairs, strict=True))
    most = max(ALWAYS_ALLOWED, min(MOST_CHANGED, total // 10))
    changed = sum(stretch.size for stretch in found)
    if changed > most:
        yield f"It changes {changed} words; a minor change to this text changes {most} at most."
    drugs = {word for name in (*WITHOUT_A_STEM, *names) for word in name.lower().split() if len(word) > 3}
    for stretch in found:
        yield from _faults(stretch, drugs)


def _faults(stretch: Stretch, drugs: set[str]) -> Iterator[str]:
    found = [stretch.told(what) for what in _touches(stretch, drugs)]
    yield from found or _other_words(stretch)


def _touches(stretch: Stretch, drugs: set[str]) -> Iterator[str]:
    """What of weight a difference touches, each named once."""
    sides = [side for side in (stretch.old, stretch.new) if side.text]
    glued = [side.glued for side in sides]
    words = {part for side in sides for word in side.words for part in (word, *word.split("-"))}
    around = {word.lower() for text in glued for word in WORD.findall(text)}
    if any("@" in text and "[" in text for text in glued) or _moves_past_a_citation(stretch):
        yield "a citation or the words beside it"
    elif any(_ADDRESS.search(text) for text in glued):
        yield "a link or an address"
    elif any(c.isnumeric() for text in glued for c in text):
        yield "a number"
    elif any(_SIGN.search(text) for text in glued) or not all(_HARMLESS.match(c) for side in sides for c in side.text):
        yield "a sign"
    elif not all(_LATIN.fullmatch(word) for word in words - UNITS):
        yield "a letter of another script"
    for what, lexicon, among in (
        ("a number word", NUMBERS, words),
        ("a unit of measurement or time", UNITS, around),
        ("a negation or an exception", NEGATIONS, words),
        ("how sure, how often or how binding it is", DUTIES, words),
        ("a word that has an opposite", OPPOSITES, words),
        ("the name of a drug", drugs, words),
    ):
        if among & lexicon:
            yield what
    if any(word.endswith(("n't", "n’t")) for word in words):
        yield "a negation or an exception"
    if not words & drugs and any(_is_of_a_class(word) for word in words):
        yield "the name of a drug"
    if any(side.names for side in sides):
        yield "a name, a brand or an abbreviation"


def _moves_past_a_citation(stretch: Stretch) -> bool:
    """A word that comes or goes beside a marker may be the marker that was moved."""
    if stretch.old.words and stretch.new.words:
        return False
    return any(
        re.search(r"@[^\[\]]*\][\W_]*$", side.before) or re.match(r"[^\w\[]*\[@", side.after)
        for side in (stretch.old, stretch.new)
    )


def _is_of_a_class(word: str) -> bool:
    return len(word) > 5 and (word.endswith(STEMS) or word.removesuffix("s").endswith(STEMS))


def _other_words(stretch: Stretch) -> Iterator[str]:
    """A word may be spelt differently, be doubled, or be one of grammar; it may not be another word."""
    old, new = stretch.old.words, stretch.new.words
    if _turned(old, new):
        yield stretch.told("the meaning of a word by its beginning or end")
    elif "".join(old).replace("-", "") == "".join(new).replace("-", ""):
        return  # set apart, joined or punctuated differently
    elif not (old and new):
        neighbours = {word.lower() for side in (stretch.old, stretch.new) for word in _neighbours(side)}
        if (len(more := old or new) > 1 or more[0] not in neighbours) and not set(more) <= GRAMMAR:
            yield stretch.told("words" if len(more) > 1 else "a word")
    else:
        if len(old) != len(new):
            old, new = ([word for word in side if word not in GRAMMAR] for side in (old, new))
        for was, becomes in zip_longest(old, new, fillvalue=""):
            if not _is_one_word(was, becomes):
                yield f"It puts other words: “{stretch.old.shown}” became “{stretch.new.shown}”."
                return


def _neighbours(side: Side) -> list[str]:
    return WORD.findall(side.before)[-1:] + WORD.findall(side.after)[:1]


def _is_one_word(was: str, becomes: str) -> bool:
    if was == becomes or {was, becomes} <= GRAMMAR or (was and sorted(was) == sorted(becomes)):
        return True
    if not was or not becomes or max(len(was), len(becomes)) > NEAR:
        return False
    first, second = sorted((was, becomes))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def _turned(old: list[str], new: list[str]) -> bool:
    """“Typical” and “atypical”, “hypoglycaemia” and “hyperglycaemia”, “painful” and “painless”; “a typical” too."""
    if "".join(old) == "".join(new):
        return old != new and any(word in SPLIT_OFF and len(after) > 3 for side in (old, new) for word, after in pairwise(side))
    return any(_opposed(*map(_folded, sorted(pair))) for pair in zip(old, new, strict=False))


def _opposed(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) > 3 and (long in {prefix + short for prefix in PREFIXES} or long in {short + end for end in SUFFIXES}):
        return True
    for ends, cut in ((SWAPPED_PREFIXES, str.removeprefix), (SWAPPED_SUFFIXES, str.removesuffix)):
        for group in ends:
            rests = [{cut(word, end): end for end in group if cut(word, end) != word} for word in (one, other)]
            if any(a != b and _is_one_word(x, y) for x, a in rests[0].items() for y, b in rests[1].items()):
                return True
    return False


def _folded(word: str) -> str:
    """British and American spelling are one."""
    return word.replace("ae", "e").replace("oe", "e")
