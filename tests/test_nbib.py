"""PubMed's own export: NLM's rendering of each record (its SO field) is what our entry must read like.

The records are real; of each only what a citation needs was kept, and of long lists of authors the first.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.bibliography.draft import NotUnderstood
from articles.bibliography.nbib import read_nbib
from articles.bibliography.nlm import entry_text
from articles.bibliography.pages import full, minimal
from articles.bibliography.standing import Notice, Standing, standing_of

RECORDS = {
    "online only, with an article number": """
PMID- 16403221
VI  - 7
DP  - 2006
TI  - A high level interface to SCOP and ASTRAL implemented in python.
PG  - 10
FAU - Casbon, James A
AU  - Casbon JA
FAU - Crooks, Gavin E
AU  - Crooks GE
FAU - Saqi, Mansoor A S
AU  - Saqi MA
LA  - eng
PT  - Evaluation Studies
PT  - Journal Article
DEP - 20060110
TA  - BMC Bioinformatics
JT  - BMC bioinformatics
PMC - PMC1373603
AID - 1471-2105-7-10 [pii]
AID - 10.1186/1471-2105-7-10 [doi]
PST - epublish
SO  - BMC Bioinformatics. 2006 Jan 10;7:10.
""",
    "ahead of print, then in an issue": """
PMID- 16377612
VI  - 22
IP  - 5
DP  - 2006 Mar 1
TI  - GenomeDiagram: a python package for the visualization of large-scale genomic
      data.
PG  - 616-7
FAU - Pritchard, Leighton
AU  - Pritchard L
FAU - White, Jennifer A
AU  - White JA
FAU - Birch, Paul R J
AU  - Birch PR
FAU - Toth, Ian K
AU  - Toth IK
LA  - eng
PT  - Journal Article
DEP - 20051223
TA  - Bioinformatics
JT  - Bioinformatics (Oxford, England)
AID - btk021 [pii]
AID - 10.1093/bioinformatics/btk021 [doi]
PST - ppublish
SO  - Bioinformatics. 2006 Mar 1;22(5):616-7. Epub 2005 Dec 23.
""",
    "a month and no day": """
PMID- 23039619
VI  - 39
IP  - 10
DP  - 2012 Oct
TI  - Effects of different parameters in the fast scanning method for HIFU treatment.
PG  - 5795-813
LID - 10.1118/1.4748329 [doi]
FAU - Qiao, Shan
AU  - Qiao S
FAU - Shen, Guofeng
AU  - Shen G
FAU - Bai, Jingfeng
AU  - Bai J
FAU - Chen, Yazhu
AU  - Chen Y
LA  - eng
PT  - Journal Article
TA  - Med Phys
JT  - Medical physics
PST - ppublish
SO  - Med Phys. 2012 Oct;39(10):5795-813. doi: 10.1118/1.4748329.
""",
    "a day, and nothing online": """
PMID- 14630660
VI  - 19
IP  - 17
DP  - 2003 Nov 22
TI  - PDB file parser and structure class implemented in Python.
PG  - 2308-10
FAU - Hamelryck, Thomas
AU  - Hamelryck T
FAU - Manderick, Bernard
AU  - Manderick B
LA  - eng
PT  - Journal Article
TA  - Bioinformatics
JT  - Bioinformatics (Oxford, England)
PST - ppublish
SO  - Bioinformatics. 2003 Nov 22;19(17):2308-10.
""",
    "two months": """
PMID- 2131836
VI  - 3
IP  - 3
DP  - 1990 May-Jun
TI  - Prediction of initial reduction potentials of compounds related to
      anthracyclines and implications for estimating cardiotoxicity.
PG  - 244-7
FAU - Kawakami, Y
AU  - Kawakami Y
FAU - Hopfinger, A J
AU  - Hopfinger AJ
LA  - eng
PT  - Journal Article
TA  - Chem Res Toxicol
PST - ppublish
SO  - Chem Res Toxicol. 1990 May-Jun;3(3):244-7.
""",
    "a suffix": """
PMID- 17382886
VI  - 128
IP  - 6
DP  - 2007 Mar 23
TI  - Comprehensive maps of Drosophila higher olfactory centers: spatially segregated
      fruit and pheromone representation.
