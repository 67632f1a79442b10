"""The tree of topics, and how many live articles stand on each branch. Furniture: not signed, but never of what is not live."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from articles.models import Topic

DEEPEST = 12  # levels that are shown below one another; the rest are found from page to page


@dataclass(frozen=True)
class Branch:
    """A topic, how many articles are live on it and under it, and the branches that hold any of them."""

    topic: Topic
    live: int
    branches: tuple["Branch", ...] = ()


class Tree:
    """Every topic in its place. A circle, which no screen lets anybody make, ends where it closes."""

    def __init__(self, topics: Iterable[Topic], live: Mapping[int, int]) -> None:
        self.topics = {topic.pk: topic for topic in topics}
        self._under: dict[int, list[Topic]] = {}
        for topic in self.topics.values():
            if topic.parent_id in self.topics:
                topic.parent = self.topics[topic.parent_id]  # so that nobody asks the database for it
                self._under.setdefault(topic.parent_id, []).append(topic)
        self._live = dict.fromkeys(self.topics, 0)
        for pk, count in live.items():
            for topic in self.lineage(pk):
                self._live[topic.pk] += count

    def named(self, slug: str) -> Topic | None:
        """The topic at this address."""
        return next((topic for topic in self.topics.values() if topic.slug == slug), None)

    def live(self, pk: int) -> int:
        """How many articles are live on the topic and under it."""
        return self._live[pk]

    def lineage(self, pk: int) -> list[Topic]:
        """The topic under all that it belongs to, the widest first."""
        seen: dict[int, Topic] = {}
        step = self.topics.get(pk)
        while step and step.pk not in seen:
            seen[step.pk] = step
            step = self.topics.get(step.parent_id or 0)
        return list(reversed(seen.values()))

    def subtree(self, pk: int) -> set[int]:
        """The keys of the topic and of all under it."""
        found, waiting = {pk}, [pk]
        while waiting:
            new = {topic.pk for topic in self._under.get(waiting.pop(), ())} - found
            found |= new
            waiting.extend(new)
        return found

    def branches(self, pk: int | None = None, above: frozenset[int] = frozenset()) -> tuple[Branch, ...]:
        """What hangs from a topic, or from the root, and has something live on it, by name."""
        above = above | {pk} if pk else above
        return tuple(
            Branch(topic, self._live[topic.pk], self.branches(topic.pk, above) if len(above) < DEEPEST else ())
            for topic in self._hanging_from(pk)
            if self._live[topic.pk] and topic.pk not in above
        )

    def _hanging_from(self, pk: int | None) -> list[Topic]:
        return self._under.get(pk, []) if pk else [topic for topic in self.topics.values() if self._is_top(topic)]

    def _is_top(self, topic: Topic) -> bool:
        """Under nothing; or the oldest of a circle, which would otherwise hang from nowhere."""
        line = self.lineage(topic.pk)
        return not topic.parent_id or (line[0].parent_id == topic.pk and topic.pk == min(other.pk for other in line))
