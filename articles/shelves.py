"""Lists of what is live, as readers meet them: cards that show only titles and summaries that were signed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from articles.models import Page
from articles.pages import card, is_genuine


def listed(pages: QuerySet[Page]) -> QuerySet[Page]:
    """Live pages, newest first, with all that a card shows, in one query and without the text."""
    return (
        pages.filter(withdrawal=None, publication__withdrawal=None)
        .select_related("article__topic", "publication__medical", "publication__revision__picture")
        .defer("html", "publication__revision__body")
        .order_by("-updated_at", "-pk")
    )


def cards(pages: Iterable[Page]) -> list[dict[str, Any]]:
    return [card(page) for page in pages if is_genuine(page)]
