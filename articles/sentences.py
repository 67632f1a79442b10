"""Where one sentence of a medical text ends and the next begins.

A fact checker reads each claim beside its source, so "e.g. 2.5 mg, Dr. Smith et al." must stay in one piece.
Pure text. A citation is marked with CITED and belongs to the sentence that it follows: "It helps. (1) But".
"""

import re

CITED = "\x00"  # cannot occur in an article: markup drops control characters

_ENDING = re.compile(rf"[.!?…][\"')\]’”]*(?:\s*{CITED})*\s+(?=[\"'(\[“‘]*(?:[^\W_]|{CITED}))")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[“\"'])(?:[A-Z]|(?i:(?:[a-z]\.)+[a-z]|"
    r"dr|mr|mrs|ms|prof|st|vs|cf|al|ca|approx|resp|incl|excl|esp|eg|ie|viz|dept))$"
)
_BEFORE_NUMBER = re.compile(r"(?:^|[\s(\[])(?:p|pp|no|nos|fig|figs|vol|ch|sec|ed|eds|tab|ref|refs|eq|para|suppl)$", re.IGNORECASE)
_LETTERED = re.compile(r"(?:^|\s)[a-z]\S* [A-Z]$")  # "vitamin C. The next": no initial


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph, in order, with their CITED marks."""
    out, start = [], 0
    for ending in _ENDING.finditer(text):
        if _ends(
            text[max(0, ending.start() - 24) : ending.start()],
            ending[0],
            text[ending.end() : ending.end() + 4],
        ):
            out.append(text[start : ending.end()].strip())
            start = ending.end()
    return [*out, text[start:].strip()] if text[start:].strip() else out


def _ends(before: str, ending: str, after: str) -> bool:
    first = after.lstrip("\"'([“‘")[:1]
    if first.islower():
        return False
    if not ending.startswith("."):
        return True
    if first.isdigit() and _BEFORE_NUMBER.search(before):
        return False
    return bool(_LETTERED.search(before)) or not _ABBREVIATION.search(before)
