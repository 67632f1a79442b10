"""What becomes of each article of a made-up archive: how far it has come, who has a hand in it, and what waits about it.

Of a hundred articles ninety are live, one is withdrawn and nine were never out. What waits is spread evenly over those that can
have it, and is as much as was asked for, however large the archive.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from articles.models import Topic, User
from reviews.seeding.forms import CITATIONS, FORMS, Form
from reviews.seeding.library import Library, Source
from reviews.seeding.people import Cast, Doctor
from reviews.seeding.vocabulary import WEIGHTS, WORDS

CYCLE = 100
STEP = 37  # from one article to the next, so that like does not stand beside like
AGES = (20, 200)  # days since the last step before publication: no review is overdue, and none due within two months
MOST_SCHEDULES = 20


class Course(Enum):
    """How far an article has come, with how many of a hundred go that way."""

    DRAFTED = 9  # three drafts, none of them out
    WITHDRAWN = 1
    FIRST = 45  # the third draft is live
    UPDATED = 30  # the second went out, and the third has replaced it
    CORRECTED = 5  # all three went out, the last as a correction
    NEWER = 10  # the second is live, and the third is a newer draft


COURSES = [course for course in Course for _ in range(course.value)]
LIVE = (Course.FIRST, Course.UPDATED, Course.CORRECTED, Course.NEWER)


@dataclass(frozen=True)
class Waiting:
    """What waits about one article."""

    reports: int = 0  # of readers, with details, undecided
    requested: bool = False  # both reviews of the newer draft
    concern: bool = False  # about a source that has fallen
    objected: bool = False
    ready: bool = False  # signed, and not out
    scheduled: bool = False


@dataclass(frozen=True)
class Plan:
    """One article, before anything of it is made."""

    place: int  # in its archive, from 0
    course: Course
    form: Form
    topic: Topic
    writer: User
    editor: User  # who asks for reviews, publishes, and has edited what was updated
    checker: User
    doctor: Doctor
    sources: Sequence[Source]
    waiting: Waiting
    age: int  # days
    random: random.Random

    def draw(self, count: int) -> list[str]:
        return self.random.choices(WORDS, cum_weights=WEIGHTS, k=count)


class Plans:
    """The plan of every article of one archive; the same each time it is asked for."""

    def __init__(self, cast: Cast, library: Library, articles: int, waiting: int, seed: int) -> None:
        self.cast, self.library = cast, library
        self._seed = seed * 1_000_000_007
        drafts, newer, live = (_among(articles, courses) for courses in ((Course.DRAFTED,), (Course.NEWER,), LIVE))
        self._reports = _Spread(waiting // 2, live)
        self._requests = _Spread(waiting // 6, newer)  # two of each
        self._concerns = _Spread(waiting - waiting // 2 - waiting // 6 * 2, live)
        self._signed = _Spread(waiting // 50, drafts // 2)  # with a yes, and with a no
        self._schedules = min(MOST_SCHEDULES, waiting // 50)

    def plan(self, place: int, course: Course | None = None, form: Form | None = None) -> Plan:
        """Of the article at this place; course and form may be chosen for a specimen that is never kept."""
        own = random.Random(self._seed + place)
        course = course or course_at(place)
        waiting = self._waiting(place, course)
        cast, topics = self.cast, self.library.topics
        topic = topics[own.randrange(len(topics))]
        return Plan(
            place=place,
            course=course,
            form=form or own.choice(FORMS),
            topic=topic,
            writer=own.choice(cast.writers),
            editor=own.choice(cast.editors),
            checker=own.choice(cast.checkers),
            doctor=own.choice(cast.doctors),
            sources=self._sources(own, waiting, place),
            waiting=waiting,
            age=own.randint(*AGES),
            random=own,
        )

    def _waiting(self, place: int, course: Course) -> Waiting:
        if course is Course.DRAFTED:
            pair, second = divmod(_among(place, (Course.DRAFTED,)), 2)
            chosen = bool(self._signed.at(pair))
            scheduled = chosen and second and self._signed.before(pair) < self._schedules
            return Waiting(objected=chosen and not second, ready=chosen and bool(second), scheduled=bool(scheduled))
        if course is Course.WITHDRAWN:
            return Waiting()
        among = _among(place, LIVE)
        return Waiting(
            reports=self._reports.at(among),
            requested=course is Course.NEWER and bool(self._requests.at(_among(place, (Course.NEWER,)))),
            concern=bool(self._concerns.at(among)),
        )

    def _sources(self, own: random.Random, waiting: Waiting, place: int) -> list[Source]:
        """Some are cited everywhere, most now and then."""
        sound = self.library.sound
        popular = max(CITATIONS, len(sound) // 20)
        chosen = own.sample(range(popular), 1) + own.sample(range(popular, len(sound)), CITATIONS - 1)
        sources = [sound[at] for at in chosen]
        return [*sources[:-1], self.library.fallen[place % len(self.library.fallen)]] if waiting.concern else sources


def course_at(place: int) -> Course:
    return COURSES[place * STEP % CYCLE]


RANKS: dict[tuple[Course, ...], list[int]] = {
    courses: [sum(course_at(before) in courses for before in range(place)) for place in range(CYCLE)]
    for courses in ((Course.DRAFTED,), (Course.NEWER,), LIVE)
}


def _among(place: int, courses: tuple[Course, ...]) -> int:
    """How many articles before this one go one of these ways."""
    cycles, rest = divmod(place, CYCLE)
    return cycles * sum(course.value for course in courses) + RANKS[courses][rest]


class _Spread:
    """So many things, evenly over so many articles."""

    def __init__(self, things: int, articles: int) -> None:
        self.things, self.articles = things, max(articles, 1)

    def before(self, article: int) -> int:
        return article * self.things // self.articles

    def at(self, article: int) -> int:
        return self.before(article + 1) - self.before(article)
