"""What a worker takes of the machine's memory: at its start, and once it has served very many different pages."""

import re
from functools import partial
from pathlib import Path

from reviews.benchmarking import load
from reviews.benchmarking.figure import Figure
from reviews.benchmarking.load import Visitor
from reviews.benchmarking.servers import Server
from reviews.benchmarking.stage import Figures, Stage

FEW = 5  # pages, after which everything has been loaded that any page needs


def figures(stage: Stage) -> Figures:
    if Path("/proc/self/smaps_rollup").exists():  # Linux tells
        yield "memory of a worker", partial(_memory, stage)


def _memory(stage: Stage) -> Figure:
    server = stage.fresh("warm")
    try:
        visitor = Visitor(server.port)
        _walk(visitor, stage.pages[:FEW])
        before, _ = _megabytes(server)
        _walk(visitor, stage.pages)
        resident, proportional = _megabytes(server)
    finally:
        server.stop()
    remark = f"{before:.0f} MB before {len(stage.pages):,} different pages; {proportional:.0f} MB of it its own or its share"
    return Figure("memory of a worker", resident, "MB", resident / before, "its start", remark=remark)


def _walk(visitor: Visitor, pages: list[str]) -> None:
    load.each((visitor.get(page) for page in pages), 200)


def _megabytes(server: Server) -> tuple[float, float]:
    """Resident, and proportional: what it shares with others divided among them."""
    told = Path(f"/proc/{server.worker}/smaps_rollup").read_text()
    resident, proportional = (int(re.search(rf"^{name}:\s+(\d+) kB", told, re.MULTILINE)[1]) for name in ("Rss", "Pss"))  # type: ignore[index]
    return resident / 1024, proportional / 1024
