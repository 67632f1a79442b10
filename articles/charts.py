"""Small charts as inline SVG, of attributes alone: their colours come from the stylesheet, light and dark. Pure.

Each says its figures in its label, so that whoever cannot see it misses nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

WIDTH, HEIGHT, HEAD, FOOT = 480, 132, 16, 18  # of a chart of columns: above them stands a figure, below them a name
LINE_WIDTH, LINE_HEIGHT, EDGE = 120, 28, 3


@dataclass(frozen=True)
class Column:
    """One column: what stands below it, what it is in full, and its parts from the bottom upwards."""

    label: str
    name: str
    parts: tuple[int, ...]

    @property
    def whole(self) -> int:
        return sum(self.parts)


def columns(title: str, kinds: Sequence[str], bars: Sequence[Column]) -> str:
    """Columns side by side, stacked of these kinds. The class of a part is its place: im-part-0, im-part-1, …"""
    if not bars:
        return ""
    step = WIDTH / len(bars)
    highest = max(1, *(bar.whole for bar in bars))
    drawn = "".join(_column(bar, place * step, step, highest) for place, bar in enumerate(bars))
    floor = HEIGHT - FOOT
    axis = f'<line class="im-axis" x1="0" y1="{floor}" x2="{WIDTH}" y2="{floor}"/>'
    return _svg("im-chart", WIDTH, HEIGHT, f"{title}. {in_words(kinds, bars)}", drawn + axis)


def in_words(kinds: Sequence[str], bars: Sequence[Column]) -> str:
    """Every figure of a chart of columns, for whoever hears it."""
    return "; ".join(
        f"{bar.name}: {bar.whole}" + _of_which(kinds[1:], bar.parts[1:]) if len(kinds) > 1 else f"{bar.name}: {bar.whole}"
        for bar in bars
    )


def trend(title: str, shares: Sequence[float | None]) -> str:
    """A line through shares from 0 to 1, broken where nothing is known; the last known one is marked."""
    known = [(place, share) for place, share in enumerate(shares) if share is not None]
    if not known:
        return ""
    step = (LINE_WIDTH - 2 * EDGE) / max(1, len(shares) - 1)
    points = [(round(EDGE + place * step, 1), _level(share), place) for place, share in known]
    runs = (list(run) for _, run in groupby(enumerate(points), key=lambda found: found[1][2] - found[0]))
    drawn = "".join(_run([(x, y) for _, (x, y, _) in run]) for run in runs)
    x, y, _ = points[-1]
    half = _level(0.5)
    middle = f'<line class="im-axis" x1="0" y1="{half}" x2="{LINE_WIDTH}" y2="{half}"/>'
    told = ", ".join("no votes" if share is None else f"{int(share * 100 + 0.5)} %" for share in shares)
    dot = f'<circle class="im-trend-last" cx="{x}" cy="{y}" r="2.5"/>'
    return _svg("im-trend", LINE_WIDTH, LINE_HEIGHT, f"{title}: {told}", middle + drawn + dot)


def _column(bar: Column, left: float, step: float, highest: int) -> str:
    width, room = round(step * 0.62, 1), HEIGHT - HEAD - FOOT
    x, middle, top = round(left + step * 0.19, 1), round(left + step / 2, 1), float(HEIGHT - FOOT)
    drawn = []
    for place, count in enumerate(bar.parts):
        if count:
            height = max(2.0, round(room * count / highest, 1))
            top = round(top - height, 1)
            drawn.append(f'<rect class="im-part-{place}" x="{x}" y="{top}" width="{width}" height="{height}"/>')
    if bar.whole:
        drawn.append(f'<text class="im-figure" x="{middle}" y="{max(10.0, round(top - 4, 1))}">{bar.whole}</text>')
    drawn.append(f'<text class="im-label" x="{middle}" y="{HEIGHT - 4}">{escape(bar.label)}</text>')
    return f"<g><title>{escape(bar.name)}: {bar.whole}</title>{''.join(drawn)}</g>"


def _of_which(kinds: Sequence[str], parts: Sequence[int]) -> str:
    told = ", ".join(f"{count} {kind.lower()}" for kind, count in zip(kinds, parts, strict=True) if count)
    return f", of which {told}" if told else ""


def _run(points: Sequence[tuple[float, float]]) -> str:
    if len(points) == 1:
        (x, y), *_ = points
        return f'<circle class="im-trend-point" cx="{x}" cy="{y}" r="1.5"/>'
    return f'<polyline class="im-trend-line" points="{" ".join(_pairs(points))}"/>'


def _pairs(points: Sequence[tuple[float, float]]) -> Iterator[str]:
    return (f"{x},{y}" for x, y in points)


def _level(share: float) -> float:
    return round(EDGE + (LINE_HEIGHT - 2 * EDGE) * (1 - share), 1)


def _svg(name: str, width: int, height: int, said: str, drawn: str) -> str:
    return (
        f'<svg class="{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(said)}">{drawn}</svg>'
    )
