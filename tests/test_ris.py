"""RIS as it is found: with every loose habit of the programs that write it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.bibliography.draft import NotUnderstood, SourceDraft
from articles.bibliography.nlm import entry_text
from articles.bibliography.ris import read_ris
from tests.patience import patience

HALPERN = """TY  - JOUR
AU  - Halpern, Scott D.
AU  - Ubel, Peter A.
AU  - Caplan, Arthur L.
T1  - Solid-organ transplantation in HIV-infected patients
JF  - New England Journal of Medicine
JO  - N Engl J Med
VL  - 347
IS  - 4
SP  - 284
EP  - 287
PY  - 2002
DA  - 2002/07/25/
ER  - 
"""


def one(*lines: str) -> SourceDraft:
    (draft,) = read_ris("\n".join(["TY  - JOUR", *lines, "ER  - "]))
    return draft


def test_a_record_is_read_into_the_entry_it_describes() -> None:
    (draft,) = read_ris(HALPERN)
    assert entry_text(draft.csl, draft.identifiers) == (
        "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
        "N Engl J Med. 2002 Jul 25;347(4):284-7."
    )
    assert (draft.problems, draft.raw, draft.provenance["title"]) == ((), HALPERN.strip("\n"), "ris")


def test_loose_habits_change_nothing() -> None:
    (expected,) = read_ris(HALPERN)
    for loose in (
        "\ufeff" + HALPERN,
        HALPERN.replace("\n", "\r\n"),
        HALPERN.replace("  - ", " - "),
        HALPERN.replace("  - ", "  -  "),
        HALPERN.replace("ER  - \n", "ER  -"),
        HALPERN.replace("AU  - ", "A1  - "),
        HALPERN.replace("T1  - Solid-organ transplantation", "TI  - Solid-organ\ntransplantation"),
        HALPERN.replace("VL  - ", "ZZ  - unknown\nVL  - "),
        "Exported today\n\n" + HALPERN,
    ):
        (draft,) = read_ris(loose)
        assert (draft.csl, draft.identifiers) == (expected.csl, expected.identifiers)


def test_a_record_without_an_end_is_read_and_the_next_one_too() -> None:
    first, second = read_ris("TY  - JOUR\nTI  - A\nTY  - BOOK\nTI  - B\nER  - \n")
    assert (first.csl["title"], second.csl["title"], second.line) == ("A", "B", 3)
    assert "Line 1: the record has no end (ER  -). Check that nothing is missing." in first.problems


@pytest.mark.parametrize(
    ("lines", "issued"),
    [
        (["PY  - 2009"], [[2009]]),
        (["Y1  - 2009/05/22"], [[2009, 5, 22]]),
        (["Y1  - 2009///"], [[2009]]),
        (["PY  - 2009", "DA  - 2009/05/22/"], [[2009, 5, 22]]),
        (["PY  - 2009", "DA  - May 22"], [[2009]]),
        (["DA  - 2009-05-22"], [[2009, 5, 22]]),
        (["PY  - 2009", "DA  - 2009///Jan-Feb"], [[2009, 1], [2009, 2]]),
    ],
)
def test_the_fullest_date_counts(lines: list[str], issued: list[list[int]]) -> None:
    draft = one(*lines)
    assert draft.csl["issued"]["date-parts"] == issued  # type: ignore[index]


def test_two_years_that_contradict_each_other_are_told() -> None:
    assert "Line 1: the record gives two different years. Check the date." in one("PY  - 2009", "DA  - 2010/01/01").problems


@pytest.mark.parametrize(
    ("lines", "page"),
    [
        (["SP  - 284", "EP  - 287"], "284-287"),
        (["SP  - 284-287"], "284-287"),
        (["SP  - 284-287", "EP  - 287"], "284-287"),
        (["SP  - e12"], "e12"),
        (["SP  - 7", "EP  - 7"], "7"),
        (["C7  - CD009402"], "CD009402"),
    ],
)
def test_pages_are_put_together(lines: list[str], page: str) -> None:
    assert one(*lines).csl["page"] == page


@pytest.mark.parametrize(
    "line",
    [
        "DO  - 10.1056/NEJMsb020632",
        "DO  - https://doi.org/10.1056/NEJMsb020632",
        "DO  - doi:10.1056/NEJMsb020632",
        "UR  - http://dx.doi.org/10.1056/NEJMsb020632",
        "UR  - https://doi-org.library.example/10.1056%2FNEJMsb020632",
        "M3  - doi: 10.1056/NEJMsb020632",
        "N1  - doi: 10.1056/NEJMsb020632 (read in May)",
        "L3  - 10.1056/NEJMsb020632",
    ],
)
def test_a_doi_is_found_wherever_it_hides(line: str) -> None:
    draft = one(line)
    assert draft.identifiers.doi == "10.1056/NEJMsb020632"
    assert draft.identifiers.url == ""


def test_other_numbers_and_addresses_are_found() -> None:
    ids = one("AN  - 32956536", "DB  - PubMed", "C2  - PMC8020016", "UR  - https://www-nejm-org.library.example/x").identifiers
    assert (ids.pmid, ids.pmcid, ids.url) == ("32956536", "PMC8020016", "https://www.nejm.org/x")
    assert one("AN  - 32956536", "DB  - Embase").identifiers.pmid == ""
    assert one("N1  - PMID: 32956536").identifiers.pmid == "32956536"


def test_a_broken_number_is_left_out_and_told() -> None:
    draft = one("DO  - forthcoming")
    assert draft.identifiers.doi == ""
    assert any(said.startswith("Line 1: the DOI “forthcoming” was left out.") for said in draft.problems)


def test_a_chapter_has_editors_and_a_book() -> None:
    (draft,) = read_ris(
        "TY  - CHAP\nAU  - Meltzer, PS\nA2  - Vogelstein, B\nA2  - Kinzler, KW\n"
        "TI  - Chromosome alterations in human solid tumors\n"
        "T2  - The genetic basis of human cancer\nCY  - New York\nPB  - McGraw-Hill\nPY  - 2002\nSP  - 93\nEP  - 113\nER  - \n"
    )
    assert entry_text(draft.csl, draft.identifiers) == (
        "Meltzer PS. Chromosome alterations in human solid tumors. In: Vogelstein B, Kinzler KW, editors. "
        "The genetic basis of human cancer. New York: McGraw-Hill; 2002. p. 93-113."
    )


def test_a_book_has_its_isbn_and_its_language() -> None:
    (draft,) = read_ris(
        "TY  - BOOK\nSN  - 978-3-642-00230-4\nAU  - Depenheuer, Otto\nT1  - Finanzkrise\nPY  - 2009\nLA  - ger\nER  -\n"
    )
    assert (draft.identifiers.isbn, draft.csl["language"]) == ("9783642002304", "ger")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Smith, A. B., Jr", {"family": "Smith", "given": "A. B.", "suffix": "Jr"}),
        ("Smith, Jr, A. B.", {"family": "Smith", "given": "A. B.", "suffix": "Jr"}),
        ("van der Pluijm, Ingrid", {"family": "van der Pluijm", "given": "Ingrid"}),
        ("World Health Organization", {"literal": "World Health Organization"}),
        ("World Health Organization,", {"family": "World Health Organization"}),
        ("Plato,", {"family": "Plato"}),
        ("NICE", {"literal": "NICE"}),
    ],
)
def test_a_comma_tells_a_person_from_a_group(name: str, expected: dict[str, str]) -> None:
    assert one(f"AU  - {name}").csl["author"] == [expected]


def test_an_unknown_type_is_told() -> None:
    (draft,) = read_ris("TY  - SLIDE\nTI  - X\nER  - \n")
    assert draft.problems[0] == "Line 1: the RIS type “SLIDE” is not known here. Check what kind of source it is."


def test_text_without_a_record_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="Line 4: No RIS record"):
        read_ris("AU  - Smith, A", line=4)


TAGS = st.sampled_from(["TY  - ", "TI  - ", "AU  - ", "PY  - ", "DA  - ", "SP  - ", "DO  - ", "UR  - ", "ER  - ", "N1  - ", ""])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(TAGS, st.text(max_size=20)), max_size=12))
def test_no_record_is_too_odd_to_be_read(lines: list[tuple[str, str]]) -> None:
    for draft in read_ris("TY  - JOUR\n" + "\n".join(tag + rest for tag, rest in lines)):
        assert entry_text(draft.csl, draft.identifiers) is not None


def test_many_records_and_very_long_ones_are_read_quickly() -> None:
    with patience():
        assert len(read_ris(HALPERN * 300)) == 300
        assert len(read_ris("TY  - JOUR\n" + "x\n" * 60_000)) == 1
        with pytest.raises(NotUnderstood, match="more than 5,000 sources"):
            read_ris("TY  - JOUR\nER  - \n" * 6000)
