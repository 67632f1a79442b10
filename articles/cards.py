"""An article as lists show it: its title and summary, its topic, who reviewed it, and its picture. All of it was signed."""

import datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles.models import Page, Picture
from articles.renditions import WIDTHS


def card(page: Page) -> dict[str, Any]:
    """An article in a list. The page comes with its publication, medical sign-off, revision, picture and topic."""
    out = page.publication
    shown = picture(out.revision.picture, out.revision.picture_alt)
    about = {"summary": Truncator(page.summary).chars(240)}
    return card_of(page, page.article.topic.name, out.medical.signed_as, shown) | about


def card_of(page: Page, topic: str, reviewed_by: str, shown: dict[str, Any] | None) -> dict[str, Any]:
    """The same, without the summary, of a page that comes without its records, but with what a card says of them."""
    return {
        "url": page.get_absolute_url(),
        "title": page.title,
        "topic": topic,
        "updated": _dated(timezone.localdate(page.updated_at)),
        "reviewed_by": reviewed_by,
        "picture": shown,
    }


@lru_cache(maxsize=1000)
def _dated(day: datetime.date) -> SafeString:
    """A day as it is shown. Many cards have the same, and none takes as long as its date."""
    return render_to_string("articles/partials/date.html", {"at": day})


def picture(shown: Picture | None, alt: str) -> dict[str, Any] | None:
    """A picture as pages and cards show it."""
    if shown is None:
        return None
    return {
        "url": shown.get_absolute_url(),
        "copies": [(reverse("articles:small_picture", args=[shown.sha256, width]), width) for width in WIDTHS],
        "alt": alt,
        "width": shown.width,
        "height": shown.height,
    }
