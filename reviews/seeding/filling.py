"""Filling a database with a made-up archive, stage by stage, in transactions of a thousand articles each."""

import datetime
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles.history import take_turn
from articles.models import Article
from articles.refusal import Refused
from reviews.seeding import library, moulds, people, stories
from reviews.seeding.finished import finish
from reviews.seeding.plans import Course, Plans
from reviews.seeding.rows import Batch, Keys

Told = Callable[[str, float], None]
Forms = dict[tuple[int, Course], moulds.Moulds]
TOGETHER = 1_000  # articles: a run that is stopped loses no more
FEWEST = 100


def nothing(*args: Any) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Order:
    """How large an archive, with how much that waits; `random` makes another one of the same size."""

    articles: int
    waiting: int
    random: int
    password: str
    add: bool = False  # to what is there already


def fill(order: Order, *, cast: people.Cast | None = None, step: Callable[[], None] = nothing, told: Told = nothing) -> int:
    """Makes the archive, and its people unless they are given; how many rows its articles have.

    `step` is called after each article, `told` after each stage, with its name and its seconds.
    """
    _refuse_unless_sound(order)

    stage = partial(timed, told)
    hired_at = timezone.now().replace(microsecond=0) - people.HIRED
    with stage("people"):
        cast = cast or people.hired(order.password, hired_at)
    with stage("topics and sources"):
        shelves = library.stock(cast, order.articles, hired_at)
    now = timezone.now().replace(microsecond=0)
    with stage("forms of pages"):
        plans = Plans(cast, shelves, order.articles, order.waiting, order.random + Keys().coming(Article))
        forms = moulds.cast_all(plans, now)
    with stage("articles"):
        return sum(_write(batch, places, plans, forms, now, step) for batch, places in _batches(order.articles))


def _batches(articles: int) -> Iterator[tuple[Batch, range]]:
    """The places of the articles that are written together, each time with an empty batch; the keys go on."""
    keys = Keys()
    for first in range(0, articles, TOGETHER):
        yield Batch(keys), range(first, min(first + TOGETHER, articles))


@transaction.atomic
def _write(batch: Batch, places: range, plans: Plans, forms: Forms, now: datetime.datetime, step: Callable[[], None]) -> int:
    """Some articles with everything about them; how many rows."""
    take_turn()
    for place in places:
        made = stories.write(plans.plan(place), batch, now)
        if made.publications:
            finish(made, forms.get((made.plan.form.number, made.plan.course)))
        step()
    return batch.write()


@contextmanager
def timed(told: Told, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    told(name, time.perf_counter() - start)


def _refuse_unless_sound(order: Order) -> None:
    reasons = []
    if order.articles < FEWEST:
        reasons.append(f"Ask for {FEWEST} articles at least: {order.articles} are too few to go every way that articles can go.")
    if not 0 <= order.waiting <= order.articles // 2:
        reasons.append(
            f"Let at most one thing wait for two articles: --open {order.waiting} is not between 0 and {order.articles // 2}."
        )
    if Article.objects.exists() and not order.add:
        reasons.append("The database holds articles already: say --add to add to them, or name an empty one in DATABASE_URL.")
    if reasons:
        raise Refused(*reasons)
