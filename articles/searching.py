"""The door through which readers search. It fetches, and shows what was signed around the words that were found.

No script, no cookie; the search stands in the address, so that it can be kept and sent. Nothing of it is written down here.
The topics to choose from are kept, as they are shown, until the next event that readers could see.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from articles import replica, site_version
from articles.found_cards import cards_of
from articles.models import SearchEntry, Topic
from articles.pages import site
from articles.search import MOST, find
from articles.search_query import LONGEST, Asked, parse
from articles.views import REVALIDATE

PER_PAGE = 10


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The form, and below it what was found. Whatever is typed is answered with a page."""
    asked = parse(request.GET.get("q", ""))
    version = site_version.current()
    topics, _ = _topics(version)
    chosen = next((topic for topic in topics if topic.slug == request.GET.get("topic")), None)
    found = find(asked, _with_descendants(chosen, topics) if chosen else None)
    leaf = Paginator(found.ids, PER_PAGE).get_page(request.GET.get("page"))
    ids = list(leaf.object_list)
    cards = cards_of(ids, asked, {topic.pk: topic.name for topic in topics})
    context = {
        "site": site(),
        "asked": asked,
        "longest": LONGEST,
        "topic_box": _drawn("articles/partials/topic_box.html", version, chosen.pk if chosen else None),
        "topic_links": "" if cards else _drawn("articles/partials/topic_links.html", version),
        "chosen": chosen,
        "cards": cards,
        "close": found.close,
        "more": found.more,
        "count": MOST if found.more else len(found.ids) - len(ids) + len(cards),
        "pages": leaf,
        **_addresses(leaf, asked, chosen),
    }
    response = render(request, "articles/search.html", context)
    response.headers["Cache-Control"] = REVALIDATE
    return response


def _with_descendants(chosen: Topic, topics: Sequence[Any]) -> set[int]:
    """A topic and all that is under it, even if somebody has made a circle of them."""
    under, reached = {chosen.pk}, 0
    while len(under) > reached:
        reached = len(under)
        under |= {topic.pk for topic in topics if topic.parent_id in under}
    return under


@lru_cache(maxsize=2)
def _topics(version: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """All topics, and those under which something can be found: where live pages stand, and all above them."""
    with replica.reading(replica.PRIMARY):  # a replica may not know this version yet
        topics = list(Topic.objects.annotate(live=Exists(SearchEntry.objects.filter(topic=OuterRef("pk")))))
    parents = {topic.pk: topic.parent_id for topic in topics}
    offered: set[int] = set()
    for topic in topics:
        pk = topic.pk if topic.live else None
        while pk is not None and pk not in offered:
            offered.add(pk)
            pk = parents[pk]
    return topics, [topic for topic in topics if topic.pk in offered]


@lru_cache(maxsize=32)
def _drawn(template: str, version: str, chosen: int | None = None) -> SafeString:
    """The topics to choose from, ready to be shown."""
    return render_to_string(template, {"topics": _topics(version)[1], "chosen": chosen})


def forget() -> None:
    """Asks for the topics anew when next needed."""
    _topics.cache_clear()
    _drawn.cache_clear()


def _addresses(leaf: Leaf[int], asked: Asked, chosen: Topic | None) -> dict[str, str]:
    """Where the same search leads: a page on, a page back, and to all topics."""

    def at(**more: Any) -> str:
        return f"{reverse('articles:search')}?{urlencode({'q': asked.typed, **more})}"

    topic = {"topic": chosen.slug} if chosen else {}
    return {
        "previous_url": at(**topic, page=leaf.previous_page_number()) if leaf.has_previous() else "",
        "next_url": at(**topic, page=leaf.next_page_number()) if leaf.has_next() else "",
        "everywhere_url": at(),
    }