PG  - 1187-203
FAU - Jefferis, Gregory S X E
AU  - Jefferis GS
FAU - Potter, Christopher J
AU  - Potter CJ
FAU - Chan, Alexander M
AU  - Chan AM
FAU - Marin, Elizabeth C
AU  - Marin EC
FAU - Rohlfing, Torsten
AU  - Rohlfing T
FAU - Maurer, Calvin R Jr
AU  - Maurer CR Jr
FAU - Luo, Liqun
AU  - Luo L
LA  - eng
PT  - Journal Article
TA  - Cell
JT  - Cell
PMC - PMC1885945
AID - 10.1016/j.cell.2007.01.040 [doi]
PST - ppublish
SO  - Cell. 2007 Mar 23;128(6):1187-203.
""",
    "no issue, and a group among the authors": """
PMID- 19465464
VI  - 338
DP  - 2009
TI  - Newer agents for blood glucose control in type 2 diabetes: summary of NICE
      guidance.
PG  - b1668
LID - 10.1136/bmj.b1668 [doi]
LID - bmj.b1668 [pii]
FAU - Adler, Amanda I
AU  - Adler AI
FAU - Shaw, Elizabeth J
AU  - Shaw EJ
FAU - Stokes, Tim
AU  - Stokes T
FAU - Ruiz, Francis
AU  - Ruiz F
CN  - Guideline Development Group
LA  - eng
PT  - Journal Article
DEP - 20090522
TA  - BMJ
JT  - BMJ (Clinical research ed.)
IR  - Adler A
FIR - Adler, Amanda
PST - epublish
SO  - BMJ. 2009 May 22;338:b1668. doi: 10.1136/bmj.b1668.
""",
    "two societies, and comments on it": """
PMID- 18945920
VI  - 32
IP  - 1
DP  - 2009 Jan
TI  - Medical management of hyperglycemia in type 2 diabetes: a consensus algorithm for
      the initiation and adjustment of therapy: a consensus statement of the American
      Diabetes Association and the European Association for the Study of Diabetes.
PG  - 193-203
FAU - Nathan, David M
AU  - Nathan DM
FAU - Buse, John B
AU  - Buse JB
CN  - American Diabetes Association
CN  - European Association for Study of Diabetes
LA  - eng
PT  - Journal Article
DEP - 20081022
TA  - Diabetes Care
JT  - Diabetes care
CIN - Diabetes Care. 2009 Mar;32(3):e34; author reply e37-8. PMID: 19246585
PMC - PMC2606813
AID - dc08-9025 [pii]
AID - 10.2337/dc08-9025 [doi]
PST - ppublish
SO  - Diabetes Care. 2009 Jan;32(1):193-203. Epub 2008 Oct 22.
""",
    "pages in full, and a DOI that wraps": """
PMID- 28754806
VI  - 10
IP  - 4
DP  - 2018 Apr
TI  - Impact of balloon guide catheter on technical and clinical outcomes: a systematic
      review and meta-analysis.
PG  - 335-339
LID - 10.1136/neurintsurg-2017-013179 [doi]
FAU - Brinjikji, Waleed
AU  - Brinjikji W
LA  - eng
PT  - Journal Article
DEP - 20170728
TA  - J Neurointerv Surg
JT  - Journal of neurointerventional surgery
PST - ppublish
SO  - J Neurointerv Surg. 2018 Apr;10(4):335-339. doi: 10.1136/neurintsurg-2017-013179.
      Epub 2017 Jul 28.
""",
    "online only, in a yearly collection": """
PMID- 31281835
VI  - 2019
DP  - 2019
TI  - Diagnostic Accuracy of Lever Sign Test in Acute, Chronic, and Postreconstructive
      ACL Injuries.
PG  - 3639693
LID - 10.1155/2019/3639693 [doi]
LID - 3639693
FAU - G\u00fcrp\u0131nar, Tahsin
AU  - G\u00fcrp\u0131nar T
LA  - eng
PT  - Journal Article
DEP - 20190609
TA  - Biomed Res Int
JT  - BioMed research international
PMC - PMC6590604
PST - epublish
SO  - Biomed Res Int. 2019 Jun 9;2019:3639693. doi: 10.1155/2019/3639693. eCollection
      2019.
