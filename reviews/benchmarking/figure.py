"""One figure: how it is worked out from several runs, and how it reads."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

VIEW = "a bare view"


@dataclass(frozen=True)
class Figure:
    """A median, and how many times that is what it is measured against."""

    name: str
    value: float
    unit: str
    ratio: float
    against: str = VIEW
    worst: float | None = None  # of several different requests, in the same unit
    worst_ratio: float | None = None
    remark: str = ""


@dataclass(frozen=True)
class Taken:
    """What the runs came to: of each request the median of all runs, in seconds and as a ratio."""

    seconds: Sequence[float]
    ratios: Sequence[float]

    def as_figure(self, name: str, *, against: str = VIEW, worst: bool = False, remark: str = "") -> Figure:
        return Figure(
            name,
            statistics.median(self.seconds) * 1000,
            "ms",
            statistics.median(self.ratios),
            against,
            max(self.seconds) * 1000 if worst else None,
            max(self.ratios) if worst else None,
            remark,
        )


def taken(deed: Callable[[], Sequence[float]], bare: Callable[[], float], runs: int) -> Taken:
    """Runs the deed between two bare measures each time: the speed of a machine wanders, and both with it."""
    seconds, ratios = [], []
    for _ in range(runs):
        before = bare()
        run = deed()
        beside = (before + bare()) / 2
        seconds.append(run)
        ratios.append([one / beside for one in run])
    return Taken(_medians(seconds), _medians(ratios))


def _medians(runs: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(same) for same in zip(*runs, strict=True)]
