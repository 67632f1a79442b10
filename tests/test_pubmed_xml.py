"""PubMed's XML, read by the paths of its DTD and nothing else; whatever is not PubMed's is refused in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.bibliography.draft import NotUnderstood, SourceDraft
from articles.bibliography.nlm import entry_text
from articles.bibliography.pubmed_xml import read_pubmed_xml
from articles.bibliography.standing import Standing, standing_of
from tests.patience import patience

# A real record (of its eight authors the first), with the list of works it cites, which PubMed keeps beside its own ids.
GUO = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">
<PubmedArticleSet>
<PubmedArticle>
  <MedlineCitation Status="PubMed-not-MEDLINE" Owner="NLM">
    <PMID Version="1">29963580</PMID>
    <DateRevised><Year>2018</Year><Month>11</Month><Day>14</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <ISSN IssnType="Print">2329-4302</ISSN>
        <JournalIssue CitedMedium="Print"><Volume>5</Volume><Issue>2</Issue>
          <PubDate><Year>2018</Year><Month>Apr</Month></PubDate></JournalIssue>
        <Title>Journal of medical imaging (Bellingham, Wash.)</Title>
        <ISOAbbreviation>J Med Imaging (Bellingham)</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Development of a pulmonary imaging biomarker pipeline for phenotyping of chronic lung disease.</ArticleTitle>
      <Pagination><MedlinePgn>026002</MedlinePgn></Pagination>
      <ELocationID EIdType="doi" ValidYN="Y">10.1117/1.JMI.5.2.026002</ELocationID>
      <AuthorList CompleteYN="Y">
        <Author ValidYN="Y"><LastName>Guo</LastName><ForeName>Fumin</ForeName><Initials>F</Initials></Author>
        <Author ValidYN="Y"><CollectiveName>Canadian Respiratory Research Network</CollectiveName></Author>
      </AuthorList>
      <Language>eng</Language>
      <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType></PublicationTypeList>
      <ArticleDate DateType="Electronic"><Year>2018</Year><Month>06</Month><Day>28</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><MedlineTA>J Med Imaging (Bellingham)</MedlineTA></MedlineJournalInfo>
  </MedlineCitation>
  <PubmedData>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList>
      <ArticleId IdType="pubmed">29963580</ArticleId>
      <ArticleId IdType="doi">10.1117/1.JMI.5.2.026002</ArticleId>
      <ArticleId IdType="pii">17360RR</ArticleId>
      <ArticleId IdType="pmc">PMC6022861</ArticleId>
    </ArticleIdList>
    <ReferenceList><Reference><Citation>Radiology. 2015 Jan;274(1):250-9</Citation>
      <ArticleIdList><ArticleId IdType="pubmed">25144646</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>
</PubmedArticleSet>
"""


def article(inside: str = "", *, after: str = "", data: str = "", attributes: str = "") -> SourceDraft:
    """One made-up record with these elements in its Article, MedlineCitation and PubmedData."""
    (draft,) = read_pubmed_xml(
        f"<PubmedArticle><MedlineCitation><PMID>7</PMID><Article {attributes}>{inside}</Article>{after}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>"
    )
    return draft


def test_a_real_record_is_read_whole() -> None:
    (draft,) = read_pubmed_xml(GUO)
    assert entry_text(draft.csl, draft.identifiers) == (
        "Guo F; Canadian Respiratory Research Network. Development of a pulmonary imaging biomarker pipeline for phenotyping of "
        "chronic lung disease. J Med Imaging (Bellingham). 2018 Apr;5(2):026002. doi: 10.1117/1.JMI.5.2.026002. "
        "Epub 2018 Jun 28. PMID: 29963580; PMCID: PMC6022861."
    )
    assert (draft.line, draft.problems, draft.notices) == (4, (), ())
    assert draft.raw.startswith("<PubmedArticle>")
    assert draft.raw.endswith("</PubmedArticle>")
    assert set(draft.provenance.values()) == {"pubmed-xml"}


def test_the_ids_of_cited_works_are_never_the_articles_own() -> None:
    others = "<Reference><ArticleIdList><ArticleId IdType='doi'>10.1000/cited</ArticleId></ArticleIdList></Reference>"
    assert article(data=f"<ReferenceList>{others}</ReferenceList>").identifiers.doi == ""
    cited = "<CommentsCorrections RefType='Cites'><PMID>8</PMID></CommentsCorrections>"
    assert article(after=f"<CommentsCorrectionsList>{cited}</CommentsCorrectionsList>").identifiers.pmid == "7"


