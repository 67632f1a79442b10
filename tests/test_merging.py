"""Two references that are one work: drafts follow, what was signed stays, and nothing is lost."""

import pytest
from django.urls import reverse

from articles.merging import merge
from articles.models import Citation, Event, Reference
from articles.refusal import Refused
from tests import worlds

BODY = "Magnesium helps little [@twin]. Others agree [@garrison2020magnesium; @twin]."


def address(reference):
    return reverse("admin:articles_reference_merge", args=[reference.pk])


@pytest.fixture
def kept(cast):
    return worlds.reference(cast.wren)


@pytest.fixture
def twin(cast, kept):
    return worlds.reference(cast.wren, "twin", pmcid="PMC8094171", url="https://example.org/twin")


def test_an_open_draft_cites_the_kept_one_from_then_on(cast, kept, twin):
    draft = worlds.drafted(cast, body=BODY)
    merge(twin.pk, kept.pk, by=cast.ed)
    article = draft.article
    article.refresh_from_db()
    assert article.draft_id != draft.pk
    assert article.draft.body == BODY.replace("twin", kept.key)
    assert list(article.draft.citations.values_list("reference", flat=True)) == [kept.pk]
    assert Citation.objects.filter(revision=draft, reference=twin).exists(), "the old revision stays as it was"


def test_the_sites_own_line_comes_last_so_that_nobody_waits_crosswise(cast, kept, twin):
    """Whoever publishes holds an article first and writes such a line then."""
    worlds.drafted(cast, body=BODY)
    merge(twin.pk, kept.pk, by=cast.ed)
    assert list(Event.objects.order_by("-pk").values_list("name", flat=True)[:2]) == ["reference.merged", "revision.saved"]


def test_what_only_the_other_knew_is_taken_over(cast, kept, twin):
    merge(twin.pk, kept.pk, by=cast.ed)
    kept.refresh_from_db()
    twin.refresh_from_db()
    assert (kept.pmcid, kept.url, kept.doi) == ("PMC8094171", "https://example.org/twin", "10.1002/14651858.CD009402.pub3")
    assert twin.merged_into == kept
    event = Event.objects.get(name="reference.merged")
    assert event.data["key"] == "twin" and event.data["into"] == kept.key


def test_signed_and_published_revisions_stay(cast, kept, twin):
    signed = worlds.approved(cast, worlds.drafted(cast, slug="signed", body=BODY))
    live = worlds.published(cast, worlds.drafted(cast, slug="live", body=BODY)).revision
    digests = signed.digest, live.digest
    merge(twin.pk, kept.pk, by=cast.ed)
    for revision, digest in zip((signed, live), digests, strict=True):
        revision.refresh_from_db()
        revision.article.refresh_from_db()
        assert revision.digest == digest and revision.article.draft_id == revision.pk
        assert "twin" in revision.body


def test_two_works_are_not_one(cast, kept, as_user):
    other = worlds.reference(cast.wren, "other", doi="10.1000/other", pmid="7")
    with pytest.raises(Refused, match="different DOI and PMID"):
        merge(other.pk, kept.pk, by=cast.ed)
    answer = as_user(cast.ed).post(address(other), {"into": kept.key})
    assert answer.status_code == 422 and "different DOI and PMID" in answer.content.decode()
    assert not Reference.objects.exclude(merged_into=None).exists()


def test_a_source_is_merged_once(cast, kept, twin, as_user):
    merge(twin.pk, kept.pk, by=cast.ed)
    answer = as_user(cast.ed).post(address(twin), {"into": kept.key})
    assert answer.status_code == 422 and "already been merged" in answer.content.decode()
    assert "has been merged into" in as_user(cast.ed).get(address(twin)).content.decode()


@pytest.mark.parametrize("into", ["", "twin", "nothing", "<script>alert(1)</script>", "\x00"])
def test_there_must_be_another(cast, twin, as_user, into):
    client = as_user(cast.ed)
    assert client.get(address(twin), {"into": into}).status_code == 200
    answer = client.post(address(twin), {"into": into})
    assert answer.status_code == 422 and "Choose " in answer.content.decode() and "<script>alert" not in answer.content.decode()
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_the_screen_shows_both_and_what_will_happen_and_does_it(cast, kept, twin, as_user):
    worlds.drafted(cast, body=BODY)
    worlds.approved(cast, worlds.drafted(cast, slug="signed", body=BODY))
    client = as_user(cast.ed)
    page = client.get(address(twin), {"into": f" @{kept.key} "}).content.decode()
    assert "Given up: twin" in page and f"Kept: {kept.key}" in page and "takes over PMC8094171" in page
    assert "1 draft that nobody has signed" in page and "1 older, signed or published revision stays" in page
    answer = client.post(address(twin), {"into": kept.key})
    assert answer.headers["Location"] == reverse("admin:articles_reference_change", args=[kept.pk])
    page = client.get(reverse("admin:articles_reference_change", args=[twin.pk])).content.decode()
    assert "This reference was merged into" in page


def test_looking_changes_nothing(cast, kept, twin, as_user):
    worlds.drafted(cast, body=BODY)
    before = list(Event.objects.values_list("pk", flat=True))
    as_user(cast.ed).get(address(twin), {"into": kept.key})
    assert list(Event.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("who", ["wren", "fay"])
def test_only_editors_merge(cast, kept, twin, as_user, who):
    client = as_user(getattr(cast, who))
    assert client.get(address(twin)).status_code == 403
    assert client.post(address(twin), {"into": kept.key}).status_code == 403


def test_a_reason_for_citing_a_retracted_source_moves_with_it(cast, kept, twin):
    draft = worlds.drafted(cast, body=BODY.replace(kept.key, "twin"), retracted_reasons={"twin": "History."})
    merge(twin.pk, kept.pk, by=cast.ed)
    draft.article.refresh_from_db()
    assert draft.article.draft.retracted_reasons == {kept.key: "History."}
