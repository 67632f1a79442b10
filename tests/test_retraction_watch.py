"""The Retraction Watch list as a file, whole, damaged, or something else altogether."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.bibliography.standing import Standing
from articles.lookup.retraction_watch import NotReadable, Row, read, rows

HEADER = [
    "Record ID", "Title", "Subject", "Institution", "Journal", "Publisher", "Country", "Author", "URLS", "ArticleType",
    "RetractionDate", "RetractionDOI", "RetractionPubMedID", "OriginalPaperDate", "OriginalPaperDOI",
    "OriginalPaperPubMedID", "RetractionNature", "Reason", "Paywalled", "Notes", "",
]  # fmt: skip
WAKEFIELD = "10.1016/S0140-6736(97)11096-0"


def line(**cells: str) -> list[str]:
    usual = {
        "Record ID": "1",
        "Title": "Leg cramps, and “rest”",
        "Journal": "Lancet",
        "Author": "A One;B Two",
        "RetractionDate": "2/6/2010 0:00",
        "RetractionDOI": "10.1016/S0140-6736(10)60175-4",
        "RetractionPubMedID": "20137807",
        "OriginalPaperDate": "2/28/1998 0:00",
        "OriginalPaperDOI": WAKEFIELD,
        "OriginalPaperPubMedID": "9500320",
        "RetractionNature": "Retraction",
        "Reason": "+Error in Data;+Misconduct;",
        "Paywalled": "No",
    }
    return [(usual | cells).get(name, "") for name in HEADER]


def written(path: Path, *lines: list[str], header: list[str] = HEADER, encoding: str = "utf-8") -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *lines])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "retraction_watch.csv"


def test_a_row_becomes_a_notice_about_a_paper(file: Path) -> None:
    [row] = rows(written(file, line()))
    assert row.doi == "10.1016/s0140-6736(97)11096-0"
    assert row.pmid == "9500320"
    assert (row.notice.type, row.notice.date, row.notice.doi) == ("retraction", "2010-02-06", "10.1016/S0140-6736(10)60175-4")
    assert row.notice.pmid == "20137807"
    assert row.notice.sources == ("retraction-watch",)
    assert row.notice.label == "Retraction"


def test_a_paper_with_several_rows_has_the_gravest_standing_and_keeps_them_all(file: Path) -> None:
    corrected = line(RetractionNature="Correction", RetractionDate="3/6/2004 0:00", RetractionDOI="10.1016/s0140-6736(04)15715-2",
                     RetractionPubMedID="0")  # fmt: skip
    register = read(written(file, corrected, line(), line(OriginalPaperDOI="10.1000/other")), {WAKEFIELD}, ())
    assert [notice.type for notice in register.notices(doi=WAKEFIELD.lower())] == ["retraction", "correction"]
    assert register.standing(doi=WAKEFIELD) is Standing.retracted
    assert register.rows_read == 3


@pytest.mark.parametrize(
    ("nature", "standing"),
    [
        ("Retraction", Standing.retracted),
        ("Expression of concern", Standing.concern),
        ("Correction", Standing.corrected),
        ("Reinstatement", Standing.corrected),
        ("Something new", Standing.unknown),
        ("", Standing.unknown),
    ],
)
def test_each_nature_has_its_standing_and_an_unknown_one_is_never_good(file: Path, nature: str, standing: Standing) -> None:
    assert read(written(file, line(RetractionNature=nature)), {WAKEFIELD}, ()).standing(doi=WAKEFIELD) is standing


def test_a_reinstatement_counts_only_for_what_came_before_it(file: Path) -> None:
    back = line(RetractionNature="Reinstatement", RetractionDate="1/2/2012 0:00", RetractionDOI="10.1000/back")
    register = read(written(file, line(), back), {WAKEFIELD}, ())
    assert register.standing(doi=WAKEFIELD) is Standing.corrected
    again = line(RetractionDate="12/31/2012 0:00", RetractionDOI="10.1000/again")
    assert read(written(file, back, line(), again), {WAKEFIELD}, ()).standing(doi=WAKEFIELD) is Standing.retracted


def test_a_paper_is_found_by_either_number_and_only_once_by_both(file: Path) -> None:
    register = read(written(file, line()), {WAKEFIELD}, {"9500320"})
    assert len(register.notices(doi=WAKEFIELD)) == len(register.notices(pmid="9500320")) == 1
    assert len(register.notices(doi=WAKEFIELD, pmid="9500320")) == 1


def test_nought_and_unavailable_are_no_numbers(file: Path) -> None:
    blank = line(OriginalPaperDOI="unavailable", OriginalPaperPubMedID="0", RetractionDOI="Unavailable", RetractionPubMedID="0")
    [row] = rows(written(file, blank))
    assert (row.doi, row.pmid, row.notice.doi, row.notice.pmid) == ("", "", "", "")
    register = read(file, {"", "unavailable"}, {"0", ""})
    assert register.notices(doi="", pmid="") == ()
    assert register.standing() is Standing.not_checkable


def test_what_is_not_in_the_list_has_no_notices(file: Path) -> None:
    register = read(written(file, line()), {"10.1000/fine"}, ())
    assert register.notices(doi="10.1000/fine") == ()
    assert register.standing(doi="10.1000/fine") is Standing.ok


@pytest.mark.parametrize(
    ("cell", "date"),
    [("2/6/2010 0:00", "2010-02-06"), ("12/31/1999", "1999-12-31"), ("02/06/2010 00:00", "2010-02-06"), ("", ""), ("soon", ""),
     ("2010-02-06", "")],
)  # fmt: skip
def test_dates_are_american_and_what_cannot_be_read_is_left_out(file: Path, cell: str, date: str) -> None:
    [row] = rows(written(file, line(RetractionDate=cell)))
    assert row.notice.date == date


def test_a_doi_written_as_an_address_is_the_same_doi(file: Path) -> None:
    [row] = rows(written(file, line(OriginalPaperDOI=f" https://doi.org/{WAKEFIELD} ")))
    assert row.doi == WAKEFIELD.lower()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(file: Path, encoding: str) -> None:
    [row] = rows(written(file, line(Title="Wadenkrämpfe,\r\nzwei Zeilen"), encoding=encoding))
    assert row.pmid == "9500320"


def test_bytes_of_an_older_encoding_are_read_as_latin_1(file: Path) -> None:
    data = written(file, line(RetractionNature="Rétractation"), line()).read_bytes()
    file.write_bytes(data.replace("é".encode(), b"\xe9"))
    assert [row.notice.label for row in rows(file)] == ["Rétractation", "Retraction"]


def test_columns_may_change_places_and_blank_lines_are_nothing(file: Path) -> None:
    backwards = list(reversed(line()))
    text = io.StringIO(newline="")
    csv.writer(text).writerows([list(reversed(HEADER)), [], backwards, []])
    file.write_text(text.getvalue(), newline="")
    [row] = rows(file)
    assert row.doi == WAKEFIELD.lower()


def test_another_table_is_refused_and_the_missing_column_named(file: Path) -> None:
    header = ["Nature" if name == "RetractionNature" else name for name in HEADER]
    with pytest.raises(NotReadable, match="the first line has no column “RetractionNature”"):
        read(written(file, line(), header=header), {WAKEFIELD}, ())


@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html>\n<html><body>Sign in to GitLab</body></html>", b"\x00\x01\x02" * 99, b"\n\n"]
)
def test_what_is_no_list_at_all_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(NotReadable, match="This is not the Retraction Watch list"):
        list(rows(file))


def test_a_file_cut_off_in_the_middle_is_refused_with_the_line(file: Path) -> None:
    whole = written(file, *[line()] * 5).read_bytes()
    file.write_bytes(whole[:-60])
    with pytest.raises(NotReadable, match="Line 6 ends too early"):
        read(file, {WAKEFIELD}, ())


@pytest.mark.parametrize("cell", [b"Lancet", b"No,", b"1,"])
def test_a_quotation_mark_that_never_closes_is_refused_with_a_line_and_swallows_no_row(file: Path, cell: bytes) -> None:
    body = written(file, *[line()] * 2000).read_bytes()
    for broken in (body.replace(cell, b'"' + cell, 1), body[::-1].replace(cell[::-1], cell[::-1] + b'"', 1)[::-1]):
        file.write_bytes(broken)
        with pytest.raises(NotReadable, match=r"Line \d+ |first line"):
            read(file, {WAKEFIELD}, ())


def test_a_row_with_more_cells_than_the_table_has_columns_is_refused(file: Path) -> None:
    with pytest.raises(NotReadable, match="Line 2 has more columns"):
        list(rows(written(file, ["", *line()])))


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="cannot be opened: No such file"):
        list(rows(tmp_path / "missing.csv"))
    with pytest.raises(NotReadable, match="cannot be opened"):
        list(rows(tmp_path))


@given(data=st.binary(max_size=300))
def test_no_bytes_after_the_header_end_in_anything_but_rows_or_a_clear_refusal(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "anything.csv"
    file.write_bytes(",".join(HEADER).encode() + b"\n" + data)
    try:
        assert all(isinstance(row, Row) for row in rows(file))
    except NotReadable as refusal:
        assert str(refusal).startswith("Line ")


def test_memory_does_not_grow_with_the_file(file: Path) -> None:
    text = (
        ",".join(line(Title="x" * 200, OriginalPaperDOI="10.1000/{n}")).replace("“", "").replace("”", "").replace("cramps,", "")
    )
    with file.open("w") as out:
        out.write(",".join(HEADER) + "\n")
        out.writelines(text.replace("{n}", str(number)) + "\n" for number in range(5000))
    tracemalloc.start()
    try:
        register = read(file, {"10.1000/4999", "10.1000/none"}, ())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert register.rows_read == 5000
    assert len(register.notices(doi="10.1000/4999")) == 1
    assert peak < 1_000_000, "the file itself is over 2 MB"
