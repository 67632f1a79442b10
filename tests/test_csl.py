"""CSL-JSON from Zotero and others: what an entry can print is taken over, the rest is left behind."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.bibliography.csl import read_csl
from articles.bibliography.draft import NotUnderstood
from articles.bibliography.nlm import entry_text

HALPERN = {
    "id": "http://zotero.org/users/1/items/ABC",
    "type": "article-journal",
    "title": "Solid-organ transplantation in HIV-infected patients",
    "container-title": "The New England Journal of Medicine",
    "journalAbbreviation": "N. Engl. J. Med.",
    "page": "284-287",
    "volume": "347",
    "issue": "4",
    "abstract": "left behind",
    "note": "PMID: 12140307\nsome other words",
    "DOI": "10.1056/NEJMsb020632",
    "author": [{"family": "Halpern", "given": "Scott D."}, {"family": "Ubel", "given": "Peter A."}],
    "issued": {"date-parts": [["2002", 7, 25]]},
}


def test_an_item_is_read_into_the_entry_it_describes() -> None:
    (draft,) = read_csl(json.dumps([HALPERN]))
    assert entry_text(draft.csl, draft.identifiers) == (
        "Halpern SD, Ubel PA. Solid-organ transplantation in HIV-infected patients. N Engl J Med. 2002 Jul 25;347(4):284-7. "
        "doi: 10.1056/NEJMsb020632. PMID: 12140307."
    )
    assert draft.problems == ()
    assert "abstract" not in draft.csl
    assert draft.provenance["DOI".lower()] == "csl"


def test_one_item_and_a_list_of_items_are_read() -> None:
    assert read_csl("\ufeff" + json.dumps(HALPERN))[0].csl == read_csl(json.dumps([HALPERN]))[0].csl
    first, second = read_csl('[{"type":"book","title":"A"},\n\n {"type":"book","title":"B"}]')
    assert (first.line, second.line, second.raw) == (1, 3, '{"type":"book","title":"B"}')


def test_lists_as_crossref_sends_them_are_read() -> None:
    (draft,) = read_csl('{"type":"journal-article","title":["Cramps"],"container-title":["BMJ"],"author":[{"name":"WHO"}]}')
    assert (draft.csl["type"], draft.csl["title"], draft.csl["author"]) == ("article-journal", "Cramps", [{"literal": "WHO"}])


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("paper-conference", "chapter"),
        ("posted-content", "article"),
        ("post-weblog", "webpage"),
        ("thesis", "report"),
        ("book", "book"),
    ],
)
def test_other_types_become_ours(kind: str, kept: str) -> None:
    assert read_csl(json.dumps({"type": kind}))[0].csl["type"] == kept


def test_an_unknown_type_is_told() -> None:
    (draft,) = read_csl('\n{"type":"motion_picture"}')
    assert draft.problems[0].startswith("Line 2: the kind of source “motion_picture” is not known here")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"title": "A"},\n {"title": ]', "Line 2: The JSON is broken"),
        ('[{"title": "A"},\n {"title": "B"}', "Line 2: The JSON is cut off"),
        ("[1]", "stands in curly brackets"),
        ('{"a": 1} {"b": 2}', "Put several sources into"),
        ("[]", "holds no sources"),
        ("", "holds no sources"),
        ("[" * 100_000, "cannot be read"),
        ('{"volume": ' + "9" * 5000 + "}", "cannot be read"),
    ],
)
def test_broken_json_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        read_csl(text)


@settings(deadline=None, max_examples=40)
@given(st.text(st.sampled_from('[]{}",:0aé\\u \n'), max_size=40))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    try:
        drafts = read_csl(text)
    except NotUnderstood as refusal:
        assert str(refusal).endswith((".", "}", "]"))
    else:
        assert drafts


ANYTHING: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["date-parts", "family", "a"]), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["type", "title", "author", "editor", "issued", "page", "number", "DOI", "URL", "note", "ISBN", "accessed"]
)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(NAMES, ANYTHING))
def test_every_item_gives_a_record_that_can_be_printed_and_stored(item: dict[str, Any]) -> None:
    (draft,) = read_csl(json.dumps(item))
    assert json.loads(json.dumps(draft.csl)) == draft.csl
    assert entry_text(draft.csl, draft.identifiers) is not None
