"""Seals: made with the first key, verified with any, and worth nothing on another record or for another purpose."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import pages
from articles.models import Page
from articles.sealing import canonical, digest, holds, seal
from reviews import gate, publishing
from reviews.verification import faults
from tests import worlds

OLD, NEW = "the-key-of-last-year-" + "o" * 20, "the-key-of-this-year-" + "n" * 20
RECORD = {"revision": 7, "words": "50 mg, not 05 mg"}
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
records = st.dictionaries(st.text("abcdef", max_size=3), values, max_size=4)


def test_a_seal_holds_on_its_record_and_names_its_key(settings):
    settings.SIGNING_KEYS = [NEW]
    made = seal("signoff", RECORD)
    key_id, _, mac = made.partition(":")
    assert (len(key_id), len(mac)) == (16, 64)
    assert NEW not in made
    assert holds("signoff", RECORD, made)
    assert holds("signoff", dict(reversed(RECORD.items())), made), "the order of the keys means nothing"


def test_a_seal_does_not_hold_for_another_purpose_or_record(settings):
    settings.SIGNING_KEYS = [NEW]
    made = seal("signoff", RECORD)
    assert not holds("page", RECORD, made)
    assert not holds("signoff", {**RECORD, "revision": 8}, made)
    assert not holds("signoff", {**RECORD, "revision": "7"}, made)
    assert not holds("signoff", {**RECORD, "more": None}, made)


@pytest.mark.parametrize("forged", ["", ":", "x", "ï:ï", ":" + "0" * 64, "0" * 16 + ":" + "0" * 64], ids=repr)
def test_what_is_no_seal_does_not_hold(settings, forged):
    settings.SIGNING_KEYS = [NEW]
    assert not holds("signoff", RECORD, forged)


TOUCHES = {
    "cut short": lambda made: made[:-1],
    "made longer": lambda made: made + "0",
    "in capitals": str.upper,
    "with a letter": lambda made: made[:-1] + "ï",
    "with a space": lambda made: " " + made,
}


@pytest.mark.parametrize("change", TOUCHES.values(), ids=TOUCHES)
def test_a_seal_that_was_touched_does_not_hold(settings, change):
    settings.SIGNING_KEYS = [NEW]
    made = seal("signoff", RECORD)
    assert not holds("signoff", RECORD, change(made))


def test_old_seals_hold_under_the_second_key_and_new_ones_are_made_with_the_first(settings):
    settings.SIGNING_KEYS = [OLD]
    old = seal("signoff", RECORD)
    settings.SIGNING_KEYS = [NEW, OLD]
    assert holds("signoff", RECORD, old)
    new = seal("signoff", RECORD)
    assert new.partition(":")[0] != old.partition(":")[0]
    settings.SIGNING_KEYS = [NEW]
    assert holds("signoff", RECORD, new)
    assert not holds("signoff", RECORD, old), "a key that was taken off the list is not known any more"


def test_the_name_of_a_key_does_not_make_up_for_its_secret(settings):
    settings.SIGNING_KEYS = [OLD]
    mac = seal("signoff", RECORD).partition(":")[2]
    settings.SIGNING_KEYS = [NEW]
    assert not holds("signoff", RECORD, seal("signoff", {}).partition(":")[0] + ":" + mac)


@settings(max_examples=50, deadline=None)
@given(records, records)
def test_two_records_have_one_digest_only_if_they_are_equal(one, other):
    assert (canonical(one) == canonical(other)) == (repr_of(one) == repr_of(other))
    assert (digest(one) == digest(other)) == (canonical(one) == canonical(other))


def repr_of(value: object) -> object:
    """Equality as JSON sees it: True is not 1."""
    if isinstance(value, dict):
        return {key: repr_of(inner) for key, inner in value.items()}
    return [repr_of(inner) for inner in value] if isinstance(value, list) else (type(value), value)


def test_the_whole_story_goes_on_when_the_key_is_changed(cast, settings, client):
    before = settings.SIGNING_KEYS  # the cast's credentials were verified under it
    settings.SIGNING_KEYS = [OLD, *before]
    signed_before = worlds.published(cast)
    settings.SIGNING_KEYS = [NEW, OLD, *before]
    assert list(faults()) == []
    assert gate.concerns(signed_before) == []
    assert client.get("/articles/leg-cramps-at-night/").status_code == 200
    worlds.published(cast, worlds.redrafted(signed_before.revision, by=cast.wren))
    assert list(faults()) == []


def test_without_the_old_key_nothing_that_it_sealed_is_believed(cast, settings, client):
    settings.SIGNING_KEYS = [OLD]
    publication = worlds.published(cast)
    settings.SIGNING_KEYS = [NEW]
    assert client.get("/articles/leg-cramps-at-night/").status_code == 503
    assert {reason.rule for reason in gate.concerns(publication)} == {"signatures_are_genuine", "page_is_genuine"}
    said = "\n".join(faults())
    for named in ("sign-off", "page of article", "history of article", "publication"):
        assert named in said


def test_pages_built_anew_are_sealed_with_the_new_key(cast, settings):
    settings.SIGNING_KEYS = [OLD]
    publication = worlds.published(cast)
    settings.SIGNING_KEYS = [NEW, OLD]
    publishing.rebuild(publication.article_id)
    settings.SIGNING_KEYS = [NEW]
    assert pages.is_genuine(Page.objects.get())
