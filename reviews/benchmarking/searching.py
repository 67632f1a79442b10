"""What searches cost: lists of different ones of each kind, made of words that the archive has."""

import random
import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from articles.models import SearchEntry
from reviews.benchmarking import load
from reviews.benchmarking.figure import Figure, taken
from reviews.benchmarking.load import Visitor
from reviews.benchmarking.stage import Figures, Stage

LOOKED_THROUGH = 500  # entries, to learn which words are common
WORD = re.compile(r"[a-z]{5,}")
PAIR = re.compile(r"\b(?=([a-z]{5,} [a-z]{5,})\b)")


@dataclass(frozen=True)
class Vocabulary:
    """Words by how many of the articles looked through have them, and phrases that stand in them."""

    common: list[str]
    rare: list[str]
    phrases: list[str]


def figures(stage: Stage) -> Figures:
    for kind in ("common words", "rare words", "two words", "phrases", "no such words"):
        yield f"search, {kind}", partial(_searches, stage, kind)


def _searches(stage: Stage, kind: str) -> Figure:
    visitor = Visitor(stage.server("cold").port)
    asked = [f"/search/?{urlencode({'q': words})}" for words in asked_for(kind, vocabulary(), stage.pace.rounds * 3)]
    visitor.get(asked[0]).having(200)  # warms up
    run = partial(_each, visitor, asked)
    found = taken(run, stage.bare("cold"), stage.pace.runs)
    return found.as_figure(f"search, {kind}", worst=True, remark=f"{len(asked)} different ones")


def _each(visitor: Visitor, asked: list[str]) -> list[float]:
    return load.each((visitor.get(address) for address in asked), 200)


def asked_for(kind: str, words: Vocabulary, count: int) -> list[str]:
    """Different searches, the same each time."""
    chance = random.Random(kind)
    both = [*words.common, *words.rare]
    made = {
        "common words": lambda: chance.choice(words.common),
        "rare words": lambda: chance.choice(words.rare),
        "two words": lambda: f"{chance.choice(words.common)} {chance.choice(both)}",
        "phrases": lambda: f'"{chance.choice(words.phrases)}"',
        "no such words": lambda: chance.choice(words.rare)[::-1] + "q",
    }[kind]
    return list(dict.fromkeys(made() for _ in range(count * 20)))[:count]


def vocabulary() -> Vocabulary:
    newest = SearchEntry.objects.order_by("-pk").values_list("text", flat=True)[:LOOKED_THROUGH]
    texts = [text.lower() for text in newest]
    held = Counter(word for text in texts for word in set(WORD.findall(text)))
    ranked = [word for word, _ in held.most_common()]
    pairs = Counter(pair for text in texts for pair in set(PAIR.findall(text)))
    return Vocabulary(
        common=ranked[:100],
        rare=[word for word in ranked if held[word] == min(held.values())],
        phrases=[pair for pair, _ in pairs.most_common(100)],
    )
