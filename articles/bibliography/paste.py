"""One box for everything a writer may paste: identifiers, records in any format, free text, several and mixed.

The paste is cut into stretches of one format each, in the order in which formats can be told apart for certain;
each stretch goes to its own reader. Nothing here fails: what no reader understands comes back word for word.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from articles.bibliography import bibtex, csl, nbib, pubmed_xml, ris
from articles.bibliography.draft import MOST_RECORDS, NotUnderstood, SourceDraft, checked_size
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.loose import read_loose

_XML: Final = re.compile(r"\s*<(?:\?xml|!DOCTYPE|pubmed(?:book)?article|pmc-articleset|article\b|html\b)", re.IGNORECASE)
_XML_ENDS: Final = re.compile(r"</(?:Pubmed(?:Book)?ArticleSet|pmc-articleset|html)\s*>", re.IGNORECASE)
_RECORD_ENDS: Final = re.compile(r"</Pubmed(?:Book)?Article\s*>")
_JSON: Final = re.compile(r"\s*(?:\[\s*(?:\{|$|\])|\{\s*(?:\"|$))")


_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")  # no database and no page can hold these


@dataclass(frozen=True)
class _Stretch:
    kind: str
    text: str
    line: int


_READERS: Final[dict[str, Callable[[str, int], list[SourceDraft]]]] = {
    "nbib": nbib.read_nbib,
    "ris": ris.read_ris,
    "bibtex": bibtex.read_bibtex,
    "csl": csl.read_csl,
    "pubmed-xml": pubmed_xml.read_pubmed_xml,
}


def understand(text: str) -> list[SourceDraft]:
    """What was pasted, source by source, in its order; what could not be read says why and in which line."""
    try:
        checked_size(text)
    except NotUnderstood as error:
        return [SourceDraft({}, Identifiers(), "text", "", 1, (str(error),))]
    drafts: list[SourceDraft] = []
    for stretch in _stretches(_UNSTORABLE.sub("\ufffd", text.removeprefix("\ufeff"))):
        drafts += _read(stretch)
        if len(drafts) > MOST_RECORDS:
            return [*drafts[:MOST_RECORDS], _rest(drafts[MOST_RECORDS].line)]
    return drafts


def _rest(line: int) -> SourceDraft:
    said = f"Line {line}: these are more than {MOST_RECORDS} sources. What follows was not read: paste it by itself."
    return SourceDraft({}, Identifiers(), "text", "", line, (said,))


def decoded(data: bytes) -> str:
    """The text of an uploaded file, in whichever of the usual encodings it was saved."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _read(stretch: _Stretch) -> list[SourceDraft]:
    if stretch.kind == "text":
        return read_loose(stretch.text, stretch.line)
    try:
        return _READERS[stretch.kind](stretch.text, stretch.line)
    except NotUnderstood as error:
        return [SourceDraft({}, Identifiers(), "text", stretch.text.strip("\r\n"), stretch.line, (str(error),))]


class _Paste:
    """The pasted lines, with the place where each begins in the whole."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()
        self.whole = "\n".join(self.lines)
        self.starts = [0, *accumulate(len(line) + 1 for line in self.lines)]

    def stretch(self, kind: str, place: int, end: int) -> _Stretch:
        return _Stretch(kind, self.whole[self.starts[place] : self.starts[end]].rstrip("\n"), place + 1)

    def next_written(self, place: int) -> int:
        """The next line that is not blank, or the end."""
        while place < len(self.lines) and not self.lines[place].strip():
            place += 1
        return place


def _stretches(text: str) -> Iterator[_Stretch]:
    """The text cut where one format ends and another begins."""
    paste = _Paste(text)
    place = loose_from = 0
    while place < len(paste.lines):
        kind = _kind(paste.lines[place])
        if kind == "text":
            place += 1
            continue
        if place > loose_from:
            yield paste.stretch("text", loose_from, place)
        end = _ENDS[kind](paste, place)
        yield paste.stretch(kind, place, end)
        place = loose_from = end
    if place > loose_from:
        yield paste.stretch("text", loose_from, place)


def _kind(line: str) -> str:
    """The format a line begins, if it begins one."""
    if kind := _kind_of_record(line):
        return kind
    if _JSON.match(line):
        return "csl"
    return "pubmed-xml" if _XML.match(line) else "text"


def _kind_of_record(line: str) -> str:
    """The formats whose records begin so plainly that they even end another's."""
    if nbib.START.match(line):
        return "nbib"
    if ris.START.match(line):
        return "ris"
    return "bibtex" if bibtex.START.match(line) else ""


