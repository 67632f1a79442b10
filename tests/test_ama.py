"""Entries in AMA style, by the AMA Manual of Style, 11th edition; retracted and corrected sources in both styles."""

from typing import Any

import pytest
from hypothesis import given, settings

from articles.bibliography import ama, nlm
from articles.bibliography.dates import ama_date, iso, nlm_date, read_date
from articles.bibliography.identifiers import Identifiers
from articles.bibliography.standing import Notice
from tests.test_nlm import COCHRANE, COCHRANE_IDS, GOLDEN, HALPERN, NOTHING, RECORD, on, people

EXPECTED = {
    "ICMJE's first sample": "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. "
    "<i>N Engl J Med</i>. 2002;347(4):284-287.",
    "a Cochrane review by seven authors": "Garrison SR, Korownyk CS, Kolber MR, et al. Magnesium for skeletal muscle cramps. "
    "<i>Cochrane Database Syst Rev</i>. 2020;9:CD009402. doi:10.1002/14651858.CD009402.pub3",
    "authors with particles": "Gerritsen AAM, de Vet HCW, Scholten RJPM, Bertelsmann FW, de Krom MCTFM, Bouter LM. "
    "Splinting vs "
    "surgery in the treatment of carpal tunnel syndrome: a randomized controlled trial. <i>JAMA</i>. 2002;288(10):1245-1251.",
    "persons and a group": "Ailani J, Burch RC, Robbins MS; Board of Directors of the American Headache Society. "
    "The American "
    "Headache Society Consensus Statement: Update on integrating new migraine treatments into clinical practice. "
    "<i>Headache</i>. 2021;61(7):1021-1039. doi:10.1111/head.14153",
    "an article number and both PubMed numbers": "Whittaker GA, Munteanu SE, Menz HB, Bonanno DR, Gerrard JM, Landorf KB. "
    "Corticosteroid injection for plantar heel pain: a systematic review and meta-analysis. "
    "<i>BMC Musculoskelet Disord</i>. 2019;20:378. doi:10.1186/s12891-019-2749-z",
    "an article known by its address alone": "Mochizuki S, Dahl\u00f6f B, et al. Valsartan in a Japanese population. "
    "<i>Lancet</i>. 2007;369(9571):1431-1439. Accessed January 5, 2025. "
    "https://www.thelancet.com/journals/lancet/article/PIIS0140-6736(07)60669-2/fulltext",
    "a book": "Murray PR, Rosenthal KS, Kobayashi GS, Pfaller MA. <i>Medical microbiology</i>. 4th ed. Mosby; 2002.",
    "a book by an organisation": "Institute of Medicine. <i>Dietary Reference Intakes for Water, Potassium, Sodium, "
    "Chloride, and "
    "Sulfate</i>. The National Academies Press; 2005. doi:10.17226/10925",
    "a book that has only editors": "Gilstrap LC 3rd, Cunningham FG, VanDorsten JP, eds. <i>Operative "
    "obstetrics</i>. 2nd ed. "
    "McGraw-Hill; 2002.",
    "a book with an author and an editor": "Breedlove GK, Schorfheide AM. <i>Adolescent pregnancy</i>. 2nd ed. "
    "Wieczorek RR, ed. "
    "March of Dimes Education Services; 2001.",
    "a chapter": "Meltzer PS, Kallioniemi A, Trent JM. Chromosome alterations in human solid tumors. In: Vogelstein "
    "B, Kinzler KW, "
    "eds. <i>The genetic basis of human cancer</i>. McGraw-Hill; 2002:93-113.",
    "a guideline": "National Institute for Health and Care Excellence. <i>Low back pain and sciatica in over 16s: "
    "assessment and "
    "management</i>. National Institute for Health and Care Excellence; 2016. NICE guideline NG59. Updated December "
    "11, 2020. "
    "https://www.nice.org.uk/guidance/ng59",
    "a web page": "World Health Organization. Low back pain. Published June 19, 2023. Accessed January 5, 2025. "
    "https://www.who.int/news-room/fact-sheets/detail/low-back-pain",
    "a web page that was updated, and nobody signed": "Cancer-Pain.org. Association of Cancer Online Resources, "
    "Inc. Published 2000. "
    "Updated May 16, 2002. Accessed July 9, 2002. http://www.cancer-pain.org/",
    "a preprint (a made-up record)": "Example A. A trial of an example. <i>medRxiv</i>. Preprint posted online "
    "March 2, 2021. "
    "doi:10.1101/2021.03.02.00000000",
    "a translated title": "Ellingsen AE, Wilhelmsen I. Sykdomsangst blant medisin- og jusstudenter. [Disease "
    "anxiety among medical "
    "students and law students]. <i>Tidsskr Nor Laegeforen</i>. 2002;122(8):785-787.",
    "an issue without a volume": "Banit DM, Kaufer H, Hartford JM. Intraoperative frozen section analysis in "
    "revision total joint "
    "arthroplasty. <i>Clin Orthop</i>. 2002;(401):230-238.",
    "neither volume nor issue, and no author": "Outreach: bringing HIV-positive individuals into care. <i>HRSA "
    "Careaction</i>. "
    "June 2002:1-6.",
}


