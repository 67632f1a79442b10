"""Slips that a machine can see are found before a reviewer has to."""

import pytest
from hypothesis import given, settings

from articles.dialect import MARKS, MOST_MARKS
from articles.findings import Finding, findings
from tests.patience import patience
from tests.test_markup import BODIES, BOMBS, MEGABYTE, PICTURE

GOOD = "Cramps hurt [@a].\n\n## Causes\n\nNobody knows [@b].\n\n### In sport\n\nHeat may matter [@a; @b].\n"


def found(body=GOOD, **changes):
    draft = {
        "title": "Leg cramps",
        "summary": "What helps.",
        "body": body,
        "picture": False,
        "picture_alt": "",
        "picture_decorative": False,
        "known_keys": {"a", "b"},
    }
    return findings(**{**draft, **changes})


def of(code, body=GOOD, **changes):
    return [finding for finding in found(body, **changes) if finding.code == code]


def severities(code, body=GOOD, **changes):
    return [finding.severity for finding in of(code, body, **changes)]


def test_a_careful_draft_has_no_findings():
    assert found() == []


# Empty


@pytest.mark.parametrize("name", ["title", "summary"])
def test_an_empty_title_or_summary_is_an_error(name):
    assert of("empty_text", **{name: " \n"}) == [Finding("empty_text", "error", f"The {name} is empty: write it.", name)]


@pytest.mark.parametrize("body", ["", " \n\t", "&nbsp;", "\u202e", "---", "#"])
def test_an_empty_text_is_an_error(body):
    assert [(f.severity, f.where) for f in of("empty_text", body)] == [("error", "text")]


@pytest.mark.parametrize("body", ["x", f"![x]({PICTURE})", "    code", "[@a]", "| a |\n|---|"])
def test_a_text_with_anything_in_it_is_not_empty(body):
    assert of("empty_text", body) == []


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        ("## A\n\n## B\n\nx", ["A"]), ("## A\n\nx\n\n## B", ["B"]), ("## A\n\n### B\n\n## C\n\nx", ["B"]),
        ("## A\n\n---\n\n&nbsp;\n\n## B\n\nx", ["A"]), ("x\n\n### A\n\n## B", ["A", "B"]), ("# A\n\n## B\n\nx", ["A"]),
    ],
)  # fmt: skip
def test_a_section_without_words_is_an_error(body, empty):
    assert [(f.where, f.severity) for f in of("empty_section", body)] == [(name, "error") for name in empty]


@pytest.mark.parametrize(
    "body",
    [
        "## A\n\n### B\n\nx", "## A\n\n- x", f"## A\n\n![x]({PICTURE})", "## A\n\n```\nx\n```", "## A\n\n| a |\n|---|",
        "## A\n\n> ## quoted\n\n## B\n\nx",
    ],
)  # fmt: skip
def test_a_section_with_a_list_picture_table_code_or_deeper_section_is_not_empty(body):
    assert of("empty_section", body) == []


# Headings


@pytest.mark.parametrize(
    "body",
    ["## A b\n\nx\n\n## a *B* [@a]\n\ny", "## A\n\n### X\n\nx\n\n### x\n\ny", "## A\n\nx\n\n### A\n\ny"],
)
def test_a_heading_used_twice_is_an_error(body):
    assert severities("repeated_heading", body) == ["error"]


@pytest.mark.parametrize("body", ["## A\n\n### X\n\nx\n\n## B\n\n### X\n\ny", "## A\n\nx\n\n## B\n\n### A\n\ny"])
def test_the_same_heading_under_different_headings_is_a_warning(body):
    assert severities("repeated_heading", body) == ["warning"]


@pytest.mark.parametrize("body", ["## A\n\nx\n\n## B\n\ny", "> # A\n\n> # A\n\nx", "`# A`\n\n`# A`"])
def test_headings_that_differ_are_no_slip(body):
    assert of("repeated_heading", body) == []


@pytest.mark.parametrize("body", ["### A\n\nx", "## A\n\n#### B\n\nx", "# A\n\n#### B\n\nx", "## A\n\n### B\n\n##### C\n\nx"])
def test_a_skipped_level_is_an_error(body):
    assert severities("skipped_level", body) == ["error"]


def test_a_skipped_level_says_what_to_write():
    assert "“B” skips a level: write it with ###." in of("skipped_level", "## A\n\n#### B\n\nx")[0].message


@pytest.mark.parametrize("body", ["# A\n\n### B\n\nx", "## A\n\n### B\n\n#### C\n\nx\n\n## D\n\nx"])
def test_levels_in_order_are_no_slip(body):
    assert of("skipped_level", body) == []


# Citations


def test_an_unknown_key_is_an_error_once():
    assert [(f.severity, f.where) for f in of("unknown_citation", "One [@gone].\n\nTwo [@gone] [@a].")] == [("error", "“One.”")]


def test_known_keys_are_no_slip():
    assert of("unknown_citation") == []
    assert severities("unknown_citation", known_keys=()) == ["error", "error"]


