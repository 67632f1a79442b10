import pytest

from articles.models import Event, Reference
from articles.references import Source, add_reference, change_reference, seen, source_of
from articles.refusal import Refused, Stale
from tests import office, worlds

FORM = {
    "key": "smith2021", "type": "article-journal", "source_class": "trial", "peer_reviewed": "on",
    "title": "A trial of <i>it</i>",
    "authors": "Smith, Anna B.\nThe Cramp Group", "container_title": "Journal of Cramps", "abbreviation": "J Cramps",
    "year": "2021", "month": "7", "day": "2", "volume": "3", "issue": "4", "pages": "284-290",
    "doi": "https://doi.org/10.1000/XYZ.1", "pmid": "PMID: 12345", "accessed": "2024-02-29",
}  # fmt: skip


@pytest.fixture
def cited(cast):
    """A source that an article cites."""
    return worlds.drafted(cast).citations.get().reference


def shown(client, reference):
    """What the form over a source would send back unchanged."""
    form = client.get(office.url("articles_reference_change", reference.pk)).context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in values.items() if value not in (None, "", False)}


def test_a_source_is_added_in_its_one_form_and_printed(cast, as_user):
    answer = as_user(cast.wren).post(office.url("articles_reference_add"), FORM, follow=True)
    page = answer.content.decode()
    reference = Reference.objects.get()
    assert (reference.doi, reference.pmid, reference.added_by) == ("10.1000/XYZ.1", "12345", cast.wren)
    assert reference.csl["author"] == [{"family": "Smith", "given": "Anna B."}, {"literal": "The Cramp Group"}]
    assert reference.csl["issued"] == {"date-parts": [[2021, 7, 2]]}
    assert reference.csl["accessed"] == {"date-parts": [[2024, 2, 29]]}
    assert "Cite it as [@smith2021]" in page
    assert "Smith AB; The Cramp Group. A trial of <i>it</i>. J Cramps. 2021 Jul 2;3(4):284-90." in page
    assert Event.objects.get(name="reference.added").data == {"key": "smith2021"}


def test_saving_a_source_unchanged_records_nothing(cast, as_user, cited):
    client = as_user(cast.wren)
    assert client.post(office.url("articles_reference_change", cited.pk), shown(client, cited)).status_code == 302
    before = source_of(cited)
    cited.refresh_from_db()
    assert source_of(cited) == before
    assert not Event.objects.filter(name="reference.changed").exists()


def test_a_change_is_recorded_old_and_new(cast, as_user, cited):
    client = as_user(cast.wren)
    client.post(office.url("articles_reference_change", cited.pk), {**shown(client, cited), "source_class": "guideline"})
    event = Event.objects.get(name="reference.changed")
    assert event.data == {"key": cited.key, "changes": {"source_class": ["systematic_review", "guideline"]}}


def test_what_the_form_does_not_know_stays(cast, as_user):
    csl = {
        "type": "thesis", "title": "T", "custom": {"a": [1]}, "original-title": "U", "authors_truncated": True,
        "author": [
            {"family": "Pluijm", "given": "I", "non-dropping-particle": "van der", "ORCID": "x"},
            {"family": "B", "given": "C"},
        ],
        "issued": {"date-parts": [[2001, 12], [2002, 1]], "season": "4"},
    }  # fmt: skip
    reference = worlds.reference(cast.wren, "odd", csl=csl)
    client = as_user(cast.wren)
    form = {**shown(client, reference), "title": "New", "authors": "van der Pluijm, I\nNeu, N"}
    assert client.post(office.url("articles_reference_change", reference.pk), form).status_code == 302
    reference.refresh_from_db()
    assert reference.csl == {**csl, "title": "New", "author": [csl["author"][0], {"family": "Neu", "given": "N"}]}


@pytest.mark.parametrize("field, value", [
    ("doi", "not a doi"), ("pmid", "0"), ("pmcid", "123"), ("isbn", "9780000000001"), ("url", "javascript:alert(1)"),
    ("url", "http://localhost/"), ("year", "99999"), ("month", "13"), ("day", "32"), ("accessed", "2023-02-29"), ("type", "x"),
    ("source_class", ""), ("source_class", "x"), ("key", ""), ("key", "two words"), ("key", "<script>"), ("title", " "),
])  # fmt: skip
def test_what_is_wrong_is_told_and_what_was_typed_stays(cast, as_user, field, value):
    answer = as_user(cast.wren).post(office.url("articles_reference_add"), {**FORM, field: value})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'role="alert"' in page
    assert "The Cramp Group" in page
    office.assert_harmless(page.replace("A trial of <i>it</i>", ""))
    assert not Reference.objects.exists()