def test_an_invalid_doi_gives_way_to_the_register_and_a_pii_never_replaces_it() -> None:
    ids = "<ArticleIdList><ArticleId IdType='doi'>10.1000/right</ArticleId><ArticleId IdType='pii'>S1</ArticleId></ArticleIdList>"
    wrong = "<ELocationID EIdType='doi' ValidYN='N'>10.1000/wrong</ELocationID>"
    assert article(wrong, data=ids).identifiers.doi == "10.1000/right"
    assert article("<ELocationID EIdType='pii'>S1</ELocationID>", data=ids).identifiers.doi == "10.1000/right"


COMMENT = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='{}'><RefSource>{}</RefSource></CommentsCorrections>"
    "</CommentsCorrectionsList>"
)
TYPE = "<PublicationTypeList><PublicationType UI='{}'>{}</PublicationType></PublicationTypeList>"


@pytest.mark.parametrize(
    ("types", "link", "standing"),
    [
        ("", "RetractionIn", Standing.retracted),
        ("", "RETRACTIONIN", Standing.retracted),
        ("", "RetractedandRepublishedIn", Standing.retracted),
        (TYPE.format("D016441", "Retracted Publication"), "Cites", Standing.retracted),
        (TYPE.format("", "RETRACTED PUBLICATION"), "CommentIn", Standing.retracted),
        (TYPE.format("D016441", ""), "", Standing.retracted),
        ("", "ExpressionOfConcernIn", Standing.concern),
        ("", "ErratumIn", Standing.corrected),
        ("", "CorrectedandRepublishedIn", Standing.corrected),
        ("", "UpdateIn", Standing.ok),
        ("", "RepublishedIn", Standing.ok),
        ("", "AssociatedDataset", Standing.ok),
        ("", "CommentIn", Standing.ok),
        ("", "CommentOn", Standing.ok),
        ("", "Cites", Standing.ok),
        ("", "SummaryForPatientsIn", Standing.ok),
        ("", "UpdateOf", Standing.ok),
        ("", "RetractedandRepublishedFrom", Standing.ok),
        ("", "RetractionOf", Standing.notice),
        ("", "ErratumFor", Standing.notice),
        ("", "ExpressionOfConcernFor", Standing.notice),
        (TYPE.format("", "RETRACTION OF PUBLICATION"), "", Standing.notice),
        (TYPE.format("D016425", "Published Erratum"), "RetractionIn", Standing.notice),
    ],
)
def test_the_status_is_read_from_both_places(types: str, link: str, standing: Standing) -> None:
    draft = article(types, after=COMMENT.format(link, "J Biol Chem. 2001 Mar 30;276(13):10576"))
    assert standing_of(draft.notices, draft.is_notice) is standing


def test_a_notice_keeps_where_it_appeared() -> None:
    (notice,) = article(after=COMMENT.format("RetractionIn", "J Biol Chem. 2001 Mar 30;276(13):10576")).notices
    assert (notice.citation, notice.date, notice.sources) == ("J Biol Chem. 2001 Mar 30;276(13):10576", "2001-03-30", ("PubMed",))


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("<Year>2002</Year><Month>Jul</Month><Day>25</Day>", "2002 Jul 25"),
        ("<Year>2002</Year><Month>07</Month><Day>5</Day>", "2002 Jul 5"),
        ("<Year>2002</Year><Season>Spring</Season>", "2002 Spring"),
        ("<Year>2002</Year><Season>Jan-Mar</Season>", "2002 Jan-Mar"),
        ("<MedlineDate>1999 Spring</MedlineDate>", "1999 Spring"),
        ("<MedlineDate>2001 Dec-2002 Jan</MedlineDate>", "2001 Dec-2002 Jan"),
        ("<MedlineDate>1998 Dec 15-29</MedlineDate>", "1998 Dec 15-29"),
        ("<Year>2002</Year>", "2002"),
    ],
)
def test_every_form_of_date_is_read(date: str, written: str) -> None:
    journal = f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>"
    draft = article(journal)
    assert entry_text(draft.csl, draft.identifiers) == f"{written}. PMID: 7."


def test_an_article_that_appeared_only_online_has_the_date_it_went_online() -> None:
    inside = (
        "<Journal><JournalIssue><PubDate><Year>2006</Year></PubDate></JournalIssue></Journal>"
        "<ArticleDate DateType='Electronic'><Year>2006</Year><Month>01</Month><Day>10</Day></ArticleDate>"
    )
    assert article(inside, attributes='PubModel="Electronic"').csl["issued"] == {"date-parts": [[2006, 1, 10]]}
    assert article(inside, data="<PublicationStatus>epublish</PublicationStatus>").csl["issued"] == {
        "date-parts": [[2006, 1, 10]]
    }


@pytest.mark.parametrize(
    ("pages", "written"),
    [
        ("<MedlinePgn>284-7</MedlinePgn>", "284-7"),
        ("<StartPage>284</StartPage><EndPage>287</EndPage>", "284-287"),
        ("<StartPage>e12</StartPage>", "e12"),
    ],
)
def test_pages_may_stand_in_two_elements(pages: str, written: str) -> None:
    assert article(f"<Pagination>{pages}</Pagination>").csl["page"] == written