@pytest.mark.parametrize("body", ["x [@a; see b]", "x [@a @b]", "x [@", "- x [@é]", "| [@ a] |\n|---|"])
def test_what_cannot_be_read_as_a_citation_is_an_error(body):
    assert severities("broken_citation", body) == ["error"]


@pytest.mark.parametrize("body", ["x [@a]", "`[@ ]`", "```\n[@ ]\n```", "mail a@b.org", "[a@b]"])
def test_what_is_no_citation_or_a_good_one_is_no_slip(body):
    assert of("broken_citation", body) == []


@pytest.mark.parametrize(
    "typed",
    [
        "It helps (1).", "It helps (1, 2).", "It helps(1,2) much.", "It helps (1, 2, 3)", "It helps. (4)", "It helps[3].",
        "It helps [1-3].", "It helps [1, 2] too.", "It helps [^1].", "It helps ([1](https://x.org), [2](https://x.org)).",
        "- It helps (12);", "> It helps [12]", "| It helps (1) |\n|---|", "## It helps (1)\n\nx", "*It helps* **(3)**.",
    ],
)  # fmt: skip
def test_a_citation_number_typed_by_hand_is_an_error(typed):
    assert severities("typed_citation", typed) == ["error"]


@pytest.mark.parametrize(
    "doubtful",
    ["It helps (1) a lot.", "Women (50).", "Some trials (2–4) agree.", "Results (9, 3).", "Given (40, 80)."],
)
def test_a_number_that_may_be_a_citation_is_a_warning(doubtful):
    assert severities("typed_citation", doubtful) == ["warning"]


@pytest.mark.parametrize(
    "fine",
    [
        "In spring (2019).", "In (2019, 2020).", "Take one (5 mg).", "Women (50) and men.", "Half (50%).", "Adults (18–65).",
        "Take three (3) a day.", "Week (1).", "After 5 (3).", "Vitamin K(2).", "Ca(2+)", "25(OH)D (3a)", "beta-(1,3)-glucan",
        "(1) rest, (2) ice and (3) heat", "First: (1) rest", "Call (020) 7946.", "Call (555) 123.", "95% CI [12, 34]",
        "median 5 [IQR 3, 8]", "interval of [2, 9]", "[18]F-FDG", "A [1.5, 2.5] b", "`It helps (1).`", "```\nx [1].\n```",
        "It helps [@a, p. 4].", "It helps [@a].", "Grade (2), stage (3).", "Group (1, 2).", "Zero (0).",
    ],
)  # fmt: skip
def test_other_numbers_in_brackets_are_no_slip(fine):
    assert of("typed_citation", fine) == []


@pytest.mark.parametrize(
    "body",
    [
        "## References\n\n1. Smith", "x\n\n# **REFERENCES:**", "x\n\n## Sources\n\n- y",
        "## Bibliography\n\nx\n\n## About us\n\ny",
        "x\n\n**References**\n\n1. Smith", "x\n\n## Works cited\n\ny", "x\n\n## Citations\n\ny",
    ],
)  # fmt: skip
def test_a_list_of_references_typed_by_hand_is_an_error(body):
    assert severities("typed_references", body) == ["error"]


@pytest.mark.parametrize(
    "body",
    [
        "## Sources\n\nNuts.\n\n## Doses\n\nx",
        "## Sources of magnesium\n\nx",
        "The references are good.",
        "- sources",
    ],
)
def test_other_uses_of_those_words_are_no_slip(body):
    assert of("typed_references", body) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("See [a trial](https://doi.org/10.1000/x).", "doi.org/10.1000/x"),
        ("See https://dx.doi.org/10.1/y.", "dx.doi.org/10.1/y"),
        ("- <https://pubmed.ncbi.nlm.nih.gov/123/>", "pubmed.ncbi.nlm.nih.gov/123/"), ("See PMID: 123456.", "PMID: 123456"),
        ("At https://www.ncbi.nlm.nih.gov/pmc/articles/PMC12/", "ncbi.nlm.nih.gov/pmc/articles/PMC12/"),
        ("doi:10.1000/abc, 2020 [@a]", "doi:10.1000/abc"), ("In PMC1234567", "PMC1234567"),
        ("[doi.org/10.1/z](https://doi.org/10.1/z)", "doi.org/10.1/z"),
    ],
)  # fmt: skip
def test_a_paper_linked_or_named_but_not_cited_is_a_warning(body, named):
    assert [(f.severity, f"“{named}”" in f.message) for f in of("uncited_link", body)] == [("warning", True)]


@pytest.mark.parametrize("body", ["See [us](https://x.org/doi).", "PMC is a library.", "`doi:10.1000/x`", "doi and PMID"])
def test_other_links_are_no_slip(body):
    assert of("uncited_link", body) == []


