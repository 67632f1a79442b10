"""Finished pages by the thousand: drawn once by the reader's renderer for each form, and filled in for every other article.

A mould is a text in which whatever is an article's own is a named place. It is cast from one specimen and proved on another,
both of which are written, drawn and undone: a mould that would not give the very bytes of the renderer is refused.
"""

import datetime
import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from django.db import transaction
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone

from articles.dialect import parse
from articles.markup import plain
from articles.moments import with_zone
from articles.pages import published_html, review_due
from articles.passages import headings_in
from articles.refusal import Refused
from articles.structured_data import VOCABULARY
from reviews.models import Publication
from reviews.seeding import stories
from reviews.seeding.forms import FORMS
from reviews.seeding.made import Made
from reviews.seeding.plans import LIVE, Course, Plans
from reviews.seeding.rows import Batch, Keys

FAR = 1_000_000_000  # where specimens stand, past every article


class NotFilledIn(Refused):
    """What is filled in is not what the renderer draws: the page says something that `printed` does not know of."""


@dataclass(frozen=True)
class Moulds:
    """Of one form and course: the page, and what can be searched of it."""

    html: str
    text: str
    headings: str


def cast_all(plans: Plans, now: datetime.datetime) -> dict[tuple[int, Course], Moulds]:
    """A set of moulds for each form and each course that ends live."""
    with transaction.atomic():
        batch, places = Batch(Keys()), itertools.count(FAR)
        specimens = {
            (form.number, course): [stories.write(plans.plan(next(places), course, form), batch, now) for _ in range(2)]
            for form in FORMS
            for course in LIVE
        }
        batch.write()
        moulds = {which: _proved(first, second) for which, (first, second) in specimens.items()}
        transaction.set_rollback(True)
    return moulds


def printed(made: Made) -> dict[str, str]:
    """Everything that a page, or the index of its words, says of this article alone."""
    draft, publication = made.published_draft(), made.publications[-1]
    revision, medical, facts, topic = draft.revision, publication.medical, publication.facts, made.plan.topic
    assert topic.parent
    values = {
        **{name: text for name, text in draft.words.items() if name != "note" or revision.change_note},
        "slug": revision.slug,
        "title": revision.title,
        "digest": revision.digest[:12],
        "topic": topic.name,
        "topic_slug": topic.slug,
        "wider_topic": topic.parent.name,
        "wider_topic_slug": topic.parent.slug,
        "specialty": f"{VOCABULARY}/{topic.specialty}",
        "credential": medical.credential_as,
        **_moments("first", made.publications[0].at),
        **_moments("reviewed", medical.signed_at),
        **_days("due", review_due(medical.signed_at, made.article)),
    }
    if len(made.publications) > 1:
        values |= _moments("updated", publication.at)
    if revision.kind == "correction":
        values["correction"] = reverse("reviews:notice", args=["correction", publication.pk])
    for role, user in (("writer", made.plan.writer), ("facts", facts.reviewer), ("medical", medical.reviewer)):
        values |= {role: user.contributor.name, f"{role}_slug": user.contributor.slug}
    if len(draft.contributions) > 1:
        values |= {"editor": made.plan.editor.contributor.name, "editor_slug": made.plan.editor.contributor.slug}
    for place, source in enumerate(made.plan.sources, start=1):
        values |= {f"{name}{place}": source.cited[name] for name in ("label", "entry", "url")} | {f"node{place}": source.node}
    for name in made.plan.form.own_headings:
        values[f"{name}_id"] = "section-" + re.sub(r"\W+", "-", values[name].casefold())
    return values


def _moments(name: str, at: datetime.datetime) -> dict[str, str]:
    return {**_days(name, timezone.localdate(at)), f"{name}_zone": with_zone(at)}


def _days(name: str, day: datetime.date) -> dict[str, str]:
    return {f"{name}_day": day.isoformat(), f"{name}_long": _in_words(day)}


@lru_cache(maxsize=2000)
def _in_words(day: datetime.date) -> str:
    return date(day, "j F Y")


def filled(moulds: Moulds, made: Made) -> Moulds:
    """The same texts, of this article."""
    values = printed(made)
    return Moulds(moulds.html % values, moulds.text % values, moulds.headings % values)


def _proved(first: Made, second: Made) -> Moulds:
    """Cast from the one; what it gives for the other is what the renderer draws."""
    moulds = _cast(first)
    if _drawn(second) != filled(moulds, second):
        which = f"form {first.plan.form.number}, {first.plan.course.name.lower()}"
        raise NotFilledIn(f"Extend reviews.seeding.moulds.printed by what is missing from it ({which}).")
    return moulds


def _drawn(made: Made) -> Moulds:
    """By the reader's own renderer, from the rows."""
    publication = Publication.objects.select_related("revision", "medical", "facts", "article__topic").get(
        pk=made.publications[-1].pk
    )
    body = publication.revision.body
    headings = "\n".join(heading.text for heading in headings_in(parse(body)))
    return Moulds(published_html(publication), plain(body), headings)


def _cast(made: Made) -> Moulds:
    drawn, values = _drawn(made), printed(made)
    names = {text: name for name, text in values.items()}
    if len(names) < len(values):
        raise NotFilledIn("A specimen says two things in the same words: choose another --random.")
    told = re.compile("|".join(re.escape(text) for text in sorted(names, key=len, reverse=True)))

    def mould(text: str) -> str:
        return told.sub(lambda match: f"%({names[match[0]]})s", text.replace("%", "%%"))

    return Moulds(mould(drawn.html), mould(drawn.text), mould(drawn.headings))