def test_names_that_are_invalid_or_no_authors_are_left_out() -> None:
    draft = article(
        "<AuthorList CompleteYN='N'><Author ValidYN='N'><LastName>Wrong</LastName></Author>"
        "<Author><LastName>Maurer</LastName><ForeName>Calvin R</ForeName><Suffix>Jr</Suffix></Author>"
        "<Author><LastName>Li</LastName><Initials>X</Initials></Author></AuthorList>",
        after="<InvestigatorList><Investigator><LastName>Helper</LastName></Investigator></InvestigatorList>",
    )
    assert draft.csl["author"] == [
        {"family": "Maurer", "given": "Calvin R", "suffix": "Jr"},
        {"family": "Li", "given": "X"},
    ]
    assert draft.csl["authors_truncated"] is True


def test_titles_keep_their_marks_and_their_language() -> None:
    draft = article(
        "<ArticleTitle>[<i>E. coli</i> and H<sub>2</sub>O in <b>bold</b>].</ArticleTitle><Language>fre</Language>"
        "<VernacularTitle>La <i>E. coli</i>.</VernacularTitle>"
    )
    assert draft.csl["title"] == "[<i>E. coli</i> and H<sub>2</sub>O in bold]"
    assert (draft.csl["original-title"], draft.csl["language"]) == ("La <i>E. coli</i>", "fre")


def test_a_preprint_is_known_by_its_type() -> None:
    assert article(TYPE.format("D000076942", "Preprint")).csl["type"] == "article"


def test_a_chapter_of_an_online_book_is_read() -> None:
    (draft,) = read_pubmed_xml(
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>21249755</PMID>"
        "<ArticleIdList><ArticleId IdType='bookaccession'>NBK1826</ArticleId></ArticleIdList>"
        "<Book><Publisher><PublisherName>National Center for Biotechnology Information (US)</PublisherName>"
        "<PublisherLocation>Bethesda (MD)</PublisherLocation></Publisher><BookTitle>Cancer Syndromes</BookTitle>"
        "<PubDate><Year>2009</Year></PubDate><AuthorList Type='editors'><Author><LastName>Riegert-Johnson</LastName>"
        "<ForeName>Douglas L</ForeName></Author></AuthorList></Book><ArticleTitle>Peutz-Jeghers Syndrome</ArticleTitle>"
        "<AuthorList Type='authors'><Author><LastName>Gleeson</LastName><ForeName>Ferga C.</ForeName></Author></AuthorList>"
        "</BookDocument></PubmedBookArticle></PubmedArticleSet>"
    )
    assert entry_text(draft.csl, draft.identifiers) == (
        "Gleeson FC. Peutz-Jeghers Syndrome. In: Riegert-Johnson DL, editor. Cancer Syndromes [Internet]. Bethesda (MD): "
        "National Center for Biotechnology Information (US); 2009. PMID: 21249755. "
        "Available from: https://www.ncbi.nlm.nih.gov/books/NBK1826/"
    )


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<PubmedArticleSet><PubmedArticle>&b;</PubmedArticle></PubmedArticleSet>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><PubmedArticle>&a;</PubmedArticle>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "Line 1: This file defines entities"),
        (OUTSIDE, "Line 1: This file defines entities"),
        ("<html><body>Error</body></html>", "web page"),
        ("<pmc-articleset><article/></pmc-articleset>", "PubMed Central"),
        ("<eSearchResult/>", "eSearchResult"),
        ("<PubmedArticleSet></PubmedArticleSet>", "holds no article"),
        ("<PubmedArticleSet>\n<PubmedArticle>\n<Medline", "Line 3: The XML is broken or cut off"),
        ("", "broken or cut off"),
        ("<PubmedArticle>\x00</PubmedArticle>", "broken or cut off"),
        ("<PubmedArticle>\ud800</PubmedArticle>", "cannot be read|can be read"),
        ("x" * 5_300_000, "more than 5 MB"),
    ],
)
def test_what_is_not_pubmeds_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        read_pubmed_xml(text)


def test_a_very_deep_file_is_read_or_refused_quickly() -> None:
    with patience():
        deep = "<ArticleTitle>" + "<i>" * 40_000 + "x" + "</i>" * 40_000 + "</ArticleTitle>"
        assert str(article(deep).csl["title"]).endswith("</i>")


@settings(deadline=None, max_examples=40)
@given(st.text(st.sampled_from("<>/&;PubmedArticle \n'=!"), max_size=60))
def test_no_text_makes_the_reader_stumble(text: str) -> None:
    for whole in (text, f"<PubmedArticle>{text}</PubmedArticle>"):
        try:
            read_pubmed_xml(whole)
        except NotUnderstood as refusal:
            assert str(refusal).endswith(".")
