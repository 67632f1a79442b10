"""What a reader typed into the search box, read once for both databases: words, "phrases", and -what to leave out. Pure.

Whatever is typed means something or nothing, and is never an error: only letters and digits reach a database, and only
so many of them.
"""

import re
import unicodedata
from dataclasses import dataclass

from articles.folding import words_in

LONGEST = 200  # characters
MOST_TERMS = 12

# The stop list of the Snowball project for English, which PostgreSQL leaves out of its index, too (snowballstem.org).
STOP_WORDS = frozenset(
    """i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself it
    its itself they them their theirs themselves what which who whom this that these those am is are was were be been being
    have has had having do does did doing a an the and but if or because as until while of at by for with about against
    between into through during before after above below to from up down in out on off over under again further then once
    here there when where why how all any both each few more most other some such no nor not only own same so than too very
    s t can will just don should now""".split()  # noqa: SIM905
)
_QUOTES = re.compile("[“”„‟«»]")
_TERM = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')

Term = tuple[str, ...]  # words that stand side by side


@dataclass(frozen=True)
class Asked:
    """A search: all of `wanted` and none of `unwanted`. `typed` is what stands in the box when it is answered."""

    typed: str
    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    cut: bool = False  # more was typed than is looked for

    @property
    def words(self) -> tuple[str, ...]:
        """The words to mark in what was found, each once."""
        return tuple(dict.fromkeys(word for term in self.wanted for word in term if word not in STOP_WORDS))


def parse(text: str) -> Asked:
    """What this text asks for. Very common words are left out unless they stand in a phrase with others."""
    shown = _shown(text)
    typed = shown[:LONGEST].strip()
    signed = [(minus, words_in(phrase or word)) for minus, phrase, word in _TERM.findall(_QUOTES.sub('"', typed))]
    told = list(dict.fromkeys((minus, term) for minus, term in signed if not STOP_WORDS.issuperset(term)))
    kept = told[:MOST_TERMS]
    return Asked(
        typed=typed,
        wanted=tuple(term for minus, term in kept if not minus),
        unwanted=tuple(term for minus, term in kept if minus),
        cut=len(shown) > LONGEST or len(told) > MOST_TERMS,
    )


def _shown(text: str) -> str:
    """Without what cannot be seen: control characters, marks of direction, halves of characters (categories C of Unicode)."""
    spaced = " ".join(text[: LONGEST * 4].split())
    return unicodedata.normalize("NFC", "".join(c for c in spaced if unicodedata.category(c)[0] != "C")).strip()
