"""Every list of the office is called by what it lists, and does not order its reader about."""

import pytest

from reviews.benchmarking.office import lists


@pytest.mark.parametrize("address", lists().values(), ids=lists())
def test_a_list_is_called_by_what_it_lists(address, cast, as_user):
    answer = as_user(cast.root).get(address).content.decode()
    assert "<h1>" in answer
    assert "<h1>Select " not in answer
