"""A writer's Markdown becomes the safe HTML that reviewers sign and readers get, with numbered citations.

Pure: no database, no settings. `dialect` never passes HTML through; nh3 then keeps an explicit list of tags
and attributes, so that one mistake in either is not enough. What cannot be shown says so in the text, where
everybody sees it: unknown citations, foreign pictures, unsafe links.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from articles.dialect import MARKDOWN, parse, shown
from articles.passages import (
    Heading,
    headings_in,
    keys_in,
    passages,
    picture_alt,
    picture_sha256,
    unmarked,
)
from articles.sentences import CITED, sentences

PICTURE_MISSING = "[picture not shown: only uploaded pictures can be used]"
LINK_MISSING = "[link not shown: only web and mail addresses can be used]"

_WEB = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True)
class Cited:
    """A reference as this article cites it: its number, where that leads, and its short accessible name."""

    key: str
    number: int
    url: str
    label: str


@dataclass(frozen=True)
class Rendered:
    """The finished HTML. `keys` were numbered and `unknown` were not, both in order of first appearance."""

    html: str
    headings: tuple[Heading, ...]
    keys: tuple[str, ...]
    unknown: tuple[str, ...]
    places: Mapping[str, int]


def render(body: str, cited: Mapping[str, Cited]) -> Rendered:
    """The HTML of a body, with each citation shown as the number the caller gives it."""
    tokens = parse(body)
    env: dict[str, Any] = {"cited": cited, "places": Counter(), "ids": Counter()}
    html = CLEANER.clean(shown(_PAGE.render(tokens, MARKDOWN.options, env)))
    keys = keys_in(tokens)
    known = tuple(key for key in keys if key in cited)
    unknown = tuple(key for key in keys if key not in cited)
    return Rendered(html, headings_in(tokens), known, unknown, dict(env["places"]))


def cited_keys(body: str) -> tuple[str, ...]:
    """The keys cited, each once, in order of first appearance: the order in which they are numbered."""
    return keys_in(parse(body))


def sentences_citing(body: str) -> Mapping[str, list[str]]:
    """For each key the plain sentences it is cited for, so that claim and source can be read together."""
    found: dict[str, list[str]] = {}
    before = ""
    for passage in passages(parse(body)):
        keys = iter([[key for key, _ in token.meta["items"]] for token in passage.citations])
        whole = passage.kind in ("heading", "row")
        for sentence in [passage.marked_text] if whole else sentences(passage.marked_text):
            claim = unmarked(sentence)
            before = claim or before  # a citation standing alone speaks for what came before it
            for key in dict.fromkeys(key for _ in range(sentence.count(CITED)) for key in next(keys)):
                found.setdefault(key, []).append(before)
    return found


def picture_paths(body: str) -> tuple[str, ...]:
    """The sha256 of every uploaded picture that the body shows, each once."""
    pictures = (picture for passage in passages(parse(body)) for picture in passage.pictures)
    return tuple(dict.fromkeys(sha256 for picture in pictures if (sha256 := picture_sha256(picture))))


def also_read(body: str) -> tuple[str, ...]:
    """The addresses of other articles that the body points to, each once."""
    return tuple(dict.fromkeys(token.meta["address"] for token in parse(body) if token.type == "also_read"))


def plain(body: str) -> str:
    """The words alone, a line for each paragraph, heading, list item and table row."""
    return "\n".join(text for passage in passages(parse(body)) if (text := passage.text))


class _Page(RendererHTML):
    """How a token looks on the page, where that differs from plain CommonMark."""

    def citation(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        items = tokens[idx].meta["items"]
        known = [(env["cited"][key], locator) for key, locator in items if key in env["cited"]]
        between = "; " if any(locator for _, locator in known) else ", "
        numbers = between.join(self._number(cited, locator, env) for cited, locator in known)
        env["places"].update(key for key, _ in items if key in env["cited"])
        out = [f'<span class="citation">({numbers})</span>'] if known else []
        out += [
            f'<span class="citation citation-unknown">[@{escape(key)}: no such reference]</span>'
            for key, _ in items
            if key not in env["cited"]
        ]
        return " ".join(out)

    def _number(self, cited: Cited, locator: str, env: Any) -> str:
        env["ids"][cited.number] += 1
        place = f"cite-{cited.number}-{env['ids'][cited.number]}"
        url = cited.url if _WEB.match(cited.url) else f"#ref-{cited.number}"
        name = f"Reference {cited.number}" + (f": {cited.label}" if cited.label.strip() else "")
        link = (
            f'<a class="citation-number" id="{place}" href="{escape(url)}"{_rel(url)}'
            f' role="doc-biblioref" aria-label="{escape(name)}">{cited.number}</a>'
        )
        return f"{link}, {escape(locator)}" if locator else link

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        href = str(tokens[idx].attrs["href"])
        return f'<a href="{escape(href)}"{_rel(href)}>'

    def link_missing_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return ""

    def link_missing(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f' <span class="not-shown">{LINK_MISSING}</span>'

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        image = tokens[idx]
        if not picture_sha256(image):
            return f'<span class="not-shown">{PICTURE_MISSING}</span>'
        alt = escape(picture_alt(image))
        return f'<img src="{image.attrs["src"]}" alt="{alt}" loading="lazy" decoding="async">'

    def also_read(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<p class="also-read">{tokens[idx].meta["address"]}</p>\n'

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<pre><code>{escape(tokens[idx].content, quote=False)}</code></pre>\n"

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="table-scroll" role="region" aria-label="Table" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"<td{_alignment(tokens[idx])}>"


def _alignment(cell: Token) -> str:
    style = str(cell.attrs.get("style", ""))
    return f' class="align-{style.removeprefix("text-align:")}"' if style else ""


def _rel(url: str) -> str:
    """Which article somebody reads is a fact about their health: other sites are not told."""
    return ' rel="noreferrer"' if _WEB.match(url) else ""


_PAGE = _Page()

_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"p", "br", "hr", "blockquote", "ul", "ol", "li", "pre", "div", "figure", "figcaption"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_ALIGNED = {"align-left", "align-center", "align-right"}
CLEANER = nh3.Cleaner(
    tags=_HEADINGS | _BLOCKS | _TABLE | {"a", "code", "em", "img", "s", "span", "strong"},
    attributes={heading: {"id"} for heading in _HEADINGS}
    | {"a": {"href", "id", "aria-label"}, "img": {"src", "alt"}, "ol": {"start"}},
    tag_attribute_values={
        "a": {"role": {"doc-biblioref"}, "rel": {"noreferrer"}},
        "div": {"role": {"region"}, "aria-label": {"Table"}, "tabindex": {"0"}},
        "img": {"loading": {"lazy"}, "decoding": {"async"}},
        "th": {"scope": {"col"}},
    },
    allowed_classes={
        "a": {"citation-number"},
        "div": {"table-scroll"},
        "p": {"also-read"},
        "span": {"citation", "citation-unknown", "not-shown"},
        "td": _ALIGNED,
        "th": _ALIGNED,
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)