""",
    "online only, in an issue": """
PMID- 29447299
VI  - 13
IP  - 2
DP  - 2018
TI  - Effects of breast stimulation for spontaneous onset of labor on salivary oxytocin
      levels in low-risk pregnant women: A feasibility study.
PG  - e0192757
LID - 10.1371/journal.pone.0192757 [doi]
FAU - Takahata, Kaori
AU  - Takahata K
LA  - eng
PT  - Journal Article
DEP - 20180215
TA  - PLoS One
JT  - PloS one
AID - PONE-D-16-47379 [pii]
PST - epublish
SO  - PLoS One. 2018 Feb 15;13(2):e0192757. doi: 10.1371/journal.pone.0192757.
      eCollection 2018.
""",
    "no pages at all": """
PMID- 35503723
VI  - 8
IP  - 5
DP  - 2022 May
TI  - Whokaryote: distinguishing eukaryotic and prokaryotic contigs in metagenomes
      based on gene structure.
LID - 10.1099/mgen.0.000823 [doi]
FAU - Pronk, Lotte J U
AU  - Pronk LJU
FAU - Medema, Marnix H
AU  - Medema MH
LA  - eng
PT  - Journal Article
TA  - Microb Genom
JT  - Microbial genomics
PST - ppublish
SO  - Microb Genom. 2022 May;8(5). doi: 10.1099/mgen.0.000823.
""",
    "not in an issue yet": """
PMID- 37195739
DP  - 2023 May 17
TI  - High extracellular glucose promotes cell motility by modulating cell
      deformability and contractility via cAMP-RhoA-ROCK axis in human breast cancer
      cells.
PG  - mbcE22120560
LID - 10.1091/mbc.E22-12-0560 [doi]
FAU - Oh, Mijung
AU  - Oh M
LA  - eng
PT  - Journal Article
DEP - 20230517
TA  - Mol Biol Cell
JT  - Molecular biology of the cell
PST - aheadofprint
SO  - Mol Biol Cell. 2023 May 17:mbcE22120560. doi: 10.1091/mbc.E22-12-0560.
""",
    "the publisher's own number instead of pages": """
PMID- 35128459
VI  - 4
IP  - 1
DP  - 2021
TI  - Slow Burns: A Qualitative Study of Burn Pit and Toxic Exposures Among Military
      Veterans Serving in Afghanistan, Iraq and Throughout the Middle East.
LID - 1042 [pii]
FAU - Bith-Melander, Pollie
AU  - Bith-Melander P
LA  - eng
PT  - Journal Article
DEP - 20211227
TA  - Ann Psychiatry Clin Neurosci
JT  - Annals of psychiatry and clinical neuroscience
PMC - PMC8816568
AID - 1042 [pii]
PST - ppublish
SO  - Ann Psychiatry Clin Neurosci. 2021;4(1):1042. Epub 2021 Dec 27.
""",
    "a title in another language as well": """
PMID- 33465792
DP  - 2021 Jan 19
TI  - Switching of Hormone Therapies in Breast Cancer Women.
LID - 10.1055/s-0040-1719149 [doi]
FAU - de Medeiros, Luana Moreira
AU  - de Medeiros LM
LA  - eng
PT  - Journal Article
TT  - Avalia\u00e7\u00e3o da mudan\u00e7a do esquema hormonioter\u00e1pico em mulheres com c\u00e2ncer de mama.
DEP - 20210119
TA  - Rev Bras Ginecol Obstet
PST - aheadofprint
SO  - Rev Bras Ginecol Obstet. 2021 Jan 19. doi: 10.1055/s-0040-1719149.
""",
    "a supplement": """
PMID- 18366521
VI  - 13 Suppl 1
DP  - 2008 Mar
TI  - Review of clinical symptoms and spectrum in humans with influenza A/H5N1 infection.
PG  - S10-3
LID - 10.1111/j.1440-1843.2008.01247.x [doi]
AU  - Hui DS
LA  - eng
TA  - Respirology
PST - ppublish
SO  - Respirology. 2008 Mar;13 Suppl 1:S10-3. doi: 10.1111/j.1440-1843.2008.01247.x.
""",
    "a notice of retraction": """
