"""Entries in the list of references, held against NLM's rules and the ICMJE sample references."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.bibliography.dates import nlm_date
from articles.bibliography.identifiers import (
    Identifiers,
    normalise_doi,
    normalise_isbn,
    normalise_pmcid,
    normalise_pmid,
    safe_url,
)
from articles.bibliography.links import label, links
from articles.bibliography.names import initials, name_list
from articles.bibliography.nlm import entry_html, entry_text
from articles.bibliography.pages import minimal

NOTHING = Identifiers()
FIELDS = ["title", "container-title", "container-title-short", "volume", "issue", "page", "number", "edition", "publisher"]
FIELDS += ["publisher-place", "language", "original-title", "genre", "authors_truncated"]


def people(names: str) -> list[dict[str, str]]:
    """CSL names from a line such as Smith, A; Brown, B"""
    return [dict(zip(("family", "given"), name.split(", "), strict=True)) for name in names.split("; ")]


def on(*date: int) -> dict[str, list[list[int]]]:
    return {"date-parts": [list(date)]}


COCHRANE = {
    "type": "article-journal",
    "title": "Magnesium for skeletal muscle cramps",
    "author": people("Garrison, SR; Korownyk, CS; Kolber, MR; Allan, GM; Musini, VM; Sekhon, RK; Dugr\u00e9, N"),
    "issued": on(2020, 9, 21),
    "container-title": "Cochrane Database of Systematic Reviews",
    "container-title-short": "Cochrane Database Syst Rev",
    "volume": "9",
    "page": "CD009402",
}
COCHRANE_IDS = Identifiers(doi="10.1002/14651858.CD009402.pub3", pmid="32956536")
HALPERN = {
    "type": "article-journal",
    "title": "Solid-organ transplantation in HIV-infected patients",
    "author": people("Halpern, Scott D.; Ubel, Peter A.; Caplan, Arthur L."),
    "issued": on(2002, 7, 25),
    "container-title-short": "N Engl J Med",
    "volume": "347",
    "issue": "4",
    "page": "284-287",
}

GOLDEN = {
    "ICMJE's first sample": (
        HALPERN,
        NOTHING,
        "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
        "N Engl J Med. 2002 Jul 25;347(4):284-7.",
    ),
    "a Cochrane review by seven authors": (
        COCHRANE,
        COCHRANE_IDS,
        "Garrison SR, Korownyk CS, Kolber MR, Allan GM, Musini VM, Sekhon RK, et al. "
        "Magnesium for skeletal muscle cramps. Cochrane Database Syst Rev. 2020 Sep 21;9:CD009402. "
        "doi: 10.1002/14651858.CD009402.pub3. PMID: 32956536.",
    ),
    "authors with particles": (
        {
            "type": "article-journal",
            "title": "Splinting vs surgery in the treatment of carpal tunnel syndrome: a randomized controlled trial",
            "author": people(
                "Gerritsen, Annette A.M.; de Vet, Henrica C.W.; Scholten, Rob J.P.M.; "
                "Bertelsmann, Frits W.; de Krom, Marc C.T.F.M.; Bouter, Lex M."
            ),
            "issued": on(2002, 9, 11),
            "container-title": "JAMA",
            "volume": "288",
            "issue": "10",
            "page": "1245-1251",
        },
        Identifiers(pmid="12215131", url="https://pubmed.ncbi.nlm.nih.gov/12215131/"),
        "Gerritsen AAM, de Vet HCW, Scholten RJPM, Bertelsmann FW, de Krom MCTFM, Bouter LM. "
        "Splinting vs surgery in the treatment of carpal tunnel syndrome: a randomized controlled trial. "
        "JAMA. 2002 Sep 11;288(10):1245-51. PMID: 12215131.",
    ),
    "persons and a group": (
        {
            "type": "article-journal",
            "title": "The American Headache Society Consensus Statement: Update on integrating new migraine "
            "treatments into clinical practice",
            "author": [
                *people("Ailani, Jessica; Burch, Rebecca C.; Robbins, Matthew S."),
                {"literal": "Board of Directors of the American Headache Society"},
            ],
            "issued": on(2021, 7),
            "container-title": "Headache",
            "volume": "61",
            "issue": "7",
            "page": "1021-1039",
        },
        Identifiers(doi="10.1111/head.14153", pmid="34160823"),
        "Ailani J, Burch RC, Robbins MS; Board of Directors of the American Headache Society. "
        "The American Headache Society Consensus Statement: Update on integrating new migraine treatments "
        "into clinical practice. Headache. 2021 Jul;61(7):1021-39. doi: 10.1111/head.14153. PMID: 34160823.",
    ),
    "an article number and both PubMed numbers": (
        {
            "type": "article-journal",
            "title": "Corticosteroid injection for plantar heel pain: a systematic review and meta-analysis",
            "author": people(
                "Whittaker, Glen A; Munteanu, Shannon E; Menz, Hylton B; Bonanno, Daniel R; Gerrard, James M; Landorf, Karl B"
            ),
            "issued": on(2019, 8, 17),
            "container-title-short": "BMC Musculoskelet Disord",
            "volume": "20",
            "page": "378",
        },
        Identifiers(doi="10.1186/s12891-019-2749-z", pmid="31421688", pmcid="PMC6698340"),
        "Whittaker GA, Munteanu SE, Menz HB, Bonanno DR, Gerrard JM, Landorf KB. Corticosteroid injection for "
        "plantar heel pain: a systematic review and meta-analysis. BMC Musculoskelet Disord. 2019 Aug 17;20:378. "
        "doi: 10.1186/s12891-019-2749-z. PMID: 31421688; PMCID: PMC6698340.",
    ),
    "authors of whom only some are known": (
        {
            "type": "article-journal",
            "title": "Prevalence of Carpal Tunnel Syndrome in a General Population",
            "author": people("Atroshi, I; Gummesson, C; Johnsson, R; Ornstein, E; Ranstam, J"),
            "authors_truncated": True,
            "issued": on(1999, 7, 14),
            "container-title": "JAMA",
            "volume": "282",
            "issue": "2",
            "page": "153-158",
        },
        Identifiers(doi="10.1001/jama.282.2.153"),
        "Atroshi I, Gummesson C, Johnsson R, Ornstein E, Ranstam J, et al. Prevalence of Carpal Tunnel Syndrome "
        "in a General Population. JAMA. 1999 Jul 14;282(2):153-8. doi: 10.1001/jama.282.2.153.",
    ),
    "an article known by its address alone": (
        {
            "type": "article-journal",
            "title": "Valsartan in a Japanese population",
            "author": people("Mochizuki, Seibu; Dahl\u00f6f, Bj\u00f6rn"),
            "authors_truncated": True,
            "issued": on(2007, 4, 28),
            "accessed": on(2025, 1, 5),
            "container-title": "The Lancet",
            "container-title-short": "Lancet",
            "volume": "369",
            "issue": "9571",
            "page": "1431-1439",
        },
        Identifiers(url="https://www.thelancet.com/journals/lancet/article/PIIS0140-6736(07)60669-2/fulltext"),
        "Mochizuki S, Dahl\u00f6f B, et al. Valsartan in a Japanese population. Lancet [Internet]. "
        "2007 Apr 28 [cited 2025 Jan 5];369(9571):1431-9. Available from: "
        "https://www.thelancet.com/journals/lancet/article/PIIS0140-6736(07)60669-2/fulltext",
    ),
    "a book": (
        {
            "type": "book",
            "title": "Medical microbiology",
            "author": people("Murray, PR; Rosenthal, KS; Kobayashi, GS; Pfaller, MA"),
            "edition": "4",
            "publisher-place": "St. Louis",
            "publisher": "Mosby",
            "issued": on(2002),
        },
        Identifiers(isbn="9780804429573"),
        "Murray PR, Rosenthal KS, Kobayashi GS, Pfaller MA. Medical microbiology. 4th ed. St. Louis: Mosby; 2002.",
    ),
    "a book by an organisation": (
        {
            "type": "book",
            "title": "Dietary Reference Intakes for Water, Potassium, Sodium, Chloride, and Sulfate",
            "author": [{"literal": "Institute of Medicine"}],
            "publisher-place": "Washington, DC",
            "publisher": "The National Academies Press",
            "issued": on(2005),
        },
        Identifiers(doi="10.17226/10925", url="https://doi.org/10.17226/10925"),
        "Institute of Medicine. Dietary Reference Intakes for Water, Potassium, Sodium, Chloride, and Sulfate. "
        "Washington (DC): The National Academies Press; 2005. doi: 10.17226/10925.",
    ),
    "a book that has only editors": (
        {
            "type": "book",
            "title": "Operative obstetrics",
            "editor": [
                {"family": "Gilstrap", "given": "LC", "suffix": "III"},
                *people("Cunningham, FG; VanDorsten, JP"),
            ],
            "edition": "2nd edition",
            "publisher-place": "New York",
            "publisher": "McGraw-Hill",
            "issued": on(2002),
        },
        NOTHING,
        "Gilstrap LC 3rd, Cunningham FG, VanDorsten JP, editors. Operative obstetrics. 2nd ed. New York: McGraw-Hill; 2002.",
    ),
    "a book with an author and an editor": (
        {
            "type": "book",
            "title": "Adolescent pregnancy",
            "author": people("Breedlove, GK; Schorfheide, AM"),
            "editor": people("Wieczorek, RR"),
            "edition": "2nd",
            "publisher-place": "White Plains, NY",
            "publisher": "March of Dimes Education Services",
            "issued": on(2001),
        },
        NOTHING,
        "Breedlove GK, Schorfheide AM. Adolescent pregnancy. 2nd ed. Wieczorek RR, editor. "
        "White Plains (NY): March of Dimes Education Services; 2001.",
    ),
    "a chapter": (
        {
            "type": "chapter",
            "title": "Chromosome alterations in human solid tumors",
            "author": people("Meltzer, PS; Kallioniemi, A; Trent, JM"),
            "editor": people("Vogelstein, B; Kinzler, KW"),
            "container-title": "The genetic basis of human cancer",
            "publisher-place": "New York",
            "publisher": "McGraw-Hill",
            "issued": on(2002),
            "page": "93-113",
        },
        NOTHING,
        "Meltzer PS, Kallioniemi A, Trent JM. Chromosome alterations in human solid tumors. "
        "In: Vogelstein B, Kinzler KW, editors. The genetic basis of human cancer. "
        "New York: McGraw-Hill; 2002. p. 93-113.",
    ),
    "a guideline": (
        {
            "type": "report",
            "title": "Low back pain and sciatica in over 16s: assessment and management",
            "author": [{"literal": "National Institute for Health and Care Excellence"}],
            "issued": on(2016, 11, 30),
            "updated": on(2020, 12, 11),
            "publisher": "National Institute for Health and Care Excellence",
            "publisher-place": "London",
            "genre": "NICE guideline",
            "number": "NG59",
        },
        Identifiers(url="https://www.nice.org.uk/guidance/ng59"),
        "National Institute for Health and Care Excellence. Low back pain and sciatica in over 16s: assessment and "
        "management [Internet]. London: National Institute for Health and Care Excellence; 2016 Nov 30 "
        "[updated 2020 Dec 11]. NICE guideline NG59. Available from: https://www.nice.org.uk/guidance/ng59",
    ),
    "a report with a number": (
        {
            "type": "report",
            "title": "Health monitoring on vibration signatures",
            "author": people("Yen, GG"),
            "publisher": "Air Force Office of Scientific Research (US)",
            "publisher-place": "Arlington, VA",
            "issued": on(2002, 2),
            "number": "AFRLSRBLTR020123",
        },
        NOTHING,
        "Yen GG. Health monitoring on vibration signatures. Arlington (VA): Air Force Office of Scientific Research "
        "(US); 2002 Feb. Report No.: AFRLSRBLTR020123.",
    ),
    "a web page": (
        {
            "type": "webpage",
            "title": "Low back pain",
            "author": [{"literal": "World Health Organization"}],
            "issued": on(2023, 6, 19),
            "accessed": on(2025, 1, 5),
            "publisher": "World Health Organization",
            "genre": "Fact sheet",
        },
        Identifiers(url="https://www.who.int/news-room/fact-sheets/detail/low-back-pain"),
        "World Health Organization. Low back pain [Internet]. World Health Organization; 2023 Jun 19 "
        "[cited 2025 Jan 5]. Fact sheet. "
        "Available from: https://www.who.int/news-room/fact-sheets/detail/low-back-pain",
    ),
    "a web page that was updated, and nobody signed": (
        {
            "type": "webpage",
            "title": "Cancer-Pain.org",
            "publisher-place": "New York",
            "publisher": "Association of Cancer Online Resources, Inc.",
            "issued": on(2000),
            "updated": on(2002, 5, 16),
            "accessed": on(2002, 7, 9),
        },
        Identifiers(url="http://www.cancer-pain.org/"),
        "Cancer-Pain.org [Internet]. New York: Association of Cancer Online Resources, Inc.; 2000 "
        "[updated 2002 May 16; cited 2002 Jul 9]. Available from: http://www.cancer-pain.org/",
    ),
    "a preprint (a made-up record)": (
        {
            "type": "article",
            "title": "A trial of an example",
            "author": people("Example, Anna"),
            "container-title": "medRxiv",
            "issued": on(2021, 3, 2),
        },
        Identifiers(doi="10.1101/2021.03.02.00000000"),
        "Example A. A trial of an example. medRxiv [Preprint]. 2021 Mar 2. doi: 10.1101/2021.03.02.00000000.",
    ),
    "a translated title": (
        {
            "type": "article-journal",
            "title": "Disease anxiety among medical students and law students",
            "original-title": "Sykdomsangst blant medisin- og jusstudenter",
            "language": "no",
            "author": people("Ellingsen, AE; Wilhelmsen, I"),
            "container-title-short": "Tidsskr Nor Laegeforen",
            "issued": on(2002, 3, 20),
            "volume": "122",
            "issue": "8",
            "page": "785-787",
        },
        NOTHING,
        "Ellingsen AE, Wilhelmsen I. [Disease anxiety among medical students and law students]. "
        "Tidsskr Nor Laegeforen. 2002 Mar 20;122(8):785-7. Norwegian.",
    ),
    "an issue without a volume": (
        {
            "type": "article-journal",
            "title": "Intraoperative frozen section analysis in revision total joint arthroplasty",
            "author": people("Banit, DM; Kaufer, H; Hartford, JM"),
            "container-title-short": "Clin Orthop",
            "issued": on(2002),
            "issue": "401",
            "page": "230-238",
        },
        NOTHING,
        "Banit DM, Kaufer H, Hartford JM. Intraoperative frozen section analysis in revision total joint "
        "arthroplasty. Clin Orthop. 2002;(401):230-8.",
    ),
    "neither volume nor issue, and no author": (
        {
            "type": "article-journal",
            "title": "Outreach: bringing HIV-positive individuals into care",
            "container-title": "HRSA Careaction",
            "issued": on(2002, 6),
            "page": "1-6",
        },
        NOTHING,
        "Outreach: bringing HIV-positive individuals into care. HRSA Careaction. 2002 Jun:1-6.",
    ),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_an_entry_reads_as_nlm_writes_it(case: str) -> None:
    csl, ids, expected = GOLDEN[case]
    assert entry_text(csl, ids) == expected
    assert html.unescape(entry_html(csl, ids)) == expected


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("author", "Solid-organ transplantation in HIV-infected patients. N Engl J Med. 2002 Jul 25;347(4):284-7."),
        ("title", "Halpern SD, Ubel PA, Caplan AL. N Engl J Med. 2002 Jul 25;347(4):284-7."),
        ("container-title-short", "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
         "2002 Jul 25;347(4):284-7."),
        ("issued", "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
         "N Engl J Med. 347(4):284-7."),
        ("page", "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
         "N Engl J Med. 2002 Jul 25;347(4)."),
        ("type", "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
         "N Engl J Med. 2002 Jul 25;347(4):284-7."),
    ],
)  # fmt: skip
def test_what_is_missing_is_left_out(missing: str, expected: str) -> None:
    assert entry_text({key: part for key, part in HALPERN.items() if key != missing}, NOTHING) == expected


def test_an_empty_record_gives_an_empty_entry() -> None:
    assert entry_html({}, NOTHING) == ""


def test_how_many_authors_are_named_can_be_chosen() -> None:
    assert entry_text(COCHRANE, NOTHING, authors=3).startswith("Garrison SR, Korownyk CS, Kolber MR, et al. Magn")
    assert entry_text(COCHRANE, NOTHING, authors=7).startswith("Garrison SR, ")
    assert "et al" not in entry_text(COCHRANE, NOTHING, authors=7)


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Do cramps matter?", "Do cramps matter?"),
        ("Stop!", "Stop!"),
        ("Cramps.", "Cramps."),
        ("Cramps", "Cramps."),
        ("Cramps...", "Cramps..."),
        ("<i>Cramps.</i>", "<i>Cramps</i>."),
        ("Cramps<i>?</i>", "Cramps<i>?</i>"),
        ("H<sub>2</sub>O and 10<sup>6</sup>", "H<sub>2</sub>O and 10<sup>6</sup>."),
        ("<em>E. coli</em> in <b>bold</b>", "<i>E. coli</i> in bold."),
        ("<jats:italic>E. coli</jats:italic>", "<i>E. coli</i>."),
        ('<span class="x">Cramps</span>', "Cramps."),
        ("<i>Cramps", "<i>Cramps</i>."),
        ("Cramps</i>", "Cramps."),
        ("<I>E. coli</I>", "<i>E. coli</i>."),
        ("Cramps<i/> and fits", "Cramps and fits."),
        ("<i>a<sub>b</i>c</sub>", "<i>a<sub>b</sub></i>c."),
        ("&lt;i&gt;E. coli&lt;/i&gt;", "<i>E. coli</i>."),
        ("Deaths &lt;5 &amp; rising", "Deaths &lt;5 &amp; rising."),
        ("Q&A: R&D", "Q&amp;A: R&amp;D."),
        ("p<0.05 and n>3", "p&lt;0.05 and n&gt;3."),
        ("a <b and c> d", "a &lt;b and c&gt; d."),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;."),
        ('<i onclick="alert(1)">x</i>', "<i>x</i>."),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;."),
        ("two\n lines\x00\u202e", "two lines."),
    ],
)
def test_a_title_keeps_only_harmless_markup_and_one_stop(title: str, shown: str) -> None:
    assert entry_html({"type": "book", "title": title}, NOTHING) == shown


def test_every_field_is_escaped() -> None:
    evil = "<a href='javascript:x'>&\""
    name = {"family": evil, "given": evil, "suffix": evil, "non-dropping-particle": evil}
    words = set(FIELDS) - {"original-title", "authors_truncated"}
    csl: dict[str, Any] = dict.fromkeys(words, evil)
    csl |= {"author": [name, {"literal": evil}], "editor": [name], "issued": {"literal": evil}}
    for kind in ("article-journal", "book", "chapter", "webpage", "report", "article", evil):
        shown = entry_html(csl | {"type": kind}, Identifiers(evil, evil, evil, evil, evil))
        assert not re.search("[<>\"']", shown)
        assert "&lt;a href=" in shown


@pytest.mark.parametrize(
    ("csl", "shown"),
    [
        ({"title": "Angst", "original-title": "Angst", "language": "de"}, "Angst. German."),
        ({"title": "[Fear].", "language": "ger"}, "[Fear]. German."),
        ({"title": "Fear?", "language": "de-AT"}, "[Fear?]. German."),
        ({"title": "Fear", "language": "Klingon"}, "[Fear]. Klingon."),
        ({"title": "Fear", "language": "en-GB"}, "Fear."),
        ({"title": "Fear", "language": "eng"}, "Fear."),
    ],
)
def test_a_title_from_another_language_stands_in_brackets(csl: dict[str, str], shown: str) -> None:
    assert entry_text({"type": "book", **csl}, NOTHING) == shown


def test_the_language_stands_before_the_identifiers() -> None:
    csl = {"type": "article-journal", "title": "Fear", "language": "de"}
    assert entry_text(csl, Identifiers(doi="10.1000/x")) == "[Fear]. German. doi: 10.1000/x."


@pytest.mark.parametrize(
    ("csl", "shown"),
    [
        (
            {"type": "article-journal", "genre": "Preprint", "container-title": "bioRxiv"},
            "X. bioRxiv [Preprint].",
        ),
        ({"type": "article", "container-title": "bioRxiv"}, "X. bioRxiv [Preprint]."),
        ({"type": "article"}, "X [Preprint]."),
        ({"type": "report", "genre": "preprint"}, "X [Preprint]."),
    ],
)
def test_a_preprint_always_says_so(csl: dict[str, str], shown: str) -> None:
    assert entry_text({"title": "X", **csl}, NOTHING) == shown
    assert "[Preprint]" in entry_text({"title": "X", **csl}, Identifiers(url="https://example.org/"))


def test_a_journal_is_abbreviated_only_as_recorded_and_without_stops() -> None:
    csl = {"type": "article-journal", "container-title": "The New England Journal of Medicine"}
    assert entry_text(csl, NOTHING) == "The New England Journal of Medicine."
    assert entry_text(csl | {"container-title-short": "N. Engl. J. Med."}, NOTHING) == "N Engl J Med."


@pytest.mark.parametrize("title", [None, True, 3.5, [10**5000], {}, [], [[]]])
def test_a_title_that_is_no_text_is_no_title(title: object) -> None:
    assert entry_text({"type": "book", "title": title, "publisher": "Mosby"}, NOTHING) == "Mosby."


def test_others_are_mentioned_only_after_authors() -> None:
    csl = {"type": "book", "title": "Cramps", "authors_truncated": True}
    assert entry_text(csl, NOTHING) == "Cramps."
    assert entry_text(csl | {"editor": people("Smith, A")}, NOTHING) == "Smith A, editor. Cramps."


@pytest.mark.parametrize(
    ("edition", "shown"),
    [(1, "1st"), (2, "2nd"), ("3", "3rd"), ("11", "11th"), ("21", "21st"), ("Rev. ed.", "Rev."), ("4th edition", "4th")],
)
def test_an_edition_is_an_ordinal(edition: object, shown: str) -> None:
    assert entry_text({"type": "book", "edition": edition}, NOTHING) == f"{shown} ed."


def test_the_site_a_page_belongs_to_is_named_unless_it_is_the_publisher() -> None:
    csl = {"type": "webpage", "title": "Cramps", "container-title": "Health A to Z", "publisher": "NHS"}
    assert entry_text(csl, NOTHING) == "Cramps [Internet]. Health A to Z. NHS."
    assert entry_text(csl | {"container-title": "nhs"}, NOTHING) == "Cramps [Internet]. NHS."


def test_identifiers_stay_on_the_line() -> None:
    ids = Identifiers(doi="10.1000/x\ny", url="https://example.org/\n")
    assert entry_text({"type": "webpage"}, ids) == "doi: 10.1000/x y."


def test_lists_as_crossref_sends_them_are_read() -> None:
    csl = {
        "type": "article-journal",
        "title": ["Cramps", "Second"],
        "container-title": [],
        "author": [{"name": "WHO"}],
    }
    assert entry_text(csl, NOTHING) == "WHO. Cramps."


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("Scott R.", "SR"), ("Jean-Paul", "JP"), ("SR", "SR"), ("S.R.", "SR"), ("Michael PT", "MPT"),
        ("Marc C.T.F.M.", "MCTFM"), ("F D Richard", "FDR"), ("Mathieu H. G.", "MHG"), ("RobRoy L.", "RL"),
        ("Chung\u2010Wei Christine", "CWC"), ("J.-P.", "JP"), ("\u00d8ystein", "\u00d8"), ("anna", "A"), ("JAMES", "J"),
        ("", ""), ("?", ""),
    ],
)  # fmt: skip
def test_initials_are_taken_from_any_spelling_of_the_given_names(given_name: str, expected: str) -> None:
    assert initials(given_name, "Smith") == expected


def test_in_a_record_in_capitals_short_names_are_not_taken_for_initials() -> None:
    assert initials("ANNA", "SMITH") == "A"
    assert initials("JA", "SMITH") == "JA"
    assert initials("SRT", "NG") == "SRT"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([{"family": "Smith", "given": "A B", "suffix": "Jr."}], "Smith AB Jr"),
        ([{"family": "Smith", "given": "A", "suffix": "II"}], "Smith A 2nd"),
        ([{"family": "Pluijm", "given": "Ingrid", "non-dropping-particle": "van der"}], "van der Pluijm I"),
        ([{"family": "Plato"}], "Plato"),
        ([{"given": "Plato"}], "Plato"),
        ([{"literal": "WHO"}, {"literal": "NICE"}], "WHO; NICE"),
        ([{"literal": "WHO"}, {"family": "Smith"}, {"family": "Brown"}], "WHO; Smith, Brown"),
        ([{"family": str(n)} for n in range(6)], "0, 1, 2, 3, 4, 5"),
        ([{"family": str(n)} for n in range(7)], "0, 1, 2, 3, 4, 5, et al."),
        ([{}, None, 3.5, {"family": "Smith"}], "Smith"),
        ([], ""),
        (None, ""),
        ("Smith", ""),
    ],
)
def test_names_are_listed_as_nlm_lists_them(names: object, expected: str) -> None:
    assert name_list(names, 6) == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("5441-5444", "5441-4"), ("5441-4", "5441-4"), ("284-87", "284-7"), ("1149-1150", "1149-50"),
        ("99-101", "99-101"), ("998-1002", "998-1002"), ("1-211", "1-211"), ("120-126", "120-6"), ("5-5", "5"),
        ("S12-S15", "S12-5"), ("S93-S99", "S93-9"), ("e524-e533", "e524-33"), ("e524-E533", "e524-33"), ("CPG1-CPG39", "CPG1-39"),
        ("A1-33", "A1-33"), ("126A-127A", "126A-127A"), ("A1-B3", "A1-B3"), ("iii-v", "iii-v"),
        ("1149-1150; discussion 1151-1153", "1149-50; discussion 1151-3"), ("10-12, 15", "10-2, 15"),
        ("5441\u20135444", "5441-4"), ("5441 -- 5444", "5441-4"), ("e33693", "e33693"), ("CD009402", "CD009402"),
        ("2020.03.09.984856", "2020.03.09.984856"), ("120-115", "120-115"), ("2020-01-05", "2020-01-05"), ("", ""),
    ],
)  # fmt: skip
def test_page_ranges_are_as_short_as_they_can_be(pages: str, expected: str) -> None:
    assert minimal(pages) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        (on(2002), "2002"),
        (on(2002, 7), "2002 Jul"),
        (on(2002, 7, 25), "2002 Jul 25"),
        ({"date-parts": [["2002", "7", "25"]]}, "2002 Jul 25"),
        ({"date-parts": [[2002, 1], [2002, 2]]}, "2002 Jan-Feb"),
        ({"date-parts": [[2002, 1, 5], [2002, 1, 7]]}, "2002 Jan 5-7"),
        ({"date-parts": [[2001, 12], [2002, 1]]}, "2001 Dec-2002 Jan"),
        ({"date-parts": [[2001], [2002]]}, "2001-2002"),
        ({"date-parts": [[1999]], "season": "Spring"}, "1999 Spring"),
        ({"date-parts": [[1999]], "season": 1}, "1999 Spring"),
        ({"date-parts": [[2002, 13, 4]]}, "2002"),
        ({"date-parts": [[2002, 7, 32]]}, "2002 Jul"),
        ({"date-parts": [[2001], [2002], [2003]]}, "2001"),
        ({"date-parts": [[None]]}, ""),
        ({"date-parts": [["\u00b2002"]]}, ""),
        ({"date-parts": [["2" * 5000]]}, ""),
        ({"date-parts": [[20]]}, ""),
        ({"raw": "2002-07-25"}, "2002 Jul 25"),
        ("2002-07", "2002 Jul"),
        ({"literal": "in press"}, "in press"),
        (3000, ""),
        ({}, ""),
        (None, ""),
    ],
)
def test_dates_are_written_year_first(date: object, expected: str) -> None:
    assert nlm_date(date) == expected


def test_every_source_of_the_demonstration_can_be_cited_and_found() -> None:
    sources = json.loads((Path(__file__).parent.parent / "articles/demo_data/references.json").read_text())
    assert len({source["id"] for source in sources}) == len(sources) == 66
    kept = (normalise_doi, normalise_pmid, normalise_pmcid, normalise_isbn, safe_url)
    for source in sources:
        fields = [source.get(name, "") for name in ("DOI", "PMID", "PMCID", "ISBN", "URL")]
        ids = Identifiers(*(keep(field) if field else "" for keep, field in zip(kept, fields, strict=True)))
        assert fields[:3] == [ids.doi, ids.pmid, ids.pmcid]
        assert source["title"].rstrip(".") in entry_text(source, ids)
        assert links(ids)
        assert not re.search(r"\.\.|  | [.;:,]|\[\]|\(\)|None", entry_text(source, ids))


WORDS = st.text(max_size=12) | st.sampled_from(["<i>x</i>", "</sub><sup>", "<script>", "&lt;b", "?", ".", "[x].", "no"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
NAME = st.dictionaries(st.sampled_from(["family", "given", "suffix", "literal"]), WORDS | ANYTHING)
DATE = st.fixed_dictionaries({"date-parts": st.lists(st.lists(st.integers(-1, 2100) | WORDS | ANYTHING, max_size=3), max_size=3)})
KINDS = st.sampled_from(["article-journal", "article", "book", "chapter", "webpage", "report"])
RECORD = st.fixed_dictionaries(
    {},
    optional={
        "type": KINDS | ANYTHING,
        **dict.fromkeys(("author", "editor"), st.lists(NAME | ANYTHING, max_size=9) | ANYTHING),
        **dict.fromkeys(("issued", "accessed", "updated"), DATE | ANYTHING),
        **dict.fromkeys(FIELDS, WORDS | ANYTHING),
    },
)


@example(csl={"issued": 3000}, ids=NOTHING)
@given(csl=RECORD, ids=st.builds(Identifiers, *[WORDS] * 5))
def test_no_record_however_broken_raises_or_leaks_markup(csl: dict[str, Any], ids: Identifiers) -> None:
    shown = entry_html(csl, ids)
    shown.encode()
    tags = re.findall(r"<[^>]*>?", shown)
    assert set(tags) <= {"<i>", "</i>", "<sub>", "</sub>", "<sup>", "</sup>"}
    closed = sorted(tag.replace("/", "") for tag in tags if "/" in tag)
    assert closed == sorted(tag for tag in tags if "/" not in tag)
    assert ">" not in re.sub(r"</?(i|sub|sup)>", "", shown)
    assert "\n" not in shown
    assert entry_text(csl, ids).count("\n") == 0
    assert label(csl)
    assert links(ids) is not None
