"""What pages tell machines about themselves: legal by schema.org, equal to what readers see, and harmless."""

import datetime
import json

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.cited_works import work
from articles.models import Contributor, Reference, Revision, Topic
from articles.pages import preview_html, refresh
from articles.pictures import store_picture
from articles.structured_data import as_script
from reviews import publishing
from reviews.demonstration import DATA
from reviews.models import Publication
from tests import pages, unsigned, worlds
from tests.vocabulary import illegal, nodes

PATH = "/articles/leg-cramps-at-night/"
SITE = "https://health.example.org"
PUBLIC = ["/", "/topics/sleep-and-pain/", PATH, PATH + "history/", "/people/dr-ruth/", "/people/wren/", "/policy/"]
JOURNAL = {
    "type": "article-journal",
    "title": "Magnesium for <i>skeletal</i> muscle cramps",
    "container-title": "Cochrane Database of Systematic Reviews",
    "ISSN": "1469-493X",
    "volume": "9",
    "issue": "4",
    "page": "12-20",
    "issued": {"date-parts": [[2020, 9, 21]]},
}


def opened(client, path=PATH) -> pages.Page:
    answer = client.get(path)
    assert answer.status_code == 200
    return pages.Page(answer.content.decode())


def told(client, path=PATH, kind="MedicalWebPage") -> dict:
    [node] = [node for node in opened(client, path).structured if kind in node["@type"]]
    return node


def meta(page: pages.Page, name: str) -> str:
    [value] = [e.attrs["content"] for e in page.all("meta") if e.attrs.get("property") == name]
    return value


def seen(page: pages.Page) -> set[str]:
    return {element.attrs["datetime"] for element in page.all("time")}


@pytest.mark.parametrize("path", PUBLIC)
def test_every_property_on_every_public_page_is_legal_for_its_type(cast, client, path):
    everything(cast)
    blocks = opened(client, path).structured
    assert illegal(blocks) == []
    assert all(block["@context"] == "https://schema.org" for block in blocks)
    assert "ClaimReview" not in json.dumps(blocks)
    assert bool(blocks) == ("history" not in path and "policy" not in path)


def test_the_check_itself_finds_what_is_illegal():
    assert illegal({"@type": "Article", "lastReviewed": "2026-01-01"})
    assert illegal({"@type": "ScholarlyArticle", "doi": "10.1/x"})
    assert illegal({"name": "Nobody"})
    assert not illegal({"@type": ["MedicalWebPage", "Article"], "lastReviewed": "2026-01-01"})


def everything(cast) -> Publication:
    """A corrected article with all that a page can show, on a shelf below another."""
    parent = Topic.objects.create(name="Health", slug="health")
    worlds.topic(specialty="Musculoskeletal", parent=parent)
    worlds.reference(cast.wren, csl=JOURNAL)
    for key, kind, facts in (
        ("book", "book", {"publisher": "A Press"}),
        ("chapter", "chapter", {"container-title": "A Book", "page": "3"}),
        ("report", "report", {"page": "7"}),
        ("web", "webpage", {"container-title": "A site"}),
        ("other", "song", {}),
    ):
        worlds.reference(cast.wren, key, csl={"type": kind, "title": f"The {kind}", **facts}, url=f"https://example.org/{key}")
    Contributor.objects.filter(slug="dr-ruth").update(orcid="0000-0002-1825-0097", specialty="General practice")
    png = (DATA / "pictures" / "quiet-night.png").read_bytes()
    picture = store_picture(SimpleUploadedFile("night.png", png), by=cast.wren)
    body = worlds.BODY + "\nMore is known [@book; @chapter; @report; @web; @other].\n"
    with time_machine.travel("2026-11-01 23:30Z"):
        first = worlds.published(cast, worlds.drafted(cast, body=body, picture=picture, picture_alt="Night"))
    with time_machine.travel("2026-11-20 10:30Z"):
        corrected = worlds.redrafted(
            first.revision, by=cast.ed, kind=Revision.Kind.CORRECTION, change_note="The number of trials is 11, not 12."
        )
        return worlds.published(cast, corrected)