def _nbib_end(paste: _Paste, place: int) -> int:
    """After the last record; the next one begins after a blank line, or at once."""
    while (place := place + 1) < len(paste.lines):
        line = paste.lines[place]
        if not line.strip():
            following = paste.next_written(place)
            if following == len(paste.lines) or not nbib.START.match(paste.lines[following]):
                return place
        elif _kind_of_record(line) not in ("", "nbib"):
            return place
    return place


def _ris_end(paste: _Paste, place: int) -> int:
    """After the last record: where another format begins, or text follows an end or a blank line."""
    ended = False
    while (place := place + 1) < len(paste.lines):
        line = paste.lines[place]
        found = ris.LINE.match(line)
        if not line.strip():
            following = paste.next_written(place)
            if following == len(paste.lines) or not ris.LINE.match(paste.lines[following]):
                return place
        elif _kind_of_record(line) not in ("", "ris") or (ended and not found):
            return place
        elif found:
            ended = found["tag"] == "ER"
    return place


def _bibtex_end(paste: _Paste, place: int) -> int:
    """After the last of the entries that follow each other: one may need the abbreviations of another."""
    while place < len(paste.lines):
        end = _entry_end(paste, place)
        place = paste.next_written(end)
        if place == len(paste.lines) or not bibtex.START.match(paste.lines[place]):
            return end
    return place


def _entry_end(paste: _Paste, place: int) -> int:
    """After the entry's last bracket; one that is never closed ends before the next record."""
    depth = 0
    begins = bibtex.START.match(paste.lines[place])
    round_one = begins is not None and begins[0].endswith("(")
    while place < len(paste.lines):
        bare = re.sub(r"\\.", "", paste.lines[place])
        depth += bare.count("{") - bare.count("}")
        place += 1
        if depth <= 0 and (not round_one or bare.rstrip().endswith(")")):
            return place
        if place < len(paste.lines) and _kind_of_record(paste.lines[place]):
            return place
    return place


def _json_end(paste: _Paste, place: int) -> int:
    """After the JSON value that begins here; a broken one goes on until a record of another format."""
    start = paste.starts[place]
    start += len(paste.lines[place]) - len(paste.lines[place].lstrip())
    try:
        _, end = json.JSONDecoder().raw_decode(paste.whole, start)
        return bisect_left(paste.starts, end)
    except (ValueError, RecursionError):
        rest = range(place + 1, len(paste.lines))
        return next((at for at in rest if _kind_of_record(paste.lines[at])), len(paste.lines))


def _xml_end(paste: _Paste, place: int) -> int:
    """After the closing tag of the whole file, or of the last record where several stand without one round them."""
    last = 0
    for at in range(place, len(paste.lines)):
        if _XML_ENDS.search(paste.lines[at]):
            return at + 1
        if _RECORD_ENDS.search(paste.lines[at]):
            last = at + 1
    return last or len(paste.lines)


_ENDS: Final[dict[str, Callable[[_Paste, int], int]]] = {
    "nbib": _nbib_end,
    "ris": _ris_end,
    "bibtex": _bibtex_end,
    "csl": _json_end,
    "pubmed-xml": _xml_end,
}
