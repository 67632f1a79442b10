"""The doors to lists: home, topics, people. Whatever they name is live; what they count is live, too.

A topic or a person with nothing live has a page, because somebody may have kept its address, but is linked from nowhere.
"""

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import linebreaks
from django.views.decorators.http import require_safe

from articles.models import Contribution, Contributor, Page, Topic, Wording
from articles.shelves import cards, cards_of, listed, most_helpful, newest_under, parts_taken, stock
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


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new, what helped, and every topic; further leaves only go on with what is new."""
    leaf = Paginator(listed(Page.objects.all()), LATEST).get_page(request.GET.get("page"))
    context = {
        "latest": cards(leaf),
        "pages": leaf,
        "empty": not leaf.paginator.count,
        "structured": as_scripts(of_home()),
    }
    if leaf.number == 1:
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


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    return answer(request, "articles/topics.html", {"branches": _tree(edition()).branches()})


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic with what is under it: its subtopics, and the articles of them all."""
    tree = _tree(edition())
    shelf = tree.named(slug)
    if shelf is None:
        raise Http404
    pages = listed(Page.objects.filter(article__topic__in=tree.subtree(shelf.pk)))
    leaf = Paginator(pages, PER_PAGE).get_page(request.GET.get("page"))
    shown = cards(leaf)
    context = {
        "topic": shelf,
        "above": tree.lineage(shelf.pk)[:-1],
        "branches": tree.branches(shelf.pk),
        "articles": shown,
        "pages": leaf,
        "structured": as_scripts(of_topic(shelf, shown)),
    }
    return answer(request, "articles/topic.html", context)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who wrote, edited, checked or reviewed something that is live."""
    parts = parts_taken(edition())
    leaf = Paginator(Contributor.objects.filter(user__in=parts), PEOPLE).get_page(request.GET.get("page"))
    shown = [{"person": who, "parts": _parts(parts.get(who.user_id or 0, {}))} for who in leaf]
    return answer(request, "articles/people.html", {"people": shown, "pages": leaf})


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Who somebody is, and what they wrote, edited, checked and signed of the pages that are live."""
    who = get_object_or_404(Contributor.objects.select_related("user"), slug=slug)
    public = _public(who)
    context = {"person": public, "shelves": _shelves_of(who), "structured": as_scripts(of_person(public))}
    return answer(request, "articles/person.html", context)


def _tree(edition: str) -> Tree:
    return Tree(Topic.objects.all(), stock(edition).live)


def _parts(parts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"label": label, "count": parts[part]} for part, label in PARTS.items() if part in parts]


def _shelves_of(who: Contributor) -> list[dict[str, Any]]:
    """One list for each part that somebody has in what is live, newest first."""
    if who.user_id is None:
        return []
    pages = listed(Page.objects.all())
    made = {"wrote": Contribution.Role.WRITER, "edited": Contribution.Role.EDITOR}
    rows = {
        "reviewed": pages.filter(publication__medical_reviewer=who.user_id),
        "checked": pages.filter(publication__facts_reviewer=who.user_id),
        **{
            part: pages.filter(
                publication__revision__contributions__user=who.user_id, publication__revision__contributions__role=role
            )
            for part, role in made.items()
        },
    }
    leaves = {part: Paginator(found, LONGEST_LIST).page(1) for part, found in rows.items()}
    return [{"id": part, "heading": PARTS[part], "leaf": leaf, "cards": cards(leaf)} for part, leaf in leaves.items() if leaf]


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