PMID- 20137807
VI  - 375
IP  - 9713
DP  - 2010 Feb 6
TI  - Retraction--Ileal-lymphoid-nodular hyperplasia, non-specific colitis, and
      pervasive developmental disorder in children.
PG  - 445
LID - 10.1016/S0140-6736(10)60175-4 [doi]
LA  - eng
PT  - Retraction Notice
TA  - Lancet
JT  - Lancet (London, England)
ROF - Lancet. 1998 Feb 28;351(9103):637-41. doi: 10.1016/s0140-6736(97)11096-0. PMID:
      9500320
AID - S0140-6736(10)60175-4 [pii]
AID - 10.1016/S0140-6736(10)60175-4 [doi]
PST - ppublish
SO  - Lancet. 2010 Feb 6;375(9713):445. doi: 10.1016/S0140-6736(10)60175-4.
""",
    "an expression of concern about it": """
PMID- 10475862
VI  - 28
IP  - 3
DP  - 1999 May
TI  - Effect of immobilization on vitamin D status and bone mass in chronically
      hospitalized disabled stroke patients.
PG  - 265-9
FAU - Sato, Y
AU  - Sato Y
FAU - Kuno, H
AU  - Kuno H
LA  - eng
PT  - Journal Article
TA  - Age Ageing
JT  - Age and ageing
ECI - Age Ageing. 2019 Feb 5;48(2):312. doi: 10.1093/ageing/afy221. PMID: 30721916
AID - 10.1093/ageing/28.3.265 [doi]
PST - ppublish
SO  - Age Ageing. 1999 May;28(3):265-9. doi: 10.1093/ageing/28.3.265.
""",
    "an erratum that was itself retracted": """
PMID- 36736314
VI  - 31
IP  - 3
DP  - 2023 Mar 1
TI  - RETRACTED: IncRNA RMST Enhances DNMT3 Expression through Interaction with HuR.
PG  - 909-910
LID - S1525-0016(23)00020-5 [pii]
LID - 10.1016/j.ymthe.2023.01.020 [doi]
FAU - Peng, Wan-Xin
AU  - Peng WX
LA  - eng
PT  - Journal Article
PT  - Published Erratum
PT  - Retracted Publication
DEP - 20230203
TA  - Mol Ther
JT  - Molecular therapy : the journal of the American Society of Gene Therapy
EFR - Mol Ther. 2020 Jan 08;28(1):9-18. doi: 10.1016/j.ymthe.2019.09.024. PMID:
      31636039
RIN - Mol Ther. 2023 May 3;31(5):1499. doi: 10.1016/j.ymthe.2023.03.023. PMID: 36972587
PMC - PMC10014259
PST - ppublish
SO  - Mol Ther. 2023 Mar 1;31(3):909-910. doi: 10.1016/j.ymthe.2023.01.020. Epub 2023
      Feb 3.
""",
}


def written_by_nlm(record: str) -> str:
    """The SO field, without "eCollection 2019", and with NLM's rule for pages, which PubMed left in 2018."""
    source = " ".join(record.partition("SO  - ")[2].split())
    source = re.sub(r" (?:eCollection|Print) [0-9]{4}\.$", "", source)
    return re.sub(r":([0-9]+-[0-9]+)\.", lambda pages: f":{minimal(pages[1])}.", source)


@pytest.mark.parametrize("case", RECORDS)
def test_everything_after_the_title_reads_as_in_pubmed(case: str) -> None:
    (draft,) = read_nbib(RECORDS[case])
    ours = entry_text(draft.csl, draft.identifiers)
    ours = re.sub(r" PMID: [0-9]+(?:; PMCID: PMC[0-9]+)?\.$", "", ours)
    expected = written_by_nlm(RECORDS[case])
    if "doi:" not in expected:  # older records leave the DOI out of their rendering
        ours = re.sub(r" doi: \S+\.(?= |$)", "", ours)
    title = str(draft.csl["title"]).rstrip("?.")
    assert ours.partition(title)[2].lstrip("?. ") == expected


