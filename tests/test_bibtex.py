"""BibTeX as it is found: macros, LaTeX, organisations in brackets, and faults that cost one entry at most."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.bibliography.bibtex import read_bibtex
from articles.bibliography.draft import NotUnderstood, SourceDraft
from articles.bibliography.latex import decoded, encoded
from articles.bibliography.nlm import entry_text
from articles.bibliography.text import value
from tests.patience import patience


def one(fields: str, kind: str = "article") -> SourceDraft:
    (draft,) = read_bibtex(f"@{kind}{{key,\n{fields}\n}}")
    return draft


def test_an_entry_with_macros_is_read_into_the_entry_it_describes() -> None:
    (draft,) = read_bibtex(
        '@string{nejm = "N Engl J Med"}\n@Article{halpern2002,\n'
        '  author = "Halpern, Scott D. and Ubel, Peter A. and Arthur L. Caplan",\n'
        "  title = {{Solid-organ} transplantation in {HIV}-infected patients},\n  journal = nejm, year = 2002, month = jul,\n"
        "  volume = 347, number = 4, pages = {284--287},\n}\n"
    )
    assert entry_text(draft.csl, draft.identifiers) == (
        "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
        "N Engl J Med. 2002 Jul;347(4):284-7."
    )
    assert (draft.line, draft.problems) == (2, ())


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("{{World Health Organization}}", [{"literal": "World Health Organization"}]),
        ("{World Health Organization}", [{"literal": "World Health Organization"}]),
        ("{{Barnes and Noble} and Smith, A.}", [{"literal": "Barnes and Noble"}, {"family": "Smith", "given": "A."}]),
        ("{Smith, Jr, Anna}", [{"family": "Smith", "given": "Anna", "suffix": "Jr"}]),
        ("{Ingrid van der Pluijm}", [{"family": "van der Pluijm", "given": "Ingrid"}]),
        ("{van der Pluijm, Ingrid}", [{"family": "van der Pluijm", "given": "Ingrid"}]),
        (r"{M{\"u}ller, J{\"o}rg}", [{"family": "M\u00fcller", "given": "J\u00f6rg"}]),
        (r"{Dugr{\'e}, N. and \O{}stby, K.}", [{"family": "Dugr\u00e9", "given": "N."}, {"family": "\u00d8stby", "given": "K."}]),
        ("{Plato}", [{"family": "Plato"}]),
    ],
)
def test_people_and_organisations_are_told_apart(author: str, expected: list[dict[str, str]]) -> None:
    assert one(f"author = {author}").csl["author"] == expected


@pytest.mark.parametrize("others", ["others", "others ", "et al."])
def test_and_others_means_that_there_are_more(others: str) -> None:
    draft = one(f"author = {{Smith, A. and {others}}}")
    assert draft.csl["author"] == [{"family": "Smith", "given": "A."}]
    assert draft.csl["authors_truncated"] is True


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"{\"O}sterreich, \'el\`eve, {\c c}a, \v{S}mid, Erd\H{o}s, na{\"\i}ve", "Österreich, élève, ça, Šmid, Erdős, naïve"),
        (r"\emph{E. coli} in H$_2$O and 10$^{6}$", "<i>E. coli</i> in H<sub>2</sub>O and 10<sup>6</sup>"),
        (r"50\% of A \& B", "50% of A & B"),
        ("50% of A & B", "50% of A & B"),
        (r"$\beta$-blockers and $\geq$ 3", "β-blockers and ≥ 3"),
        ("{{The HIV}} story", "The HIV story"),
        ("a---b", "a—b"),
    ],
)
def test_latex_becomes_text(written: str, meant: str) -> None:
    assert decoded(written) == meant


@settings(deadline=None, max_examples=40)
@given(st.text(st.sampled_from("ab -'`\"~^\\{}$%&#_é?!,.()/[]@=;:*+|iuvc"), max_size=15))
def test_what_is_written_for_latex_reads_back(text: str) -> None:
    assert decoded(encoded(text)) == value(text)


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ("year = 2002", [[2002]]),
        ("year = 2002, month = jul", [[2002, 7]]),
        ("year = 2002, month = 7", [[2002, 7]]),
        ('year = "2002", month = "July"', [[2002, 7]]),
        ('year = 2002, month = "25~" # jul', [[2002, 7, 25]]),
        ("date = {2002-07-25}", [[2002, 7, 25]]),
        ("date = {2002-07/2002-08}", [[2002, 7], [2002, 8]]),
    ],
)
def test_dates_are_read_from_either_kind_of_file(fields: str, issued: list[list[int]]) -> None:
    draft: Any = one(fields)
    assert draft.csl["issued"]["date-parts"] == issued


@pytest.mark.parametrize("kind", ["article", "ARTICLE", "book", "incollection", "techreport", "online", "misc"])
def test_identifiers_are_found(kind: str) -> None:
    fields = r"doi = {https://doi.org/10.1000/a\_b}, pmid = 32956536, url = {https://www-nejm-org.library.example/x}"
    ids = one(fields, kind).identifiers
    assert (ids.doi, ids.pmid, ids.url) == ("10.1000/a_b", "32956536", "https://www.nejm.org/x")


def test_an_address_that_is_a_doi_is_a_doi() -> None:
    ids = one("url = {https://0-doi-org.brum.beds.ac.uk/10.1371%2Fjournal.pone.0085846}").identifiers
    assert (ids.doi, ids.url) == ("10.1371/journal.pone.0085846", "")


def test_missing_commas_are_added_and_told() -> None:
    (draft,) = read_bibtex('@article{key\n  title = "A title"\n  author = {Smith, A.}\n  year = 2020\n}\n')
    assert (draft.csl["title"], draft.csl["issued"]) == ("A title", {"date-parts": [[2020]]})
    assert [said[:34] for said in draft.problems[:3]] == [f"Line {n}: a comma was missing at the" for n in (1, 2, 3)]


def test_an_entry_that_is_cut_off_costs_no_other() -> None:
    first, second = read_bibtex("@book{b, title={Cut off}, year={2020\n@book{c, title={Whole}, year=2021}")
    assert first.csl["title"] == "Cut off"
    assert any("closing bracket" in said for said in first.problems)
    assert (second.csl["title"], second.line) == ("Whole", 2)
    assert not any("bracket" in said for said in second.problems)


@pytest.mark.parametrize(
    "entry", ["@article{title={x}}", "@article{}", "@article{key, title}", "@article{,,,,}", "@article(", "@a{b"]
)
def test_a_broken_entry_is_kept_with_the_reason(entry: str) -> None:
    (draft,) = read_bibtex(f"\n{entry}\n")
    assert draft.csl == {}
    assert draft.raw == entry
    assert draft.problems[0].startswith("Line 2: This entry")


def test_comments_and_unknown_types_do_no_harm() -> None:
    (draft,) = read_bibtex('% made by hand\n@comment{x}\n@preamble{"y"}\n@music{k, title={T}, title={U}}\nthe end')
    assert draft.csl["title"] == "T"
    assert "the BibTeX type @music is not known here" in draft.problems[0]


def test_text_without_an_entry_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="Line 2: No BibTeX entry"):
        read_bibtex("title = {x}", line=2)


@settings(deadline=None, max_examples=40)
@given(st.text(st.sampled_from('@article{,}="ab \n\\and%#$()'), max_size=60))
def test_no_entry_is_too_odd_to_be_read(text: str) -> None:
    for draft in read_bibtex(f"@article{{key, {text}"):
        assert entry_text(draft.csl, draft.identifiers) is not None


def test_hostile_files_are_refused_or_read_quickly() -> None:
    with patience():
        slow = r"@book{x, title={" + r"\unknown " * 400 + "}, author={" + " and ".join([r"\O x\alpha, y"] * 1500) + "}}\n"
        for text in ("@a{" * 1_500_000, "@a{x, t={" + "{" * 29_000, slow * 100, "@article{x, title={" + r"\'" * 14_000 + "}}"):
            try:
                read_bibtex(text)
            except NotUnderstood as refusal:
                assert str(refusal).startswith("Line")
