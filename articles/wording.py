"""The publisher's own words on the site's own pages: set by editors, kept for good, shown around what is computed.

They are not medical and nobody signs them; so they may not look like an article: no citation, no picture, no pointer.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from articles.dialect import TOO_MUCH, parse, shown
from articles.history import genuine_events, record
from articles.markup import render
from articles.models import User, Wording
from articles.passages import keys_in
from articles.refusal import Refused, Stale
from articles.sealing import sha256

LONGEST = 20_000  # characters
_TAG = re.compile(r"</?[a-z][^<>]*>|<!--", re.IGNORECASE)
_HEADING_ID = re.compile(r'(<h[2-6] id=")')


def in_force(place: str) -> Wording | None:
    """The newest text of a place, if there ever was one."""
    return Wording.objects.filter(place=place).order_by("-pk").first()


def wording_html(place: str, edition: str) -> SafeString:
    """What is shown at a place in this edition of the site; empty where the publisher says nothing."""
    return _all(edition).get(place, SafeString(""))


@lru_cache(maxsize=4)
def _all(edition: str) -> dict[str, SafeString]:
    """The texts in force, made into HTML: without any that another hand has put in, of which no event tells."""
    newest = Wording.objects.filter(pk__in=Wording.objects.order_by().values("place").annotate(newest=Max("pk")).values("newest"))
    told = {event.data["wording"]: event.data["digest"] for event in genuine_events(None, "wording.changed")}
    return {wording.place: _html(wording) for wording in newest if told.get(wording.pk) == sha256(wording.text.encode())}


def _html(wording: Wording) -> SafeString:
    """A page may show several texts, with headings that are alike: their ids are told apart by the place."""
    return mark_safe(_HEADING_ID.sub(rf"\1{wording.place}-", render(wording.text, {}).html))


def forget() -> None:
    """Reads the texts anew when next asked."""
    _all.cache_clear()


@transaction.atomic
def set_wording(place: str, text: str, *, by: User, seen: int | None = None) -> Wording:
    """From now on this is shown there; the same words again change nothing.

    `seen` is the key of the text that was typed over, 0 where there was none: raises Stale when another has taken its place.
    """
    if place not in Wording.Place.values:
        raise Refused(f"There is no place called “{place}”. Choose one of: {', '.join(Wording.Place.values)}.")
    text = tidied(text)
    newest = in_force(place)
    if newest is None and not text:
        raise Refused("Nothing was typed, and there were no words before: there is nothing to save.")
    if newest and newest.text == text:
        return newest
    if seen is not None and seen != (newest.pk if newest else 0):
        who = newest.by.printed_name if newest else "Somebody"
        raise Stale(f"{who} changed these words while you were writing. Compare both texts, keep what is right, and save again.")
    if reasons := list(_faults(text)):
        raise Refused(*reasons)
    made = Wording.objects.create(place=place, text=text, by=by, at=timezone.now())
    record("wording.changed", by=by, wording=made.pk, place=place, digest=sha256(text.encode()))
    return made


def tidied(text: str) -> str:
    """Unix line ends, composed characters (Unicode NFC), nothing that nobody sees."""
    return shown(unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def _faults(text: str) -> Iterator[str]:
    if len(text) > LONGEST:
        yield f"The text has {len(text):,} characters: shorten it to {LONGEST:,} or fewer."
        return
    tokens = parse(text)
    if tokens and tokens[0].content.endswith(TOO_MUCH):
        yield "The text has too much markup to be shown: remove what is not text."
        return
    if keys := keys_in(tokens):
        yield f"These words cite a source, @{keys[0]}: only articles do, because only they are signed. Take the citation out."
    if any(token.type == "also_read" for token in tokens):
        yield "“Also read” belongs in articles: write an ordinary link instead."
    inside = [child for token in tokens for child in token.children or ()]
    if any(child.type == "image" for child in inside):
        yield "Pictures can be shown in articles only: take the picture out."
    if any(child.type == "link_missing" for child in inside):
        yield "A link leads nowhere: only web addresses, mail addresses and addresses of this site can be used."
    if typed := next((found for child in inside if (found := _html_in(child))), ""):
        yield f"HTML such as {typed[:40]} would be shown as it is typed: use Markdown, or take it out."


def _html_in(token: Token) -> str:
    found = _TAG.search(token.content) if token.type == "text" else None
    return found[0] if found else ""