def test_an_article_names_its_people_with_bare_names_and_credentials_as_the_page_does(cast, client):
    everything(cast)
    node = told(client)
    [author], [reviewer] = node["author"], node["reviewedBy"]
    assert author == {
        "@type": "Person", "@id": f"{SITE}/people/wren/#me", "name": "Wren Adeyemi", "url": f"{SITE}/people/wren/",
    }  # fmt: skip
    assert node["editor"]["name"] == "Edith Castellanos"
    assert (reviewer["name"], reviewer["honorificSuffix"]) == ("Ruth Okonkwo", "MBBS, MRCGP")
    assert reviewer["hasCredential"] == [
        {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": "MBBS",
            "recognizedBy": {"@type": "Organization", "name": "Demonstration Medical Register"},
        }
    ]


def test_an_article_tells_its_specialty_audience_picture_and_publisher(cast, client):
    everything(cast)
    node = told(client)
    assert node["@type"] == ["MedicalWebPage", "Article"]
    assert node["headline"] == "Leg cramps at night"
    assert node["specialty"] == "https://schema.org/Musculoskeletal"
    assert node["audience"] == {"@type": "Patient"}
    [image] = [i.attrs["src"] for i in opened(client).all("img") if i.attrs["alt"] == "Night"]
    assert node["image"] == [SITE + image]
    publisher = node["publisher"]
    assert publisher["publishingPrinciples"] == f"{SITE}/policy/"
    assert publisher["correctionsPolicy"] == f"{SITE}/corrections/"
    assert publisher["actionableFeedbackPolicy"] == f"{SITE}/policy/#feedback"
    assert publisher["ownershipFundingInfo"] == f"{SITE}/about/#funding"
    assert client.get(publisher["logo"].removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_its_dates_are_those_that_readers_see(cast, client, settings, zone):
    settings.TIME_ZONE = zone
    publication = everything(cast)
    page, node = opened(client), told(client)
    for name in ("datePublished", "dateModified"):
        at = datetime.datetime.fromisoformat(node[name])
        assert at.tzinfo is not None
        assert at.date().isoformat() in seen(page)
    assert datetime.datetime.fromisoformat(node["dateModified"]) == publication.at.replace(microsecond=0)
    assert node["lastReviewed"] in seen(page)
    assert node["datePublished"] == meta(page, "article:published_time")
    assert node["dateModified"] == meta(page, "article:modified_time")


def test_nothing_moves_when_a_page_is_only_built_anew(cast, client):
    publication = everything(cast)
    before = client.get(PATH).content
    with time_machine.travel("2027-05-05 05:05Z"):
        refresh(publication.article)
    assert told(client)["dateModified"].startswith("2026-11-20T10:30:00")
    assert json.dumps(told(client)) in json.dumps(pages.Page(before.decode()).structured)


def test_a_correction_is_told_with_its_note_and_date_and_stays_told_after_an_update(cast, client):
    publication = everything(cast)
    correction = {
        "@type": "CorrectionComment",
        "text": "The number of trials is 11, not 12.",
        "datePublished": "2026-11-20T10:30:00+00:00",
    }
    assert told(client)["correction"] == [correction]
    worlds.published(cast, worlds.redrafted(publication.revision, by=cast.wren))
    assert told(client)["correction"] == [correction]


def test_no_correction_is_told_that_another_hand_put_in(cast, client):
    publication = everything(cast)
    forged = Publication.objects.get(pk=publication.pk)
    forged.pk = None
    forged.save()
    worlds.published(cast, worlds.redrafted(publication.revision, by=cast.wren))
    assert len(told(client)["correction"]) == 1


def test_sources_are_told_as_they_were_cited(cast, client):
    everything(cast)
    paper, book, chapter, report, web, other = told(client)["citation"]
    assert paper == {
        "@type": "ScholarlyArticle",
        "name": "Magnesium for skeletal muscle cramps",
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1002/14651858.CD009402.pub3"},
            {"@type": "PropertyValue", "propertyID": "PMID", "value": "32956536"},
        ],
        "sameAs": ["https://doi.org/10.1002/14651858.CD009402.pub3", "https://pubmed.ncbi.nlm.nih.gov/32956536/"],
        "datePublished": "2020-09-21",
        "pagination": "12-20",
        "isPartOf": {
            "@type": "PublicationIssue",
            "issueNumber": "4",
            "isPartOf": {
                "@type": "PublicationVolume",
                "volumeNumber": "9",
                "isPartOf": {
                    "@type": "Periodical", "name": "Cochrane Database of Systematic Reviews", "issn": "1469-493X",
                },
            },
        },
    }  # fmt: skip
    assert (book["@type"], book["publisher"]["name"]) == ("Book", "A Press")
    assert (chapter["@type"], chapter["isPartOf"]) == ("Chapter", {"@type": "Book", "name": "A Book"})
    assert report["@type"] == "Report"
    assert web == {
        "@type": "WebPage", "name": "The webpage", "url": "https://example.org/web",
        "isPartOf": {"@type": "WebSite", "name": "A site"},
    }  # fmt: skip
    assert other["@type"] == "CreativeWork"