@pytest.mark.parametrize("case", EXPECTED)
def test_an_entry_reads_as_the_ama_writes_it(case: str) -> None:
    csl, ids, _ = GOLDEN[case]
    assert ama.entry_html(csl, ids) == EXPECTED[case]
    assert ama.entry_text(csl, ids) == EXPECTED[case].replace("<i>", "").replace("</i>", "")


def test_three_of_more_than_six_authors_are_named() -> None:
    six = HALPERN | {"author": people("A, A; B, B; C, C; D, D; E, E; F, F")}
    assert ama.entry_text(six, NOTHING).startswith("A A, B B, C C, D D, E E, F F. Solid")
    seven = HALPERN | {"author": people("A, A; B, B; C, C; D, D; E, E; F, F; G, G")}
    assert ama.entry_text(seven, NOTHING).startswith("A A, B B, C C, et al. Solid")
    assert ama.entry_text(seven, NOTHING, authors=7).startswith("A A, B B, C C, D D, E E, F F, G G. Solid")


def test_an_article_ahead_of_print_says_when_it_went_online() -> None:
    csl = {"type": "article-journal", "title": "X", "container-title": "Bioinformatics", "issued": on(2005, 12, 23)}
    ids = Identifiers(doi="10.1093/bioinformatics/btk021")
    assert ama.entry_text(csl, ids) == "X. Bioinformatics. Published online December 23, 2005. doi:10.1093/bioinformatics/btk021"


def test_a_translation_without_its_original_names_the_language() -> None:
    csl = {
        "type": "article-journal",
        "title": "Fear",
        "language": "de",
        "container-title": "Nervenarzt",
        "issued": on(2002),
        "volume": "7",
    }
    assert ama.entry_text(csl, NOTHING) == "[Fear]. Article in German. Nervenarzt. 2002;7."


@settings(deadline=None, max_examples=40)
@given(csl=RECORD)
def test_every_record_gives_a_safe_entry(csl: dict[str, Any]) -> None:
    shown = ama.entry_html(csl, Identifiers(doi="10.1000/<x>", url="https://example.org/?a=\"'"))
    bare = shown
    for tag in ("<i>", "</i>", "<sub>", "</sub>", "<sup>", "</sup>"):
        bare = bare.replace(tag, "")
    assert not set(bare) & set("<>\"'")
    for tag in ("i", "sub", "sup"):
        assert shown.count(f"<{tag}>") == shown.count(f"</{tag}>")


LANCET = {
    "type": "article-journal",
    "title": "Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive developmental disorder in children",
    "author": people("Wakefield, AJ; Murch, SH"),
    "authors_truncated": True,
    "issued": on(1998, 2, 28),
    "container-title-short": "Lancet",
    "volume": "351",
    "issue": "9103",
    "page": "637-641",
}
LANCET_IDS = Identifiers(doi="10.1016/s0140-6736(97)11096-0", pmid="9500320")
RETRACTED = Notice("retraction", pmid="20137807", date="2010-02-06", citation="Lancet. 2010 Feb 6;375(9713):445")
CORRECTED = Notice("correction", date="2004-03-06", citation="Lancet. 2004 Mar 6;363(9411):750")


