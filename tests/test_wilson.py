"""The score interval, against values that were published with it."""

import pytest

from articles.wilson import score_interval


@pytest.mark.parametrize(
    ("yes", "votes", "lower", "upper"),
    [  # R. G. Newcombe, Stat Med 1998;17:857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_it_is_the_published_interval(yes, votes, lower, upper):
    assert score_interval(yes, votes) == (pytest.approx(lower, abs=5e-5), pytest.approx(upper, abs=5e-5))


def test_it_is_the_same_seen_from_the_other_side():
    lower, upper = score_interval(15, 148)
    assert score_interval(133, 148) == (pytest.approx(1 - upper), pytest.approx(1 - lower))


def test_many_votes_are_worth_more_than_few_of_the_same_share_and_none_leaves_the_line():
    assert score_interval(1, 1)[0] < score_interval(9, 10)[0] < score_interval(90, 100)[0] < score_interval(900, 1000)[0]
    for yes, votes in ((0, 1), (1, 1), (0, 10**6), (10**6, 10**6)):
        lower, upper = score_interval(yes, votes)
        assert 0 <= lower < upper <= 1
    assert score_interval(0, 20)[0] == 0
    assert score_interval(20, 20)[1] == 1


@pytest.mark.parametrize(("yes", "votes"), [(0, 0), (2, 1), (-1, 3)])
def test_no_votes_are_no_share(yes, votes):
    with pytest.raises(ValueError, match="no share"):
        score_interval(yes, votes)