def test_a_source_that_changes_afterwards_changes_nothing(cast, client):
    publication = everything(cast)
    before = told(client)
    Reference.objects.update(csl={"type": "book", "title": "Quite another title"}, pmid="", url="https://elsewhere.example/")
    Reference.objects.filter(key="garrison2020magnesium").update(doi="10.9999/other", standing="retracted")
    refresh(publication.article)
    assert told(client) == before


def test_a_source_cited_as_retracted_is_left_out(cast, client):
    worlds.reference(cast.wren, "fallen")
    body = worlds.BODY + "\nThe opposite was claimed [@fallen].\n"
    worlds.published(cast, worlds.drafted(cast, body=body, retracted_reasons={"fallen": "We tell how it fell."}))
    assert "Study fallen" in opened(client).text
    assert [cited["name"] for cited in told(client)["citation"]] == ["Magnesium for skeletal muscle cramps"]


def test_a_citation_of_the_first_version_of_the_site_is_told_by_its_label(cast):
    citation = worlds.drafted(cast).citations.get()
    citation.facts = {}
    assert work(citation)["@type"] == "CreativeWork"
    assert work(citation)["name"] == "Garrison 2020. Magnesium for skeletal muscle cramps"


def test_the_way_to_an_article_leads_through_its_shelves(cast, client):
    everything(cast)
    steps = told(client, kind="BreadcrumbList")["itemListElement"]
    assert [(step["position"], step["item"]) for step in steps] == [
        (1, f"{SITE}/"),
        (2, f"{SITE}/topics/health/"),
        (3, f"{SITE}/topics/sleep-and-pain/"),
        (4, SITE + PATH),
    ]
    assert [s["name"] for s in told(client, "/topics/sleep-and-pain/", "BreadcrumbList")["itemListElement"]][1:] == [
        "Health",
        "Sleep and pain",
    ]


def test_shelves_in_a_circle_do_no_harm(cast, client):
    everything(cast)
    shelf = Topic.objects.get(slug="sleep-and-pain")
    Topic.objects.filter(slug="health").update(parent=shelf)
    assert len(told(client, "/topics/sleep-and-pain/", "BreadcrumbList")["itemListElement"]) == 3


def test_home_tells_how_the_site_is_searched_and_who_publishes_it(cast, client):
    site = told(client, "/", "WebSite")
    assert site["potentialAction"]["target"]["urlTemplate"] == f"{SITE}/search/?q={{search_term_string}}"
    assert site["publisher"]["@id"] == told(client, "/", "Organization")["@id"]


def test_a_topic_lists_what_is_live_and_nothing_else(cast, client):
    unsigned.around(cast)
    [item] = told(client, "/topics/sleep-and-pain/", "CollectionPage")["mainEntity"]["itemListElement"]
    assert item["url"] == SITE + PATH


