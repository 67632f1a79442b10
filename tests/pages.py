"""What a browser would make of a piece of HTML: its elements, attributes and text."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

DATA = "application/ld+json"


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    html: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in ("img", "br", "hr"):
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not (self._open and self._open[-1].tag == "script"):  # which nobody reads
            self.text += data
        for element in self._open:
            element.text += data

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def values(self, attribute: str) -> list[str]:
        return [element.attrs[attribute] for element in self.elements if attribute in element.attrs]

    @property
    def structured(self) -> list[dict[str, Any]]:
        """What the page tells machines about itself, block by block."""
        return [json.loads(script.text) for script in self.all("script") if script.attrs.get("type") == DATA]

    @property
    def running(self) -> list[Element]:
        """The scripts that a browser would run, without our own that is loaded after the page."""
        deferred = [s for s in self.all("script") if "defer" in s.attrs and s.attrs.get("src", "").startswith("/static/")]
        return [s for s in self.all("script") if s not in deferred and s.attrs.get("type") != DATA]


def beside(client: Any, path: str, rel: str = "next") -> str:
    """The address of the leaf after (or before) this one of a list; empty if there is none."""
    found = [a.attrs["href"] for a in Page(client.get(path).content.decode()).all("a") if a.attrs.get("rel") == rel]
    return path.split("?")[0] + found[0] if found else ""
