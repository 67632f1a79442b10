"""The doors to lists: home, topics, people. Whatever they name is live; what they count is live, too.

A topic or a person with nothing live has a page, because somebody may have kept its address, but is linked from nowhere.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import linebreaks
from django.views.decorators.http import require_safe

from articles import keyset
from articles.keeping import kept
from articles.models import Contribution, Contributor, Page, Topic, Wording
from articles.shelves import cards_in, cards_of, most_helpful, newest_first, newest_under, parts_taken, stock, taking_part
from articles.site_version import edition
from articles.structured_data import as_scripts, of_home, of_person, of_topic
from articles.topics import Tree
from articles.views import answer
from articles.wording import wording_html

LATEST = 8  # on each leaf of the home page
PER_PAGE = 24
PEOPLE = 60
LONGEST_LIST = 50  # of one person's articles in one part
PARTS = {"reviewed": "Medically reviewed", "checked": "Facts checked", "wrote": "Written", "edited": "Edited"}


@kept("after", "before")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new, what helped, and every topic; further leaves only go on with what is new."""
    leaf = keyset.leaf(newest_first(Page.objects.all()), asked=request.GET, size=LATEST)
    context = {
        "latest": cards_in(leaf),
        "pages": leaf,
        "empty": not leaf.keys,
        "structured": as_scripts(of_home()),
    }
    if not leaf.at:
        now = edition()
        context |= {**_shelves(now), "wording": wording_html(Wording.Place.HOME, now)}
    return answer(request, "articles/home.html", context)


def _shelves(edition: str) -> dict[str, Any]:
    """Most helpful, and by topic: the cards of both by one query."""
    tree = _tree(edition)
    helpful = most_helpful(edition)
    newest = {branch.topic.pk: newest_under(tree.subtree(branch.topic.pk), edition) for branch in tree.branches()}
    found = cards_of([*helpful, *(pk for ids in newest.values() for pk in ids)])
    by_topic = [
        {"branch": branch, "cards": shown}
        for branch in tree.branches()
        if (shown := [found[pk] for pk in newest[branch.topic.pk] if pk in found])
    ]
    return {"helpful": [found[pk] for pk in helpful if pk in found], "by_topic": by_topic}


@kept()
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    return answer(request, "articles/topics.html", {"branches": _tree(edition()).branches()})


@kept("after", "before")
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic with what is under it: its subtopics, and the articles of them all."""
    tree = _tree(edition())
    shelf = tree.named(slug)
    if shelf is None:
        raise Http404
    pages = newest_first(Page.objects.filter(article__topic__in=tree.subtree(shelf.pk)))
    leaf = keyset.leaf(pages, asked=request.GET, size=PER_PAGE)
    shown = cards_in(leaf)
    context = {
        "topic": shelf,
        "above": tree.lineage(shelf.pk)[:-1],
        "branches": tree.branches(shelf.pk),
        "articles": shown,
        "pages": leaf,
        "live": tree.live(shelf.pk),
        "structured": as_scripts(of_topic(shelf, shown)),
    }
    return answer(request, "articles/topic.html", context)


@kept("after", "before")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who wrote, edited, checked or reviewed something that is live."""
    parts = parts_taken(edition())
    leaf = keyset.leaf(Contributor.objects.filter(user__in=parts).order_by("name", "pk"), asked=request.GET, size=PEOPLE)
    found = Contributor.objects.filter(taking_part()).in_bulk(leaf.pks)  # the figures may be some minutes old
    people = [found[pk] for pk in leaf.pks if pk in found]
    shown = [{"person": who, "parts": _parts(parts.get(who.user_id or 0, {}))} for who in people]
    return answer(request, "articles/people.html", {"people": shown, "pages": leaf})


@kept("part", "after", "before")
@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Who somebody is, and what they wrote, edited, checked and signed of what is live; or one part of it, leaf by leaf."""
    who = get_object_or_404(Contributor.objects.select_related("user"), slug=slug)
    public, asked = _public(who), request.GET.get("part")
    chosen = asked if asked in PARTS else ""
    context = {"person": public, "chosen": chosen, "shelves": _shelves_of(who, chosen, request.GET)}
    context["structured"] = as_scripts(of_person(public))
    return answer(request, "articles/person.html", context)


def _tree(edition: str) -> Tree:
    return Tree(Topic.objects.all(), stock(edition).live)


def _parts(parts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"label": label, "count": parts[part]} for part, label in PARTS.items() if part in parts]


def _shelves_of(who: Contributor, chosen: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
    """One list for each part that somebody has in what is live, newest first; or the one that is chosen, from where one is."""
    if who.user_id is None:
        return []
    shown = ((part, rows) for part, rows in _taken(who.user_id).items() if chosen in ("", part))
    shelves = [_shelf(part, rows, asked if chosen else {}) for part, rows in shown]
    return [shelf for shelf in shelves if shelf["leaf"].keys]


def _taken(user: int) -> dict[str, QuerySet[Page]]:
    """For each part that this account may have had: the live pages in which it had it."""
    pages, hand = newest_first(Page.objects.all()), "publication__revision__contributions"
    # Asked for first: for somebody who only ever signs, all pages would be gone through in search of what they wrote.
    hands = Contribution.objects.filter(user=user).exclude(role=Contribution.Role.REVIEWER).order_by()
    roles = set(hands.values_list("role", flat=True).distinct())
    made = {part: role for part, role in (("wrote", "writer"), ("edited", "editor")) if role in roles}
    return {
        "reviewed": pages.filter(publication__medical_reviewer=user),
        "checked": pages.filter(publication__facts_reviewer=user),
        **{part: pages.filter(**{f"{hand}__user": user, f"{hand}__role": role}) for part, role in made.items()},
    }


def _shelf(part: str, rows: QuerySet[Page], asked: Mapping[str, str]) -> dict[str, Any]:
    leaf = keyset.leaf(rows, asked=asked, size=LONGEST_LIST)
    count = keyset.many(rows) if leaf.at or leaf.after else len(leaf.keys)
    return {
        "id": part,
        "keep": f"part={part}",
        "heading": PARTS[part],
        "leaf": leaf,
        "cards": cards_in(leaf),
        "count": count,
        "many": keyset.in_words(count),
    }


def _public(who: Contributor) -> dict[str, Any]:
    in_force = who.user.credentials.in_force(timezone.localdate()) if who.user else []
    return {
        "name": who.name,
        "post_nominals": who.post_nominals,
        "specialty": who.specialty,
        "biography_html": linebreaks(who.biography, autoescape=True),
        "orcid_url": f"https://orcid.org/{who.orcid}" if who.orcid else "",
        "interests": who.interests,
        "interests_on": who.interests_on,
        "url": reverse("articles:person", args=[who.slug]),
        "credentials": in_force,
    }