@pytest.mark.parametrize(
    ("body", "figure"),
    [
        ("It helps 30% of people.", "30%"), ("Up to 12.5 per cent.", "12.5 per cent"), ("Take 300 mg daily.", "300 mg"),
        ("- 2–3 g of salt", "2–3 g"), ("One in three adults has it.", "One in three"), ("About 1 in 10 has it.", "1 in 10"),
        ("It was 3 times more common.", "3 times more"), ("Better (p = 0.03).", "p = 0.03"), ("OR 1.5 was seen.", "OR 1.5"),
        ("A trial (n = 120) of it.", "n = 120"), ("At 140 mmHg.", "140 mmHg"), ("| Dose |\n|---|\n| 5 mg |", "5 mg"),
        ("> Half, 50 %, agree.", "50 %"), ("2-fold risk", "2-fold"), ("1,500 mg", "1,500 mg"), ("38.5 °C", "38.5 °C"),
    ],
)  # fmt: skip
def test_a_figure_without_a_source_is_a_warning(body, figure):
    assert [(f.severity, f"“{figure}”" in f.message) for f in of("uncited_numbers", body)] == [("warning", True)]


@pytest.mark.parametrize(
    "body",
    [
        "It helps 30% of people [@a].", "- 300 mg [@a]", "| Dose | By |\n|---|---|\n| 5 mg | |\n| 6 mg | [@a] |", "Born in 1950.",
        "Doses in the trial [@a]:\n\n- 5 mg\n- 10 mg", "Doses [@a]:\n\n| a |\n|---|\n| 5 mg |", "Stretch for 30 seconds.",
        "## The 50% rule\n\nx", "`5 mg`", "```\n5 mg\n```", "Vitamin B12 matters.", "Of 5 in 2019.", "Step 2 of 3.", "COVID-19 g",
    ],
)  # fmt: skip
def test_a_figure_with_a_source_and_an_ordinary_number_are_no_slip(body):
    assert of("uncited_numbers", body) == []


def test_a_lead_in_covers_only_the_list_that_follows_it():
    assert len(of("uncited_numbers", "Doses [@a]:\n\n- 5 mg\n\nThen 10 mg.\n\n- 20 mg")) == 2


def test_each_table_is_told_once():
    table = "| a |\n|---|\n| 5 mg |\n| 6 mg |\n\n"
    assert len(of("uncited_numbers", table + table)) == 2


def test_a_text_that_cites_nothing_is_a_warning():
    assert severities("no_citations", "Words.") == ["warning"]
    assert of("no_citations", "Words [@a].") == of("no_citations", "") == []


# Summary, pictures, links


def test_a_long_summary_is_a_warning():
    assert severities("long_summary", summary="x" * 401) == ["warning"]
    assert of("long_summary", summary=" " * 9 + "x" * 400) == []


def test_a_picture_in_the_text_needs_a_description_or_to_be_decorative():
    assert severities("picture_without_alt", f"x ![]({PICTURE}) y") == ["error"]
    assert severities("picture_without_alt", f'![ ]({PICTURE} "Caption")') == ["error"]
    assert severities("picture_without_alt", f"![&#x202e;]({PICTURE})") == ["error"]
    assert of("picture_without_alt", f"![A calf]({PICTURE})") == []
    assert of("picture_without_alt", f'![]({PICTURE} "decorative")') == []


def test_the_main_picture_needs_a_description_or_to_be_decorative():
    assert severities("picture_without_alt", picture=True, picture_alt=" ") == ["error"]
    assert of("picture_without_alt", picture=True, picture_alt="A calf") == []
    assert of("picture_without_alt", picture=True, picture_decorative=True) == []


@pytest.mark.parametrize("source", ["https://x.org/a.png", "a.png", "data:image/png;base64,AA"])
def test_a_picture_from_elsewhere_is_an_error(source):
    assert severities("foreign_picture", f"x ![a]({source})") == ["error"]
    assert of("picture_without_alt", f"![]({source})") == []


def test_an_uploaded_picture_is_no_slip():
    assert of("foreign_picture", f"![a]({PICTURE})") == []


def test_a_link_that_cannot_be_shown_is_an_error():
    assert severities("unusable_link", "x [y](javascript:alert(1))") == ["error"]
    assert of("unusable_link", "x [y](https://x.org) [z](#section-y) <mailto:a@b.org>") == []


def test_a_text_with_too_much_markup_is_an_error():
    assert severities("too_much_markup", "*a* " * MOST_MARKS) == ["error"]
    assert of("too_much_markup") == []


def test_messages_quote_the_beginning_of_a_long_paragraph():
    finding = of("typed_citation", "Nearly everybody has had cramps in the calf at least once (1). Then more words.")[0]
    assert finding.where == "“Nearly everybody has had cramps in the calf at least once …”"


@given(BODIES)
@settings(deadline=None, max_examples=100)
def test_whatever_is_typed_something_can_be_said_about_it(body):
    for finding in found(body):
        assert finding.severity in ("error", "warning")
        assert finding.message and finding.where


@pytest.mark.parametrize("bomb", [*BOMBS, "# a\n\n## b\n\n", "[@x] ", "[x](y:z) ", "![a](y)"])
def test_hostile_text_costs_little_time(bomb):
    marks = sum(bomb.count(mark) for mark in MARKS)
    body = bomb * (MOST_MARKS // marks // 4 if marks else MEGABYTE // 4 // len(bomb))
    with patience():
        found(body[: MEGABYTE // 4])
