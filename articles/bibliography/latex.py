"""LaTeX as BibTeX files carry it, to plain text with our few marks, and back.

Accents and symbols become characters; italics, subscripts and superscripts stay; every other command goes.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry, Field

from articles.bibliography.text import value

_LONGEST: Final = 4_000
_INSIDE: Final = r"((?:[^{}\\]|\\.)*)"
_TO_MARKS: Final = (
    (re.compile(r"\\(?:emph|textit|it|mathit)\s*\{" + _INSIDE + r"\}"), r"<i>\1</i>"),
    (re.compile(r"\\textsubscript\s*\{" + _INSIDE + r"\}|\$_\{?([^{}$]*)\}?\$"), r"<sub>\1\2</sub>"),
    (re.compile(r"\\textsuperscript\s*\{" + _INSIDE + r"\}|\$\^\{?([^{}$]*)\}?\$"), r"<sup>\1\2</sup>"),
)
_FROM_MARKS: Final = {
    "<i>": r"\textit{", "<sub>": r"\textsubscript{", "<sup>": r"\textsuperscript{", "</i>": "}", "</sub>": "}", "</sup>": "}",
}  # fmt: skip
_SPECIAL: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{sign: "\\" + sign for sign in "&%$#_"}, "`": r"\textasciigrave{}",
}  # fmt: skip
_PIECES: Final = re.compile(r"</?(?:i|sub|sup)>|-{2,}|'{2,}|.", re.DOTALL)
# The commonest commands; a text without any other is read here, a hundred times faster than by the library.
_ACCENTS: Final = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307", "u": "\u0306",
    "v": "\u030c", "H": "\u030b", "c": "\u0327", "k": "\u0328", "r": "\u030a",
}  # fmt: skip
_ACCENTED: Final = re.compile(
    r"""\\(?:(?P<sign>['`^"~=.])\s*|(?P<word>[uvHckr])(?:\s+|(?=\{)))(?:\{(?P<in>\\?[A-Za-z])\}|(?P<out>\\?[A-Za-z]))"""
)
_ESCAPED: Final = re.compile(r"\\([&%_#])")
_PLAIN: Final = (("---", "\u2014"), ("--", "\u2013"), ("``", "\u201c"), ("''", "\u201d"), ("~", " "), ("{", ""), ("}", ""))


def decoded(text: str) -> str:
    """The words of a LaTeX text; what is no LaTeX stays as it is."""
    text = text[:_LONGEST]
    for pattern, mark in _TO_MARKS * 2 if "\\" in text or "$" in text else ():  # one may stand inside another
        text = pattern.sub(mark, text)
    simple = _ESCAPED.sub(r"\1", _ACCENTED.sub(_accented, text))
    if "\\" in simple or "$" in simple:
        return value(_by_library(text))
    for written, meant in _PLAIN:
        simple = simple.replace(written, meant)
    return value(simple)


def _accented(found: re.Match[str]) -> str:
    letter = (found["in"] or found["out"]).removeprefix("\\")
    return unicodedata.normalize("NFC", letter + _ACCENTS[found["sign"] or found["word"]])


def _by_library(text: str) -> str:
    # In BibTeX a percent sign does not begin a comment, and people forget to escape the other two.
    text = re.sub(r"(?<!\\)([%&#])", r"\\\1", text.replace(r"\textasciicircum{}", "^"))
    entry = Entry("misc", "x", [Field("x", text)])
    done = _decoder().transform_entry(entry, Library())
    return str(done.fields[0].value) if isinstance(done, Entry) else re.sub(r"[{}\\]", "", text)


@lru_cache(maxsize=1)
def _decoder() -> LatexDecodingMiddleware:
    return LatexDecodingMiddleware(keep_braced_groups=False, keep_math_mode=False)


def encoded(text: str) -> str:
    """A title or name for a .bib file in UTF-8: only what has a meaning to LaTeX is written otherwise."""
    return "".join(_FROM_MARKS.get(piece) or _written(piece) for piece in _PIECES.findall(value(text)))


def _written(piece: str) -> str:
    """One sign, or several hyphens or quotes that LaTeX would draw together into one."""
    if len(piece) > 1:
        return r"\textquotesingle{}" * len(piece) if piece[0] == "'" else "{}".join(piece)
    return _SPECIAL.get(piece, piece)
