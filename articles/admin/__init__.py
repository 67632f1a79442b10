"""The editorial office, as far as the text and its sources go: doors to the verbs, without a rule of their own."""

from articles.admin import articles, events, people, references, shelves, wording

__all__ = ["articles", "events", "people", "references", "shelves", "wording"]
