"""How figures are printed, kept in a file, and laid out as a table for README."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reviews.benchmarking.figure import VIEW, Figure

Archive = tuple[bool, str, int, int]  # in the order of the columns


@dataclass(frozen=True)
class Row:
    """A figure, and of which archive it is."""

    articles: int
    waiting: int
    database: str
    figure: Figure

    def as_json(self) -> dict[str, Any]:
        return {"articles": self.articles, "open": self.waiting, "database": self.database, **asdict(self.figure)}


def line(figure: Figure) -> str:
    """For the terminal."""
    worst = f"worst {figure.worst_ratio:.1f} × ({figure.worst:.1f} ms)" if figure.worst and figure.worst_ratio else ""
    against = "" if figure.against == VIEW else f"× {figure.against}"
    notes = "; ".join(filter(None, [against, worst, figure.remark]))
    return f"  {figure.name:40}{figure.ratio:>8.2f} × {figure.value:>9.2f} {figure.unit}  {notes}".rstrip()


def read(file: Path) -> list[Row]:
    """What earlier runs left in it."""
    if not file.exists():
        return []
    found = json.loads(file.read_text())
    return [Row(one.pop("articles"), one.pop("open"), one.pop("database"), Figure(**one)) for one in found]


def write(file: Path, rows: Iterable[Row]) -> None:
    file.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")


def with_newer(rows: Sequence[Row], newer: Row) -> list[Row]:
    """In the place of the same figure of an earlier run, if there is one."""
    by_key = {_key(row): row for row in rows}
    return list({**by_key, _key(newer): newer}.values())


def _key(row: Row) -> tuple[Archive, str]:
    return (_archive(row), row.figure.name)


def _archive(row: Row) -> Archive:
    return (row.database != "SQLite", row.database, row.articles, row.waiting)


def markdown(rows: Sequence[Row]) -> str:
    """A line for each figure, a column for each archive."""
    archives = sorted({_archive(row) for row in rows})
    cells = {_key(row): _cell(row.figure) for row in rows}
    names = dict.fromkeys(row.figure.name for row in rows)
    against = {row.figure.name: row.figure.against for row in rows}
    head = ["", "against", *(f"{database}, {articles:,}, {waiting:,} open" for _, database, articles, waiting in archives)]
    table = [head, ["---"] * len(head)]
    table += [[name, against[name], *(cells.get((archive, name), "") for archive in archives)] for name in names]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in table)


def _cell(figure: Figure) -> str:
    worst = f", worst {_times(figure.worst_ratio)}" if figure.worst_ratio else ""
    lost = f"; {figure.remark}" if figure.remark.startswith("lost") else ""
    return f"{_times(figure.ratio)}{worst} ({figure.value:.3g} {figure.unit}){lost}"


def _times(ratio: float) -> str:
    return f"{ratio:.{2 if ratio < 10 else 1 if ratio < 100 else 0}f} ×"
