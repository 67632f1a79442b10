from hypothesis import given
from hypothesis import strategies as st

from articles.diff import changes, compare
from tests.patience import patience


def side(lines, which):
    return "\n".join("".join(p.text for p in getattr(line, which)) for line in lines if getattr(line, which) is not None)


def marked(lines, which):
    return [p.text for line in lines if getattr(line, which) for p in getattr(line, which) if p.changed]


@given(st.text(alphabet="ab \n.é", max_size=60), st.text(alphabet="ab \n.é", max_size=60))
def test_both_texts_can_be_read_back_word_for_word(old, new):
    lines = compare(old, new)
    assert side(lines, "old") == old
    assert side(lines, "new") == new
    assert (old == new) == all(line.kind == "same" for line in lines)


def test_only_the_changed_words_of_a_line_are_marked():
    lines = compare("Take 5 mg of it at night.", "Take 50 mg of it at night.")
    assert [line.kind for line in lines] == ["changed"]
    assert (marked(lines, "old"), marked(lines, "new")) == (["5"], ["50"])


def test_a_line_put_in_leaves_its_neighbours_unmarked():
    lines = compare("one\ntwo", "one\nnew\ntwo")
    assert [line.kind for line in lines] == ["same", "added", "same"]


def test_lines_with_nothing_in_common_are_marked_whole():
    lines = compare("Magnesium helps nobody.", "Ask a pharmacist!")
    assert marked(lines, "old") == ["Magnesium helps nobody."]


def test_parts_that_only_one_side_has_are_shown():
    found = {change.name: change for change in changes({"Title": "A", "Old": "x"}, {"Title": "A", "New": "y"})}
    assert found["Title"].is_same
    assert found["New"].lines[0].kind == "added"
    assert found["Old"].lines[0].kind == "removed"


def test_a_long_article_is_compared_in_the_end():
    words = [f"word{n % 3000}" for n in range(15_000)]
    new = ["changed" if n % 17 == 0 else word for n, word in enumerate(words)]
    text = ["\n".join(" ".join(w[n : n + 30]) for n in range(0, 15_000, 30)) for w in (words, new)]
    with patience():
        compare(*text)


def test_hostile_texts_are_compared_in_the_end():
    for old, new in [
        ("[" * 500_000, "]" * 500_000),
        ("a\nb\n" * 100_000, "b\na\n" * 100_000),
        ("a b " * 700, "b a " * 700),
        ("\n".join(map(str, range(30_000))), "\n".join(map(str, range(30_000, 0, -1)))),
    ]:
        with patience():
            compare(old, new)
