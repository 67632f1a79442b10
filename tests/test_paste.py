"""One box for everything: what was pasted is told apart, read, and never lost.

The order of detection, the identifiers and the formats are those writers really paste.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.bibliography.draft import SourceDraft
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.nlm import entry_text
from articles.bibliography.paste import decoded, understand
from articles.bibliography.proxies import without_proxy
from tests.patience import patience

NBIB = "PMID- 16403221\nTI  - A high level interface to SCOP.\nDP  - 2006\n"
RIS = "TY  - JOUR\nTI  - A trial\nPY  - 2020\nER  - \n"
BIBTEX = '@string{j = "BMJ"}\n@article{a,\n  title = {A study}, journal = j,\n}\n\n@book{b, title = {A book}}\n'
CSL = '[{"type": "book", "title": "C"},\n {"type": "book", "title": "D"}]\n'
XML = (
    '<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.nlm.nih.gov/x.dtd">\n<PubmedArticleSet>\n'
    "<PubmedArticle><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>E.</ArticleTitle></Article></MedlineCitation>\n"
    "</PubmedArticle></PubmedArticleSet>\n"
)
TEXT = "Smith A. Cramps and what to do about them. J Cramps. 1999;1(2):3-4.\n"


def kinds(text: str) -> list[str]:
    return [draft.kind for draft in understand(text)]


def known(draft: SourceDraft) -> str:
    ids = draft.identifiers
    return ids.doi or ids.pmid or ids.pmcid or ids.isbn or ids.url


@pytest.mark.parametrize(
    ("pasted", "kind", "kept"),
    [
        ("10.1056/NEJMsb020632", "doi", "10.1056/NEJMsb020632"),
        ("doi:10.1056/NEJMsb020632.", "doi", "10.1056/NEJMsb020632"),
        ("DOI 10.1056/NEJMsb020632", "doi", "10.1056/NEJMsb020632"),
        ("https://doi.org/10.1056/NEJMsb020632", "doi", "10.1056/NEJMsb020632"),
        ("http://dx.doi.org/10.1056/NEJMsb020632", "doi", "10.1056/NEJMsb020632"),
        ("doi.org/10.1056/NEJMsb020632", "doi", "10.1056/NEJMsb020632"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/14651858.CD009402.pub3/full", "doi", "10.1002/14651858.CD009402.pub3"),
        ("10.1061/(ASCE)0733-950X(1993)119:3(323)", "doi", "10.1061/(ASCE)0733-950X(1993)119:3(323)"),
        ("https://0-doi-org.brum.beds.ac.uk/10.1371%2Fjournal.pone.0085846", "doi", "10.1371/journal.pone.0085846"),
        ("https://login.ezproxy.x.edu/login?url=https://doi.org/10.1056/NEJMsb020632", "doi", "10.1056/NEJMsb020632"),
        ("PMID: 32956536", "pmid", "32956536"),
        ("pubmed 32956536", "pmid", "32956536"),
        ("https://pubmed.ncbi.nlm.nih.gov/32956536/?from=x#y", "pmid", "32956536"),
        ("www.ncbi.nlm.nih.gov/pubmed/32956536", "pmid", "32956536"),
        ("https://pubmed-ncbi-nlm-nih-gov.library.example/32956536/", "pmid", "32956536"),
        ("https://europepmc.org/article/MED/32956536", "pmid", "32956536"),
        ("PMC8020016", "pmcid", "PMC8020016"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC8020016/", "pmcid", "PMC8020016"),
        ("ISBN 978-92-4-008178-9", "isbn", "9789240081789"),
        ("0306406152", "isbn", "9780306406157"),
        ("https://www.nhs.uk/conditions/leg-cramps/", "url", "https://www.nhs.uk/conditions/leg-cramps/"),
        ("https://www-nejm-org.library.example/about", "url", "https://www.nejm.org/about"),
    ],
)
def test_an_identifier_alone_is_known_for_what_it_is(pasted: str, kind: str, kept: str) -> None:
    (draft,) = understand(f"\n  {pasted} \n")
    assert (draft.kind, known(draft), draft.raw, draft.line) == (kind, kept, pasted, 2)
    assert draft.csl == {}


def test_a_bare_number_is_asked_about() -> None:
    (draft,) = understand("32956536")
    assert (draft.kind, draft.identifiers.pmid) == ("pmid", "32956536")
    assert "is 32956536 a PubMed number (PMID)?" in draft.problems[0]
    assert understand("PMID 32956536")[0].problems == ()


@pytest.mark.parametrize("between", ["\n", " ", ", ", "; ", ",\n", "\r\n", "|"])
def test_several_identifiers_may_stand_together(between: str) -> None:
    drafts = understand(between.join(["10.1056/NEJMsb020632", "PMID: 32956536", "PMC8020016", "ISBN 978-92-4-008178-9"]))
    assert [draft.kind for draft in drafts] == ["doi", "pmid", "pmcid", "isbn"]


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [(NBIB, "nbib", 1), (RIS, "ris", 1), (BIBTEX, "bibtex", 2), (CSL, "csl", 2), (XML, "pubmed-xml", 1), (TEXT, "text", 1)],
)
@pytest.mark.parametrize("before", ["", "\ufeff", "\n\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_each_format_is_known(text: str, kind: str, count: int, before: str, newline: str) -> None:
    assert kinds(before + text.replace("\n", newline)) == [kind] * count


def test_everything_may_be_mixed_and_keeps_its_line() -> None:
    pieces = [TEXT, NBIB, RIS, BIBTEX, "10.1000/x\n", CSL, XML, TEXT, RIS, NBIB, CSL, BIBTEX]
    drafts = understand("\n".join(pieces))
    expected = "text nbib ris bibtex bibtex doi csl csl pubmed-xml text ris nbib csl csl bibtex bibtex"
    assert [draft.kind for draft in drafts] == expected.split()
    lines = "\n".join(pieces).splitlines()
    for draft in drafts:
        assert draft.raw.splitlines()[0] in lines[draft.line - 1]
    assert drafts[3].csl["container-title"] == "BMJ"  # the abbreviation stands outside the entry


def test_formats_may_follow_each_other_without_a_blank_line() -> None:
    assert kinds(NBIB + RIS + BIBTEX.rstrip() + "\n" + CSL + XML + TEXT) == [
        "nbib", "ris", "bibtex", "bibtex", "csl", "csl", "pubmed-xml", "text",
    ]  # fmt: skip


def test_a_record_without_an_end_does_not_swallow_what_follows() -> None:
    assert kinds("TY  - JOUR\nTI  - A\n\n" + TEXT) == ["ris", "text"]
    assert kinds("@book{b, title={A\n" + NBIB) == ["bibtex", "nbib"]
    assert kinds('[{"title": "A",\n' + RIS) == ["text", "ris"]


def test_what_no_database_holds_is_replaced() -> None:
    assert understand("Smith\x00 A. \ud800")[0].raw == "Smith\ufffd A. \ufffd"


def test_free_text_is_kept_word_for_word() -> None:
    odd = "Smith A.  Cramps\u2014and <i>fits</i>.\tJ Cramps 1999"
    (draft,) = understand(odd)
    assert (draft.kind, draft.raw, draft.csl, draft.identifiers) == ("text", odd, {}, Identifiers())
    assert "kept word for word" in draft.problems[0]


def test_an_identifier_inside_free_text_is_found_and_the_text_kept() -> None:
    for ending in ("doi: 10.1000/x(1).", "(https://doi.org/10.1000/x(1))", "doi:10.1000/x(1), in press"):
        (draft,) = understand(f"Smith A. Cramps. J Cramps. 1999;1:2. {ending}")
        assert (draft.kind, draft.identifiers.doi) == ("text", "10.1000/x(1)")
    (draft,) = understand("Smith A. Cramps. 1999. PMID: 32956536; PMCID: PMC8020016.")
    assert (draft.identifiers.pmid, draft.identifiers.pmcid) == ("32956536", "PMC8020016")
    assert understand("Smith A. Cramps. 1999 in 32956536 people.")[0].identifiers == Identifiers()


def test_references_in_text_are_told_apart() -> None:
    numbered = "1. Smith A. Cramps\n   and fits. 1999.\n2. Brown B. Fits. 2001.\n"
    assert [draft.raw for draft in understand(numbered)] == ["1. Smith A. Cramps\n   and fits. 1999.", "2. Brown B. Fits. 2001."]
    assert len(understand(TEXT + TEXT)) == 2
    assert len(understand("Smith A. A long title that goes on\nand on. J Cramps. 1999;1:2.\n\nBrown B. Fits. 2001.")) == 2


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("<html><body>Error 500</body></html>", "Line 1: This is a web page"),
        ("<PubmedArticleSet>\n<PubmedArticle>\n", "The XML is broken or cut off"),
        ('<!DOCTYPE x [<!ENTITY a "b">]>\n<PubmedArticleSet>&a;</PubmedArticleSet>', "defines entities"),
        ('[{"title": "A"},\n{"title": ]', "Line 2: The JSON is broken"),
        ("x" * 5_300_000, "more than 5 MB"),
        ("7\n" * 201_000, "more than 200,000 lines"),
    ],
)
def test_what_cannot_be_read_says_why(broken: str, said: str) -> None:
    (draft,) = understand(broken)
    assert draft.kind == "text"
    assert said in draft.problems[0]


def test_more_sources_than_anybody_needs_are_not_read() -> None:
    drafts = understand("7\n" * 6000)
    assert len(drafts) == 5001
    assert drafts[-1].problems == ("Line 5001: these are more than 5000 sources. What follows was not read: paste it by itself.",)


@pytest.mark.parametrize("text", ["", " \n\t\n", "\ufeff"])
def test_nothing_pasted_is_nothing_understood(text: str) -> None:
    assert understand(text) == []


@pytest.mark.parametrize(
    "hostile",
    [
        "[[" * 500_000,
        '[{"title":"x"},' * 300_000,
        "https://0-" + "a-" * 500_000,
        ("https://login.ezproxy.x.edu/login?url=" * 20 + "\n") * 500,
        ("doi: " * 390 + "\n") * 200,
        "<PubmedArticle>" + "<a>" * 150_000,
        "a.a-" * 300_000,
        "10." * 400_000,
        "TY  - JOUR\n" + "UR  - http://x\n" * 20_000,
    ],
    ids=range(9),
)
def test_hostile_text_is_answered_quickly(hostile: str) -> None:
    with patience():
        assert understand(hostile)


LINES = st.sampled_from(
    [
        "PMID- 7", "TI  - x", "TY  - JOUR", "ER  - ", "@article{a,", "title = {b", "}", '[{"title":', '"x"}]', "<PubmedArticle>",
        "</PubmedArticle>", "<html>", "10.1000/x", "PMC8020016", "1. Smith. 1999.", "", "      more", "https://www.nhs.uk/",
        "\ud800", "\x00",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.lists(LINES | st.text(max_size=10), max_size=10))
def test_no_paste_is_too_odd(lines: list[str]) -> None:
    text = "\n".join(lines)
    for draft in understand(text):
        assert draft.csl or draft.problems or known(draft)
        assert 1 <= draft.line <= text.count("\n") + len(text.splitlines()) + 1
        assert entry_text(draft.csl, draft.identifiers, notices=draft.notices) is not None


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=80))
def test_no_bytes_are_too_odd(data: bytes) -> None:
    understand(decoded(data))


def test_files_in_the_usual_encodings_are_read() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        (draft,) = understand(decoded("TY  - JOUR\r\nTI  - Déjà vu\r\nER  - \r\n".encode(encoding)))
        assert draft.csl["title"] == "Déjà vu"


@pytest.mark.parametrize(
    "address",
    [
        "https://www.nhs.uk/a-b",
        "https://my-site-org.github.io/x",
        "http://[bad",
        "https://proxy.example.org/?url=javascript:x",
        "10.1000/x",
    ],
)
def test_an_address_that_is_no_proxys_is_left_alone(address: str) -> None:
    assert without_proxy(address) == address


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("https://www-nejm-org.library.example/doi/x?y=1#z", "https://www.nejm.org/doi/x?y=1#z"),
        ("https://www.nejm.org.ezproxy.library.example/doi/x", "https://www.nejm.org/doi/x"),
        ("https://0-www.nejm.org.library.example/doi/x", "https://www.nejm.org/doi/x"),
        ("https://my--journal-com.x.idm.oclc.org/q", "https://my-journal.com/q"),
        ("https://login.ezproxy.x.edu/login?qurl=https%3A%2F%2Fwww.nejm.org%2Fx", "https://www.nejm.org/x"),
    ],
)
def test_a_librarys_address_becomes_the_publishers(address: str, own: str) -> None:
    assert without_proxy(address) == own
    assert without_proxy(own) == own
