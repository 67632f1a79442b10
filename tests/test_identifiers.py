"""What writers paste as a DOI, PMID, PMCID, ISBN, ORCID iD or web address, and the one form that is kept."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.bibliography.identifiers import (
    Identifiers,
    doi_key,
    doi_url,
    normalise_doi,
    normalise_isbn,
    normalise_orcid,
    normalise_pmcid,
    normalise_pmid,
    safe_url,
)
from articles.bibliography.links import Link, best_url, label, links

SICI = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("10.1000/xyz123", "10.1000/xyz123"),
        ("  doi: 10.1000/xyz123. ", "10.1000/xyz123"),
        ("DOI 10.1000/XYZ123", "10.1000/XYZ123"),
        ("https://doi.org/10.1371%2Fjournal.pone.0085846", "10.1371/journal.pone.0085846"),
        ("http://dx.doi.org/10.1000/182", "10.1000/182"),
        ("0-doi-org.brum.beds.ac.uk/10.1371%2Fjournal.pone.0085846", "10.1371/journal.pone.0085846"),
        ("https://doi-org.proxy.example.edu/10.1000/full?needs=login#top", "10.1000/full"),
        ("https://login.example.edu/login?url=https://doi.org/10.1000/xyz&x=2", "10.1000/xyz"),
        ("https://login.example.edu/login?url=https%3A%2F%2Fdoi.org%2F10.1000%252Fxyz", "10.1000/xyz"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/14651858.CD009402.pub3/full", "10.1002/14651858.CD009402.pub3"),
        ("https://www.biorxiv.org/content/10.1101/2020.03.09.984856v1.full.pdf", "10.1101/2020.03.09.984856"),
        ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0178465&type=printable",
         "10.1371/journal.pone.0178465"),
        ("10.1061/(ASCE)0733-950X(1993)119:3(323)", "10.1061/(ASCE)0733-950X(1993)119:3(323)"),
        ("(see 10.1016/S0140-6736(09)60172-0).", "10.1016/S0140-6736(09)60172-0"),
        ("\u201c10.1016/S0140\u20106736(09)60172\u20130\u201d", "10.1016/S0140-6736(09)60172-0"),
        (SICI.replace("<", "&lt;").replace(">", "&gt;"), SICI),
        (SICI, SICI),
        ("10.1000/a\u200bb", "10.1000/ab"),
        ("10.1000.10/123456", "10.1000.10/123456"),
    ],
)  # fmt: skip
def test_a_doi_is_found_in_whatever_was_pasted(pasted: str, kept: str) -> None:
    assert normalise_doi(pasted) == kept


@pytest.mark.parametrize(
    ("pasted", "advice"),
    [
        ("", "Paste it as 10.1000/xyz123"),
        ("magnesium", "Paste it as 10.1000/xyz123"),
        ("10.1/x", "Paste it as 10.1000/xyz123"),
        ("10.1000/", "Paste it as 10.1000/xyz123"),
        ("110.1000/x", "Paste it as 10.1000/xyz123"),
        ("10.1016/S0140- 6736", "Paste the DOI alone"),
        ("10.1000/a\x00b", "Paste the DOI alone"),
        ("10.1000/a\u202eb", "Paste the DOI alone"),
        ("10.1000/a%0Ab", "Paste the DOI alone"),
        ("10.1000/%ff", "Copy it again"),
        ("10.1000/" + "a" * 248, "Paste the DOI alone"),
    ],
)
def test_what_is_no_doi_is_refused_with_advice(pasted: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        normalise_doi(pasted)


def test_two_spellings_of_a_doi_have_the_same_key() -> None:
    assert doi_key("10.1002/14651858.CD009402.PUB3") == doi_key("10.1002/14651858.cd009402.pub3")


def test_the_address_of_a_doi_encodes_what_has_a_meaning_in_addresses() -> None:
    assert doi_url(SICI).endswith("/(SICI)1097-0258(19980815/30)17:15/16%3C1661::AID-SIM968%3E3.0.CO;2-2")
    assert doi_url('10.1000/a?b#c%d"e') == "https://doi.org/10.1000/a%3Fb%23c%25d%22e"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("32956536", "32956536"),
        (" PMID: 32956536. ", "32956536"),
        ("PubMed ID 7", "7"),
        ("https://pubmed.ncbi.nlm.nih.gov/32956536/?from=search#abstract", "32956536"),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=32956536", "32956536"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/32956536", "32956536"),
        ("https://pubmed-ncbi-nlm-nih-gov.library.example/32956536/", "32956536"),
        ("https://europepmc.org/article/MED/32956536", "32956536"),
    ],
)
def test_a_pmid_is_found_in_whatever_was_pasted(pasted: str, kept: str) -> None:
    assert normalise_pmid(pasted) == kept


@pytest.mark.parametrize("pasted", ["", "0", "0123", "123456789", "١٢٣", "12 34", "https://www.nhs.uk/pubmed/12"])
def test_what_is_no_pmid_is_refused(pasted: str) -> None:
    with pytest.raises(ValueError, match="1 to 8 digits"):
        normalise_pmid(pasted)


def test_a_pmid_and_a_pmcid_in_each_others_field_are_sent_to_the_right_one() -> None:
    with pytest.raises(ValueError, match="PMCID field"):
        normalise_pmid("PMC8020016")
    with pytest.raises(ValueError, match="PMID field"):
        normalise_pmcid("8020016")


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("PMC8020016", "PMC8020016"),
        ("pmcid: pmc8020016.", "PMC8020016"),
        ("PMC8020016.1", "PMC8020016.1"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC8020016/pdf/main.pdf", "PMC8020016"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC8020016", "PMC8020016"),
        ("https://europepmc.org/article/PMC/PMC8020016", "PMC8020016"),
    ],
)
def test_a_pmcid_is_found_in_whatever_was_pasted(pasted: str, kept: str) -> None:
    assert normalise_pmcid(pasted) == kept


@pytest.mark.parametrize("pasted", ["", "PMC", "PMC0", "PMC12345678901"])
def test_what_is_no_pmcid_is_refused(pasted: str) -> None:
    with pytest.raises(ValueError, match="such as PMC8020016"):
        normalise_pmcid(pasted)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("9783642002304", "9783642002304"),
        ("ISBN-13: 978-92-4-008178-9", "9789240081789"),
        ("ISBN 978\u201092\u20104\u2010000012\u20104", "9789240000124"),
        ("0306406152", "9780306406157"),
        ("ISBN-10 0-8044-2957-x", "9780804429573"),
    ],
)
def test_every_isbn_is_kept_as_thirteen_digits(pasted: str, kept: str) -> None:
    assert normalise_isbn(pasted) == kept


@pytest.mark.parametrize("isbn", ["9783642002304", "0306406152", "080442957X"])
def test_an_isbn_with_any_one_digit_changed_is_refused(isbn: str) -> None:
    for place in range(len(isbn)):
        for digit in set("0123456789") - {isbn[place]}:
            with pytest.raises(ValueError, match="Copy"):
                normalise_isbn(isbn[:place] + digit + isbn[place + 1 :])


@pytest.mark.parametrize("pasted", ["", "12", "9773642002304", "97836420023O4", "08044X957X"])
def test_what_is_no_isbn_is_refused(pasted: str) -> None:
    with pytest.raises(ValueError, match="10 digits, or 13"):
        normalise_isbn(pasted)


@pytest.mark.parametrize("pasted", ["0000-0002-1694-233X", "https://orcid.org/0000-0002-1694-233x", "000000021694233X"])
def test_an_orcid_id_is_kept_in_four_groups(pasted: str) -> None:
    assert normalise_orcid(pasted) == "0000-0002-1694-233X"


@pytest.mark.parametrize("pasted", ["", "0000-0002-1694", "0000-0002-1694-2330", "0000-0002-1964-233X"])
def test_what_is_no_orcid_id_is_refused(pasted: str) -> None:
    with pytest.raises(ValueError, match="Copy it"):
        normalise_orcid(pasted)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (" HTTPS://WWW.NHS.uk/Conditions/ ", "https://www.nhs.uk/Conditions/"),
        ("http://example.org:8080/a?b=c%20d#e", "http://example.org:8080/a?b=c%20d#e"),
        ("https://example.org/\u00fc\"<>'", "https://example.org/%C3%BC%22%3C%3E'"),
        ("https://m\u00fcnchen.example.de/", "https://xn--mnchen-3ya.example.de/"),
        ("https://example.org/@name", "https://example.org/@name"),
    ],
)
def test_a_web_address_is_kept_in_plain_ascii(pasted: str, kept: str) -> None:
    assert safe_url(pasted) == kept


@pytest.mark.parametrize(
    ("pasted", "advice"),
    [
        ("", "begins with https://"),
        ("www.nhs.uk", "begins with https://"),
        ("javascript:alert(1)", "begins with https://"),
        ("data:text/html,x", "begins with https://"),
        ("//www.nhs.uk/", "begins with https://"),
        ("https:www.nhs.uk", "begins with https://"),
        ("https://[bad", "begins with https://"),
        ("java\nscript:alert(1)", "Copy it again"),
        ("https://www.nhs.uk/a b", "Copy it again"),
        ("https://www.nhs.uk/\u202egpj.exe", "Copy it again"),
        ("https://www.nhs.uk/\u200bx", "Copy it again"),
        ("https://www.nhs.uk\\@example.org/", "Copy it again"),
        ("https://ed:secret@example.org/", "user name"),
        ("https://www.nhs.uk@example.org/", "user name"),
        ("https://localhost/", "does not name a web site"),
        ("https://127.0.0.1/", "does not name a web site"),
        ("https://2130706433/", "does not name a web site"),
        ("https://[::1]/", "does not name a web site"),
        ("https://example.org:99999/", "does not name a web site"),
        ("https://-.org/", "does not name a web site"),
        ("https://www-nejm-org.library.example/doi", "library's own address"),
        ("https://www.nejm.org.ezproxy.library.example/doi", "library's own address"),
        ("https://example.org/" + "a" * 1000, "longer than"),
        ("https://example.org/" + "\u00fc" * 900, "longer than"),
    ],
)
def test_an_address_that_could_harm_or_mislead_is_refused_with_advice(pasted: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        safe_url(pasted)


@pytest.mark.parametrize("normalise", [normalise_doi, normalise_pmid, normalise_pmcid, normalise_isbn, normalise_orcid])
@pytest.mark.parametrize("piece", ["10.1000/%25252525", "nih.gov/", "7 ", "orcid.org/"])
def test_a_whole_page_of_text_is_refused_unread(normalise: Callable[[str], str], piece: str) -> None:
    with pytest.raises(ValueError, match="too much text"):
        normalise(piece * 10_000)


DOI_LIKE = st.builds(
    "{}10.{}{}{}".format,
    st.sampled_from(["", "doi:", "https://doi.org/", "https://a.example/doi/", "https://l.example/?url=", "("]),
    st.integers(1000, 999_999_999),
    st.sampled_from(["/", "%2F", "%252f"]),
    st.text(st.sampled_from("aZ0.,;:()[]<>%25fF&lt;#?/\u2010\"' v1"), min_size=1, max_size=20),
)
SECOND_HAND = st.one_of(
    st.text(),
    DOI_LIKE,
    st.from_regex(r"(PMID: ?)?[0-9]{1,9}\.?|PMC[0-9]{1,9}(\.[0-9])?|ISBN [0-9-]{9,16}[0-9X]", fullmatch=True),
    st.from_regex(r"https?://[a-z0-9\u00e4.-]{1,12}\.[a-z]{1,3}(:[0-9]{1,5})?(/[!-~\u00e4]{0,12})?", fullmatch=True),
)


@pytest.mark.parametrize("normalise", [normalise_doi, normalise_pmid, normalise_pmcid, normalise_isbn, normalise_orcid, safe_url])
@given(pasted=SECOND_HAND)
@example(pasted="https://doi.org/10.1000/a%252520b")
@example(pasted="10.1000/10.1000/x")
@example(pasted="https://x.example/10.1000/1v1v2/full")
@example(pasted="https://\u00b2.example.org/")
@example(pasted="\ud800")
def test_normalising_twice_changes_nothing(normalise: Callable[[str], str], pasted: str) -> None:
    try:
        once = normalise(pasted)
    except ValueError as refusal:
        assert str(refusal).endswith(".")
        return
    assert normalise(once) == once


@given(pasted=DOI_LIKE)
def test_the_address_of_a_doi_leads_back_to_it(pasted: str) -> None:
    try:
        doi = normalise_doi(pasted)
    except ValueError:
        return
    assert normalise_doi(doi_url(doi)) == doi


@given(pasted=SECOND_HAND)
def test_an_accepted_address_can_stand_in_any_attribute(pasted: str) -> None:
    try:
        url = safe_url(pasted)
    except ValueError:
        return
    assert url.isascii()
    assert url.startswith(("http://", "https://"))
    assert not set(url) & set('"<>\\`{}| \n\t')


def test_links_go_from_the_most_lasting_to_the_least() -> None:
    ids = Identifiers("10.1000/x<y>", "32956536", "PMC8020016", "9789240081789", "https://www.nhs.uk/")
    assert links(ids) == (
        Link("DOI", "https://doi.org/10.1000/x%3Cy%3E"),
        Link("PubMed", "https://pubmed.ncbi.nlm.nih.gov/32956536/"),
        Link("PMC", "https://pmc.ncbi.nlm.nih.gov/articles/PMC8020016/"),
        Link("Web page", "https://www.nhs.uk/"),
    )
    assert best_url(ids) == "https://doi.org/10.1000/x%3Cy%3E"


def test_the_best_address_is_the_first_there_is() -> None:
    assert best_url(Identifiers(pmid="7", pmcid="PMC8", url="https://www.nhs.uk/")).endswith("gov/7/")
    assert best_url(Identifiers(pmcid="PMC8", url="https://www.nhs.uk/")).endswith("/PMC8/")
    assert best_url(Identifiers(url="https://www.nhs.uk/")) == "https://www.nhs.uk/"
    assert best_url(Identifiers(isbn="9789240081789")) == ""


def test_an_address_that_only_repeats_an_identifier_is_not_linked_again() -> None:
    ids = Identifiers(doi="10.1000/x", pmid="7", url="http://dx.doi.org/10.1000/X")
    assert [link.label for link in links(ids)] == ["DOI", "PubMed"]
    ids = Identifiers(pmid="7", url="https://pubmed.ncbi.nlm.nih.gov/7")
    assert [link.label for link in links(ids)] == ["PubMed"]


def test_nothing_unsafe_is_ever_linked() -> None:
    assert links(Identifiers(doi="x", pmid="<b>", pmcid="7", url="javascript:alert(1)")) == ()


@pytest.mark.parametrize(
    ("csl", "name"),
    [
        ({"author": [{"family": "Garrison", "given": "SR"}], "issued": {"date-parts": [[2020, 9]]},
          "title": "Magnesium for skeletal muscle cramps."}, "Garrison 2020. Magnesium for skeletal muscle cramps"),
        ({"author": [{"family": "Jager", "non-dropping-particle": "de"}], "title": "B<sub>12</sub>"}, "de Jager. B12"),
        ({"author": [{"literal": "NHS"}], "title": "About metformin"}, "NHS. About metformin"),
        ({"editor": [{"family": "Vogelstein"}], "title": "Cancer"}, "Vogelstein. Cancer"),
        ({"issued": {"date-parts": [[2020]]}, "title": "Cramps"}, "2020. Cramps"),
        ({"container-title": "BMJ"}, "BMJ"),
        ({"title": "word " * 40}, "word " * 19 + "word\u2026"),
        ({}, "Source without a title"),
    ],
)  # fmt: skip
def test_a_source_has_a_short_name(csl: dict[str, object], name: str) -> None:
    assert label(csl) == name
