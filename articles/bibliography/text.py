"""Plain values out of records we did not write, and the little markup a title may keep.

Every other module of the formatter gets its words from here, so nothing unescaped can reach a page.
"""

import html
import re
from typing import Final

# Soft hyphens, zero-width and direction marks, byte order marks, lone surrogates, control characters.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]"
)
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG: Final = re.compile(
    r"<(?P<close>/?)(?:jats:|mml:)?(?P<name>[A-Za-z]+)"
    r"(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*(?P<empty>/?)>"
)
_KEPT: Final = {"i": "i", "em": "i", "italic": "i", "sub": "sub", "sup": "sup"}
# Other markup that publishers put into titles: it goes, its words stay. Anything else in <> is text.
_STYLES: Final = {"b", "bold", "br", "p", "sc", "scp", "span", "strong", "u"}
_FORMULAS: Final = {"math", "mi", "mn", "mo", "mrow", "msub", "msubsup", "msup", "mtext"}
_OUR_TAG: Final = re.compile(r"</?(?:i|sub|sup)>")
_STOP_AT_END: Final = re.compile(r"(?<!\.)\.(?P<tags>(?:</[A-Za-z:]+>)*)$")


def value(raw: object) -> str:
    """One field as a line of clean text; "" for whatever is no text at all."""
    if isinstance(raw, (list, tuple)):  # Crossref gives titles as lists
        raw = raw[0] if raw else ""
    if isinstance(raw, int) and not isinstance(raw, bool) and raw.bit_length() < 64:
        raw = str(raw)
    if not isinstance(raw, str):
        return ""
    return " ".join(_INVISIBLE.sub("", unescape(raw)).split())


def unescape(text: str) -> str:
    """HTML entities as characters, only where a semicolon shows that an entity was meant."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def escape(text: str) -> str:
    return html.escape(text, quote=True)


def without_stop(text: str) -> str:
    """The text without its closing full stop, even one inside markup; an ellipsis stays."""
    return _STOP_AT_END.sub(r"\g<tags>", text)


def marked(text: str) -> str:
    """A title as safe HTML: balanced <i>, <sub> and <sup>, everything else escaped."""
    out: list[str] = []
    still_open: list[str] = []
    done = 0
    for tag in _TAG.finditer(text):
        name = tag["name"].lower()
        if name not in _KEPT and name not in _STYLES | _FORMULAS:
            continue
        out.append(escape(text[done : tag.start()]))
        done = tag.end()
        if name in _KEPT and not tag["empty"]:
            out += _switch(_KEPT[name], bool(tag["close"]), still_open)
    out.append(escape(text[done:]))
    out += [f"</{name}>" for name in reversed(still_open)]
    return "".join(out)


def _switch(name: str, closing: bool, still_open: list[str]) -> list[str]:
    """The tags to write so that what is open stays properly nested."""
    if closing and name in still_open:
        written = []
        while name in still_open:
            written.append(f"</{still_open.pop()}>")
        return written
    if not closing and name not in still_open:
        still_open.append(name)
        return [f"<{name}>"]
    return []


def plain(markup: str) -> str:
    """What a reader sees of HTML made by `marked` or `escape`."""
    return html.unescape(_OUR_TAG.sub("", markup))


def sentence(markup: str) -> str:
    """The words with a full stop, unless they already end in a stop of their own."""
    if not markup or plain(markup).endswith((".", "?", "!")):
        return markup
    return markup + "."