def test_a_retracted_source_says_so_and_where() -> None:
    notices = [CORRECTED, RETRACTED, Notice("new_version", citation="Lancet. 2011;1:1")]
    assert nlm.entry_text(LANCET, LANCET_IDS, notices=notices) == (
        "Wakefield AJ, Murch SH, et al. Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive "
        "developmental "
        "disorder in children [Retracted]. Lancet. 1998 Feb 28;351(9103):637-41. doi: 10.1016/s0140-6736(97)11096-0. "
        "Retraction in: Lancet. 2010 Feb 6;375(9713):445. Erratum in: Lancet. 2004 Mar 6;363(9411):750. PMID: 9500320."
    )
    assert ama.entry_html(LANCET, LANCET_IDS, notices=notices) == (
        "Wakefield AJ, Murch SH, et al. Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and pervasive "
        "developmental "
        "disorder in children [Retracted]. <i>Lancet</i>. 1998;351(9103):637-641. "
        "Retracted in: <i>Lancet</i>. 2010;375(9713):445. Correction published in: <i>Lancet</i>. 2004;363(9411):750. "
        "doi:10.1016/s0140-6736(97)11096-0"
    )


def test_a_corrected_source_is_not_called_retracted() -> None:
    for style in (nlm, ama):
        assert "[Retracted]" not in style.entry_text(LANCET, LANCET_IDS, notices=[CORRECTED])
        assert "750" in style.entry_text(LANCET, LANCET_IDS, notices=[CORRECTED])


def test_a_notice_known_by_its_number_alone_is_named_by_it() -> None:
    doi = Notice("retraction", doi="10.1016/s0140-6736(10)60175-4")
    assert "Retraction in: doi: 10.1016/s0140-6736(10)60175-4. PMID" in nlm.entry_text(LANCET, LANCET_IDS, notices=[doi])
    assert "Retraction in: PMID: 20137807. PMID" in nlm.entry_text(
        LANCET, LANCET_IDS, notices=[Notice("retraction", pmid="20137807")]
    )
    assert "Retracted in: doi:10.1016/s0140-6736(10)60175-4. doi" in ama.entry_text(LANCET, LANCET_IDS, notices=[doi])
    assert "Retraction in" not in nlm.entry_text(LANCET, LANCET_IDS, notices=[Notice("retraction")])
    assert "[Retracted]" in nlm.entry_text(LANCET, LANCET_IDS, notices=[Notice("retraction")])


def test_a_retracted_book_and_chapter_say_so_too() -> None:
    for style in (nlm, ama):
        for kind in ("book", "chapter", "webpage", "report", "article"):
            assert "X [Retracted]" in style.entry_text({"type": kind, "title": "X"}, NOTHING, notices=[RETRACTED])


def test_a_notice_is_escaped() -> None:
    evil = Notice("<b>", doi="<b>", label="<b>", citation="<b>. 2010;<b>")
    for style in (nlm, ama):
        assert "<b>" not in style.entry_html(COCHRANE, COCHRANE_IDS, notices=[evil])


@pytest.mark.parametrize(
    ("written", "nlms", "amas", "first"),
    [
        ("2002 Jul 25", "2002 Jul 25", "July 25, 2002", "2002-07-25"),
        ("July 25, 2002", "2002 Jul 25", "July 25, 2002", "2002-07-25"),
        ("25 July 2002", "2002 Jul 25", "July 25, 2002", "2002-07-25"),
        ("20020725", "2002 Jul 25", "July 25, 2002", "2002-07-25"),
        ("2002/07/25", "2002 Jul 25", "July 25, 2002", "2002-07-25"),
        ("2002 Jan-Feb", "2002 Jan-Feb", "January 2002", "2002-01"),
        ("2002 Jan 5-7", "2002 Jan 5-7", "January 5, 2002", "2002-01-05"),
        ("2001 Dec-2002 Jan", "2001 Dec-2002 Jan", "December 2001", "2001-12"),
        ("1999 Spring", "1999 Spring", "Spring 1999", "1999"),
        ("2008 1st Quart", "2008 1st Quart", "1st Quart 2008", "2008"),
        ("2002", "2002", "2002", "2002"),
        ("2002/13/45", "2002", "2002", "2002"),
        ("in press", "in press", "in press", ""),
        ("", "", "", ""),
    ],
)
def test_dates_in_any_words_are_understood(written: str, nlms: str, amas: str, first: str) -> None:
    date = read_date(written)
    assert (nlm_date(date), ama_date(date), iso(date)) == (nlms, amas, first)
