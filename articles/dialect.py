"""Our Markdown: CommonMark with tables and strikethrough, without HTML, with citations such as [@key, p. 4].

Control and bidirectional-override characters are dropped, so that text always reads in the order in which it
was typed ("50 mg" cannot be displayed as "05 mg"). A body made to exhaust the parser is not parsed.
"""

import re
import unicodedata
from collections import Counter

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from articles.passages import is_decorative, picture_sha256, words

# Marks that cost the parser time. 30,000 are three times those of a 500 KB article with 300 citations, and a
# second of work. Of a body with more, only the beginning is shown, as it was typed.
MARKS = "\n!#$%&*+-:<=>@[\\]^_`{}|~"
MOST_MARKS = 30_000
TOO_MUCH = "\n[the rest is not shown: too much markup]"

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_BRACKET = re.compile(r"\[(@[^\[\]\\`]{1,2000})\]")
_BETWEEN = re.compile(r" ?[;,] ?(?=@)")
_ITEM = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9_:.+-]{0,98}[A-Za-z0-9_+-])?)[.:]*(?:(?:, ?| )([^@;]{1,200}))?")
_ALSO_READ = re.compile(r"\[also read: ?([a-z0-9-]{1,120})\]", re.IGNORECASE)
_SAFE_LINK = re.compile(r"https?://.|mailto:.|[/#?]|[^:/?#]+(?:[/?#]|\Z)", re.IGNORECASE)


def parse(body: str) -> list[Token]:
    """The body as markdown-it tokens, ready to be rendered or examined."""
    body = shown(body)
    if sum(body.count(mark) for mark in MARKS) > MOST_MARKS:
        return [Token("code_block", "code", 0, content=body[:10_000] + TOO_MUCH, map=[0, 1])]
    return MARKDOWN.parse(body)


def shown(text: str) -> str:
    """Text without the characters that nobody sees but that change what is read."""
    return _UNSEEN.sub("", text)


def _citation(state: StateInline, silent: bool) -> bool:
    """[@key] or [@key, p. 4; @other]: tried before the link rule, so that it is never taken for a link."""
    if state.src[state.pos] != "[" or not (bracket := _BRACKET.match(state.src, state.pos, state.posMax)):
        return False
    items = [_ITEM.fullmatch(item) for item in _BETWEEN.split(" ".join(bracket[1].split()))]
    if not all(items):
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.meta["items"] = list(dict.fromkeys((item[1], item[2] or "") for item in items if item))
    state.pos = bracket.end()
    return True


def _figures(state: StateCore) -> None:
    """A picture alone in its paragraph is a figure; its title is the caption, which may cite its source."""
    out: list[Token] = []
    for token in state.tokens:
        if token.type == "inline" and out and out[-1].type == "paragraph_open" and (image := _alone(token)):
            opening = Token("figure_open", "figure", 1, map=out[-1].map, block=True, level=out[-1].level)
            closing = Token("figure_close", "figure", -1, block=True, level=opening.level)
            out[-1:] = [opening, token, *_caption(image, state), closing]
        elif token.type != "paragraph_close" or out[-1].type != "figure_close":
            out.append(token)
    state.tokens = out


def _also_read(state: StateCore) -> None:
    """A line [also read: an-address] on its own points to another article; what is shown there is not this text's."""
    out: list[Token] = []
    for token in state.tokens:
        alone = token.type == "inline" and out and out[-1].type == "paragraph_open" and not out[-1].level
        if alone and (named := _ALSO_READ.fullmatch(token.content.strip())):
            pointer = Token("also_read", "", 0, map=out[-1].map, block=True)
            pointer.meta["address"] = named[1].lower()
            out[-1] = pointer
        elif token.type != "paragraph_close" or out[-1].type != "also_read":
            out.append(token)
    state.tokens = out


def _caption(image: Token, state: StateCore) -> list[Token]:
    title = str(image.attrs.get("title", ""))
    if not title.strip() or is_decorative(image):
        return []
    inline = Token("inline", "", 0, content=title, children=state.md.inline.parse(title, state.md, state.env, []))
    return [Token("figcaption_open", "figcaption", 1), inline, Token("figcaption_close", "figcaption", -1)]


def _alone(inline: Token) -> Token | None:
    seen = [child for child in inline.children or () if child.type != "text" or child.content.strip()]
    return seen[0] if len(seen) == 1 and seen[0].type == "image" and picture_sha256(seen[0]) else None


def _safe_links(state: StateCore) -> None:
    """A link that could run a script keeps its words and says why it does not lead anywhere."""
    for inline in state.tokens:
        unsafe = False
        for token in inline.children or ():
            if token.type == "link_open" and not _SAFE_LINK.match(str(token.attrs["href"])):
                unsafe, token.type = True, "link_missing_open"
            elif token.type == "link_close" and unsafe:
                unsafe, token.type = False, "link_missing"


def _outline(state: StateCore) -> None:
    """The title is the only h1, so that # and ## are both h2. Ids begin with "section" and shadow nothing."""
    taken: set[str] = set()
    last: Counter[str] = Counter()
    for i, token in enumerate(state.tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h2" if token.tag == "h1" else token.tag
        if token.type == "heading_open":
            title = unicodedata.normalize("NFKC", words(state.tokens[i + 1].children or ())).casefold()
            slug = new = "-".join(filter(None, ("section", re.sub(r"\W+", "-", title)[:60].strip("-"))))
            while new in taken:
                last[slug] += 1
                new = f"{slug}-{last[slug] + 1}"
            taken.add(new)
            token.attrs["id"] = new


def _unseen(state: StateCore) -> None:
    """Entities can spell the characters that `shown` removed from the source."""
    for token in state.tokens:
        for child in token.children or ():
            child.content = shown(child.content)
            for grandchild in child.children or ():
                grandchild.content = shown(grandchild.content)


MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
# A link definition is text that is signed but never seen, and would swallow a line "[@key]: ...".
MARKDOWN.disable("reference")
MARKDOWN.validateLink = lambda url: True  # type: ignore[method-assign]  # judged by _safe_links, which says so
MARKDOWN.inline.ruler.before("link", "citation", _citation)
for _rule in (_figures, _also_read, _safe_links, _outline, _unseen):
    MARKDOWN.core.ruler.push(_rule.__name__.strip("_"), _rule)
