"""What PubMed says of a number, a DOI or a PubMed Central number, and what it must not be believed."""

from collections.abc import Callable

import httpx2
import pytest

from articles.bibliography.identifiers import Identifiers
from articles.bibliography.standing import Standing
from articles.lookup import pubmed
from articles.lookup.answers import Failed, Found, NotFound
from articles.lookup.fetching import Fetcher, LookupFailed
from tests.registers import Internet, json, site, text, xml

HEAD = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"
 "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
"""
NOTHING = HEAD + "<PubmedArticleSet></PubmedArticleSet>"


def record(pmid: str = "32450107", doi: str = "10.1016/S0140-6736(20)31180-6", pmcid: str = "PMC7255293", links: str = "") -> str:
    """One article, with the identifiers of a work it cites below it."""
    return f"""
    <PubmedArticle>
      <MedlineCitation Status="MEDLINE" Owner="NLM">
        <PMID Version="1">{pmid}</PMID>
        <Article PubModel="Print-Electronic">
          <Journal><JournalIssue CitedMedium="Internet"><PubDate><Year>2020</Year><Month>May</Month><Day>22</Day></PubDate>
          </JournalIssue><Title>Lancet (London, England)</Title><ISOAbbreviation>Lancet</ISOAbbreviation></Journal>
          <ArticleTitle>Hydroxychloroquine or chloroquine for treatment of COVID-19.</ArticleTitle>
          <ELocationID EIdType="doi" ValidYN="Y">{doi}</ELocationID>
          <AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Mehra</LastName><ForeName>Mandeep R</ForeName>
            <Initials>MR</Initials></Author></AuthorList>
          <Language>eng</Language>
          <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
        </Article>
        <MedlineJournalInfo><MedlineTA>Lancet</MedlineTA></MedlineJournalInfo>
        <CommentsCorrectionsList>{links}
          <CommentsCorrections RefType="Cites"><RefSource>BMJ</RefSource><PMID Version="1">1</PMID></CommentsCorrections>
          <CommentsCorrections RefType="CommentIn"><RefSource>BMJ</RefSource><PMID Version="1">2</PMID></CommentsCorrections>
        </CommentsCorrectionsList>
      </MedlineCitation>
      <PubmedData>
        <PublicationStatus>ppublish</PublicationStatus>
        <ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId><ArticleId IdType="pmc">{pmcid}</ArticleId>
          <ArticleId IdType="doi">{doi}</ArticleId></ArticleIdList>
        <ReferenceList><Reference><ArticleIdList><ArticleId IdType="pubmed">99</ArticleId>
          <ArticleId IdType="doi">10.1000/cited</ArticleId></ArticleIdList></Reference></ReferenceList>
      </PubmedData>
    </PubmedArticle>"""


def link(ref_type: str, pmid: str) -> str:
    return (
        f'<CommentsCorrections RefType="{ref_type}"><RefSource>Lancet. 2020 Jun 13;395(10240):1820</RefSource>'
        f'<PMID Version="1">{pmid}</PMID></CommentsCorrections>'
    )


RETRACTED = record(links=link("RetractionIn", "32511943") + link("ExpressionOfConcernIn", "32504543"))


def articles(*records: str) -> httpx2.Response:
    return xml(HEAD + "<PubmedArticleSet>" + "".join(records) + "</PubmedArticleSet>")


def hits(*pmids: str) -> httpx2.Response:
    header = {"type": "esearch", "version": "0.3"}
    return json({"header": header, "esearchresult": {"count": str(len(pmids)), "idlist": list(pmids), "querytranslation": ""}})


def register(answer: Callable[[httpx2.Request], httpx2.Response], api_key: str = "") -> tuple[Fetcher, Internet]:
    internet = Internet(answer)
    how = {"wire": internet.wire(), "sleep": internet.clock.sleep}
    return pubmed.fetcher("ed@example.org", "Our Health", api_key, **how), internet


def replying(*answers: httpx2.Response) -> Fetcher:
    left = list(answers)
    return register(lambda request: left.pop(0) if len(left) > 1 else left[0])[0]


def asked_for(request: httpx2.Request) -> list[str]:
    return request.url.params["id"].split(",")


# --- One record ----------------------------------------------------------------------------------------------------


def test_a_number_is_asked_for_politely_and_becomes_a_source() -> None:
    fetcher, internet = register(lambda request: articles(RETRACTED), api_key="k3y")
    answer = pubmed.look_up(Identifiers(pmid="32450107"), fetcher)
    assert isinstance(answer, Found)
    assert answer.draft.kind == "pmid"
    assert answer.draft.identifiers.doi == "10.1016/S0140-6736(20)31180-6"
    assert answer.draft.identifiers.pmcid == "PMC7255293"
    assert answer.draft.csl["container-title-short"] == "Lancet"
    assert set(answer.draft.provenance) == {*answer.draft.csl, "doi", "pmid", "pmcid"}
    assert set(answer.draft.provenance.values()) == {"PubMed"}
    [request] = internet.asked
    assert site(request).startswith("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi?")
    assert dict(request.url.params) == {
        "tool": "Our_Health",
        "email": "ed@example.org",
        "api_key": "k3y",
        "db": "pubmed",
        "id": "32450107",
        "retmode": "xml",
    }


def test_a_retraction_is_told_and_the_noise_is_not() -> None:
    answer = pubmed.look_up(Identifiers(pmid="32450107"), replying(articles(RETRACTED)))
    assert isinstance(answer, Found)
    assert answer.standing is Standing.retracted
    assert [(notice.type, notice.pmid) for notice in answer.notices] == [
        ("retraction", "32511943"),
        ("expression_of_concern", "32504543"),
    ]
    quiet = pubmed.look_up(Identifiers(pmid="32450107"), replying(articles(record())))
    assert isinstance(quiet, Found)
    assert quiet.standing is Standing.ok


def test_a_notice_is_a_notice_and_the_writer_is_asked_about_it() -> None:
    notice = record(pmid="32511943", links=link("RetractionOf", "32450107"))
    answer = pubmed.look_up(Identifiers(pmid="32511943"), replying(articles(notice)))
    assert isinstance(answer, Found)
    assert answer.standing is Standing.notice
    assert answer.draft.problems[0].startswith("This is itself a notice about another work")


@pytest.mark.parametrize("nothing", [NOTHING, HEAD + "<PubmedArticleSet/>", HEAD + "<PubmedArticleSet>\n</PubmedArticleSet>\n"])
def test_an_empty_set_means_that_there_is_no_such_number(nothing: str) -> None:
    answer = pubmed.look_up(Identifiers(pmid="39999999"), replying(xml(nothing)))
    assert isinstance(answer, NotFound)
    assert answer.standing is Standing.unknown
    assert "no record with the number 39999999" in answer.message


def test_another_record_than_the_one_asked_for_is_not_believed() -> None:
    answer = pubmed.look_up(Identifiers(pmid="99"), replying(articles(record())))
    assert isinstance(answer, NotFound), "99 stands in the record, but as a work that it cites"


# --- By other identifiers ------------------------------------------------------------------------------------------


def test_a_doi_is_searched_for_and_the_record_must_carry_it() -> None:
    answers = {"esearch": hits("11", "32450107"), "efetch": articles(record("11", "10.1000/near-miss"), record())}
    fetcher, internet = register(lambda request: answers["esearch" if "esearch" in request.url.path else "efetch"])
    answer = pubmed.look_up(Identifiers(doi="10.1016/s0140-6736(20)31180-6"), fetcher)
    assert isinstance(answer, Found)
    assert answer.draft.identifiers.pmid == "32450107"
    assert internet.asked[0].url.params["term"] == '"10.1016/s0140-6736(20)31180-6"[doi]'
    assert asked_for(internet.asked[1]) == ["11", "32450107"]
    assert internet.clock.naps == [pytest.approx(0.35)]


def test_a_doi_that_is_only_cited_by_what_was_found_is_not_found() -> None:
    answer = pubmed.look_up(Identifiers(doi="10.1000/cited"), replying(hits("32450107"), articles(record())))
    assert isinstance(answer, NotFound)
    assert "no record with the DOI 10.1000/cited" in answer.message


def test_a_doi_without_a_hit_is_not_found_with_a_single_question() -> None:
    fetcher, internet = register(lambda request: hits())
    assert isinstance(pubmed.look_up(Identifiers(doi="10.1000/none"), fetcher), NotFound)
    assert len(internet.asked) == 1


@pytest.mark.parametrize("pmid", [32450107, "32450107"])
def test_a_pubmed_central_number_goes_through_the_converter(pmid: object) -> None:
    converted = json({"status": "ok", "records": [{"pmid": pmid, "pmcid": "PMC7255293", "requested-id": "PMC7255293"}]})
    fetcher, internet = register(lambda request: converted if "idconv" in request.url.path else articles(record()))
    answer = pubmed.look_up(Identifiers(pmcid="PMC7255293.2"), fetcher)
    assert isinstance(answer, Found)
    assert answer.draft.identifiers.pmid == "32450107"
    assert site(internet.asked[0]).startswith("https://pmc.ncbi.nlm.nih.gov/tools/idconv/api/v1/articles/?")
    assert internet.asked[0].url.params["ids"] == "PMC7255293"


@pytest.mark.parametrize(
    "converted",
    [
        json({"status": "ok", "records": [{"pmcid": "PMC1", "status": "error", "errmsg": "Identifier not found in PMC"}]}),
        json({"status": "ok", "records": []}),
        json({"status": "error"}, 400),
        json({"status": "ok", "records": [{"pmid": "32450107", "pmcid": "PMC1"}]}),
    ],
)
def test_a_pubmed_central_number_that_leads_to_no_record_of_that_number_is_not_found(converted: httpx2.Response) -> None:
    answer = pubmed.look_up(Identifiers(pmcid="PMC1"), replying(converted, articles(record())))
    assert isinstance(answer, NotFound)


def test_a_source_that_pubmed_cannot_know_is_not_asked_for() -> None:
    fetcher, internet = register(lambda request: hits())
    with pytest.raises(LookupFailed, match="by PMID, DOI or PMCID only"):
        pubmed.look_up(Identifiers(isbn="9783642002304", url="http://169.254.169.254/"), fetcher)
    for ids in (
        Identifiers(pmid="0"),
        Identifiers(pmid="1 OR 1=1"),
        Identifiers(doi="http://localhost/"),
        Identifiers(doi='10.1000/a"b'),
    ):
        with pytest.raises(LookupFailed):
            pubmed.look_up(ids, fetcher)
    assert internet.asked == []


# --- Many ----------------------------------------------------------------------------------------------------------


def test_many_numbers_go_in_batches_and_each_gets_its_answer() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return articles(*(record(pmid) for pmid in asked_for(request) if pmid != "3"))

    fetcher, internet = register(answer)
    told = dict(pubmed.many((str(number) for number in range(1, 6)), fetcher, batch=2))
    assert [asked_for(request) for request in internet.asked] == [["1", "2"], ["3", "4"], ["5"]]
    assert [type(told[str(number)]) for number in range(1, 6)] == [Found, Found, NotFound, Found, Found]


def test_nothing_is_asked_when_there_is_nothing_to_ask() -> None:
    fetcher, internet = register(lambda request: articles())
    assert list(pubmed.many([], fetcher)) == []
    assert internet.asked == []


def test_a_batch_that_fails_is_failed_and_not_well_and_the_next_one_goes_on() -> None:
    told = dict(pubmed.many(["1", "2", "3"], replying(text(403, "no"), articles(record("3"))), batch=2))
    assert [type(told[pmid]) for pmid in "123"] == [Failed, Failed, Found]
    assert told["1"].standing is Standing.failed


def test_a_batch_that_is_too_big_is_asked_for_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubmed, "LARGEST_PASTE", 5000)

    def answer(request: httpx2.Request) -> httpx2.Response:
        return articles(*(record(pmid, links=" " * (9000 if pmid == "4" else 0)) for pmid in asked_for(request)))

    fetcher, internet = register(answer)
    told = dict(pubmed.many(["1", "2", "3", "4"], fetcher))
    batches = [asked_for(request) for request in internet.asked]
    assert batches == [["1", "2", "3", "4"], ["1", "2"], ["3", "4"], ["3"], ["4"]]
    assert [type(told[pmid]) for pmid in "1234"] == [Found, Found, Found, Failed]


# --- No answer -----------------------------------------------------------------------------------------------------

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><PubmedArticleSet>&b;</PubmedArticleSet>'


@pytest.mark.parametrize(
    "answer",
    [
        text(200, "<html><body>Down for maintenance</body></html>", content_type="text/html"),
        text(200, HEAD + "<PubmedArticleSet>" + record() + "</PubmedArticleSet>", content_type="text/html"),
        xml("<html><body>Down for maintenance</body></html>"),
        xml("<!DOCTYPE html><html><PubmedArticleSet/></html>"),
        xml(HEAD + "<PubmedArticleSet>" + record()),
        xml(HEAD + "<PubmedArticleSet>"),
        xml("<pmc-articleset><article/></pmc-articleset>"),
        xml("<eFetchResult><ERROR>ID list is empty! Possibly it has no correct IDs.</ERROR></eFetchResult>"),
        xml(BOMB),
        xml("<a>" * 100_000),
        xml(""),
        httpx2.Response(200, content=b"\xff\xfe<PubmedArticle>", headers={"content-type": "text/xml"}),
        json({"error": "API rate limit exceeded", "count": "4", "limit": "3"}, 429),
        json({"result": {}}),
        text(400, "bad"),
        text(502, "<html>"),
    ],
)
def test_anything_but_pubmeds_own_xml_fails_in_words_and_is_not_taken_for_an_answer(answer: httpx2.Response) -> None:
    with pytest.raises(LookupFailed, match=r"PubMed .*nothing was changed"):
        pubmed.look_up(Identifiers(pmid="32450107"), replying(answer))


@pytest.mark.parametrize(
    "answer",
    [
        json({"esearchresult": {"ERROR": "Search Backend failed", "idlist": []}}),
        json({"esearchresult": {"idlist": "none"}}),
        json({"error": "API rate limit exceeded"}),
        json({"esearchresult": []}),
        text(200, "oops"),
    ],
)
def test_a_search_that_broke_down_is_not_a_search_without_hits(answer: httpx2.Response) -> None:
    with pytest.raises(LookupFailed):
        pubmed.look_up(Identifiers(doi="10.1000/x"), replying(answer))


def test_the_key_never_appears_in_what_a_writer_reads() -> None:
    refused = json({"error": "API key invalid", "api-key": "s3cret", "type": "ip"}, 400)
    for answer in (refused, text(500, "s3cret"), text(302, location="https://evil.example/?api_key=s3cret")):
        with pytest.raises(LookupFailed) as failed:
            pubmed.look_up(Identifiers(pmid="1"), register(lambda request, answer=answer: answer, api_key="s3cret")[0])
        assert "s3cret" not in str(failed.value)
    with pytest.raises(LookupFailed, match="did not accept this site's key"):
        pubmed.look_up(Identifiers(pmid="1"), replying(refused))


def test_ten_a_second_need_a_key_of_ones_own() -> None:
    assert register(lambda request: hits())[0].pace.gap >= 1 / 3
    assert 1 / 10 <= register(lambda request: hits(), api_key="k")[0].pace.gap < 1 / 8