@pytest.mark.parametrize("dates", [{"year": "", "day": ""}, {"month": "", "year": "2021"}, {"month": "2", "day": "30"}])
def test_half_a_date_or_a_day_that_there_is_not_is_told(cast, as_user, dates):
    assert as_user(cast.wren).post(office.url("articles_reference_add"), {**FORM, **dates}).status_code == 422


TWINS = [{"doi": "10.1002/14651858.cd009402.PUB3"}, {"pmid": "32956536"}, {"key": "Garrison2020MAGNESIUM"}]


@pytest.mark.parametrize("changes", TWINS)
def test_the_same_source_is_not_added_twice(cast, as_user, cited, changes):
    answer = as_user(cast.wren).post(office.url("articles_reference_add"), {**FORM, **changes})
    assert answer.status_code == 422
    assert Reference.objects.count() == 1


def test_the_key_stays_once_a_text_cites_it(cast, as_user, cited):
    client = as_user(cast.wren)
    answer = client.post(office.url("articles_reference_change", cited.pk), {**shown(client, cited), "key": "other2020"})
    assert answer.status_code == 422 and "is used in texts" in answer.content.decode()
    free = worlds.reference(cast.wren, "free")
    client.post(office.url("articles_reference_change", free.pk), {**shown(client, free), "key": "freed"})
    free.refresh_from_db()
    assert free.key == "freed"


def test_a_stale_form_overwrites_nothing_and_can_be_saved_again(cast, as_user, cited):
    client, address = as_user(cast.wren), office.url("articles_reference_change", cited.pk)
    mine = {**shown(client, cited), "volume": "10"}
    client.post(address, {**shown(client, cited), "issue": "5"})
    answer = client.post(address, mine)
    assert answer.status_code == 409
    cited.refresh_from_db()
    assert (cited.csl["volume"], cited.csl["issue"]) == ("9", "5")
    assert answer.context["form"]["volume"].value() == "10"
    again = {**mine, "issue": "5", "base": answer.context["form"]["base"].value()}
    assert client.post(address, again).status_code == 302


def test_a_change_leaves_what_was_cited_as_it_was(cast, cited):
    citation = cited.citations.get()
    entry = citation.entry
    change_reference(cited.pk, Source(**{**source_of(cited).__dict__, "source_class": "other"}), base=seen(cited), by=cast.ed)
    citation.refresh_from_db()
    assert citation.entry == entry


def test_the_verb_refuses_what_the_form_would_not_send(cast, cited):
    with pytest.raises(Refused) as refusal:
        add_reference(Source(key="no good", csl={}, source_class="x", doi="x", url="ftp://x"), by=cast.ed)
    assert len(refusal.value.reasons) == 5
    with pytest.raises(Stale):
        change_reference(cited.pk, source_of(cited), base="", by=cast.ed)


def test_the_page_says_where_a_source_is_cited_to_whoever_may_see_it(cast, as_user, cited):
    address = office.url("articles_reference_change", cited.pk)
    assert "Leg cramps at night</a>, as number 1" in as_user(cast.wren).get(address).content.decode()
    assert "Leg cramps at night" not in as_user(cast.milo).get(address).content.decode()


@pytest.mark.parametrize("who", ["fay", "dr_ruth"])
def test_reviewers_read_sources_and_change_none(cast, as_user, cited, who):
    client, address = as_user(getattr(cast, who)), office.url("articles_reference_change", cited.pk)
    assert client.get(address).status_code == 200
    assert "Save reference" not in client.get(address).content.decode()
    assert client.post(address, FORM).status_code == 403
    assert client.post(office.url("articles_reference_add"), FORM).status_code == 403


def test_the_library_is_searched_and_counts_articles(cast, as_user, cited):
    worlds.reference(cast.wren, "other")
    client = as_user(cast.wren)
    for words, count in [("", 2), ("garrison magnesium", 1), ("32956536", 1), ("nothing", 0), ("%", 0)]:
        listed = client.get(office.url("articles_reference_changelist"), {"q": words}).context["cl"].result_list
        assert len(listed) == count, words
    assert "1 article<" in client.get(office.url("articles_reference_changelist")).content.decode()


@pytest.mark.parametrize("number", ["0", "x", "9" * 30, "²"])
def test_a_source_that_there_is_not_is_not_found(cast, as_user, number):
    assert as_user(cast.wren).get(f"/admin/articles/reference/{number}/change/").status_code == 404
