"""Charts are attributes and words: nothing inline that the Content-Security-Policy would refuse, and every figure is said."""

from xml.etree import ElementTree

import pytest

from articles.charts import HEIGHT, LINE_HEIGHT, WIDTH, Column, columns, trend

KINDS = ("Other", "Possible harm")


def drawn(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert not [e for e in root.iter() if {"style", "onload", "href"} & set(e.attrib) or e.tag in ("style", "script")]
    return root


def test_a_chart_says_all_its_figures():
    root = drawn(
        columns("Reports", KINDS, [Column("1/9", "Week of 1 September", (3, 1)), Column("8/9", "Week of 8 September", (0, 0))])
    )
    assert root.get("aria-label") == "Reports. Week of 1 September: 4, of which 1 possible harm; Week of 8 September: 0"


def test_columns_are_as_high_as_their_figures_and_stacked_within_the_drawing():
    root = drawn(columns("Reports", KINDS, [Column("a", "A", (6, 2)), Column("b", "B", (4, 0)), Column("c", "C", (0, 0))]))
    rects = [(r.get("class"), *(float(r.get(name)) for name in ("x", "y", "width", "height"))) for r in root.iter("rect")]
    assert [r[0] for r in rects] == ["im-part-0", "im-part-1", "im-part-0"]
    (_, _, y0, _, h0), (_, _, y1, _, h1), (_, _, _, _, h2) = rects
    assert y0 == pytest.approx(y1 + h1, abs=0.2), "harm stands upon the others"
    assert (h0 / h2, h0 / h1) == (pytest.approx(1.5, abs=0.02), pytest.approx(3, abs=0.05))
    assert all(x >= 0 and x + w <= WIDTH and y >= 0 and y + h <= HEIGHT for _, x, y, w, h in rects)
    assert [t.text for t in root.iter("text")] == ["8", "a", "4", "b", "c"], "no figure stands over nothing"


def test_what_is_written_cannot_break_out():
    root = drawn(columns('"><script>', KINDS, [Column("<b>", '"&', (1, 0))]))
    assert root.get("aria-label").startswith('"><script>')


def test_a_trend_is_broken_where_nothing_is_known():
    root = drawn(trend("Helpful", [0.0, 1.0, None, 0.5, None, 0.25, 0.75]))
    assert root.get("aria-label") == "Helpful: 0 %, 100 %, no votes, 50 %, no votes, 25 %, 75 %"
    lines = [[tuple(map(float, p.split(","))) for p in e.get("points").split()] for e in root.iter("polyline")]
    assert [len(line) for line in lines] == [2, 2]
    (_, lowest), (_, highest) = lines[0]
    assert LINE_HEIGHT > lowest > highest > 0
    assert len([e for e in root.iter("circle") if e.get("class") == "im-trend-point"]) == 1


@pytest.mark.parametrize("shares", [[], [None, None]])
def test_where_nothing_is_known_nothing_is_drawn(shares):
    assert trend("Helpful", shares) == ""
    assert columns("Reports", KINDS, []) == ""


def test_one_week_alone_is_a_dot():
    assert "polyline" not in trend("Helpful", [None, 0.5])
    assert "polyline" not in trend("Helpful", [0.5])
