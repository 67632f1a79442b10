"""What rests on a source: live pages first, then drafts, as far as each person may see them."""

import pytest
from django.urls import reverse

from articles.bibliography.standing import Notice, Standing
from articles.impact import find_source, impact_of
from articles.merging import merge
from tests import worlds

TWICE = """Magnesium helps little [@garrison2020magnesium]. Stretching may help.

- It did not help in pregnancy either [@garrison2020magnesium].
"""


def address(reference):
    return reverse("admin:articles_reference_impact", args=[reference.pk])


@pytest.fixture
def source(cast):
    return worlds.reference(cast.wren)


@pytest.mark.parametrize("name", [
    "garrison2020magnesium", " garrison2020magnesium ", "10.1002/14651858.cd009402.PUB3", "32956536", "PMID: 32956536",
    "https://doi.org/10.1002/14651858.CD009402.pub3", "https://pubmed.ncbi.nlm.nih.gov/32956536/",
])  # fmt: skip
def test_a_source_is_found_as_somebody_would_paste_it(cast, source, as_user, name):
    assert find_source(name) == source
    answer = as_user(cast.ed).get(reverse("admin:articles_reference_find"), {"q": name})
    assert answer.headers["Location"] == address(source)


@pytest.mark.parametrize("name", ["", "x", "10.1000/none", "999", "<script>alert(1)</script>", "\x00", "9" * 5000])
def test_what_the_library_does_not_have_is_said(cast, as_user, name):
    answer = as_user(cast.ed).get(reverse("admin:articles_reference_find"), {"q": name})
    page = answer.content.decode()
    assert answer.status_code == 200 and "<script>alert" not in page
    assert ("The library has no source" in page) == bool(name.strip("\x00"))


def test_every_sentence_is_told_live_before_draft(cast, source, as_user):
    draft = worlds.drafted(cast, by=cast.milo, slug="draft", title="A draft", body=TWICE)
    live = worlds.published(cast).revision
    newer = worlds.redrafted(live, by=cast.wren)
    told = impact_of(source)
    assert [(use.where, use.revision) for use in told] == [("live", live), ("draft", draft), ("draft", newer)]
    assert len(told[1].sentences) == 2
    page = as_user(cast.ed).get(address(source)).content.decode()
    assert page.index("Pages that readers see: 1") < page.index("Drafts: 2") < page.index("It did not help in pregnancy either")


def test_an_article_whose_draft_is_live_is_told_once(cast, source):
    worlds.published(cast)
    assert [use.where for use in impact_of(source)] == ["live"]


def test_other_peoples_drafts_are_counted_and_not_shown(cast, source, as_user):
    worlds.drafted(cast, title="What wren is writing")
    page = as_user(cast.milo).get(address(source)).content.decode()
    assert "What wren is writing" not in page and "magnesium made little difference" not in page
    assert "1 more draft of other people cites it" in page
    assert "What wren is writing" in as_user(cast.ed).get(address(source)).content.decode()


def test_a_live_page_is_everybodys_to_see_but_not_its_next_draft(cast, source, as_user):
    live = worlds.published(cast)
    worlds.redrafted(live.revision, by=cast.wren, title="A secret new title")
    page = as_user(cast.milo).get(address(source)).content.decode()
    assert "Leg cramps at night" in page and "A secret new title" not in page
    assert reverse("admin:articles_article_change", args=[live.revision.article_id]) not in page


def test_what_was_merged_into_it_counts_too(cast, source):
    worlds.reference(cast.wren, "twin")
    signed = worlds.approved(cast, worlds.drafted(cast, slug="signed", body="It helps [@twin]."))
    merge(find_source("twin").pk, source.pk, by=cast.ed)
    assert find_source("twin") == source
    assert [(use.revision, use.sentences) for use in impact_of(source)] == [(signed, ("It helps.",))]


def test_the_page_says_where_the_source_stands(cast, source, as_user):
    notice = Notice("retraction", doi="10.1000/notice", date="2020-01-02", sources=("publisher",))
    worlds.said_of(source, Standing.retracted, notice)
    page = as_user(cast.ed).get(address(source)).content.decode()
    assert "Retracted" in page and "https://doi.org/10.1000/notice" in page and "says the publisher" in page


def test_whoever_may_not_see_sources_is_refused(cast, source, as_user):
    nobody = worlds.person("nobody", is_active=True)
    nobody.is_staff = True
    nobody.save()
    assert as_user(nobody).get(address(source)).status_code == 403
    assert as_user(nobody).get(reverse("admin:articles_reference_find")).status_code == 403


def test_it_only_reads(cast, source, as_user):
    assert as_user(cast.ed).post(address(source)).status_code == 405
    assert "no-store" in as_user(cast.ed).get(address(source)).headers["Cache-Control"]
    assert as_user(cast.ed).get(reverse("admin:articles_reference_impact", args=[99999])).status_code == 404
