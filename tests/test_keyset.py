"""Lists by key: every row on exactly one leaf, in the order of the database, whatever comes, goes or is empty."""

import datetime
import itertools

import pytest
from django.db.models import F
from django.utils import timezone

from articles import keyset
from articles.models import Contributor, Reference

ORDERS = [
    ["pk"],
    ["-pk"],
    ["standing", "-pk"],
    ["-standing", "pk"],
    ["checked_at", "pk"],
    ["-checked_at", "-pk"],
    [F("checked_at").asc(nulls_first=True), "pk"],
    [F("checked_at").desc(nulls_last=True), "-pk"],
    [F("checked_at").asc(nulls_last=True), "-peer_reviewed", "pk"],
    ["peer_reviewed", "-standing", "checked_at", "pk"],
    ["added_by__contributor__name", "-checked_at", "pk"],
]


@pytest.fixture
def library(cast):
    now = timezone.now()
    for n in range(17):
        Reference.objects.create(
            key=f"source{n}", csl={"type": "book", "title": f"Source {n}"}, source_class="trial", added_at=now,
            added_by=(cast.wren, cast.ed, cast.root)[n % 3], standing=("ok", "retracted", "unknown")[n * 7 % 3],
            peer_reviewed=n % 5 == 0, checked_at=None if n % 4 == 0 else now - datetime.timedelta(days=n // 3),
        )  # fmt: skip
    Contributor.objects.filter(user=cast.root).delete()
    return Reference.objects.all()


def forwards(rows, size=3) -> list[keyset.Leaf]:
    found = [keyset.leaf(rows, asked={}, size=size)]
    while found[-1].after:
        found.append(keyset.leaf(rows, asked={"after": found[-1].after}, size=size))
    return found


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_leaf_by_leaf_it_is_the_whole_list_forwards_and_backwards(library, order):
    rows = library.order_by(*order)
    leaves = forwards(rows)
    assert [pk for leaf in leaves for pk in leaf.pks] == list(rows.values_list("pk", flat=True))
    for before, here in itertools.pairwise(leaves):
        back = keyset.leaf(rows, asked={"before": here.before}, size=3)
        assert back == before


def test_what_comes_and_goes_meanwhile_moves_no_row(library):
    rows = library.order_by("key", "pk")
    first = keyset.leaf(rows, asked={}, size=4)
    second = keyset.leaf(rows, asked={"after": first.after}, size=4)
    Reference.objects.filter(pk=first.pks[-1]).delete()  # the very row that the key was made of
    Reference.objects.filter(pk=first.pks[0]).update(key="a-first-one")
    assert keyset.leaf(rows, asked={"after": first.after}, size=4).pks == second.pks


def test_a_key_that_leads_nowhere_any_more_leads_to_the_first_leaf(library):
    rows = library.order_by("pk")
    last = forwards(rows)[-1]
    Reference.objects.filter(pk__gt=last.pks[0] - 1).delete()
    assert keyset.leaf(rows, asked={"after": last.at}, size=3) == keyset.leaf(rows, asked={}, size=3)
    assert keyset.leaf(rows, asked={"before": "x"}, size=3).at == ""


def test_a_key_holds_for_its_own_order_only(library):
    key = keyset.leaf(library.order_by("key", "pk"), asked={}, size=3).after
    assert keyset.leaf(library.order_by("standing", "pk"), asked={"after": key}, size=3).at == ""
    assert keyset.leaf(library.order_by("key", "pk"), asked={"after": key + "x"}, size=3).at == ""


@pytest.mark.parametrize("part", ["after", "before"])
def test_a_leaf_costs_one_query(library, part, django_assert_num_queries):
    rows = library.order_by("key", "pk")
    middle = forwards(rows)[3]
    with django_assert_num_queries(1):
        keyset.leaf(rows, asked={part: getattr(middle, part)}, size=3)


def test_a_long_list_is_not_counted_to_its_end(library, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert keyset.many(library, 5) == 6
    assert keyset.many(library, 17) == 17
    assert keyset.in_words(6, 5) == "more than 5"
    assert keyset.in_words(1000) == "1,000"