def test_the_names_are_as_nlm_writes_them() -> None:
    def entry(case: str) -> str:
        (draft,) = read_nbib(RECORDS[case])
        return entry_text(draft.csl, draft.identifiers)

    assert "Rohlfing T, Maurer CR Jr, et al. Compr" in entry("a suffix")
    group = "Adler AI, Shaw EJ, Stokes T, Ruiz F; Guideline Development Group. Newer"
    assert entry("no issue, and a group among the authors").startswith(group)
    societies = "Nathan DM, Buse JB; American Diabetes Association; European Association for Study of Diabetes. Med"
    assert entry("two societies, and comments on it").startswith(societies)
    assert "PMID: 19465464." in entry("no issue, and a group among the authors")
    assert "PMID: 18945920; PMCID: PMC2606813." in entry("two societies, and comments on it")


def test_what_happened_to_the_article_is_read_and_what_is_said_about_it_is_not() -> None:
    drafts = {case: read_nbib(record)[0] for case, record in RECORDS.items()}
    concern = drafts.pop("an expression of concern about it")
    assert concern.notices == (
        Notice(
            type="expression_of_concern",
            doi="10.1093/ageing/afy221",
            pmid="30721916",
            date="2019-02-05",
            sources=("PubMed",),
            label="Expression of concern",
            citation="Age Ageing. 2019 Feb 5;48(2):312",
        ),
    )
    assert standing_of(concern.notices, concern.is_notice) is Standing.concern
    notice, erratum = drafts.pop("a notice of retraction"), drafts.pop("an erratum that was itself retracted")
    assert standing_of(notice.notices, notice.is_notice) is Standing.notice
    assert standing_of(erratum.notices, erratum.is_notice) is Standing.notice
    assert [found.type for found in erratum.notices] == ["retraction"]
    assert not any(draft.notices or draft.is_notice for draft in drafts.values())


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ("PT  - Retracted Publication", Standing.retracted),
        ("PT  - RETRACTED PUBLICATION", Standing.retracted),
        ("RIN - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.retracted),
        ("PRIN- J Biol Chem. 2001 Mar 30;276(13):10576", Standing.concern),
        ("EIN - J Biol Chem. 2001 Mar 30;276(13):10576\nRIN - Lancet. 2010;375(9713):445", Standing.retracted),
        ("EIN - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.corrected),
        ("CRI - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.corrected),
        ("UIN - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.ok),
        ("CIN - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.ok),
        ("CON - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.ok),
        ("UOF - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.ok),
        ("PT  - RETRACTION OF PUBLICATION", Standing.notice),
        ("PT  - Published Erratum", Standing.notice),
        ("ECF - J Biol Chem. 2001 Mar 30;276(13):10576", Standing.notice),
    ],
)
def test_either_place_for_the_status_counts(lines: str, standing: Standing) -> None:
    (draft,) = read_nbib(f"PMID- 7\nTI  - X\n{lines}\n")
    assert standing_of(draft.notices, draft.is_notice) is standing


def test_a_record_with_very_many_notices_keeps_the_gravest() -> None:
    lines = [f"EIN - Lancet. 2010;1(1):{page}" for page in range(20_000)]
    (draft,) = read_nbib("\n".join(["PMID- 7", *lines, "RIN - Lancet. 2011;1(1):1"]))
    assert len(draft.notices) == 50
    assert standing_of(draft.notices) is Standing.retracted


def test_where_a_retraction_appeared_is_kept() -> None:
    (draft,) = read_nbib(
        "PMID- 7\nPT  - Retracted Publication\nRIN - Retraction in: Lancet. 2010 Feb 6;375(9713):445. PMID: 20137807\n"
    )
    (notice,) = draft.notices
    assert (notice.citation, notice.pmid, notice.date) == ("Lancet. 2010 Feb 6;375(9713):445", "20137807", "2010-02-06")


def test_a_chapter_of_an_online_book_is_read() -> None:
    (draft,) = read_nbib(
        "PMID- 21249755\nPB  - National Center for Biotechnology Information (US)\nDP  - 2009\nTI  - Peutz-Jeghers Syndrome\n"
        "BTI - Cancer Syndromes\nFED - Riegert-Johnson, Douglas L\nED  - Riegert-Johnson DL\nFAU - Gleeson, Ferga C.\n"
        "AU  - Gleeson FC\nLA  - eng\nPT  - Book Chapter\nPL  - Bethesda (MD)\nAID - NBK1826 [bookaccession]\n"
    )
    assert entry_text(draft.csl, draft.identifiers) == (
        "Gleeson FC. Peutz-Jeghers Syndrome. In: Riegert-Johnson DL, editor. Cancer Syndromes [Internet]. Bethesda (MD): "
        "National Center for Biotechnology Information (US); 2009. PMID: 21249755. "
        "Available from: https://www.ncbi.nlm.nih.gov/books/NBK1826/"
    )
    (book,) = read_nbib(
        "PMID- 20301295\nPB  - University of Washington, Seattle\nDP  - 1993\nBTI - GeneReviews((R))\nPT  - Book\n"
    )
    assert (book.csl["type"], book.csl["title"]) == ("book", "GeneReviews((R))")


def test_a_preprint_is_labelled() -> None:
    (draft,) = read_nbib("PMID- 7\nTI  - X\nPT  - Journal Article\nPT  - Preprint\nTA  - medRxiv\nDP  - 2021 Mar 2\n")
    assert entry_text(draft.csl, draft.identifiers) == "X. medRxiv [Preprint]. 2021 Mar 2. PMID: 7."


def test_a_foreign_title_keeps_its_brackets_and_its_language() -> None:
    (draft,) = read_nbib(
        "PMID- 7\nTI  - [Fear among\n      farmers].\nLA  - fre\nTT  - La peur.\nTA  - Presse Med\nDP  - 2004 Sep\n"
    )
    assert entry_text(draft.csl, draft.identifiers) == "[Fear among farmers]. Presse Med. 2004 Sep. French. PMID: 7."


def test_names_come_from_whichever_form_is_there() -> None:
    (draft,) = read_nbib("PMID- 7\nAU  - van der Pluijm I\nFAU - Plato\nAU  - Plato\nAU  - Maurer CR Jr\nFAU - Big Study Group\n")
    assert draft.csl["author"] == [
        {"family": "van der Pluijm", "given": "I"},
        {"family": "Plato"},
        {"family": "Maurer", "given": "CR", "suffix": "Jr"},
        {"literal": "Big Study Group"},
    ]


def test_several_records_keep_their_lines_and_their_words() -> None:
    text = "\ufeff\r\nPMID- 7\r\nTI  - A title that\r\n      goes on.\r\n\r\nPMID- 8\r\nTI  - B\r\nwhat is this\r\n"
    first, second = read_nbib(text)
    assert (first.line, first.csl["title"], first.raw) == (
        2,
        "A title that goes on",
        "PMID- 7\nTI  - A title that\n      goes on.",
    )
    assert second.line == 6
    assert "Line 8 is not part of a PubMed record and was left out: “what is this”." in second.problems


def test_what_is_missing_is_named() -> None:
    (draft,) = read_nbib("PMID- 7\n")
    assert "There is no title." in draft.problems
    assert "There is no journal." in draft.problems
    assert draft.provenance["pmid"] == "nbib"


def test_text_without_a_record_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="Line 3: No PubMed record"):
        read_nbib("TI  - X", line=3)


TAGS = st.sampled_from(
    ["PMID- ", "TI  - ", "      ", "FAU - ", "AU  - ", "CN  - ", "DP  - ", "RIN - ", "PT  - ", "LID - ", "PG  - "]
)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(TAGS, st.text(max_size=20)), max_size=12))
def test_no_record_is_too_odd_to_be_read(lines: list[tuple[str, str]]) -> None:
    text = "PMID- 7\n" + "\n".join(tag + rest for tag, rest in lines)
    for draft in read_nbib(text):
        assert entry_text(draft.csl, draft.identifiers, notices=draft.notices) is not None
        assert standing_of(draft.notices, draft.is_notice) in Standing


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ("5795-813", "5795-5813"),
        ("S10-3", "S10-S13"),
        ("e524-33; quiz 535", "e524-e533; quiz 535"),
        ("iii-v", "iii-v"),
        ("5-5", "5"),
    ],
)
def test_pages_can_be_written_in_full(pages: str, expected: str) -> None:
    assert full(pages) == expected
    assert full(expected) == expected
