"""Citation keys: readable, unique, and always of the form the database accepts."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.bibliography.keys import make_key
from articles.models.reference import CITATION_KEY
from tests.test_nlm import RECORD


@pytest.mark.parametrize(
    ("author", "year", "title", "key"),
    [
        ({"family": "Garrison", "given": "SR"}, 2020, "Magnesium for skeletal muscle cramps", "garrison2020magnesium"),
        ({"family": "Jager", "non-dropping-particle": "de"}, 2010, "Long term treatment", "dejager2010long"),
        ({"family": "M\u00fcller-\u00d8stby"}, 2010, "The effect of <i>E. coli</i>", "mullerostby2010effect"),
        ({"family": "O'Brien"}, 2010, "A 2021 update", "obrien2010update"),
        ({"literal": "World Health Organization"}, 2023, "WHO guideline", "who2023guideline"),
        ({"literal": "National Institute for Health and Care Excellence"}, 2016, "Low back pain", "nihce2016low"),
        ({"literal": "NICE"}, 2016, "Low back pain", "nice2016low"),
        ({"given": "Plato"}, 1999, "On the soul", "plato1999soul"),
        ({"family": "\u738b"}, 2020, "\u7814\u7a76", "2020"),
        ({}, 2020, "RETRACTED: Hydroxychloroquine", "2020hydroxychloroquine"),
    ],
)
def test_a_key_is_made_of_author_year_and_title(author: dict[str, str], year: int, title: str, key: str) -> None:
    assert make_key({"author": [author], "issued": {"date-parts": [[year]]}, "title": title}, ()) == key


def test_a_source_of_which_nothing_is_known_still_has_a_key() -> None:
    assert make_key({}, ()) == "source"
    assert make_key({"editor": [{"family": "Vogelstein"}], "title": "Cancer"}, ()) == "vogelsteincancer"


def test_keys_that_are_taken_are_told_apart_by_letters() -> None:
    taken = set[str]()
    made = []
    for _ in range(30):
        key = make_key({"author": [{"family": "Smith"}], "issued": {"date-parts": [[2020]]}, "title": "Cramps"}, taken)
        made.append(key.removeprefix("smith2020cramps"))
        taken.add(key)
    assert made[:4] == ["", "a", "b", "c"]
    assert made[26:] == ["z", "aa", "ab", "ac"]


@settings(deadline=None)
@given(csl=RECORD, name=st.text(max_size=60), title=st.text(max_size=60))
def test_every_key_is_one_the_database_accepts(csl: dict[str, Any], name: str, title: str) -> None:
    for record in (csl, {"author": [{"family": name}], "title": title}, {"author": [{"literal": name}], "title": title}):
        key = make_key(record, ())
        assert re.fullmatch(CITATION_KEY, key)
        assert re.fullmatch(CITATION_KEY, make_key(record, {key}))