def test_a_profile_tells_credentials_in_force_only(cast, client):
    everything(cast)
    person = told(client, "/people/dr-ruth/", "ProfilePage")["mainEntity"]
    assert person["knowsAbout"] == "General practice"
    assert person["sameAs"] == "https://orcid.org/0000-0002-1825-0097"
    assert person["hasCredential"][0]["credentialCategory"] == "MBBS"
    assert "hasCredential" not in told(client, "/people/dr-late/", "ProfilePage")["mainEntity"]


def test_a_credential_whose_record_says_otherwise_by_now_is_told_as_it_was_printed(cast, client):
    publication = worlds.published(cast)
    publication.medical.credential.registering_body = "Another register"
    with unsigned.another_hand():
        publication.medical.credential.save()
    refresh(publication.article)
    [held] = told(client)["reviewedBy"][0]["hasCredential"]
    assert held == {"@type": "EducationalOccupationalCredential", "name": publication.medical.credential_as}


def test_a_preview_and_a_notice_tell_machines_nothing(cast, client):
    live = worlds.published(cast)
    draft = worlds.redrafted(live.revision, by=cast.wren)
    for html in (preview_html(draft, note=""), preview_html(live.revision, note="")):
        assert not pages.Page(html).structured
        assert "article:published_time" not in html
        assert ".json" not in html
    publishing.withdraw(live, reason="Wrong.", by=cast.ed)
    assert not pages.Page(client.get(PATH).content.decode()).structured


@pytest.mark.parametrize("path", PUBLIC)
def test_no_page_tells_machines_of_words_that_are_not_live(cast, client, path):
    unsigned.around(cast)
    assert unsigned.found_in(json.dumps(opened(client, path).structured)) == []


def test_words_cannot_leave_the_block_they_stand_in(cast, client):
    hostile = "</script><script>alert(1)</script><!-- & \u2028 \u2029"
    worlds.published(cast, worlds.drafted(cast, title=hostile, summary="]]>" + hostile))
    html = client.get(PATH).content.decode()
    [block] = [part.split("</script>")[0] for part in html.split('<script type="application/ld+json">')[1:2]]
    assert not set("<>&\u2028\u2029") & set(block)
    assert told(client)["headline"] == " ".join(hostile.split())
    assert not opened(client).running


def test_a_block_says_what_was_put_in():
    data = {"@type": "Thing", "name": "</script>&\u2028\u2029<!--é"}
    script = as_script(data)
    assert script.count("<") == 2
    assert not set("&\u2028\u2029") & set(script)
    assert json.loads(script.split(">", 1)[1].rsplit("<", 1)[0]) == {"@context": "https://schema.org", **data}
    assert "é" in script


@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_page_names_its_one_address_and_the_feeds(cast, client, path):
    everything(cast)
    links = [element.attrs for element in opened(client, path).all("link")]
    assert [link["href"] for link in links if link["rel"] == "canonical"] == [SITE + path]
    feeds = {link["type"]: link["href"] for link in links if link["rel"] == "alternate" and "xml" in link["type"]}
    assert feeds == {"application/rss+xml": "/feed/", "application/atom+xml": "/feed/atom/"}


def test_an_article_introduces_itself_to_whoever_shares_it_and_leads_to_its_record(cast, client):
    everything(cast)
    page = opened(client)
    assert meta(page, "og:type") == "article"
    assert meta(page, "og:title") == "Leg cramps at night"
    assert meta(page, "og:description") == worlds.TEXT.summary
    assert meta(page, "og:url") == SITE + PATH
    assert meta(page, "og:image").startswith(f"{SITE}/pictures/")
    assert meta(page, "og:image:alt") == "Night"
    assert int(meta(page, "og:image:width")) > 0 < int(meta(page, "og:image:height"))
    assert meta(page, "article:section") == "Sleep and pain"
    [record] = [e.attrs["href"] for e in page.all("link") if e.attrs.get("type") == "application/json"]
    assert client.get(record).status_code == 200


def test_ids_that_nodes_point_to_are_whole_addresses(cast, client):
    everything(cast)
    ids = [node["@id"] for path in PUBLIC for node in nodes(opened(client, path).structured) if "@id" in node]
    assert ids
    assert all(address.startswith(SITE + "/") for address in ids)
